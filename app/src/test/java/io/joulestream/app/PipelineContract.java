package io.joulestream.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.joulestream.app.embedded.DataDirectory;
import io.joulestream.app.truth.CaptureCheck;
import io.joulestream.app.truth.CheckReport;
import io.joulestream.core.inventory.MinimalSite;
import io.joulestream.core.inventory.SampleKind;
import io.joulestream.core.telemetry.Metric;
import io.joulestream.ingest.kafka.FramePublisher;
import io.joulestream.ingest.kafka.Settlement;
import io.joulestream.ingest.mlperf.MlperfImport;
import io.joulestream.storage.LedgerQueries;
import io.joulestream.wire.Topics;
import io.joulestream.wire.v1.TelemetryFrame;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** From log files to the ledger, through a real broker, job and database. One service for all tests, a site for each. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class PipelineContract {
    private static final Path EXAMPLES = Path.of("../docs/examples/mlperf-power");
    private static final Path CAPTURE = Path.of("../core/src/test/resources/captures/h200");
    private static final Path REAL_LOGS = Path.of("../../shared/telemetry/samples/mlperf-power");
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final int parallelism;
    private AppConfig config;
    private Service service;

    PipelineContract(int parallelism) {
        this.parallelism = parallelism;
    }

    @BeforeAll
    void start() throws Exception {
        DataDirectory directory = DataDirectory.temporary();
        config = configured(AppConfig.load(null)
                .withDataDirectory(directory.path())
                .withParallelism(parallelism)
                .withApiPort(0));
        service = Service.start(config, directory, stage -> {});
    }

    AppConfig configured(AppConfig config) {
        return config;
    }

    @AfterAll
    void stop() throws Exception {
        if (service != null) { // skipped where there is no such server
            service.close();
        }
    }

    @Test
    void theShippedLogComesOutAsPlainIntegrationSays() {
        Run run = imported("shipped", EXAMPLES, "node_0_ac.txt", "node_0_dc.txt", "result_0.txt");

        assertThat(run.report().energyMillijoules()).isEqualTo("5075754897");
        assertThat(run.report().estimatedMillijoules()).isEqualTo("183823228");
        assertThat(run.report().coverage()).isEqualByComparingTo("0.966713");
        assertThat(run.report().tokens()).isEqualTo(3_932_160);
        assertThat(run.report().meters())
                .extracting(ImportedRunReport.Meter::meter, ImportedRunReport.Meter::energyMillijoules)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("meter/dc-0", "4913142301"),
                        org.assertj.core.groups.Tuple.tuple("node-0", "5075754897"));
        assertThat(run.report().reasons()).isEmpty();
    }

    /** The golden numbers are exact rational integration of the same files; 2 mJ are allowed. */
    @ParameterizedTest
    @CsvSource({
        "clean, 12091998980, 12091998980, 1.000000, 11742421871, 11742421871",
        "gappy, 12114664496, 11299532353, 0.933592, 11801763934, 11003773719"
    })
    void realLogsComeOutAsTheGoldenNumbers(
            String name, long acTotal, long acMeasured, BigDecimal coverage, long dcTotal, long dcMeasured) {
        assumeTrue(Files.isDirectory(REAL_LOGS), "no real power logs at " + REAL_LOGS + ": not checked against them");

        Run run = imported(name, REAL_LOGS, name + "_ac_power.txt", name + "_dc_power.txt", name + "_result.txt");

        ImportedRunReport.Meter dc = run.report().meters().get(0);
        ImportedRunReport.Meter ac = run.report().meters().get(1);
        assertWithin2(ac.energyMillijoules(), acTotal);
        assertWithin2(ac.measuredMillijoules(), acMeasured);
        assertWithin2(dc.energyMillijoules(), dcTotal);
        assertWithin2(dc.measuredMillijoules(), dcMeasured);
        assertThat(ac.coverage()).isEqualByComparingTo(coverage);
        assertThat(ac.coversRun()).isTrue();
        assertWithin2(run.report().energyMillijoules(), acTotal);
        assertThat(run.report().tokens()).isEqualTo(25_165_824);
    }

    /** The board's counter cut at each phase's edges; a second import of the same directory changes no row. */
    @Test
    void theCaptureOfARealGpuComesOutAsItsCounterSays(@TempDir Path folder) throws Exception {
        String site = "real-gpu";
        Ended first = joulestream("import", "capture", CAPTURE.toString(), "--site", site, "--json");
        List<String> before = rows(site);
        Ended second = joulestream("import", "capture", CAPTURE.toString(), "--site", site, "--json");

        assertThat(List.of(first.exit(), second.exit())).as(first.terminal()).containsOnly(0);
        assertThat(first.terminal())
                .contains("node-0 as NODE_IN without a meter of its own")
                .contains("node-0/gpu0 as GPU, a reading every PT0.1S, at most 900 W")
                .contains("energy of the GPU boards; host and cooling are not metered");
        JsonNode report = lastLine(first);
        assertThat(report.get("boundary").asText()).isEqualTo("GPU boards; host and cooling are not metered");
        assertThat(report.get("runs"))
                .extracting(run -> String.join(
                        " ",
                        run.get("run").asText(),
                        run.get("energy_mj").asText(),
                        run.get("tokens").asText(),
                        run.get("gauge_off_share").decimalValue().toPlainString()))
                .containsExactly(
                        "real-gpu-fp32 13045069 221184 -0.022096",
                        "real-gpu-tf32 9752184 565248 -0.03486",
                        "real-gpu-fp16 8424806 1146880 0.002034",
                        "real-gpu-bf16 9430741 1310720 -0.004602",
                        "real-gpu-fp8 9923999 1261568 -0.034179",
                        "real-gpu-bf16-restart 8623843 1146880 0.00018");
        assertThat(report.get("runs")).allSatisfy(run -> {
            assertThat(run.get("retained_tokens")).isEqualTo(run.get("tokens"));
            assertThat(run.get("reasons")).isEmpty();
        });
        assertThat(report.get("runs").get(5).get("attempts").asInt()).isEqualTo(2);
        assertThat(deadLetters(site)).isEmpty();
        assertThat(before).hasSizeGreaterThan(20);
        assertThat(rows(site)).isEqualTo(before);
        assertThat(lastLine(second)).isEqualTo(report);
        assertThatTheApiFinds(report.get("runs"));
        Ended later = joulestream("import", "capture", anHourLater(folder).toString(), "--site", site);
        assertThat(later.exit()).isEqualTo(1);
        assertThat(later.terminal())
                .contains("run real-gpu-fp32 is another's: of an import into site real-gpu; give another --run");
        Ended underOtherNames = joulestream("import", "capture", CAPTURE.toString(), "--site", site, "--run", "again");
        assertThat(underOtherNames.exit()).isEqualTo(1);
        assertThat(underOtherNames.terminal())
                .contains("imported into site real-gpu before", "give the same --run again");
        Ended elsewhere = joulestream("import", "capture", CAPTURE.toString(), "--site", "real-gpu-2", "--run", site);
        assertThat(elsewhere.exit()).isEqualTo(1);
        assertThat(elsewhere.terminal()).contains("an import into site real-gpu; give another --run");
        assertThat(asked("/v1/sites").toString())
                .as("a refused import leaves no site")
                .doesNotContain("real-gpu-2");
        assertThat(rows(site)).isEqualTo(before);
        assertThatTheCheckSeesAnotherCounterAndAnotherLog(site, folder);
    }

    /** Another capture whose phases have the same names. */
    private static Path anHourLater(Path folder) throws IOException {
        Files.copy(CAPTURE.resolve("about.json"), folder.resolve("about.json"));
        for (String file : List.of("nvml.csv", "steps.jsonl")) {
            String later = Pattern.compile("\\b1795717\\d{6}\\b")
                    .matcher(Files.readString(CAPTURE.resolve(file)))
                    .replaceAll(time -> Long.toString(Long.parseLong(time.group()) + 3_600_000));
            Files.writeString(folder.resolve(file), later);
        }
        return folder;
    }

    /** Page by page, wherever they stand in the list. */
    private void assertThatTheApiFinds(JsonNode imported) throws Exception {
        List<String> listed = new ArrayList<>();
        JsonNode page = asked("/v1/runs?limit=1");
        while (page.get("next_cursor").isTextual()) {
            page.get("runs").forEach(run -> listed.add(run.get("run").asText()));
            page = asked("/v1/runs?limit=1&cursor=" + page.get("next_cursor").asText());
        }
        page.get("runs").forEach(run -> listed.add(run.get("run").asText()));
        JsonNode restarted = asked("/v1/runs/real-gpu-bf16-restart");

        assertThat(imported)
                .extracting(run -> run.get("run").asText())
                .allSatisfy(run -> assertThat(listed).contains(run));
        assertThat(restarted.get("energy_mj").asText()).isEqualTo("8623843");
        assertThat(restarted.get("attempts").asInt()).isEqualTo(2);
        assertThat(restarted.get("flags")).extracting(JsonNode::asText).contains("REST_UNMETERED");
        assertThat(restarted.get("training").get("tokens").get("redone").asLong())
                .isZero();
        assertThat(restarted.get("training").get("uses"))
                .filteredOn(use -> use.get("use").asText().equals("IDLE"))
                .singleElement()
                .matches(use -> use.get("energy_mj").asLong() > 0);
    }

    private JsonNode asked(String path) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create(service.endpoints().api().orElseThrow() + path))
                .build();
        HttpResponse<String> answer = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return new ObjectMapper().readTree(answer.body());
    }

    /** What the demo holds the ledger against must notice one changed reading, and one step more or less. */
    private void assertThatTheCheckSeesAnotherCounterAndAnotherLog(String site, Path folder) throws Exception {
        String table = Files.readString(CAPTURE.resolve("nvml.csv"));
        String log = Files.readString(CAPTURE.resolve("steps.jsonl"));

        CaptureCheck.Result right = check(site, folder, table, log);
        CaptureCheck.Result counter = check(site, folder, table.replace(",20354422,", ",20354423,"), log);
        CaptureCheck.Result tokens = check(site, folder, table, log.replaceFirst("8192", "8193"));
        CaptureCheck.Result edge = check(
                site,
                folder,
                table,
                log.replace("1795717661505, \"event\": \"phase_start", "1795717661504, \"event\": \"phase_start"));

        assertThat(right.firstWrong()).isEmpty();
        assertThat(right.rowsChecked()).isGreaterThan(24);
        assertThat(counter.firstWrong())
                .extracting(CheckReport.WrongRow::table)
                .as(counter.toString())
                .contains("run_minute");
        assertThat(tokens.firstWrong()).singleElement().matches(row -> row.key().equals("real-gpu-fp32 tokens"));
        assertThat(edge.firstWrong())
                .extracting(CheckReport.WrongRow::table)
                .containsExactlyInAnyOrder("run_minute", "run_hour", "run_extent");
    }

    private CaptureCheck.Result check(String site, Path folder, String table, String log) throws Exception {
        Files.writeString(folder.resolve("nvml.csv"), table);
        Files.writeString(folder.resolve("steps.jsonl"), log);
        try (Connection connection = DriverManager.getConnection(
                service.endpoints().database().jdbcUrl(),
                service.endpoints().database().user(),
                service.endpoints().database().password())) {
            return CaptureCheck.compare(folder, config.tenant(), site, Duration.ofMillis(300), connection);
        }
    }

    private static JsonNode lastLine(Ended ended) throws IOException {
        return new ObjectMapper().readTree(ended.terminal().strip().lines().reduce("", (earlier, line) -> line));
    }

    @Test
    void aSecondImportChangesNoRow() throws SQLException {
        String site = "twice";
        imported(site, EXAMPLES, "node_0_ac.txt", "node_0_dc.txt", "result_0.txt");
        List<String> before = rows(site);

        imported(site, EXAMPLES, "node_0_ac.txt", "node_0_dc.txt", "result_0.txt");

        assertThat(before).hasSizeGreaterThan(40);
        assertThat(rows(site)).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void anyOrderOfWholeFramesGivesTheSameRun(long seed) throws Exception {
        String site = "order-" + seed;
        MlperfImport.Outcome.Ready logs = logs(site, EXAMPLES, "node_0_ac.txt", "node_0_dc.txt", "result_0.txt");
        List<TelemetryFrame> frames = new ArrayList<>(logs.frames());
        Collections.shuffle(frames, new Random(seed));
        publishSite(site);

        try (ImportTarget target = ImportTarget.running(service.endpoints())) {
            target.send(config, config.tenant(), frames);
        }

        ImportedRunReport report = report(site);
        assertThat(report.energyMillijoules()).as("seed %d", seed).isEqualTo("5075754897");
        assertThat(report.measuredMillijoules()).as("seed %d", seed).isEqualTo("4891931669");
        assertThat(report.coverage()).as("seed %d", seed).isEqualByComparingTo("0.966713");
        assertThat(report.tokens()).as("seed %d", seed).isEqualTo(3_932_160);
        assertThat(deadLetters(site)).as("seed %d", seed).isEmpty();
    }

    @Test
    void threePartsOfOneLogSentAtOnceByThreeImportersAreOneRun(@TempDir Path folder) throws Exception {
        List<String> lines = Files.readAllLines(EXAMPLES.resolve("node_0_ac.txt"));
        ExecutorService importers = Executors.newFixedThreadPool(3);
        List<Future<Run>> parts = new ArrayList<>();
        for (int part = 0; part < 3; part++) {
            Path file = folder.resolve("part-" + part + ".txt");
            int from = lines.size() * part / 3;
            int to = lines.size() * (part + 1) / 3;
            Files.write(file, lines.subList(from, to));
            parts.add(importers.submit(() -> imported("parts", file, null, EXAMPLES.resolve("result_0.txt"))));
        }
        for (Future<Run> part : parts) {
            part.get();
        }
        importers.shutdown();

        ImportedRunReport report = report("parts");
        assertThat(report.energyMillijoules()).isEqualTo("5075754897");
        assertThat(report.coverage()).isEqualByComparingTo("0.966713");
        assertThat(report.tokens()).isEqualTo(3_932_160);
        assertThat(deadLetters("parts")).isEmpty();
    }

    @Test
    void aLogThatEndsBeforeItsRunIsNotReportedAsComplete(@TempDir Path folder) throws IOException {
        List<String> lines = Files.readAllLines(EXAMPLES.resolve("node_0_ac.txt"));
        Path half = folder.resolve("half.txt");
        Files.write(half, lines.subList(0, lines.size() / 2));

        Run run = imported("half", half, null, EXAMPLES.resolve("result_0.txt"));

        assertThat(run.report().meters()).singleElement().matches(meter -> !meter.coversRun());
        assertThat(run.report().reasons()).containsExactly("METER_DOES_NOT_COVER");
        assertThat(run.report().joulesPerToken()).isNull();
    }

    @Test
    void badRecordsAreCountedAndStopNothing() throws Exception {
        byte[] unknownSite = logs("nowhere", EXAMPLES, "node_0_ac.txt", null, "result_0.txt")
                .frames()
                .get(0)
                .toByteArray();
        long before = service.database().queries().deadLetterTotal(config.tenant());

        sendRaw(Map.of("default|nowhere|node-0", unknownSite));
        sendRaw(Map.of("default|bad|node-0", "not a frame".getBytes(StandardCharsets.UTF_8)));
        sendRaw(Map.of("default|other|node-0", unknownSite));
        Run after = imported("after-bad", EXAMPLES, "node_0_ac.txt", null, "result_0.txt");

        assertThat(after.report().energyMillijoules()).isEqualTo("5075754897");
        assertThat(service.job().state()).isEqualTo("RUNNING");
        assertThat(deadLetters("nowhere")).as("waits for its inventory").isEmpty();
        assertThat(deadLetters("")).contains("DECODE_ERROR", "TENANT_MISMATCH");
        assertThat(allDeadLetters() - before).isGreaterThanOrEqualTo(1);
    }

    @Test
    void aFrameThatCameBeforeItsInventoryEntersOnceWhenTheInventoryComes() throws Exception {
        byte[] early = logs("early", EXAMPLES, "node_0_ac.txt", "node_0_dc.txt", "result_0.txt")
                .frames()
                .get(0)
                .toByteArray();
        sendRaw(Map.of("default|early|node-0", early));

        Run run = imported("early", EXAMPLES, "node_0_ac.txt", "node_0_dc.txt", "result_0.txt");

        assertThat(run.report().energyMillijoules()).isEqualTo("5075754897");
        assertThat(deadLetters("early")).isEmpty();
    }

    @Test
    void anImportIntoASiteWithoutThatNodeIsRefusedBeforeAnythingIsSent() throws Exception {
        String yaml = MinimalSite.of(config.tenant(), "other-node")
                .node("rack-7", Duration.ofSeconds(2), SampleKind.INSTANT, 20_000_000)
                .toYaml();
        new SiteRegistry(service.database().sites(), service.endpoints().kafkaSettings(), Clock.systemUTC())
                .apply(yaml);

        assertThatThrownBy(() -> imported("other-node", EXAMPLES, "node_0_ac.txt", null, "result_0.txt"))
                .hasMessageContaining("site other-node has no node-0");
        assertThat(rows("other-node")).isEmpty();
    }

    @Test
    void aFileThatTellsOldHoursAgainIsRefusedBeforeAnythingIsSent(@TempDir Path folder) throws Exception {
        String site = "old-hours";
        Path first = table(folder, Instant.parse("2024-03-01T00:00:00Z"), 1_000);
        Path second = table(folder, Instant.parse("2024-03-01T01:30:00Z"), 2_000);
        assertThat(importTable(site, first).exit()).isZero();
        List<String> rows = rows(site);
        long letters = allDeadLetters();
        long sent = recordsSent();

        Ended refused = importTable(site, second);

        assertThat(refused.exit()).as(refused.terminal()).isEqualTo(1);
        assertThat(refused.terminal())
                .contains("HISTORY_OVERLAP", "nothing was sent")
                .contains("node-0, 2024-03-01T01:00:00Z to 2024-03-01T02:00:00Z (1 hour): the import of producer ")
                .contains("joulestream site rebuild " + site + " --from 2024-03-01T01:00:00Z");
        assertThat(recordsSent()).isEqualTo(sent);
        assertThat(allDeadLetters()).isEqualTo(letters);
        assertThat(rows(site)).isEqualTo(rows);
        assertThat(importTable(site, first).exit()).as("the same file again").isZero();
        assertThat(rows(site)).isEqualTo(rows);
    }

    @Test
    void oldHoursThatCameByNoImportAreNotToldAgain(@TempDir Path folder) throws Exception {
        String site = "sent-live";
        publishSite(site);
        try (ImportTarget target = ImportTarget.running(service.endpoints())) {
            target.send(
                    config,
                    config.tenant(),
                    logs(site, EXAMPLES, "node_0_ac.txt", null, "result_0.txt").frames());
        }
        List<String> lines = Files.readAllLines(EXAMPLES.resolve("node_0_ac.txt"));
        Path part = Files.write(folder.resolve("part.txt"), lines.subList(0, lines.size() / 2));

        assertThatThrownBy(() -> imported(site, part, null, EXAMPLES.resolve("result_0.txt")))
                .hasMessageContaining("HISTORY_OVERLAP")
                .hasMessageContaining("node-0, 2025-11-24T16:00:00Z to 2025-11-24T17:00:00Z (1 hour): "
                        + "readings that no recorded import told");
    }

    @Test
    void oldHoursOfOneOwnerDoNotStandInTheWayOfAnothers(@TempDir Path folder) throws Exception {
        String site = "two-owners";
        publishSite(site);
        Path lines = EXAMPLES.resolve("node_0_ac.txt");
        Path other = Files.write(
                folder.resolve("other.txt"),
                Files.readAllLines(lines).subList(0, Files.readAllLines(lines).size() / 2));
        imported(site, lines, null, EXAMPLES.resolve("result_0.txt"));

        Run both = imported(site, lines, EXAMPLES.resolve("node_0_dc.txt"), EXAMPLES.resolve("result_0.txt"));

        assertThat(both.report().meters())
                .extracting(ImportedRunReport.Meter::meter)
                .containsExactly("meter/dc-0", "node-0");
        assertThat(both.report().energyMillijoules()).isEqualTo("5075754897");
        assertThatThrownBy(() -> imported(site, lines, other, EXAMPLES.resolve("result_0.txt")))
                .hasMessageContaining("HISTORY_OVERLAP")
                .hasMessageContaining("meter/dc-0, ")
                .hasMessageNotContaining("node-0, ");
    }

    @Test
    void hoursYoungerThanAcceptHistoryAreLeftToTheLedger(@TempDir Path folder) throws Exception {
        Instant yesterday = Instant.now().truncatedTo(ChronoUnit.DAYS).minus(Duration.ofDays(1));
        assertThat(importTable("young-hours", table(folder, yesterday, 1_000)).exit())
                .isZero();

        Ended again = importTable("young-hours", table(folder, yesterday.plusSeconds(600), 2_000));

        assertThat(again.exit()).as(again.terminal()).isZero();
        assertThat(deadLetters("young-hours")).isNotEmpty();
    }

    // ---- how a test imports and looks

    private record Ended(int exit, String terminal) {}

    /** Two hours, a reading a minute. */
    private static Path table(Path folder, Instant first, int watts) throws IOException {
        StringBuilder text = new StringBuilder("time,watts\n");
        for (int minute = 0; minute < 120; minute++) {
            text.append(first.plusSeconds(60L * minute))
                    .append(',')
                    .append(watts)
                    .append('\n');
        }
        return Files.writeString(folder.resolve(watts + ".csv"), text);
    }

    private Ended importTable(String site, Path file) {
        return joulestream("import", "csv", file.toString(), "--site", site);
    }

    private Ended joulestream(String... command) {
        List<String> arguments = new ArrayList<>(List.of(command));
        arguments.addAll(List.of("--data-dir", config.dataDirectory().toString()));
        StringWriter terminal = new StringWriter();
        int exit = Joulestream.run(
                new PrintWriter(terminal, true), new PrintWriter(terminal, true), arguments.toArray(String[]::new));
        return new Ended(exit, terminal.toString());
    }

    @Test
    void theDatabaseOfTheRunningServiceTellsHowItIs() throws Exception {
        imported("of-status", EXAMPLES, "node_0_ac.txt", "node_0_dc.txt", "result_0.txt");

        Ended human = joulestream("db", "status");
        Ended program = joulestream("db", "status", "--json");
        Ended migrated = joulestream("db", "migrate");
        JsonNode again = new ObjectMapper()
                .readTree(joulestream("db", "migrate", "--json").terminal());
        Ended kept = joulestream("db", "keep");

        String edition = service.database().edition().name().toLowerCase(Locale.ROOT);
        assertThat(human.terminal()).contains("edition    " + edition + ": PostgreSQL ", "channel_minute");
        JsonNode body = new ObjectMapper().readTree(program.terminal());
        assertThat(body.get("edition").asText()).isEqualTo(edition);
        assertThat(body.get("migrations_pending").asInt()).isZero();
        assertThat(body.get("lag_seconds").asLong()).isPositive();
        assertThat(body.get("tables").findValuesAsText("name")).contains("run_hour", "site_version");
        assertThat(migrated.terminal())
                .contains("the schema has version " + body.get("schema_version").asText() + " already");
        assertThat(List.of(again.get("schema_version"), again.get("schema_version_before")))
                .containsOnly(body.get("schema_version"));
        assertThat(kept.terminal()).contains("minutes of channels are kept from ", "; 0 rows and 0 chunks removed");
        assertThat(List.of(human.exit(), program.exit(), migrated.exit(), kept.exit()))
                .containsOnly(0);
    }

    /** How many records the telemetry topic has taken. */
    private long recordsSent() throws Exception {
        String topic = Topics.telemetry(config.tenant());
        try (Admin admin = Admin.create(service.endpoints().kafkaSettings())) {
            Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
            admin.describeTopics(List.of(topic))
                    .allTopicNames()
                    .get()
                    .get(topic)
                    .partitions()
                    .forEach(partition ->
                            ends.put(new TopicPartition(topic, partition.partition()), OffsetSpec.latest()));
            return admin.listOffsets(ends).all().get().values().stream()
                    .mapToLong(ListOffsetsResult.ListOffsetsResultInfo::offset)
                    .sum();
        }
    }

    private record Run(ImportedRunReport report, String terminal) {}

    private Run imported(String site, Path folder, String ac, String dc, String result) {
        return imported(site, folder.resolve(ac), dc == null ? null : folder.resolve(dc), folder.resolve(result));
    }

    /** Through the command line, into the running service. */
    private Run imported(String site, Path ac, Path dc, Path result) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        List<String> arguments = new ArrayList<>(List.of(
                "import",
                "mlperf-power",
                "--data-dir",
                config.dataDirectory().toString(),
                "--ac",
                ac.toString(),
                "--mllog",
                result.toString(),
                "--run",
                "run-" + site,
                "--site",
                site));
        if (dc != null) {
            arguments.addAll(List.of("--dc", dc.toString()));
        }
        int exit = Joulestream.run(
                new PrintWriter(out, true), new PrintWriter(err, true), arguments.toArray(new String[0]));
        if (exit != 0) {
            throw new AssertionError(err.toString());
        }
        return new Run(report(site), out.toString());
    }

    private ImportedRunReport report(String site) {
        LedgerQueries ledger = service.database().queries();
        return ImportedRunReport.of(ledger, config.tenant(), site, "run-" + site, true);
    }

    private MlperfImport.Outcome.Ready logs(String site, Path folder, String ac, String dc, String result) {
        return (MlperfImport.Outcome.Ready) MlperfImport.read(new MlperfImport.Request(
                config.tenant(),
                site,
                List.of(folder.resolve(ac)),
                Optional.ofNullable(dc).map(folder::resolve),
                Optional.of(folder.resolve(result)),
                Optional.of("run-" + site),
                Optional.empty()));
    }

    private void publishSite(String site) throws InterruptedException {
        Duration period = Duration.ofSeconds(2);
        String yaml = MinimalSite.of(config.tenant(), site)
                .node("node-0", period, SampleKind.INSTANT, 20_000_000)
                .check("meter/dc-0", "node-0", Metric.METER_POWER_ACTIVE, period, SampleKind.INSTANT, 20_000_000)
                .toYaml();
        new SiteRegistry(service.database().sites(), service.endpoints().kafkaSettings(), Clock.systemUTC())
                .apply(yaml);
    }

    /** Sends records as they are and waits until they are settled. */
    private void sendRaw(Map<String, byte[]> records) throws Exception {
        Properties settings = new Properties();
        settings.putAll(service.endpoints().kafkaSettings());
        String topic = Topics.telemetry(config.tenant());
        try (KafkaProducer<String, byte[]> producer =
                        new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer());
                FramePublisher publisher =
                        new FramePublisher(service.endpoints().kafkaSettings(), topic);
                Admin admin = Admin.create(settings)) {
            for (Map.Entry<String, byte[]> entry : records.entrySet()) {
                RecordMetadata sent = producer.send(new ProducerRecord<>(topic, entry.getKey(), entry.getValue()))
                        .get();
                Settlement.Outcome outcome = new Settlement(admin, config.group(), publisher::nudge)
                        .await(Map.of(new TopicPartition(topic, sent.partition()), sent.offset()), PATIENCE);
                assertThat(outcome).isEqualTo(new Settlement.Outcome.Settled());
            }
        }
    }

    private static void assertWithin2(String millijoules, long golden) {
        assertThat(Long.parseLong(millijoules)).isBetween(golden - 2, golden + 2);
    }

    private List<String> deadLetters(String site) throws SQLException {
        return query("select code from dead_letter where site = '" + site + "' order by code");
    }

    private long allDeadLetters() throws SQLException {
        return Long.parseLong(query("select count(*) from dead_letter").get(0));
    }

    /** Every ledger row of a site, with the transaction that wrote it: a row written again would differ. */
    private List<String> rows(String site) throws SQLException {
        String ofSite = "(select site_id from site where site = '" + site + "')";
        List<String> rows = new ArrayList<>();
        for (String table : List.of("site_minute", "site_hour", "run_minute", "run_hour", "run_extent")) {
            rows.addAll(query("select '" + table + "', t.xmin, t.ctid, t.* from " + table + " t where site_id in "
                    + ofSite + " order by t.ctid"));
        }
        rows.addAll(query("select 'channel_minute', t.xmin, t.ctid, t.* from channel_minute t join channel c using "
                + "(channel_id) where c.site_id in " + ofSite + " order by t.ctid"));
        rows.addAll(query("select 'run_meter_hour', t.xmin, t.ctid, t.* from run_meter_hour t join channel c using "
                + "(channel_id) where c.site_id in " + ofSite + " order by t.ctid"));
        return rows;
    }

    private List<String> query(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(
                        service.endpoints().database().jdbcUrl(),
                        service.endpoints().database().user(),
                        service.endpoints().database().password());
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            List<String> rows = new ArrayList<>();
            while (result.next()) {
                StringBuilder row = new StringBuilder();
                for (int column = 1; column <= result.getMetaData().getColumnCount(); column++) {
                    row.append(column == 1 ? "" : "|").append(result.getString(column));
                }
                rows.add(row.toString());
            }
            return rows;
        }
    }
}
