package io.joulestream.app;

import io.joulestream.core.digest.Sha256;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;

/**
 * Files that appear when all of them are whole: each is written beside its place under another name and moved there by
 * {@link #commit}. Without it nothing stays. For one thread.
 */
final class OutputFiles implements AutoCloseable {
    private final List<Output> outputs = new ArrayList<>();

    /**
     * One file, or none, and the digest of what went to it.
     *
     * <p>It takes what is written as it comes: large pieces.
     */
    static final class Output extends OutputStream {
        private final Path file;
        private final Path part;
        private final OutputStream out;
        private final MessageDigest digest = Sha256.begin();

        private Output(Path file) throws IOException {
            this.file = file;
            this.part = file == null ? null : file.resolveSibling(file.getFileName() + ".part");
            this.out = file == null ? nullOutputStream() : Files.newOutputStream(part);
        }

        @Override
        public void write(int one) throws IOException {
            write(new byte[] {(byte) one}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            digest.update(bytes, from, length);
            out.write(bytes, from, length);
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
     * @throws UserError if there is no folder for it, it is one itself, or it is asked for twice
     */
    Output to(Path file) throws IOException {
        for (Output other : outputs) {
            if (file != null && other.file != null && absolute(other.file).equals(absolute(file))) {
                throw new UserError("two outputs cannot go to one file: " + file);
            }
        }
        if (file != null && Files.isDirectory(file)) {
            throw new UserError("is a folder: " + file);
        }
        try {
            Output output = new Output(file);
            outputs.add(output);
            return output;
        } catch (NoSuchFileException e) {
            throw new UserError("no such folder: " + absolute(file).getParent());
        }
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
