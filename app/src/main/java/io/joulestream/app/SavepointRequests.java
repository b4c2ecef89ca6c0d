package io.joulestream.app;

import io.joulestream.app.embedded.DataDirectory;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How another process asks the all-in-one for a savepoint: by a file in its data directory, where only its owner may
 * write. The file's text is the folder that the savepoint is to be made in; the answer is a file beside it.
 */
final class SavepointRequests implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SavepointRequests.class);
    private static final Duration PERIOD = Duration.ofMillis(250);
    private static final String REQUEST = "savepoint-request-";
    private static final String ANSWER = "savepoint-answer-";
    private static final String DONE = "done ";
    private static final String FAILED = "failed ";
    private static final long STOP_SECONDS = 10;

    private final Path directory;
    private final Taker taker;
    private final ScheduledExecutorService rounds = BackgroundThread.named("savepoint-requests");

    /** Makes a savepoint below a folder and says where. */
    interface Taker {
        Path savepoint(Path below) throws Exception;
    }

    SavepointRequests(Path directory, Taker taker) {
        this.directory = directory;
        this.taker = taker;
    }

    /** From now on it answers; what was asked of an earlier service is not answered any more. */
    void start() throws IOException {
        for (String kind : new String[] {REQUEST, ANSWER}) {
            try (DirectoryStream<Path> left = Files.newDirectoryStream(directory, kind + "*")) {
                for (Path file : left) {
                    Files.deleteIfExists(file);
                }
            }
        }
        rounds.scheduleWithFixedDelay(this::round, 0, PERIOD.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void round() {
        try (DirectoryStream<Path> requests = Files.newDirectoryStream(directory, REQUEST + "*")) {
            for (Path request : requests) {
                String id = request.getFileName().toString().substring(REQUEST.length());
                String below = Files.readString(request);
                Files.delete(request);
                put(directory.resolve(ANSWER + id), answer(below));
            }
        } catch (IOException | RuntimeException e) {
            LOG.warn("requests for savepoints in {} could not be read; trying again", directory, e);
        }
    }

    private String answer(String below) {
        try {
            return DONE + taker.savepoint(Path.of(below));
        } catch (Exception e) {
            LOG.warn("no savepoint was made below {}", below, e);
            Throwable root = e;
            while (root.getCause() != null) {
                root = root.getCause();
            }
            return FAILED + root.getMessage();
        }
    }

    @Override
    public void close() throws InterruptedException {
        rounds.shutdownNow();
        rounds.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS);
    }

    /**
     * Asks the service that has a data directory open, and waits.
     *
     * @throws UserError if none has, or it ends meanwhile, or it makes none in time or at all
     */
    static Path ask(Path directory, Path below, Duration patience) throws IOException {
        String id = UUID.randomUUID().toString();
        Path answer = directory.resolve(ANSWER + id);
        put(directory.resolve(REQUEST + id), below.toString());
        long deadline = System.nanoTime() + patience.toNanos();
        try {
            while (System.nanoTime() < deadline) {
                if (Files.exists(answer)) {
                    String told = Files.readString(answer);
                    if (told.startsWith(DONE)) {
                        return Path.of(told.substring(DONE.length()));
                    }
                    throw new UserError("no savepoint was made: " + told.substring(FAILED.length()));
                }
                if (DataDirectory.runningService(directory).isEmpty()) {
                    throw new UserError("the service on " + directory + " ended before it had made a savepoint");
                }
                CompletableFuture.runAsync(
                                () -> {}, CompletableFuture.delayedExecutor(PERIOD.toMillis(), TimeUnit.MILLISECONDS))
                        .join();
            }
            throw new UserError("the service on " + directory + " made no savepoint within " + patience
                    + "; see its log in " + directory.resolve("logs"));
        } finally {
            Files.deleteIfExists(directory.resolve(REQUEST + id));
            Files.deleteIfExists(answer);
        }
    }

    /** All of the text at once. */
    private static void put(Path file, String text) throws IOException {
        Path fresh = file.resolveSibling("new-" + file.getFileName());
        Files.writeString(fresh, text);
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
