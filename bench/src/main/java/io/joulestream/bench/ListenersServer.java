package io.joulestream.bench;

import com.sun.management.OperatingSystemMXBean;
import io.joulestream.api.ApiConfig;
import io.joulestream.api.ApiServer;
import io.joulestream.api.Health;
import io.joulestream.core.ledger.EnergyBuckets;
import io.joulestream.core.ledger.RunExtent;
import io.joulestream.core.ledger.RunMeterStep;
import io.joulestream.core.ledger.RunStep;
import io.joulestream.core.ledger.SiteStep;
import io.joulestream.core.telemetry.Metric;
import io.joulestream.storage.Database;
import io.joulestream.storage.LedgerWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The API over three sites with a day of history, as a process of its own, so that what it uses is nobody else's. Tells its
 * address, and what it has used whenever a line is sent to it; ends with its input.
 */
final class ListenersServer {
    static final List<String> SITES = List.of("berlin", "oslo", "paris");

    private static final String TENANT = "bench";
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration HOUR = Duration.ofHours(1);
    private static final int HISTORY_HOURS = 24;

    private static final Health HEALTH =
            new Health(Health.Status.OK, List.of(), Map.of(), "PLAIN", Optional.empty(), Optional.empty(), List.of());

    /**
     * What the process has used.
     *
     * @param cpuNanos since its start
     * @param heapBytes in use after a collection
     * @param residentBytes of the process, as the system tells
     */
    record Usage(long cpuNanos, long heapBytes, long residentBytes, int threads) {
        static Usage parse(String line) {
            String[] parts = line.split(" ");
            return new Usage(
                    Long.parseLong(parts[0]),
                    Long.parseLong(parts[1]),
                    Long.parseLong(parts[2]),
                    Integer.parseInt(parts[3]));
        }

        String text() {
            return cpuNanos + " " + heapBytes + " " + residentBytes + " " + threads;
        }
    }

    private ListenersServer() {}

    /** @param arguments seconds between two events */
    public static void main(String[] arguments) throws Exception {
        ApiConfig.Live live = new ApiConfig.Live(Duration.ofSeconds(Long.parseLong(arguments[0])), 1_900, 1_900);
        ApiConfig config = new ApiConfig(
                ApiConfig.LOOPBACK, 0, TENANT, ApiConfig.Keys.NONE, Optional.empty(), 1_000_000, live);
        try (BenchDatabase server = BenchDatabase.of(new String[0], 0);
                Database database = Database.open(server.address());
                ApiServer api = new ApiServer(
                        database, tenant -> HEALTH, Clock.systemUTC(), config, new PrometheusRegistry())) {
            SITES.forEach(site -> fill(database, site));
            api.start();
            System.out.println(api.address());
            BufferedReader asked = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
            while (asked.readLine() != null) {
                System.out.println(usage().text());
            }
        }
    }

    private static void fill(Database database, String site) {
        Instant now = Instant.now().truncatedTo(ChronoUnit.MINUTES);
        Instant hour = now.truncatedTo(ChronoUnit.HOURS);
        database.sites().put(TENANT, site, Instant.EPOCH, """
                site: %s
                kind: edge
                zone: UTC
                effectiveFrom: 2026-01-01T00:00:00Z
                itBoundary: PDU_OUT
                entities:
                  - id: meter/grid
                    kind: METER
                    role: GRID_IMPORT
                    nameplateW: 200000
                    accuracyClassPercent: 0.5
                    channels: [ { metric: meter.energy.active, samplePeriod: PT10S } ]
                  - id: meter/pdu
                    kind: PDU
                    role: PDU_OUT
                    parent: meter/grid
                    nameplateW: 150000
                    accuracyClassPercent: 0.5
                    channels: [ { metric: meter.energy.active, samplePeriod: PT10S } ]
                """.formatted(site));
        String run = "run-of-" + site;
        try (LedgerWriter writer = database.openWriter()) {
            for (int back = HISTORY_HOURS; back >= 0; back--) {
                Instant start = hour.minus(HOUR.multipliedBy(back));
                roles(writer, site, start, HOUR);
                EnergyBuckets energy = energy(90_000, HOUR);
                long millis = HOUR.toMillis();
                writer.write(new RunStep(TENANT, site, run, start, 3_600, energy, millis, millis, 4_000_000, 0, 1, 1));
                writer.write(new RunMeterStep(
                        TENANT, site, run, "node-1", Metric.NODE_POWER.number(), false, start, 3_600, energy, millis,
                        millis, 1, 1));
            }
            writer.write(new RunExtent(TENANT, site, run, hour.minus(HOUR.multipliedBy(HISTORY_HOURS)), now, 1, 1));
            for (Instant start = now.minus(HOUR.multipliedBy(HISTORY_HOURS)); start.isBefore(now);
                    start = start.plus(MINUTE)) {
                roles(writer, site, start, MINUTE);
                long millis = MINUTE.toMillis();
                writer.write(new RunStep(
                        TENANT, site, run, start, 60, energy(90_000, MINUTE), millis, millis, 66_666, 0, 1, 1));
            }
            writer.flush();
        }
    }

    private static void roles(LedgerWriter writer, String site, Instant start, Duration length) {
        role(writer, site, "GRID_IMPORT", start, length, 125_000, 200_000);
        role(writer, site, "PDU_OUT", start, length, 100_000, 150_000);
    }

    private static void role(
            LedgerWriter writer,
            String site,
            String role,
            Instant start,
            Duration length,
            long watts,
            long nameplateWatts) {
        long wattMillis = nameplateWatts * length.toMillis();
        writer.write(new SiteStep(
                TENANT, site, role, start, (int) length.toSeconds(), energy(watts, length), wattMillis, wattMillis, 0,
                1, 1));
    }

    private static EnergyBuckets energy(long watts, Duration length) {
        return new EnergyBuckets(watts * 1_000 * length.toMillis(), 0, 0);
    }

    private static Usage usage() throws IOException {
        long cpuNanos = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class)
                .getProcessCpuTime(); // before the collection, which is not the listeners'
        System.gc();
        return new Usage(
                cpuNanos,
                ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(),
                residentBytes(),
                ManagementFactory.getThreadMXBean().getThreadCount());
    }

    private static long residentBytes() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("[^0-9]", "")) << 10;
            }
        }
        throw new IOException("/proc/self/status does not tell VmRSS");
    }
}
