package io.joulestream.app;

import io.joulestream.api.AlertRound;
import io.joulestream.storage.Database;
import io.joulestream.storage.KeeperLease;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Looks at all rules of all tenants once a minute, in whichever process has the lease. */
final class AlertKeeper implements AutoCloseable {
    static final String ALERTS_NOT_EVALUATED = "ALERTS_NOT_EVALUATED";
    private static final Duration PERIOD = Duration.ofMinutes(1);

    private final Database database;
    private final String own;
    private final KeeperLease lease;
    private final Clock clock;
    private final Map<String, AlertRound> byTenant = new HashMap<>();
    private final Rounds rounds =
            new Rounds("alerts", PERIOD, ALERTS_NOT_EVALUATED, "alerts are not evaluated", this::once);

    /** @param own the tenant that is looked after whether anybody made it or not */
    AlertKeeper(Database database, String own, KeeperLease lease, Clock clock) {
        this.database = database;
        this.own = own;
        this.lease = lease;
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

    /** A tenant that fails keeps no other from its round. */
    private void once() {
        if (lease.isMine()) {
            Tenants.each(database, own, this::look);
        }
    }

    private void look(String tenant) {
        if (lease.isMine()) {
            byTenant.computeIfAbsent(
                            tenant,
                            name -> new AlertRound(
                                    database.alerts(), database.queries(), database.sites(), clock, name))
                    .once();
        }
    }

    @Override
    public void close() throws InterruptedException {
        rounds.close();
    }
}
