package io.joulestream.app;

import io.joulestream.api.Readiness;
import io.joulestream.app.embedded.DatabaseOutage;
import io.joulestream.storage.Database;
import io.joulestream.storage.DatabaseTrouble;
import io.joulestream.storage.StorageException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Whether this process can answer: not before it has started nor once it is asked to stop, and in between as the database
 * is. That is looked at once a second at most, however many ask.
 */
final class ServiceReadiness implements Readiness {
    private static final Duration LOOK_HOLDS = Duration.ofSeconds(1);
    private static final Obstacle STARTING = new Obstacle("STARTING", "the service is being started");
    private static final Obstacle STOPPING = new Obstacle("STOPPING", "the service is being stopped");

    /** What is asked while the process serves. */
    private record Ground(Database database, Supplier<Optional<DatabaseOutage>> server) {}

    private final LongSupplier nanoTime;
    private volatile Optional<Ground> ground = Optional.empty();
    private volatile boolean isStopping;

    private Optional<Obstacle> seen = Optional.empty();
    private long seenUntil;
    private boolean hasSeen;

    ServiceReadiness(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /**
     * From now on requests are answered, as far as the database answers.
     *
     * @param server what is known of the database's server without asking it; empty while nothing is wrong
     */
    void serve(Database database, Supplier<Optional<DatabaseOutage>> server) {
        ground = Optional.of(new Ground(database, server));
    }

    /** For good. */
    void stop() {
        isStopping = true;
    }

    @Override
    public Optional<Obstacle> obstacle() {
        if (isStopping) {
            return Optional.of(STOPPING);
        }
        return ground.map(this::seen).orElse(Optional.of(STARTING));
    }

    private synchronized Optional<Obstacle> seen(Ground asked) {
        if (!hasSeen || nanoTime.getAsLong() - seenUntil >= 0) {
            seen = look(asked);
            seenUntil = nanoTime.getAsLong() + LOOK_HOLDS.toNanos();
            hasSeen = true;
        }
        return seen;
    }

    private static Optional<Obstacle> look(Ground asked) {
        Optional<DatabaseOutage> known = asked.server().get();
        if (known.isPresent()) {
            return Optional.of(
                    new Obstacle(known.get().trouble().name(), known.get().text()));
        }
        try {
            return asked.database()
                    .otherSchemaVersion()
                    .map(version -> new Obstacle(
                            "SCHEMA_CHANGED",
                            "the schema has version " + version + " since this process was started: start the release"
                                    + " that knows it"));
        } catch (StorageException e) {
            DatabaseTrouble trouble = e.trouble();
            return Optional.of(new Obstacle(trouble.name(), trouble.text()));
        }
    }
}
