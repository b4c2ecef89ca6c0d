package io.joulestream.app;

import io.joulestream.api.AlertRound;
import io.joulestream.storage.Database;
import io.joulestream.storage.KeeperLease;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** Looks at all rules of all tenants once a minute, in whichever process has the lease. */
final class AlertKeeper extends TenantsKeeper {
    static final String ALERTS_NOT_EVALUATED = "ALERTS_NOT_EVALUATED";
    private static final Duration PERIOD = Duration.ofMinutes(1);

    private final Database database;
    private final Clock clock;
    private final Map<String, AlertRound> byTenant = new HashMap<>();

    /** @param own the tenant that is looked after whether anybody made it or not */
    AlertKeeper(Database database, String own, KeeperLease lease, Clock clock) {
        super(database, own, lease, "alerts", PERIOD, ALERTS_NOT_EVALUATED, "alerts are not evaluated");
        this.database = database;
        this.clock = clock;
    }

    @Override
    void keep(String tenant) {
        if (isMine()) {
            byTenant.computeIfAbsent(
                            tenant,
                            name -> new AlertRound(
                                    database.alerts(), database.queries(), database.sites(), clock, name))
                    .once();
        }
    }
}
