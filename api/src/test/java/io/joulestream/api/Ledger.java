package io.joulestream.api;

import io.joulestream.core.ledger.ChannelMinute;
import io.joulestream.core.ledger.DemandInterval;
import io.joulestream.core.ledger.EnergyBuckets;
import io.joulestream.core.ledger.JobPhase;
import io.joulestream.core.ledger.QuantityStep;
import io.joulestream.core.ledger.RunCheckpoint;
import io.joulestream.core.ledger.RunExtent;
import io.joulestream.core.ledger.RunMeterStep;
import io.joulestream.core.ledger.RunPhase;
import io.joulestream.core.ledger.RunStep;
import io.joulestream.core.ledger.SitePart;
import io.joulestream.core.ledger.SiteStep;
import io.joulestream.core.ledger.TrainingStep;
import io.joulestream.core.ledger.VolumeBuckets;
import io.joulestream.core.telemetry.Metric;
import io.joulestream.storage.Database;
import io.joulestream.storage.LedgerWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;

/** Rows for tests, in watts and hours. */
final class Ledger {
    static final String TENANT = "default";

    private final LedgerWriter writer;
    private final String tenant;
    private final long revision;

    Ledger(LedgerWriter writer, String tenant) {
        this(writer, tenant, 1);
    }

    /** @param revision of roles and parts, which may have been told before */
    Ledger(LedgerWriter writer, String tenant, long revision) {
        this.writer = writer;
        this.tenant = tenant;
        this.revision = revision;
    }

    static void fill(Database database, Consumer<Ledger> rows) {
        fill(database, TENANT, rows);
    }

    static void fill(Database database, String tenant, Consumer<Ledger> rows) {
        try (LedgerWriter writer = database.openWriter()) {
            rows.accept(new Ledger(writer, tenant));
            writer.flush();
        }
    }

    /** A role at constant power, fully read, in rows of one length. */
    void role(String site, String role, Instant from, Instant to, Duration row, long watts, long nameplateWatts) {
        role(site, role, from, to, row, measured(watts, row), nameplateWatts, 1.0);
    }

    /** @param covered share of each row that was read */
    void role(
            String site,
            String role,
            Instant from,
            Instant to,
            Duration row,
            EnergyBuckets energy,
            long nameplateWatts,
            double covered) {
        long wattMillis = Math.round(nameplateWatts * row.toMillis() * covered);
        for (Instant start = from; start.isBefore(to); start = start.plus(row)) {
            writer.write(new SiteStep(
                    tenant, site, role, start, (int) row.toSeconds(), energy, wattMillis, wattMillis, 0, 1, revision));
        }
    }

    /** A feed's, or a run's, quarter hours at constant power. */
    void demand(String site, String subject, boolean ofRun, Instant from, Instant to, long watts) {
        for (Instant start = from; start.isBefore(to); start = start.plusSeconds(900)) {
            writer.write(new DemandInterval(
                    tenant,
                    site,
                    subject,
                    ofRun,
                    start,
                    900,
                    measured(watts, Duration.ofMinutes(15)),
                    900_000,
                    900_000,
                    0,
                    1,
                    1));
        }
    }

    /** One hour of a meter of water or fuel. */
    void volume(
            String site,
            String entity,
            Metric metric,
            String kind,
            boolean check,
            Instant start,
            VolumeBuckets volume) {
        writer.write(new QuantityStep(
                tenant,
                site,
                entity,
                metric.number(),
                kind,
                check,
                start,
                3_600,
                volume,
                3_600_000,
                3_600_000,
                0,
                1,
                1));
    }

    /** A part of the balance in one hour. */
    void part(String site, String part, Instant start, long wattHours, long nameplateWatts, double covered) {
        long wattMillis = Math.round(nameplateWatts * 3_600_000L * covered);
        writer.write(new SitePart(
                tenant, site, part, start, 3_600, wattHours(wattHours, 0, 0), wattMillis, wattMillis, 1, revision));
    }

    /** One entity's minutes at constant power, fully read. */
    void entity(String site, String entity, Metric metric, Instant from, Instant to, long watts) {
        for (Instant minute = from; minute.isBefore(to); minute = minute.plusSeconds(60)) {
            writer.write(new ChannelMinute(
                    tenant,
                    site,
                    entity,
                    metric.number(),
                    minute,
                    measured(watts, Duration.ofMinutes(1)),
                    watts * 1_000,
                    watts * 1_000,
                    0,
                    60_000,
                    60_000,
                    6,
                    0,
                    1,
                    1));
        }
    }

    void run(String site, String run, Instant from, Instant to) {
        writer.write(new RunExtent(tenant, site, run, from, to, 1, 1));
    }

    /** A run's row of one hour. */
    void runHour(String site, String run, Instant start, EnergyBuckets energy, long coveredMillis, long tokens) {
        writer.write(
                new RunStep(tenant, site, run, start, 3600, energy, coveredMillis, coveredMillis, tokens, 0, 1, 1));
    }

    /** What one meter saw of a run in one hour. */
    void runMeter(
            String site,
            String run,
            String entity,
            Metric metric,
            boolean check,
            Instant start,
            EnergyBuckets energy,
            long coveredMillis) {
        writer.write(new RunMeterStep(
                tenant,
                site,
                run,
                entity,
                metric.number(),
                check,
                start,
                3600,
                energy,
                coveredMillis,
                coveredMillis,
                1,
                1));
    }

    void trainingStep(String site, String run, int attempt, long step, Instant from, Instant to, long tokens) {
        writer.write(new TrainingStep(
                tenant, site, run, attempt, step, step - 1, from, to, tokens, tokens, 1, TrainingStep.NOT_TOLD, 1, 1));
    }

    /** A run's row of one minute, fully covered by one meter. */
    void runMinute(String site, String run, Instant start, EnergyBuckets energy, long tokens) {
        writer.write(new RunStep(tenant, site, run, start, 60, energy, 60_000, 60_000, tokens, 0, 1, 1));
    }

    void phase(String site, String run, int attempt, JobPhase phase, Instant from, Instant to) {
        writer.write(new RunPhase(tenant, site, run, attempt, phase, from, to, 1, 1));
    }

    void checkpoint(String site, String run, int attempt, long step, Instant at) {
        writer.write(new RunCheckpoint(tenant, site, run, attempt, step, at, 1, 1));
    }

    static EnergyBuckets measured(long watts, Duration time) {
        return new EnergyBuckets(watts * 1000 * time.toMillis(), 0, 0);
    }

    /** Whole watt-hours. */
    static EnergyBuckets wattHours(long measured, long bridged, long estimated) {
        long microjoules = 3_600_000_000L;
        return new EnergyBuckets(measured * microjoules, bridged * microjoules, estimated * microjoules);
    }
}
