package io.joulestream.app.tensor;

import io.joulestream.core.nvfp4.ElementType;
import io.joulestream.core.nvfp4.TensorSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * A file that says itself what tensors it holds.
 *
 * @param tensors in the order of their bytes
 */
public record TensorFile(Path path, List<StoredTensor> tensors) {
    private static final int NAMED = 5;

    public TensorFile {
        tensors = List.copyOf(tensors);
    }

    /** Whether the file is called like one that describes itself; any other is raw numbers. */
    public static boolean describesItself(Path path) {
        return isNpy(path) || isSafetensors(path);
    }

    /**
     * Reads the header, and checks all of it.
     *
     * @throws RefusedTensorException if the file is not what it says
     * @throws NoSuchFileException if there is none
     * @throws IOException if it cannot be read
     */
    public static TensorFile read(Path path) throws IOException {
        if (!describesItself(path)) {
            throw new RefusedTensorException(path + " is neither .safetensors nor .npy");
        }
        try (FileChannel channel = open(path)) {
            List<StoredTensor> tensors = isNpy(path)
                    ? List.of(new NpyHeader(path, channel).read())
                    : new SafetensorsHeader(path, channel).read();
            return new TensorFile(path, tensors);
        }
    }

    /**
     * For reading.
     *
     * @throws RefusedTensorException if it is a folder, or something that would be waited for, such as a pipe
     * @throws NoSuchFileException if there is none
     */
    public static FileChannel open(Path path) throws IOException {
        if (Files.exists(path) && !Files.isRegularFile(path)) {
            throw new RefusedTensorException(path + " is no file");
        }
        return FileChannel.open(path, StandardOpenOption.READ);
    }

    /**
     * Values of one of its tensors, as {@link StoredTensor#rows()} x {@link StoredTensor#cols()}.
     *
     * @param channel of this file; stays the caller's to close
     * @throws RefusedTensorException for a dtype that is not quantised, or a file that became shorter
     */
    public TensorSource source(StoredTensor tensor, FileChannel channel) throws IOException {
        ElementType type = tensor.elementType()
                .orElseThrow(() -> new RefusedTensorException(path + ": tensor " + Printable.quoted(tensor.name())
                        + " is of dtype " + tensor.dtype() + ", which is not quantised; F32, BF16 and F16 are"));
        try {
            return tensor.columnMajor()
                    ? TensorSource.of(channel, tensor.offset(), type, tensor.cols(), tensor.rows())
                            .transposed()
                    : TensorSource.of(channel, tensor.offset(), type, tensor.rows(), tensor.cols());
        } catch (IllegalArgumentException e) {
            throw new RefusedTensorException(
                    path + ": tensor " + Printable.quoted(tensor.name()) + " cannot be read: " + e.getMessage());
        }
    }

    /**
     * The tensor of that name.
     *
     * @throws RefusedTensorException if there is none
     */
    public StoredTensor tensor(String name) {
        return tensors.stream()
                .filter(tensor -> tensor.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new RefusedTensorException(
                        path + " has no tensor " + Printable.quoted(name) + "; it has " + names()));
    }

    /**
     * The only tensor there is.
     *
     * @throws RefusedTensorException if there are several, or none
     */
    public StoredTensor only() {
        if (tensors.size() != 1) {
            throw new RefusedTensorException(
                    path + " has " + tensors.size() + " tensors; say which one by --tensor: " + names());
        }
        return tensors.get(0);
    }

    private String names() {
        String first = tensors.stream()
                .limit(NAMED)
                .map(tensor -> Printable.quoted(tensor.name()))
                .collect(Collectors.joining(", "));
        int more = tensors.size() - NAMED;
        return tensors.isEmpty() ? "none" : more > 0 ? first + " and " + more + " more" : first;
    }

    private static boolean isNpy(Path path) {
        return path.toString().toLowerCase(Locale.ROOT).endsWith(".npy");
    }

    private static boolean isSafetensors(Path path) {
        return path.toString().toLowerCase(Locale.ROOT).endsWith(".safetensors");
    }

    /** All of {@code length} bytes at {@code from}; the caller has held both against the size of the file. */
    static byte[] bytes(Path path, FileChannel channel, long from, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        while (bytes.hasRemaining()) {
            if (channel.read(bytes, from + bytes.position()) < 0) {
                throw new RefusedTensorException(path + " became shorter while it was read");
            }
        }
        return bytes.array();
    }
}
