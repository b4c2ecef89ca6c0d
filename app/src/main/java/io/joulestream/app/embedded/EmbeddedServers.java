package io.joulestream.app.embedded;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Kafka broker and, unless there is another database, a PostgreSQL, on the loopback interface only, with their data in one
 * directory.
 *
 * <p>May be used by several threads.
 */
public final class EmbeddedServers implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedServers.class);

    private final EmbeddedKafka kafka;
    private final Optional<EmbeddedPostgres> postgres;
    private final CompletableFuture<String> failure;

    private EmbeddedServers(
            EmbeddedKafka kafka, Optional<EmbeddedPostgres> postgres, CompletableFuture<String> failure) {
        this.kafka = kafka;
        this.postgres = postgres;
        this.failure = failure;
    }

    /**
     * Starts both at once and returns when both can be used. They are closed with the directory, or earlier by
     * {@link #close}.
     *
     * @throws IOException when either cannot start; then neither runs. The message is one line for the user.
     */
    public static EmbeddedServers start(DataDirectory directory) throws IOException {
        CompletableFuture<String> failure = new CompletableFuture<>();
        return started(
                directory,
                failure,
                inThread(
                        "embedded-postgres-start",
                        () -> Optional.of(EmbeddedPostgres.start(directory).startAgainWheneverItEnds())));
    }

    /** The broker alone. */
    public static EmbeddedServers startBroker(DataDirectory directory) throws IOException {
        return started(directory, new CompletableFuture<>(), CompletableFuture.completedFuture(Optional.empty()));
    }

    private static EmbeddedServers started(
            DataDirectory directory,
            CompletableFuture<String> failure,
            CompletableFuture<Optional<EmbeddedPostgres>> postgres)
            throws IOException {
        CompletableFuture<EmbeddedKafka> kafka =
                inThread("embedded-kafka-start", () -> EmbeddedKafka.start(directory.kafka(), failure));
        try {
            EmbeddedServers servers = new EmbeddedServers(kafka.join(), postgres.join(), failure);
            directory.closeFirst(servers);
            return servers;
        } catch (CompletionException e) {
            closeWhenStarted(kafka);
            closeWhenStarted(postgres.thenApply(server -> server.orElse(null)));
            throw new IOException(e.getCause().getMessage(), e.getCause());
        }
    }

    /** {@code 127.0.0.1:port}; another port after each start. */
    public String kafkaBootstrap() {
        return kafka.bootstrap();
    }

    /**
     * Of an empty database at the first start; another port after each start.
     *
     * @throws java.util.NoSuchElementException when only the broker was started
     */
    public String jdbcUrl() {
        return postgres.orElseThrow().jdbcUrl();
    }

    /** A superuser: the one who migrates. */
    public String jdbcUser() {
        return postgres.orElseThrow().user();
    }

    public String jdbcPassword() {
        return postgres.orElseThrow().password();
    }

    /** That PostgreSQL is away at the moment; empty while it runs, and when only the broker was started. */
    public Optional<DatabaseOutage> databaseOutage() {
        return postgres.flatMap(EmbeddedPostgres::outage);
    }

    /**
     * Completes with one line when the broker has died, or cannot go on, without having been closed. Nothing restarts it:
     * end the process, whose next start recovers.
     */
    public CompletableFuture<String> failure() {
        return failure.copy();
    }

    /** Stops PostgreSQL, then Kafka, and waits for them. A second call does nothing. */
    @Override
    public void close() {
        postgres.ifPresent(EmbeddedPostgres::close);
        kafka.close();
    }

    private static <T> CompletableFuture<T> inThread(String name, Callable<T> start) {
        CompletableFuture<T> started = new CompletableFuture<>();
        new Thread(
                        () -> {
                            try {
                                started.complete(start.call());
                            } catch (Exception | LinkageError e) {
                                started.completeExceptionally(e);
                            }
                        },
                        name)
                .start();
        return started;
    }

    private static void closeWhenStarted(CompletableFuture<? extends AutoCloseable> server) {
        server.handle((started, notStarted) -> {
                    if (started != null) {
                        try {
                            started.close();
                        } catch (Exception e) {
                            LOG.error("could not close {}", started, e);
                        }
                    }
                    return null;
                })
                .join();
    }
}
