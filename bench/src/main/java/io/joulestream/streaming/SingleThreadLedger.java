package io.joulestream.streaming;

import io.joulestream.core.account.SiteHourBook;
import io.joulestream.core.account.SiteReport;
import io.joulestream.core.account.SiteReport.RoleDifference;
import io.joulestream.core.energy.OwnerLedger;
import io.joulestream.core.ledger.ChannelMinute;
import io.joulestream.core.ledger.SiteStep;
import io.joulestream.wire.Topics;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * The yardstick called COST: what one thread does with the job's own rules and no framework. Frames go in by hand, the
 * rows of channels and sites come out; nothing is checkpointed, shuffled or stored. It lies in the job's package because
 * admission and accounts are not public.
 */
public final class SingleThreadLedger implements AutoCloseable {
    private final Inventories inventories;
    private final AdmitFrame admission;
    private final Map<String, OwnerAccount> owners = new HashMap<>();
    private final Map<String, Site> sites = new TreeMap<>();
    private long refused;

    private static final class Site {
        SiteReport last;
        final Map<Long, SiteHourBook> hours = new TreeMap<>();
    }

    /** @param kafka the connection to the broker that holds the inventories */
    public SingleThreadLedger(Properties kafka) {
        inventories = new Inventories(kafka);
        admission = new AdmitFrame(inventories);
    }

    /** Takes one record in, in the order of its partition. */
    public void enter(TelemetryRecord record) {
        Admission admitted = admission.admit(record);
        refused += admitted.refused().size();
        if (admitted.key() == null) {
            return;
        }
        OwnerAccount owner = owners.computeIfAbsent(
                record.stateKey(),
                key -> new OwnerAccount(admitted.key(), Topics.generationOf(record.topic()), new OwnerLedger()));
        owner.enter(admitted, record.offset() + 1, record.appendedMillis());
    }

    /** Gives out every row that changed since the last call. */
    public void publish(Consumer<ChannelMinute> minutes, Consumer<SiteStep> steps) {
        owners.values().forEach(owner -> owner.publish(minutes, this::add, run -> {}, meter -> {}, group -> {}));
        for (Site site : sites.values()) {
            SiteReport last = site.last;
            site.hours
                    .values()
                    .forEach(book -> book.publish(
                                    last.tenant(), last.site(), last.generation(), last.ledgerStepSeconds())
                            .forEach(steps));
        }
    }

    private void add(SiteReport report) {
        Site site = sites.computeIfAbsent(BalanceSite.keyOf(report), key -> new Site());
        site.last = report;
        for (RoleDifference difference : report.differences()) {
            site.hours
                    .computeIfAbsent(SiteHourBook.hourOf(difference), hour -> new SiteHourBook())
                    .add(difference);
        }
    }

    /** How many frames or samples were refused at the door. */
    public long refused() {
        return refused;
    }

    @Override
    public void close() {
        inventories.close();
    }
}
