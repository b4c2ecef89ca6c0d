package io.joulestream.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.joulestream.app.cluster.RowVersions;
import io.joulestream.app.embedded.DataDirectory;
import io.joulestream.app.truth.CheckReport;
import io.joulestream.app.truth.LedgerCheck;
import io.joulestream.ingest.world.FaultyFeed;
import io.joulestream.ingest.world.FaultyReadings;
import io.joulestream.ingest.world.Feed;
import io.joulestream.ingest.world.FeedPlan;
import io.joulestream.ingest.world.FeedRecord;
import io.joulestream.ingest.world.TruthFile;
import io.joulestream.ingest.world.World;
import io.joulestream.ingest.world.WorldPreset;
import io.joulestream.ingest.world.WorldSite;
import io.joulestream.wire.Topics;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A running service is backed up while data flow in, more data come, database and state are wrecked, and Kafka holds no
 * more than the backup needs: after a restore the ledger becomes the one it was, row for row, pairs of generation and
 * revision included, and that is the true one.
 */
class BackupIT {
    private static final long SEED = 20_261_126;
    private static final Instant END = Instant.now().truncatedTo(java.time.temporal.ChronoUnit.HOURS);
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    @TempDir
    private Path folder;

    @Test
    void theLedgerComesBackAsItWasAndIsTrue() throws Exception {
        AppConfig config = AppConfig.load(null)
                .withDataDirectory(folder.resolve("my data"))
                .withApiPort(0);
        Path backup = folder.resolve("my 100% backup");
        World world = World.of(List.of(WorldPreset.EDGE_2RACK), SEED, END.minus(Duration.ofDays(1)), END);
        FeedPlan plan = FeedPlan.demo(world);
        TruthFile truth = TruthFile.of(world, plan, world.end());
        List<String> before;
        String later;

        try (Service service = started(config)) {
            List<FeedRecord> records = records(world, plan);
            List<String> sites = world.sites().stream().map(WorldSite::siteYaml).toList();
            int third = records.size() / 3;
            try (SyntheticSites feed = new SyntheticSites(sites, service.endpoints())) {
                feed.apply(registry(service));
                send(feed, records.subList(0, third));
                awaitRows(service, 2_000);
                CompletableFuture<Void> flowing =
                        CompletableFuture.runAsync(() -> send(feed, records.subList(third, 2 * third)));
                String said = joulestream(0, config, "db", "backup", backup.toString());
                flowing.join();
                assertThat(said).contains("it can be restored as long as Kafka holds");
                later = sites.get(0)
                        .replaceFirst("(?m)^effectiveFrom: .*$", "effectiveFrom: " + END.plus(Duration.ofDays(2)));
                registry(service).apply(later);
                send(feed, records.subList(2 * third, records.size()));
            }
            awaitTruth(service, truth);
            before = contents(service);
            assertDoctored(config);
            assertThat(service.job().state())
                    .as("a backup does not stop the job")
                    .isEqualTo("RUNNING");
            assertThat(joulestream(1, config, "db", "restore", backup.toString()))
                    .contains("is in use by");
            assertThat(joulestream(
                            1, config, "db", "backup", folder.resolve("other").toString(), "--tenant", "acme"))
                    .contains("there is no topic of tenant acme");
            assertThat(folder.resolve("other")).doesNotExist();
            deleteRecords(service, offsets(backup));
        }
        long saved = new ObjectMapper()
                .readTree(backup.resolve("manifest.json").toFile()).path("tables").findValues("rows").stream()
                        .mapToLong(JsonNode::asLong)
                        .sum();
        assertThat(saved).as("rows of the ledger and its names").isBetween(2_000L, (long) before.size() - 2_000);

        assertThat(joulestream(1, config, "db", "restore", backup.toString())).contains("holds a ledger already");
        assertThat(EmbeddedJob.newestCheckpoint(config.dataDirectory().resolve("checkpoints/retained")))
                .as("nothing is changed by a restore that is refused")
                .hasValueSatisfying(
                        path -> assertThat(path.getFileName().toString()).startsWith("chk-"));
        wreck(config);
        String restored = joulestream(0, config, "db", "restore", backup.toString());
        assertThat(restored)
                .contains("1 versions of sites were published since, and taken in from Kafka")
                .contains("go on with: joulestream up --data-dir '");

        try (Service service = started(config)) {
            awaitTruth(service, truth);
            Awaitility.await("row for row, seed " + SEED)
                    .atMost(PATIENCE)
                    .pollInterval(Duration.ofSeconds(1))
                    .untilAsserted(() -> assertThat(contents(service)).isEqualTo(before));
            assertThat(service.database()
                            .sites()
                            .versions(WorldSite.TENANT, world.sites().get(0).id()))
                    .extracting(version -> version.yaml())
                    .endsWith(later);
            Map<TopicPartition, Long> beyond = offsets(backup);
            beyond.replaceAll((partition, offset) -> offset + 1);
            deleteRecords(service, beyond);
        }
        wreck(config);

        Map<TopicPartition, Long> needed = offsets(backup);
        TopicPartition one = needed.keySet().stream()
                .filter(partition -> needed.get(partition) > 0)
                .findFirst()
                .orElseThrow();
        assertThat(joulestream(1, config, "db", "restore", backup.toString()))
                .contains("Kafka no longer holds what the backup " + backup + " goes on from, nothing was restored: ")
                .contains("topic " + one.topic() + " partition " + one.partition() + " begins at offset "
                        + (needed.get(one) + 1) + ", the backup goes on at " + needed.get(one));
        assertThat(config.dataDirectory().resolve("checkpoints/retained")).doesNotExist();
    }

    /** The newest minute is as old as the world's end, so the worst may be a warning. */
    private static void assertDoctored(AppConfig config) throws IOException {
        StringWriter terminal = new StringWriter();
        int exit = Joulestream.run(
                new PrintWriter(terminal, true),
                new PrintWriter(terminal, true),
                "db",
                "doctor",
                "--json",
                "--data-dir",
                config.dataDirectory().toString());
        JsonNode told = new ObjectMapper().readTree(terminal.toString());
        assertThat(exit)
                .as(terminal.toString())
                .isEqualTo(told.path("worst").asText().equals("ok") ? 0 : 3);
        assertThat(told.path("checks"))
                .hasSizeGreaterThan(12)
                .allSatisfy(check -> assertThat(check.path("verdict").asText())
                        .isEqualTo(
                                check.path("name").asText().equals("newest minute")
                                        ? told.path("worst").asText()
                                        : "ok"))
                .anySatisfy(check -> assertThat(check.path("found").asText())
                        .contains("GiB free for " + config.dataDirectory().resolve("postgres")));
    }

    private static Service started(AppConfig config) throws Exception {
        return Service.start(config, DataDirectory.open(config.dataDirectory()), stage -> {});
    }

    private static SiteRegistry registry(Service service) {
        return new SiteRegistry(service.database().sites(), service.endpoints().kafkaSettings(), Clock.systemUTC());
    }

    private static List<FeedRecord> records(World world, FeedPlan plan) {
        FaultyFeed feed = new FaultyFeed(
                new Feed(world, plan).framesBetween(world.start(), world.end()),
                world,
                new FaultyReadings(world, plan));
        List<FeedRecord> records = new ArrayList<>();
        feed.forEachRemaining(records::add);
        return records;
    }

    private static void send(SyntheticSites feed, List<FeedRecord> records) {
        records.forEach(feed::send);
        feed.publisher().flush();
    }

    private static void awaitRows(Service service, int rows) {
        Awaitility.await(rows + " rows")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(100))
                .until(() -> Long.parseLong(ask(service, "select count(*) from channel_minute")) >= rows);
    }

    private static void awaitTruth(Service service, TruthFile truth) {
        CheckReport report = Awaitility.await("every row stored and true, seed " + SEED)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofSeconds(1))
                .until(
                        () -> {
                            try (Connection connection = connect(service)) {
                                return LedgerCheck.compare(truth, connection);
                            }
                        },
                        r -> r.rowsWrong() == 0);
        assertThat(report.rowsChecked()).isGreaterThan(5_000);
    }

    private static List<String> contents(Service service) throws Exception {
        return RowVersions.contents(connect(service));
    }

    private static String ask(Service service, String sql) throws Exception {
        try (Connection connection = connect(service);
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            result.next();
            return result.getString(1);
        }
    }

    private static Connection connect(Service service) throws Exception {
        var address = service.endpoints().database();
        return DriverManager.getConnection(address.jdbcUrl(), address.user(), address.password());
    }

    /** Where the job goes on in each partition of telemetry. */
    private static Map<TopicPartition, Long> offsets(Path backup) throws IOException {
        Map<TopicPartition, Long> offsets = new TreeMap<>(Comparator.comparing(TopicPartition::toString));
        BackupFolder.at(backup).manifest().offsets().stream()
                .filter(place -> !place.topic().equals(Topics.INVENTORY))
                .forEach(place -> offsets.put(new TopicPartition(place.topic(), place.partition()), place.offset()));
        return offsets;
    }

    private static void deleteRecords(Service service, Map<TopicPartition, Long> before) throws Exception {
        Map<TopicPartition, RecordsToDelete> records = new TreeMap<>(Comparator.comparing(TopicPartition::toString));
        before.forEach((partition, offset) -> records.put(partition, RecordsToDelete.beforeOffset(offset)));
        try (Admin admin = Admin.create(service.endpoints().kafkaSettings())) {
            admin.deleteRecords(records).all().get();
        }
    }

    private static void wreck(AppConfig config) throws IOException {
        for (String lost : List.of("postgres/data", "checkpoints")) {
            try (Stream<Path> files = Files.walk(config.dataDirectory().resolve(lost))) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    private static String joulestream(int expected, AppConfig config, String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--data-dir", config.dataDirectory().toString()));
        StringWriter terminal = new StringWriter();
        int exit = Joulestream.run(
                new PrintWriter(terminal, true), new PrintWriter(terminal, true), all.toArray(new String[0]));
        assertThat(exit).as(terminal.toString()).isEqualTo(expected);
        return terminal.toString();
    }
}
