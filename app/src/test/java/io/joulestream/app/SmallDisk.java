package io.joulestream.app;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A folder on a small file system of its own, which can be filled to the last byte. Only root may make one. */
final class SmallDisk implements AutoCloseable {
    private static final int BLOCK = 1 << 16;

    private final Path folder;

    private SmallDisk(Path folder) {
        this.folder = folder;
    }

    /**
     * Empty, which is said where everybody reads it, where this user may not mount.
     *
     * @param folder exists and is empty
     */
    static Optional<SmallDisk> mount(Path folder, int megabytes) throws Exception {
        Process mount = new ProcessBuilder(
                        "mount", "-t", "tmpfs", "-o", "mode=700,size=" + megabytes + "m", "tmpfs", folder.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(mount.getInputStream().readAllBytes(), UTF_8).strip();
        if (mount.waitFor() != 0) {
            System.err.println("NOT TESTED: a database on a full disk: no small disk can be mounted here: " + said);
            return Optional.empty();
        }
        return Optional.of(new SmallDisk(folder));
    }

    /** Until not a byte more goes onto it. */
    void fill() throws IOException {
        for (int block = BLOCK; block > 0; block /= 16) {
            fillBy(block);
        }
    }

    private void fillBy(int block) throws IOException {
        byte[] bytes = new byte[block];
        try (OutputStream out = Files.newOutputStream(filler(), StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            while (true) {
                out.write(bytes);
            }
        } catch (IOException full) {
            if (!String.valueOf(full.getMessage()).contains("No space left")) {
                throw full;
            }
        }
    }

    void free() throws IOException {
        Files.deleteIfExists(filler());
    }

    private Path filler() {
        return folder.resolve("filler");
    }

    /** When nobody uses it any more. */
    @Override
    public void close() throws Exception {
        Process unmount =
                new ProcessBuilder("umount", folder.toString()).inheritIO().start();
        if (!unmount.waitFor(20, TimeUnit.SECONDS) || unmount.exitValue() != 0) {
            throw new IOException(folder + " is still mounted");
        }
    }
}
