package io.joulestream.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.joulestream.app.embedded.DataDirectory;
import io.joulestream.core.ledger.ChannelMinute;
import io.joulestream.storage.DeadLetterFilter;
import io.joulestream.storage.KeptDeadLetter;
import io.joulestream.wire.SeriesValues;
import io.joulestream.wire.SlotTimes;
import io.joulestream.wire.v1.Entity;
import io.joulestream.wire.v1.Series;
import io.joulestream.wire.v1.TelemetryFrame;
import io.joulestream.wire.v1.ValueKind;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/** Dead letters from the job to the command line and back, on a real broker and database. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DlqIT {
    private static final Instant START =
            Instant.now().truncatedTo(ChronoUnit.MINUTES).minus(Duration.ofMinutes(10));
    private static final int PARKED = 64;
    private static final int TOO_MANY = 3;
    /** Of an edge site: readings older than this are folded. */
    private static final int RAW_TAIL_SECONDS = 240;

    private AppConfig config;
    private Service service;
    private long session = 1;

    @BeforeAll
    void start() throws Exception {
        DataDirectory directory = DataDirectory.temporary();
        config = AppConfig.load(null)
                .withDataDirectory(directory.path())
                .withParallelism(1)
                .withApiPort(0);
        service = Service.start(config, directory, stage -> {});
        apply("");
    }

    @AfterAll
    void stop() throws Exception {
        service.close();
    }

    @Test
    @Order(1)
    void aLetterRefusedAgainIsTheSameLetterHoweverOftenItIsReplayed() throws Exception {
        send(frame("node-1", 1, 100, 5_000, 5_001));

        String first = dlq("list", "--json");
        String dry = dlq("replay", "--code", "OUT_OF_RANGE", "--dry-run");
        String once = dlq("replay", "--code", "OUT_OF_RANGE");
        String twice = dlq("replay", "--code", "out_of_range", "--site", "s");

        JsonNode letters = new ObjectMapper().readTree(first).get("letters");
        assertThat(letters).hasSize(2).allSatisfy(letter -> {
            assertThat(letter.get("code").asText()).isEqualTo("OUT_OF_RANGE");
            assertThat(letter.get("replayable").asBoolean()).isTrue();
        });
        assertThat(dry).contains("2 would be sent to js.telemetry.v1.default");
        assertThat(once).contains("2 sent to js.telemetry.v1.default and settled");
        assertThat(twice).isEqualTo(once);
        assertThat(dlq("list", "--json")).isEqualTo(first);
        assertThat(service.database().queries().deadLetterTotal("default")).isEqualTo(2);
    }

    @Test
    @Order(2)
    void aLetterIsShownWithWhatItHolds() {
        String shown = dlq("show", identityOf("OUT_OF_RANGE"));

        assertThat(shown)
                .contains("code      OUT_OF_RANGE", "with a nameplate of 1000000 mW")
                .contains("entity_id: \"node-1\"", "metric: 20");
    }

    @Test
    @Order(3)
    void whatCannotBeReplayedSaysSoAndSoDoesAStranger() {
        assertThat(refusal("replay", "--code", "DUP_CONFLICT")).contains("DUP_CONFLICT is not replayable");
        assertThat(refusal("replay", "--code", "TOO_OLD")).contains("not replayable", "site rebuild");
        assertThat(refusal("replay", "--code", "NO_SUCH")).contains("no such code: NO_SUCH");
        assertThat(refusal("show", "a/0/0//0/-1/X")).contains("no dead letter a/0/0//0/-1/X");
        assertThat(refusal("list", "--since", "yesterday")).contains("--since must be an instant");
    }

    @Test
    @Order(4)
    void whatCameBeforeItsInventoryIsWholeAfterReplayAndASecondReplayChangesNothing() throws Exception {
        List<TelemetryFrame> early = new ArrayList<>();
        for (int i = 0; i < PARKED + TOO_MANY; i++) {
            early.add(frame("node-2", i, 100));
        }
        send(early.toArray(new TelemetryFrame[0]));
        assertThat(count("UNKNOWN_ENTITY")).isEqualTo(TOO_MANY);

        apply("  - { id: node-2, kind: NODE, role: NODE_IN, nameplateW: 1000, channels: [ "
                + "{ metric: node.power, samplePeriod: PT1S } ] }\n");
        int next = PARKED + TOO_MANY;
        Instant patience = Instant.now().plus(Duration.ofSeconds(60));
        do {
            send(frame("node-2", next++, 100)); // the parked ones enter before one of these
        } while (seconds("node-2") == 0 && Instant.now().isBefore(patience));
        long letters = count("UNKNOWN_ENTITY"); // more came while they waited, and each displaced the oldest
        assertThat(letters).isGreaterThanOrEqualTo(TOO_MANY);
        assertThat(seconds("node-2")).isEqualTo(next - 1 - letters);

        dlq("replay", "--code", "UNKNOWN_ENTITY");
        long once = seconds("node-2");
        String twice = dlq("replay", "--code", "UNKNOWN_ENTITY");

        assertThat(twice).startsWith("nothing to send since the last replay");
        assertThat(once).isEqualTo(next - 1);
        assertThat(seconds("node-2")).isEqualTo(once);
        assertThat(count("UNKNOWN_ENTITY")).isEqualTo(letters);
        assertThat(service.database().queries().deadLetterTotal("default")).isEqualTo(2 + letters);
    }

    @Test
    @Order(5)
    void aSecondReplaySendsNothingAlsoWhenTheReadingsWereFolded() throws Exception {
        send(frame("node-2", RAW_TAIL_SECONDS + 200, 100));
        long letters = count("UNKNOWN_ENTITY");
        long covered = seconds("node-2");
        long all = service.database().queries().deadLetterTotal("default");

        String ofAllSites = dlq("replay", "--code", "UNKNOWN_ENTITY");
        String ofOneSite = dlq("replay", "--code", "UNKNOWN_ENTITY", "--site", "s");
        long afterThem = service.database().queries().deadLetterTotal("default");
        String again = dlq("replay", "--code", "UNKNOWN_ENTITY", "--again");

        assertThat(ofAllSites).isEqualTo(ofOneSite).startsWith("nothing to send since the last replay");
        assertThat(afterThem).isEqualTo(all);
        assertThat(again).startsWith(letters + " sent to js.telemetry.v1.default and settled");
        assertThat(count("LATE_REDUNDANT")).isBetween(1L, letters); // so they were folded
        assertThat(count("UNKNOWN_ENTITY")).isEqualTo(letters);
        assertThat(seconds("node-2")).isEqualTo(covered);
    }

    // ---- the service

    /** Version 2 only adds a node, so it may start where version 1 does. */
    private void apply(String more) throws InterruptedException {
        new SiteRegistry(service.database().sites(), service.endpoints().kafkaSettings(), Clock.systemUTC())
                .apply(String.join(
                                "\n",
                                "tenant: default",
                                "site: s",
                                "kind: edge",
                                "zone: Europe/Berlin",
                                "effectiveFrom: " + START,
                                "itBoundary: NODE_IN",
                                "entities:",
                                "  - { id: node-1, kind: NODE, role: NODE_IN, nameplateW: 1000, channels: [ "
                                        + "{ metric: node.power, samplePeriod: PT1S } ] }",
                                "")
                        + more);
    }

    private void send(TelemetryFrame... frames) throws Exception {
        try (ImportTarget target = ImportTarget.running(service.endpoints())) {
            target.send(config, "default", List.of(frames));
        }
    }

    /** One frame with readings one second apart. */
    private TelemetryFrame frame(String node, int second, long... watts) {
        Series.Builder series = Series.newBuilder().setMetric(20).setKind(ValueKind.GAUGE);
        SeriesValues.pack(watts, series);
        long[] times = new long[watts.length];
        for (int i = 0; i < times.length; i++) {
            times[i] = START.plusSeconds(second + i).toEpochMilli();
        }
        TelemetryFrame.Builder frame = TelemetryFrame.newBuilder()
                .setSchemaVersion(1)
                .setTenantId("default")
                .setSiteId("s")
                .setOwnerId(node)
                .setProducerId("test")
                .setSessionId(session)
                .setFrameSeq(second + 1)
                .addEntities(Entity.newBuilder().setEntityId(node).addSeries(series));
        SlotTimes.set(frame, times);
        return frame.build();
    }

    private long seconds(String node) {
        return service
                        .database()
                        .queries()
                        .channelMinutes("default", "s", node, START, START.plus(Duration.ofHours(1)))
                        .stream()
                        .mapToLong(ChannelMinute::coveredMillis)
                        .sum()
                / 1_000;
    }

    private long count(String code) {
        return service.database().queries().deadLetterCounts("default").stream()
                .filter(count -> count.code().equals(code))
                .mapToLong(count -> count.count())
                .sum();
    }

    private String identityOf(String code) {
        return service.database().queries().deadLetters(DeadLetterFilter.of("default"), 100).stream()
                .map(KeptDeadLetter::letter)
                .filter(letter -> letter.code().equals(code))
                .findFirst()
                .orElseThrow()
                .identity();
    }

    private String dlq(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int exit = run(out, err, arguments);
        assertThat(err.toString()).isEmpty();
        assertThat(exit).isZero();
        return out.toString();
    }

    private String refusal(String... arguments) {
        StringWriter err = new StringWriter();
        assertThat(run(new StringWriter(), err, arguments)).isEqualTo(1);
        return err.toString();
    }

    private int run(StringWriter out, StringWriter err, String... arguments) {
        List<String> all = new ArrayList<>(List.of("dlq", arguments[0]));
        all.addAll(List.of("--data-dir", service.directory().toString()));
        all.addAll(List.of(arguments).subList(1, arguments.length));
        return Joulestream.run(new PrintWriter(out, true), new PrintWriter(err, true), all.toArray(new String[0]));
    }
}
