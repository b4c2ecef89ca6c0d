package io.joulestream.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.joulestream.app.embedded.DataDirectory;
import io.joulestream.app.embedded.EmbeddedServers;
import io.joulestream.core.inventory.SiteGeneration;
import io.joulestream.core.ledger.SiteStep;
import io.joulestream.core.telemetry.Metric;
import io.joulestream.ingest.kafka.FramePublisher;
import io.joulestream.ingest.kafka.Settlement;
import io.joulestream.ingest.kafka.SiteForwarder;
import io.joulestream.ingest.kafka.TelemetryTopics;
import io.joulestream.storage.DeadLetterCount;
import io.joulestream.wire.SeriesValues;
import io.joulestream.wire.SlotTimes;
import io.joulestream.wire.Topics;
import io.joulestream.wire.kafka.InventoryReader;
import io.joulestream.wire.v1.Entity;
import io.joulestream.wire.v1.EntityKind;
import io.joulestream.wire.v1.Series;
import io.joulestream.wire.v1.TelemetryFrame;
import io.joulestream.wire.v1.ValueKind;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** {@code site rebuild} through a real broker, job and database. One service for all tests, a site for each. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RebuildIT {
    private static final long STEP_MILLIS = 10_000;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Whole hours, so that no reading is lost on their edges; old enough to be complete. */
    private final Instant first = Instant.now().truncatedTo(ChronoUnit.HOURS).minus(Duration.ofHours(4));

    private final Instant second = first.plus(Duration.ofHours(1));
    private final Instant end = first.plus(Duration.ofHours(2));

    private AppConfig config;
    private Service service;

    @BeforeAll
    void start() throws Exception {
        DataDirectory directory = DataDirectory.temporary();
        config = AppConfig.load(null).withDataDirectory(directory.path()).withApiPort(0);
        service = Service.start(config, directory, stage -> {});
    }

    @AfterAll
    void stop() throws Exception {
        service.close();
    }

    @Test
    void lateReadingsAndCorrectionsAreAppliedAndTheLedgerIsTheTruth() throws Exception {
        String site = "late";
        apply(yaml(site, "1", true));
        apply(yaml("neighbour", "1", true));
        send(Topics.telemetry(config.tenant()), twoHours("neighbour", "feed-a"));
        List<TelemetryFrame> frames = twoHours(site, "feed-a");
        TelemetryFrame late = frame(site, "feed-a", "late", 1, second.plusMillis(1_205_000), 9_000)
                .build();
        TelemetryFrame correction = frame(site, "feed-a", "agent", 1_000, second.plusMillis(2_400_000), 20)
                .setCorrection(true)
                .build();
        send(Topics.telemetry(config.tenant()), frames);
        send(Topics.telemetry(config.tenant()), List.of(late, correction));
        Map<Long, Long> told = readings(frames);
        assertThat(hour(site, "GRID_IMPORT", second)).isEqualTo(joules(told, second));
        assertThat(codes(site)).containsExactlyInAnyOrder("LATE_REDUNDANT", "CORRECTION_LATE");
        long firstHour = hour(site, "GRID_IMPORT", first);
        List<SiteStep> neighbour = hours("neighbour");

        String terminal = rebuild(site, second);

        told.putAll(readings(List.of(late)));
        told.putAll(readings(List.of(correction)));
        assertThat(hour(site, "GRID_IMPORT", second)).as(terminal).isEqualTo(joules(told, second));
        assertThat(hour(site, "GRID_IMPORT", first)).isEqualTo(firstHour);
        assertThat(hours(site)).extracting(SiteStep::generation).contains(0, 1);
        assertThat(hours("neighbour")).isEqualTo(neighbour);
        // the letters of the old topic stay; the value that was corrected is told by the new one
        assertThat(codes(site)).containsExactlyInAnyOrder("LATE_REDUNDANT", "CORRECTION_LATE", "DUP_CONFLICT");
        assertThat(terminal).contains("published generation 1 of site late", "settled; energy from " + second);

        // and a second time nothing is left to correct
        assertThat(rebuild(site, second)).contains("published generation 2", "settled; no hour of the site changed");
    }

    @Test
    void whatSendersStillWriteToTheOldTopicIsForwarded() throws Exception {
        String site = "moving";
        apply(yaml(site, "1", true));
        List<TelemetryFrame> frames = twoHours(site, "feed-a");
        send(Topics.telemetry(config.tenant()), frames.subList(0, 90));
        rebuild(site, first);

        send(Topics.telemetry(config.tenant()), frames.subList(90, frames.size()));

        Map<Long, Long> told = readings(frames);
        await(() -> hour(site, "GRID_IMPORT", second) == joules(told, second));
        await(() -> hours(site).stream().allMatch(step -> step.generation() == 1));
        assertThat(hour(site, "GRID_IMPORT", first)).isEqualTo(joules(told, first));
        assertThat(codes(site)).isEmpty();
    }

    @Test
    void aVersionAboutThePastHoldsFromTheFloorOnAndWhatWasNotThereIsGone(@TempDir Path folder) throws Exception {
        String site = "wrong-ratio";
        apply(yaml(site, "1", true));
        List<TelemetryFrame> feed = twoHours(site, "feed-a");
        send(Topics.telemetry(config.tenant()), feed);
        send(Topics.telemetry(config.tenant()), twoHours(site, "chiller"));
        Map<Long, Long> told = readings(feed);
        assertThat(hour(site, "COOLING_ELEC", second)).isEqualTo(joules(told, second));
        Path corrected = Files.writeString(
                folder.resolve("site.yaml"),
                yaml(site, "1.04", false).replace("2015-01-01T00:00:00Z", second.toString()));

        String refused = run(1, "site", "apply", corrected.toString());
        String terminal = rebuild(site, second, "--apply", corrected.toString(), "--reason", "CT_RATIO");

        assertThat(refused).contains("site rebuild " + site, "--apply");
        assertThat(hour(site, "GRID_IMPORT", first)).isEqualTo(joules(told, first));
        assertThat(hour(site, "GRID_IMPORT", second)).as(terminal).isEqualTo(joules(told, second) * 104 / 100);
        assertThat(hour(site, "COOLING_ELEC", first)).isEqualTo(joules(told, first));
        assertThat(hours(site).stream()
                        .filter(step -> step.role().equals("COOLING_ELEC"))
                        .map(SiteStep::start))
                .containsExactly(first);
        assertThat(service.database().queries().siteMinutes(config.tenant(), site, second, end).stream()
                        .map(SiteStep::role)
                        .distinct())
                .containsExactly("GRID_IMPORT");
    }

    @Test
    void aReadingFromBeforeTheFloorIsRefusedWithItsCode() throws Exception {
        String site = "floor";
        apply(yaml(site, "1", true));
        send(Topics.telemetry(config.tenant()), twoHours(site, "feed-a"));
        rebuild(site, second);
        long before = hour(site, "GRID_IMPORT", first);

        send(
                Topics.telemetry(config.tenant(), site, 1),
                List.of(frame(site, "feed-a", "later", 1, first.plusMillis(1_205_000), 9_000)
                        .build()));

        assertThat(codes(site)).containsExactly("BEFORE_FLOOR");
        assertThat(hour(site, "GRID_IMPORT", first)).isEqualTo(before);
    }

    @Test
    void aVersionThatOnlyAddsMayStartADayAgoAndIsHeldAgainstTheOneInForceThen(@TempDir Path folder) throws Exception {
        String site = "adds";
        Instant tomorrow = Instant.now().truncatedTo(ChronoUnit.HOURS).plus(Duration.ofDays(1));
        Instant longAgo = Instant.now().truncatedTo(ChronoUnit.HOURS).minus(Duration.ofHours(25));
        apply(yaml(site, "1", false));
        apply(yaml(site, "2", false).replace("2015-01-01T00:00:00Z", tomorrow.toString()));
        Path added = Files.writeString(
                folder.resolve("site.yaml"), yaml(site, "1", true).replace("2015-01-01T00:00:00Z", first.toString()));
        Path tooEarly = Files.writeString(
                folder.resolve("early.yaml"),
                yaml(site, "1", true).replace("2015-01-01T00:00:00Z", longAgo.toString()));

        assertThat(run(1, "site", "apply", tooEarly.toString())).contains("only adds entities may not start before");
        assertThat(run(0, "site", "apply", added.toString()))
                .contains("is at version 3, from " + first, "it applies until " + tomorrow);
        send(Topics.telemetry(config.tenant()), twoHours(site, "chiller"));

        assertThat(codes(site)).isEmpty();
        assertThat(hour(site, "COOLING_ELEC", first)).isPositive();
    }

    @Test
    void aVersionMayNotBeginBeforeTheFloor(@TempDir Path folder) throws Exception {
        String site = "too-early";
        apply(yaml(site, "1", true));
        send(Topics.telemetry(config.tenant()), twoHours(site, "feed-a"));
        Path file = Files.writeString(
                folder.resolve("site.yaml"), yaml(site, "2", true).replace("2015-01-01T00:00:00Z", first.toString()));

        String refused = run(1, "site", "rebuild", site, "--from", second.toString(), "--apply", file.toString());

        assertThat(refused).contains("effectiveFrom is " + first, "before " + second);
        assertThat(service.database().generations().inForce(config.tenant(), site))
                .isZero();
        assertThat(hours(site)).allMatch(step -> step.generation() == 0);
    }

    @Test
    void oldHoursThatTwoFilesTellAreComputedAnewOutOfBoth(@TempDir Path folder) throws Exception {
        String site = "two-files";
        Instant hour = Instant.parse("2024-03-01T00:00:00Z");
        Map<Long, Long> told = new TreeMap<>();
        Path whole = table(folder.resolve("whole.csv"), hour, 120, 1_000, told);
        Path between = table(folder.resolve("between.csv"), hour.plusSeconds(4_230), 40, 3_000, told);
        run(0, "import", "csv", whole.toString(), "--site", site);

        String refused = run(1, "import", "csv", between.toString(), "--site", site);
        String sent = run(0, "import", "csv", between.toString(), "--site", site, "--for-rebuild");
        long before = hour(site, "NODE_IN", hour.plusSeconds(3_600));
        String terminal = rebuild(site, hour.plusSeconds(3_600));

        String wayOut = "joulestream site rebuild " + site + " --from 2024-03-01T01:00:00Z";
        assertThat(refused).contains("HISTORY_OVERLAP", "--for-rebuild, then " + wayOut);
        assertThat(sent).contains("HISTORY_OVERLAP", "right only after: " + wayOut);
        assertThat(before).isEqualTo(3_600_000_000_000L);
        assertThat(codes(site)).containsExactly("LATE_REDUNDANT");
        assertThat(hour(site, "NODE_IN", hour)).isEqualTo(3_600_000_000_000L);
        assertThat(hour(site, "NODE_IN", hour.plusSeconds(3_600)))
                .as(terminal)
                .isEqualTo(joules(told, hour.plusSeconds(3_600)));
    }

    /** A reading a minute, also put into {@code told}. */
    private static Path table(Path file, Instant first, int minutes, long watts, Map<Long, Long> told)
            throws IOException {
        StringBuilder text = new StringBuilder("time,watts\n");
        for (int minute = 0; minute <= minutes; minute++) {
            Instant at = first.plusSeconds(60L * minute);
            told.put(at.toEpochMilli(), watts);
            text.append(at).append(',').append(watts).append('\n');
        }
        return Files.writeString(file, text);
    }

    /** A lost inventory topic: the number would be given again, and its topic deleted as the rest of a failed refill. */
    @Test
    void aSiteOfWhichTheDatabaseKnowsMoreThanTheInventoryTopicIsNotRebuilt() throws Exception {
        String site = "unpublished";
        String topic = Topics.telemetry(config.tenant(), site, 1);
        apply(yaml(site, "1", true));
        send(Topics.telemetry(config.tenant()), twoHours(site, "feed-a"));
        new TelemetryTopics(service.endpoints().kafkaSettings())
                .openTelemetry(topic, config.partitions(), config.replication());
        service.database()
                .generations()
                .putInForce(new SiteGeneration(
                        config.tenant(), site, 1, topic, "id", first, "", first, Instant.EPOCH, List.of()));

        String refused = run(1, "site", "rebuild", site, "--from", second.toString());

        assertThat(refused).contains("in force that topic js.inventory.v1 does not know of, those of " + topic);
        try (Admin admin = Admin.create(service.endpoints().kafkaSettings())) {
            assertThat(admin.listTopics().names().get()).contains(topic);
        }
    }

    @Test
    void withoutStateATruncatedTopicIsRefusedUntilItsSitesAreRebuilt(@TempDir Path folder) throws Exception {
        AppConfig own = config.withDataDirectory(folder.resolve("data"));
        String site = "truncated";
        try (Service before = Service.start(own, DataDirectory.open(own.dataDirectory()), stage -> {})) {
            apply(before, yaml(site, "1", true));
            send(before.endpoints(), Topics.telemetry(own.tenant()), twoHours(site, "feed-a"));
            truncate(before.endpoints(), Topics.telemetry(own.tenant()), own.partitions());
        }
        loseState(own);

        assertThat(refusal(own))
                .contains("the ledger job refuses to start", "begins at offset", "site rebuild " + site);
        String terminal = run(own, 0, "site", "rebuild", site, "--from", second.toString(), "--state-lost");

        assertThat(terminal).contains("Kafka holds all readings only from", "published generation 1");
        Map<Long, Long> told = readings(twoHours(site, "feed-a"));
        try (Service after = Service.start(own, DataDirectory.open(own.dataDirectory()), stage -> {})) {
            TelemetryFrame later =
                    frame(site, "feed-a", "later", 1, second, 9_000).build();
            send(after.endpoints(), Topics.telemetry(own.tenant(), site, 1), List.of(later));
            assertThat(hour(after, site, "GRID_IMPORT", second)).isEqualTo(joules(told, second));
            assertThat(codes(after, site)).containsExactly("BEFORE_FLOOR");
            assertThat(after.job().state()).isEqualTo("RUNNING");
        }
    }

    @Test
    void aTopicMadeAnewIsRefusedWithStateUntilItsSitesAreRebuilt(@TempDir Path folder) throws Exception {
        AppConfig own = config.withDataDirectory(folder.resolve("data"));
        String site = "anew";
        String shared = Topics.telemetry(own.tenant());
        List<TelemetryFrame> frames = twoHours(site, "feed-a");
        try (Service before = Service.start(own, DataDirectory.open(own.dataDirectory()), stage -> {})) {
            apply(before, yaml(site, "1", true));
            send(before.endpoints(), shared, frames);
        }
        makeAnew(own, shared, frames);

        assertThat(refusal(own)).contains("the ledger job refuses to start", "made anew", "site rebuild " + site);
        String terminal = run(own, 0, "site", "rebuild", site, "--from", second.toString(), "--state-lost");

        assertThat(terminal).contains("joulestream site forward", "start one, which reads the new topic");
        assertThatWhatWaitsIsTold(own, site, frames.get(frames.size() - 1));
        Map<Long, Long> told = readings(frames);
        try (Service after = Service.start(own, DataDirectory.open(own.dataDirectory()), stage -> {})) {
            await(() -> hours(after, site).stream()
                    .anyMatch(step -> step.generation() == 1 && step.start().equals(second)));
            await(() -> hour(after, site, "GRID_IMPORT", second) == joules(told, second));
            assertThat(hour(after, site, "GRID_IMPORT", first)).isEqualTo(joules(told, first));
            assertThat(hours(after, site)).extracting(SiteStep::generation).containsExactly(0, 1);
        }
    }

    /** A frame is written to the old topic while nobody forwards: told after a minute, and no more once it is taken. */
    private void assertThatWhatWaitsIsTold(AppConfig own, String site, TelemetryFrame frame) throws Exception {
        AtomicLong nanos = new AtomicLong();
        try (DataDirectory directory = DataDirectory.open(own.dataDirectory())) {
            Map<String, Object> kafka =
                    Map.of("bootstrap.servers", EmbeddedServers.start(directory).kafkaBootstrap());
            SiteGeneration generation;
            try (InventoryReader inventory = new InventoryReader(kafka)) {
                inventory.catchUp(PATIENCE);
                generation = inventory
                        .generations()
                        .get(new InventoryReader.Site(own.tenant(), site))
                        .get(0);
            }
            try (ForwardingWatch watch = new ForwardingWatch(kafka, own.tenant(), nanos::get)) {
                watch.look();
                try (FramePublisher publisher = new FramePublisher(kafka, Topics.telemetry(own.tenant()))) {
                    publisher.publish(frame);
                    publisher.flush();
                }
                watch.look();
                assertThat(watch.problems()).isEmpty();

                nanos.addAndGet(ForwardingWatch.STALLED_AFTER.toNanos());
                watch.look();
                assertThat(watch.problems())
                        .singleElement()
                        .asString()
                        .contains(
                                "frames of site " + site + " are not forwarded to " + generation.topic(),
                                "records wait");

                SiteForwarder forwarder = new SiteForwarder(kafka, generation);
                CompletableFuture<Void> forwarding = CompletableFuture.runAsync(forwarder);
                await(() -> {
                    watch.look();
                    return watch.problems().isEmpty();
                });
                forwarder.close();
                forwarding.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            }
        }
    }

    /** Why the job of a service ends. */
    private static String refusal(AppConfig own) throws Exception {
        try (Service refused = Service.start(own, DataDirectory.open(own.dataDirectory()), stage -> {})) {
            return UpCommand.ended(refused).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
    }

    private static void truncate(Endpoints endpoints, String topic, int partitions) throws Exception {
        try (Admin admin = Admin.create(endpoints.kafkaSettings())) {
            Map<TopicPartition, RecordsToDelete> first = new HashMap<>();
            for (int i = 0; i < partitions; i++) {
                first.put(new TopicPartition(topic, i), RecordsToDelete.beforeOffset(1));
            }
            admin.deleteRecords(first).all().get();
        }
    }

    private static void loseState(AppConfig own) throws IOException {
        Path checkpoints = own.dataDirectory().resolve("checkpoints");
        assertThat(checkpoints).isDirectory();
        try (Stream<Path> all = Files.walk(checkpoints)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    private static void makeAnew(AppConfig own, String topic, List<TelemetryFrame> frames) throws Exception {
        try (DataDirectory directory = DataDirectory.open(own.dataDirectory())) {
            Map<String, Object> kafka =
                    Map.of("bootstrap.servers", EmbeddedServers.start(directory).kafkaBootstrap());
            try (Admin admin = Admin.create(kafka)) {
                admin.deleteTopics(List.of(topic)).all().get();
                await(() -> !admin.listTopics().names().get().contains(topic));
            }
            new TelemetryTopics(kafka).openTelemetry(topic, own.partitions(), own.replication());
            try (FramePublisher publisher = new FramePublisher(kafka, topic)) {
                frames.forEach(publisher::publish);
                publisher.flush();
            }
        }
    }

    // ---- what is sent

    /** One meter of the grid feed, and one of a chiller where there is one. */
    private String yaml(String site, String ctRatio, boolean chiller) {
        return """
                tenant: %s
                site: %s
                kind: edge
                zone: UTC
                effectiveFrom: 2015-01-01T00:00:00Z
                itBoundary: IT_IN
                entities:
                  - id: feed-a
                    kind: METER
                    role: GRID_IMPORT
                    nameplateW: 100000
                    channels:
                      - { metric: meter.power.active, samplePeriod: PT10S, sampleKind: instant, ctRatio: %s }
                  - id: it
                    kind: METER
                    role: IT_IN
                    parent: feed-a
                    nameplateW: 100000
                    channels:
                      - { metric: meter.power.active, samplePeriod: PT10S, sampleKind: instant }
                """.formatted(config.tenant(), site, ctRatio) + (chiller ? """
                          - id: chiller
                            kind: METER
                            role: COOLING_ELEC
                            parent: feed-a
                            nameplateW: 100000
                            channels:
                              - { metric: meter.power.active, samplePeriod: PT10S, sampleKind: instant }
                        """ : "");
    }

    /** A frame a minute, a reading every ten seconds, the last one at the end of the second hour. */
    private List<TelemetryFrame> twoHours(String site, String owner) {
        List<TelemetryFrame> frames = new ArrayList<>();
        int minutes = 120;
        for (int minute = 0; minute < minutes; minute++) {
            int readings = minute == minutes - 1 ? 7 : 6;
            long[] watts = new long[readings];
            for (int i = 0; i < readings; i++) {
                watts[i] = 1_000 + 2 * ((minute * 7 + i * 3) % 50);
            }
            frames.add(frame(site, owner, "agent", minute + 1, first.plusSeconds(60L * minute), watts)
                    .build());
        }
        return frames;
    }

    private TelemetryFrame.Builder frame(
            String site, String owner, String producer, long sequence, Instant from, long... watts) {
        Series.Builder series = Series.newBuilder()
                .setMetric(Metric.METER_POWER_ACTIVE.number())
                .setKind(ValueKind.GAUGE);
        SeriesValues.pack(watts, series);
        long[] times = new long[watts.length];
        for (int i = 0; i < times.length; i++) {
            times[i] = from.toEpochMilli() + i * STEP_MILLIS;
        }
        TelemetryFrame.Builder frame = TelemetryFrame.newBuilder()
                .setSchemaVersion(1)
                .setTenantId(config.tenant())
                .setSiteId(site)
                .setOwnerId(owner)
                .setProducerId(producer)
                .setSessionId(1_000)
                .setFrameSeq(sequence)
                .addEntities(Entity.newBuilder()
                        .setEntityId(owner)
                        .setKind(EntityKind.METER)
                        .addSeries(series));
        SlotTimes.set(frame, times);
        return frame;
    }

    private static Map<Long, Long> readings(List<TelemetryFrame> frames) {
        Map<Long, Long> wattsAt = new TreeMap<>();
        for (TelemetryFrame frame : frames) {
            long[] times = SlotTimes.of(frame);
            long[] watts = SeriesValues.unpack(frame.getEntities(0).getSeries(0), times.length);
            for (int i = 0; i < times.length; i++) {
                wattsAt.put(times[i], watts[i]);
            }
        }
        return wattsAt;
    }

    /** Plain trapezoids, in microjoules: readings stand on both edges of the hour. */
    private static long joules(Map<Long, Long> wattsAt, Instant hour) {
        long sum = 0;
        Map.Entry<Long, Long> before = null;
        for (Map.Entry<Long, Long> at : wattsAt.entrySet()) {
            boolean inside = before != null
                    && before.getKey() >= hour.toEpochMilli()
                    && at.getKey() <= hour.plus(Duration.ofHours(1)).toEpochMilli();
            if (inside) {
                sum += (before.getValue() + at.getValue()) * 1_000 * (at.getKey() - before.getKey()) / 2;
            }
            before = at;
        }
        return sum;
    }

    private void apply(String yaml) throws InterruptedException {
        apply(service, yaml);
    }

    private static void apply(Service service, String yaml) throws InterruptedException {
        new SiteRegistry(service.database().sites(), service.endpoints().kafkaSettings(), Clock.systemUTC())
                .apply(yaml);
    }

    /** Sends the frames and waits until they are settled. */
    private void send(String topic, List<TelemetryFrame> frames) throws Exception {
        send(service.endpoints(), topic, frames);
    }

    private static void send(Endpoints endpoints, String topic, List<TelemetryFrame> frames) throws Exception {
        try (FramePublisher publisher = new FramePublisher(endpoints.kafkaSettings(), topic);
                Admin admin = Admin.create(endpoints.kafkaSettings())) {
            frames.forEach(publisher::publish);
            publisher.flush();
            Map<TopicPartition, Long> sent = publisher.highestOffsets();
            assertThat(new Settlement(admin, endpoints.group(), publisher::nudge).await(sent, PATIENCE))
                    .isEqualTo(new Settlement.Outcome.Settled());
        }
    }

    // ---- what came of it

    private String rebuild(String site, Instant from, String... more) {
        List<String> arguments = new ArrayList<>(List.of("site", "rebuild", site, "--from", from.toString()));
        arguments.addAll(List.of(more));
        return run(0, arguments.toArray(new String[0]));
    }

    private String run(int expected, String... arguments) {
        return run(config, expected, arguments);
    }

    private static String run(AppConfig config, int expected, String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--data-dir", config.dataDirectory().toString()));
        StringWriter terminal = new StringWriter();
        int exit = Joulestream.run(
                new PrintWriter(terminal, true), new PrintWriter(terminal, true), all.toArray(new String[0]));
        assertThat(exit).as(terminal.toString()).isEqualTo(expected);
        return terminal.toString();
    }

    private List<SiteStep> hours(String site) {
        return hours(service, site);
    }

    private List<SiteStep> hours(Service service, String site) {
        return service.database().queries().siteHours(config.tenant(), site, first, end);
    }

    private long hour(String site, String role, Instant start) {
        return hour(service, site, role, start);
    }

    private long hour(Service service, String site, String role, Instant start) {
        return service
                .database()
                .queries()
                .siteHours(config.tenant(), site, start, start.plus(Duration.ofHours(1)))
                .stream()
                .filter(step -> step.role().equals(role))
                .mapToLong(step -> step.energy().measuredMicrojoules())
                .sum();
    }

    private List<String> codes(String site) {
        return codes(service, site);
    }

    private List<String> codes(Service service, String site) {
        return service.database().queries().deadLetterCounts(config.tenant()).stream()
                .filter(count -> count.site().equals(site))
                .map(DeadLetterCount::code)
                .toList();
    }

    private interface Condition {
        boolean holds() throws Exception;
    }

    private static void await(Condition condition) throws Exception {
        ScheduledExecutorService checks = Executors.newSingleThreadScheduledExecutor();
        CompletableFuture<Void> holds = new CompletableFuture<>();
        try {
            checks.scheduleWithFixedDelay(
                    () -> {
                        try {
                            if (condition.holds()) {
                                holds.complete(null);
                            }
                        } catch (Exception | AssertionError e) {
                            holds.completeExceptionally(e);
                        }
                    },
                    0,
                    250,
                    TimeUnit.MILLISECONDS);
            holds.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } finally {
            checks.shutdownNow();
        }
    }
}
