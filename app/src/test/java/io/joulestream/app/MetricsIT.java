package io.joulestream.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.joulestream.api.ApiConfig;
import io.joulestream.api.ApiServer;
import io.joulestream.api.Health;
import io.joulestream.api.LastHours;
import io.joulestream.storage.Database;
import io.joulestream.storage.KeptFrom;
import io.joulestream.storage.testing.LedgerServer;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The metrics of a process whose database is there and whose brokers are not. */
class MetricsIT {
    private static final Path OPERATIONS = Path.of("../docs/operations.md");
    private static final Pattern ROW = Pattern.compile("\\| `(joulestream_\\w+)` \\| (\\w+) \\|([^|]*)\\|.*");
    private static final Instant NOON = Instant.parse("2026-04-01T12:00:00Z");
    private static final String SITE = """
            site: hall
            kind: edge
            zone: UTC
            effectiveFrom: 2026-01-01T00:00:00Z
            itBoundary: NODE_IN
            entities:
              - { id: grid, kind: METER, role: GRID_IMPORT, nameplateW: 2000, channels: [ { metric: meter.energy.active, samplePeriod: PT60S } ] }
              - { id: n1, kind: NODE, role: NODE_IN, parent: grid, nameplateW: 1000, channels: [ { metric: node.energy, samplePeriod: PT60S } ] }
            """;
    private static final Health HEALTH = new Health(
            Health.Status.DEGRADED,
            List.of("JOB_FAILING"),
            Map.of(),
            "PLAIN",
            Optional.of(new Health.Job("RESTARTING", Optional.of(NOON))),
            Optional.of(new Health.Ledger(Map.of("TOO_OLD", 3L), Map.of("hall", NOON), List.of(), KeptFrom.ALL)),
            List.of("JOB_FAILING: why"));

    private static final AtomicInteger ASKED = new AtomicInteger();
    private static Database database;
    private static AdminDoor door;
    private static ServiceWatch watch;

    @BeforeAll
    static void open() {
        database = Database.open(LedgerServer.newEmbeddedDatabase());
        database.sites().put("default", "hall", Instant.parse("2026-01-01T00:00:00Z"), SITE);
        door = AdminDoor.open(new AdminConfig(ApiConfig.LOOPBACK, 0, Duration.ofHours(1), 4_000));
        // counts its requests from when it is made; nobody asks it anything here
        new ApiServer(
                database, tenant -> HEALTH, Clock.systemUTC(), ApiConfig.onLoopback(0, "default"), door.registry());
        MessageCounts.register(door.registry());
        door.serve(database, Optional::empty);
        watch = door.watch(
                "default",
                database,
                MetricsIT::health,
                new LedgerLag(Map.of("bootstrap.servers", "127.0.0.1:1"), "joulestream-ledger"),
                Optional.of(new Job()));
        watch.start(Duration.ofHours(1));
        Awaitility.await("the first look").until(() -> watch.seen().isPresent());
    }

    /** A job as its cluster tells of it. */
    private record Job() implements JobWatch {
        @Override
        public String state() {
            return "RESTARTING";
        }

        @Override
        public Optional<Instant> lastCheckpointAt() {
            return Optional.of(NOON);
        }

        @Override
        public Optional<JobFailure> lastFailure() {
            return Optional.empty();
        }

        @Override
        public Optional<JobCounts> counts() {
            return Optional.of(new JobCounts(2, Map.of("site_steps", new JobCounts.Sink(30, 20, 4))));
        }

        @Override
        public String whereItLogs() {
            return "here";
        }
    }

    private static Health health() {
        ASKED.incrementAndGet();
        return HEALTH;
    }

    @AfterAll
    static void close() throws Exception {
        watch.close();
        door.close();
        database.close();
    }

    @Test
    void theTableInTheDocumentationIsThatOfTheRegistry() throws Exception {
        Map<String, String> documented = new TreeMap<>();
        Map<String, Set<String>> labels = new TreeMap<>();
        for (String line : Files.readAllLines(OPERATIONS)) {
            var row = ROW.matcher(line);
            if (row.matches()) {
                documented.put(row.group(1), row.group(2));
                labels.put(row.group(1), labels(row.group(3)));
            }
        }

        Map<String, String> registered = new TreeMap<>();
        for (MetricSnapshot metric : door.registry().scrape()) {
            if (metric.getMetadata().getName().startsWith("joulestream_")) {
                String name = nameOf(metric);
                registered.put(name, typeOf(metric));
                metric.getDataPoints()
                        .forEach(point -> assertThat(point.getLabels().stream().map(label -> label.getName()))
                                .as(name)
                                .containsExactlyInAnyOrderElementsOf(labels.get(name)));
            }
        }
        assertThat(registered).hasSizeGreaterThan(20).isEqualTo(documented);
    }

    private static Set<String> labels(String cell) {
        return cell.isBlank()
                ? Set.of()
                : new TreeSet<>(Arrays.asList(cell.strip().replace("`", "").split(", ")));
    }

    private static String nameOf(MetricSnapshot metric) {
        String name = metric.getMetadata().getPrometheusName();
        return metric instanceof CounterSnapshot
                ? name + "_total"
                : metric instanceof InfoSnapshot ? name + "_info" : name;
    }

    private static String typeOf(MetricSnapshot metric) {
        return metric instanceof CounterSnapshot
                ? "counter"
                : metric instanceof InfoSnapshot ? "info" : metric instanceof HistogramSnapshot ? "histogram" : "gauge";
    }

    @Test
    void whatWasSeenIsTold() throws Exception {
        assertThat(scrape().lines())
                .contains(
                        "joulestream_ready 1.0",
                        "joulestream_health_status{status=\"DEGRADED\"} 1.0",
                        "joulestream_health_status{status=\"OK\"} 0.0",
                        "joulestream_health_reason{reason=\"JOB_FAILING\"} 1.0",
                        "joulestream_job_state{state=\"RESTARTING\"} 1.0",
                        "joulestream_job_state{state=\"RUNNING\"} 0.0",
                        "joulestream_job_last_checkpoint_timestamp_seconds 1.7750448E9",
                        "joulestream_job_restarts_total 2.0",
                        "joulestream_sink_rows_stored_total{sink=\"site_steps\"} 20.0",
                        "joulestream_dead_letters_total{code=\"TOO_OLD\"} 3.0",
                        "joulestream_site_last_data_timestamp_seconds{site=\"hall\"} 1.7750448E9",
                        "joulestream_site_coverage_ratio{of=\"facility\",site=\"hall\"} 0.0",
                        "joulestream_database_connections_max{pool=\"login\"} 16.0");
    }

    @Test
    void whatCannotBeSeenHasNoSeriesAndIsCounted() throws Exception {
        String told = scrape();

        assertThat(told)
                .doesNotContain("joulestream_kafka_lag_records")
                .doesNotContain("joulestream_site_residual_ratio");
        assertThat(told.lines())
                .contains(
                        "joulestream_snapshot_failures_total{part=\"lag\"} 1.0",
                        "joulestream_snapshot_failures_total{part=\"health\"} 0.0");
    }

    @Test
    void anErrorOfOnePartLeavesTheOthersAndTheNextLook() throws Exception {
        AtomicInteger looks = new AtomicInteger();
        try (ServiceWatch other = new ServiceWatch(
                Optional::empty,
                () -> {
                    looks.incrementAndGet();
                    throw new NoClassDefFoundError("io/joulestream/Missing");
                },
                new LedgerLag(Map.of("bootstrap.servers", "127.0.0.1:1"), "joulestream-ledger"),
                new LastHours(database.queries(), database.sites(), "default"),
                Optional.empty(),
                Clock.systemUTC(),
                new PrometheusRegistry())) {
            other.start(Duration.ofMillis(1));

            Awaitility.await("a second look").atMost(Duration.ofSeconds(60)).until(() -> looks.get() > 1);
            assertThat(other.seen()).hasValueSatisfying(seen -> {
                assertThat(seen.ready()).contains(true);
                assertThat(seen.health()).isEmpty();
                assertThat(seen.lastHours()).isPresent();
            });
        }
    }

    @Test
    void howeverOftenItIsScrapedTheServiceIsLookedAtOnce() throws Exception {
        for (int i = 0; i < 20; i++) {
            scrape();
        }

        assertThat(ASKED).hasValue(1);
    }

    private String scrape() throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(door.address() + "/metrics"))
                                .build(),
                        BodyHandlers.ofString())
                .body();
    }
}
