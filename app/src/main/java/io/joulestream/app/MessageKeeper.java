package io.joulestream.app;

import io.joulestream.storage.Database;
import io.joulestream.storage.KeeperLease;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * Removes messages to webhooks that were delivered or given up a while ago, a bounded number at a time. What waits is never
 * removed.
 */
final class MessageKeeper extends TenantsKeeper {
    static final String MESSAGES_NOT_REMOVED = "MESSAGES_NOT_REMOVED";
    static final int AT_ONCE = 1_000;
    private static final Duration PERIOD = Duration.ofMinutes(10);

    private final Database database;
    private final Duration keep;
    private final Clock clock;

    /**
     * @param own the tenant that is looked after whether anybody made it or not
     * @param keep how long after the last attempt
     */
    MessageKeeper(Database database, String own, KeeperLease lease, Duration keep, Clock clock) {
        super(
                database,
                own,
                lease,
                "old-messages",
                PERIOD,
                MESSAGES_NOT_REMOVED,
                "old messages to webhooks are not removed");
        this.database = database;
        this.keep = keep;
        this.clock = clock;
    }

    @Override
    void keep(String tenant) {
        Instant before = clock.instant().minus(keep);
        boolean isMore = true;
        while (isMore && isMine() && !Thread.currentThread().isInterrupted()) {
            isMore = database.alerts().forget(tenant, before, AT_ONCE) == AT_ONCE;
        }
    }
}
