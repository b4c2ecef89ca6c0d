package io.joulestream.app;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Gives the all-in-one's job another state to start from: a savepoint, in the place of the checkpoints it would take the
 * newest of. In three steps, with the database between the last two: whenever it is interrupted, the job goes on from its
 * old state, from none, or from the new one, but never from one that belongs to another database.
 */
final class StartState {
    private final Path retained;
    private final Path fresh;

    private StartState(Path retained, Path fresh) {
        this.retained = retained;
        this.fresh = fresh;
    }

    /**
     * Copies a savepoint to where it is not used yet.
     *
     * @param folder as {@link EmbeddedJob#start} takes it
     */
    static StartState prepare(Path folder, Path savepoint) throws IOException {
        Path fresh = folder.resolve("restored.new");
        deleteTree(fresh);
        Path copy = Files.createDirectories(fresh.resolve("restored"));
        try (Stream<Path> files = Files.walk(savepoint)) {
            for (Path file : files.sorted().toList()) {
                Path target = copy.resolve(savepoint.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target);
                    force(target);
                }
            }
        }
        force(copy);
        force(fresh);
        return new StartState(EmbeddedJob.retained(folder), fresh);
    }

    /** From now on the job has no state. Says where what it had lies now. */
    Optional<Path> setAside(Instant now) throws IOException {
        if (!Files.exists(retained)) {
            return Optional.empty();
        }
        Path aside = retained.resolveSibling("replaced-" + now.toEpochMilli());
        Files.move(retained, aside);
        force(retained.getParent());
        return Optional.of(aside);
    }

    /** From now on the job starts from the savepoint, and from the checkpoints it takes after it. */
    void putInPlace() throws IOException {
        Files.move(fresh, retained);
        force(retained.getParent());
    }

    private static void deleteTree(Path root) throws IOException {
        if (!Files.exists(root)) {
            return;
        }
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private static void force(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
