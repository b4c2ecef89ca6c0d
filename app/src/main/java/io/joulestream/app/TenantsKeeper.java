package io.joulestream.app;

import io.joulestream.storage.Database;
import io.joulestream.storage.KeeperLease;
import java.time.Duration;
import java.util.Optional;

/** Sees to something of each tenant now and then, in whichever process has the lease. A tenant that fails keeps no other from it. */
abstract class TenantsKeeper implements AutoCloseable {
    private final Database database;
    private final String own;
    private final KeeperLease lease;
    private final Duration period;
    private final Rounds rounds;

    /**
     * @param own the tenant that is looked after whether anybody made it or not
     * @param name of the thread
     * @param reason the code under which health tells of a failure
     * @param otherwise what is the case while it fails, for the log
     */
    TenantsKeeper(
            Database database,
            String own,
            KeeperLease lease,
            String name,
            Duration period,
            String reason,
            String otherwise) {
        this.database = database;
        this.own = own;
        this.lease = lease;
        this.period = period;
        this.rounds = new Rounds(name, period, reason, otherwise, this::once);
    }

    /** What is done for one tenant; whether the lease is still held is its to ask. */
    abstract void keep(String tenant);

    final boolean isMine() {
        return lease.isMine();
    }

    final void start() {
        rounds.startAfter(period);
    }

    final Optional<Concern> problem() {
        return rounds.problem();
    }

    /** Returns how long to wait for the next one. */
    final Duration round() {
        return rounds.round();
    }

    private void once() {
        if (isMine()) {
            Tenants.each(database, own, this::keep);
        }
    }

    @Override
    public final void close() throws InterruptedException {
        rounds.close();
    }
}
