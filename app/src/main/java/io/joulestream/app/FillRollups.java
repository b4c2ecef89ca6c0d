package io.joulestream.app;

import static io.joulestream.app.MadeUpSite.TENANT;

import io.joulestream.app.MadeUpSite.MadeUpRun;
import io.joulestream.app.MadeUpSite.Watts;
import io.joulestream.core.ledger.EnergyBuckets;
import io.joulestream.core.ledger.RunExtent;
import io.joulestream.core.ledger.RunMeterStep;
import io.joulestream.core.ledger.RunStep;
import io.joulestream.core.ledger.SitePart;
import io.joulestream.core.ledger.SiteStep;
import io.joulestream.core.telemetry.Metric;
import io.joulestream.storage.Database;
import io.joulestream.storage.LedgerCopy;
import io.joulestream.storage.LedgerWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Months of hours of made-up sites: roles, parts of the balance, runs and what their meters saw; and the minutes of the last
 * day, which the pages begin with. Every figure has its rows and is fully read.
 */
final class FillRollups implements Fill {
    private static final int SECONDS = 3_600;
    private static final long TOKENS_AN_HOUR = 900_000_000;
    private static final Duration WITH_MINUTES = Duration.ofDays(1);
    /** Rows of a site in an hour: roles, parts, a run, and its meters. */
    private static final int ROWS_AN_HOUR = 8 + 11 + 1 + MadeUpSite.RACKS_OF_A_RUN;
    /** Of all its tables together, with their indexes, as docs/storage.md has it measured. */
    private static final long BYTES_A_ROW = 246;

    private static final int HOURS_AT_ONCE = 120;

    private final List<MadeUpSite> sites;
    private final Instant from;
    private final Instant until;

    /** @param until a whole hour */
    FillRollups(int sites, int months, Instant until) {
        this.sites = IntStream.rangeClosed(1, sites).mapToObj(MadeUpSite::of).toList();
        this.until = until.truncatedTo(ChronoUnit.HOURS);
        this.from = this.until.atZone(ZoneOffset.UTC).minusMonths(months).toInstant();
    }

    @Override
    public Map<String, String> yamlBySite() {
        Map<String, String> yaml = new TreeMap<>();
        sites.forEach(site -> yaml.put(site.site(), site.yaml()));
        return yaml;
    }

    @Override
    public long rows() {
        return Duration.between(from, until).toHours() * sites.size() * ROWS_AN_HOUR;
    }

    @Override
    public long bytes() {
        return rows() * BYTES_A_ROW;
    }

    @Override
    public String describe() {
        return sites.size() + " sites, hours from " + from + " to " + until;
    }

    @Override
    public long store(Database database, Progress progress) {
        long copied = 0;
        try (LedgerCopy copy = LedgerCopy.open(database.address())) {
            for (Instant start = from; start.isBefore(until); ) {
                Instant after = start.plus(Duration.ofHours(HOURS_AT_ONCE));
                Instant end = after.isBefore(until) ? after : until;
                for (Instant hour = afterStored(database, start, end);
                        hour.isBefore(end);
                        hour = hour.plusSeconds(SECONDS)) {
                    addHour(copy, hour);
                }
                copied += copy.store();
                progress.at(Duration.between(from, end).toHours() * sites.size() * ROWS_AN_HOUR);
                start = end;
            }
        }
        try (LedgerWriter writer = database.openWriter()) {
            writeExtents(writer);
            writeLastDay(writer);
            writer.flush();
        }
        return copied;
    }

    /** Hours are stored whole and in order, all sites together: what an earlier call stored is not stored again. */
    private Instant afterStored(Database database, Instant start, Instant end) {
        List<SiteStep> stored =
                database.queries().siteHours(TENANT, sites.get(0).site(), start, end);
        if (stored.isEmpty()) {
            return start;
        }
        if (!stored.get(0).start().equals(start)) {
            throw Fill.another(start);
        }
        return stored.get(stored.size() - 1).start().plusSeconds(SECONDS);
    }

    private void addHour(LedgerCopy copy, Instant hour) {
        for (MadeUpSite site : sites) {
            Watts watts = site.at(hour);
            roles(watts).forEach(role -> copy.addHour(step(site, role, hour, SECONDS)));
            parts(watts)
                    .forEach(part -> copy.add(new SitePart(
                            TENANT,
                            site.site(),
                            part.name(),
                            hour,
                            SECONDS,
                            energy(part.watts(), SECONDS),
                            wattMillis(part.nameplateWatts(), SECONDS),
                            wattMillis(part.nameplateWatts(), SECONDS),
                            0,
                            1)));
            addRun(copy, site, watts, hour);
        }
    }

    private static void addRun(LedgerCopy copy, MadeUpSite site, Watts watts, Instant hour) {
        String run = site.run(hour).name();
        long millis = SECONDS * 1_000L;
        copy.addHour(new RunStep(
                TENANT,
                site.site(),
                run,
                hour,
                SECONDS,
                energy(watts.ofRun(), SECONDS),
                MadeUpSite.RACKS_OF_A_RUN * millis,
                MadeUpSite.RACKS_OF_A_RUN * millis,
                TOKENS_AN_HOUR,
                0,
                0,
                1));
        for (int rack = 0; rack < MadeUpSite.RACKS_OF_A_RUN; rack++) {
            copy.add(new RunMeterStep(
                    TENANT,
                    site.site(),
                    run,
                    MadeUpSite.rack(rack + 1),
                    Metric.NODE_ENERGY.number(),
                    false,
                    hour,
                    SECONDS,
                    energy(watts.racks().get(rack), SECONDS),
                    millis,
                    millis,
                    0,
                    1));
        }
    }

    /** A role or part of the balance. */
    private record Load(String name, long watts, long nameplateWatts) {}

    private static List<Load> roles(Watts watts) {
        return List.of(
                new Load("COOLING_ELEC", watts.chiller() + watts.pump() + watts.fan(), cooling()),
                new Load("GPU", watts.gpus(), MadeUpSite.GPUS * MadeUpSite.GPU_W),
                new Load("GRID_IMPORT", watts.grid(), MadeUpSite.GRID_W),
                new Load("NETWORK", watts.network(), MadeUpSite.NETWORK_W),
                new Load("NODE_IN", watts.allRacks(), MadeUpSite.RACKS * MadeUpSite.RACK_W),
                new Load("NON_DC", watts.office(), MadeUpSite.OFFICE_W),
                new Load("PDU_OUT", watts.pdu(), MadeUpSite.PDU_W),
                new Load("STORAGE_IT", watts.storage(), MadeUpSite.STORAGE_W));
    }

    private static long cooling() {
        return MadeUpSite.CHILLER_W + MadeUpSite.PUMP_W + MadeUpSite.FAN_W;
    }

    private static List<Load> parts(Watts watts) {
        long racks = MadeUpSite.RACKS * MadeUpSite.RACK_W;
        return List.of(
                new Load("COOLING_ELEC/CHILLER/GRID_IMPORT", watts.chiller(), MadeUpSite.CHILLER_W),
                new Load("COOLING_ELEC/FAN/GRID_IMPORT", watts.fan(), MadeUpSite.FAN_W),
                new Load("COOLING_ELEC/PUMP/GRID_IMPORT", watts.pump(), MadeUpSite.PUMP_W),
                new Load("GPU//", watts.gpus(), MadeUpSite.GPUS * MadeUpSite.GPU_W),
                new Load("GRID_IMPORT/METER/", watts.grid(), MadeUpSite.GRID_W),
                new Load("GROUP//PDU_OUT", watts.allRacks(), racks),
                new Load("NETWORK/NODE/PDU_OUT", watts.network(), MadeUpSite.NETWORK_W),
                new Load("NON_DC/METER/GRID_IMPORT", watts.office(), MadeUpSite.OFFICE_W),
                new Load("PDU_OUT/PDU/GRID_IMPORT", watts.pdu(), MadeUpSite.PDU_W),
                new Load("STORAGE_IT/NODE/PDU_OUT", watts.storage(), MadeUpSite.STORAGE_W),
                new Load("UNALLOCATED//", watts.allRacks() - watts.ofRun(), racks));
    }

    private void writeExtents(LedgerWriter writer) {
        for (MadeUpSite site : sites) {
            for (Instant at = from; at.isBefore(until); at = site.run(at).end()) {
                MadeUpRun run = site.run(at);
                Instant start = run.start().isBefore(from) ? from : run.start();
                Instant end = run.end().isAfter(until) ? until : run.end();
                writer.write(new RunExtent(TENANT, site.site(), run.name(), start, end, 0, 1));
            }
        }
    }

    private void writeLastDay(LedgerWriter writer) {
        Instant start = until.minus(WITH_MINUTES).isBefore(from) ? from : until.minus(WITH_MINUTES);
        for (Instant minute = start; minute.isBefore(until); minute = minute.plusSeconds(60)) {
            for (MadeUpSite site : sites) {
                for (Load role : roles(site.at(minute.truncatedTo(ChronoUnit.HOURS)))) {
                    writer.write(step(site, role, minute, 60));
                }
            }
        }
    }

    private static SiteStep step(MadeUpSite site, Load role, Instant start, int seconds) {
        long wattMillis = wattMillis(role.nameplateWatts(), seconds);
        return new SiteStep(
                TENANT,
                site.site(),
                role.name(),
                start,
                seconds,
                energy(role.watts(), seconds),
                wattMillis,
                wattMillis,
                0,
                0,
                1);
    }

    private static EnergyBuckets energy(long watts, int seconds) {
        return new EnergyBuckets(Math.multiplyExact(watts, seconds * 1_000_000L), 0, 0);
    }

    private static long wattMillis(long watts, int seconds) {
        return watts * seconds * 1_000L;
    }
}
