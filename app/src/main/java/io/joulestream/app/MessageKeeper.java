package io.joulestream.app;

import io.joulestream.storage.Database;
import io.joulestream.storage.KeeperLease;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Removes messages to webhooks that were delivered or given up a while ago, a bounded number at a time. What waits is never
 * removed.
 */
final class MessageKeeper implements AutoCloseable {
    static final String MESSAGES_NOT_REMOVED = "MESSAGES_NOT_REMOVED";
    static final int AT_ONCE = 1_000;
    private static final Duration PERIOD = Duration.ofMinutes(10);

    private final Database database;
    private final String own;
    private final KeeperLease lease;
    private final Duration keep;
    private final Clock clock;
    private final Rounds rounds = new Rounds(
            "old-messages", PERIOD, MESSAGES_NOT_REMOVED, "old messages to webhooks are not removed", this::once);

    /**
     * @param own the tenant that is looked after whether anybody made it or not
     * @param keep how long after the last attempt
     */
    MessageKeeper(Database database, String own, KeeperLease lease, Duration keep, Clock clock) {
        this.database = database;
        this.own = own;
        this.lease = lease;
        this.keep = keep;
        this.clock = clock;
    }

    void start() {
        rounds.startAfter(PERIOD);
    }

    Optional<Concern> problem() {
        return rounds.problem();
    }

    /** Returns how long to wait for the next one. */
    Duration round() {
        return rounds.round();
    }

    private void once() {
        if (lease.isMine()) {
            Tenants.each(database, own, this::forget);
        }
    }

    private void forget(String tenant) {
        Instant before = clock.instant().minus(keep);
        boolean isMore = true;
        while (isMore && lease.isMine() && !Thread.currentThread().isInterrupted()) {
            isMore = database.alerts().forget(tenant, before, AT_ONCE) == AT_ONCE;
        }
    }

    @Override
    public void close() throws InterruptedException {
        rounds.close();
    }
}
