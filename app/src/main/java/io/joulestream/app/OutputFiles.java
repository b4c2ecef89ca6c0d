package io.joulestream.app;

import io.joulestream.core.digest.Sha256;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Files that appear when all of them are whole: each is written beside its place under a name that nothing else has, and moved
 * there by {@link #commit}. Without it nothing stays. No file but those asked for is touched, and never the input. For one
 * thread.
 */
final class OutputFiles implements AutoCloseable {
    private final Path input;
    private final List<Output> outputs = new ArrayList<>();

    /** @param input what the outputs are made from, which none of them may replace */
    OutputFiles(Path input) {
        this.input = input;
    }

    /**
     * One file, or none, and the digest of what went to it.
     *
     * <p>It takes what is written as it comes: large pieces. They go to the file by small ones, because the library copies
     * what goes there at once to memory outside the heap, and keeps that.
     */
    static final class Output extends OutputStream {
        private static final int AT_ONCE = 64 * 1024;

        private final Path file;
        private final Path part;
        private final OutputStream out;
        private final MessageDigest digest = Sha256.begin();

        private Output(Path file) throws IOException {
            this.file = file;
            // no temporary file of the library's: only its owner could read it
            this.part =
                    file == null ? null : file.resolveSibling(file.getFileName() + "." + UUID.randomUUID() + ".part");
            this.out = file == null
                    ? nullOutputStream()
                    : Files.newOutputStream(part, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        }

        @Override
        public void write(int one) throws IOException {
            write(new byte[] {(byte) one}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            digest.update(bytes, from, length);
            for (int done = 0; done < length; done += AT_ONCE) {
                out.write(bytes, from + done, Math.min(AT_ONCE, length - done));
            }
        }

        @Override
        public void close() throws IOException {
            out.close();
        }

        /** Of all that was written; asked for once. */
        String sha256() {
            return Sha256.hex(digest);
        }
    }

    /**
     * @param file null for none: what is written is only digested
     * @throws UserError if there is no folder for it, it is one itself, it is the input, or it is asked for twice
     */
    Output to(Path file) throws IOException {
        if (file != null) {
            require(file);
        }
        try {
            Output output = new Output(file);
            outputs.add(output);
            return output;
        } catch (NoSuchFileException e) {
            throw new UserError("no such folder: " + absolute(file).getParent());
        }
    }

    private void require(Path file) throws IOException {
        if (Files.isDirectory(file)) {
            throw new UserError("is a folder: " + file);
        }
        if (isSame(file, input)) {
            throw new UserError("an output cannot go to the file that is read: " + file);
        }
        for (Output other : outputs) {
            if (other.file != null && isSame(file, other.file)) {
                throw new UserError("two outputs cannot go to one file: " + file);
            }
        }
    }

    /** Also under two names, by a link to the file or to its folder. */
    private static boolean isSame(Path one, Path other) throws IOException {
        return real(one).equals(real(other))
                || (Files.exists(one) && Files.exists(other) && Files.isSameFile(one, other));
    }

    /** Its name in the folder that is meant; the file need not be there. */
    private static Path real(Path file) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        return folder != null && Files.exists(folder)
                ? folder.toRealPath().resolve(file.getFileName())
                : absolute(file);
    }

    void commit() throws IOException {
        for (Output output : outputs) {
            output.close();
        }
        for (Output output : outputs) {
            if (output.file != null) {
                Files.move(output.part, output.file, StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    @Override
    public void close() throws IOException {
        for (Output output : outputs) {
            output.close();
            if (output.part != null) {
                Files.deleteIfExists(output.part);
            }
        }
    }

    private static Path absolute(Path file) {
        return file.toAbsolutePath().normalize();
    }
}
