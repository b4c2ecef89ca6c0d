package io.joulestream.app.tensor;

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
        if (Files.isDirectory(path)) {
            throw new RefusedTensorException(path + " is a folder");
        }
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            List<StoredTensor> tensors = isNpy(path)
                    ? List.of(new NpyHeader(path, channel).read())
                    : new SafetensorsHeader(path, channel).read();
            return new TensorFile(path, tensors);
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
