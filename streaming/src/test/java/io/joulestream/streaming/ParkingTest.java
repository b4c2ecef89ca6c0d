package io.joulestream.streaming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import io.joulestream.core.inventory.InventoryHistory;
import io.joulestream.core.inventory.InventoryVersion;
import io.joulestream.core.inventory.SiteInventoryParser;
import io.joulestream.core.ledger.ChannelMinute;
import io.joulestream.core.ledger.DeadLetter;
import io.joulestream.core.telemetry.Metric;
import io.joulestream.storage.DatabaseAddress;
import io.joulestream.wire.FrameCodec;
import io.joulestream.wire.FrameKey;
import io.joulestream.wire.SeriesValues;
import io.joulestream.wire.SlotTimes;
import io.joulestream.wire.v1.Entity;
import io.joulestream.wire.v1.Series;
import io.joulestream.wire.v1.TelemetryFrame;
import io.joulestream.wire.v1.ValueKind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What waits for an inventory, in the operator as a cluster runs it. */
class ParkingTest {
    private static final long START = Instant.parse("2026-03-10T12:00:00Z").toEpochMilli();
    private static final long SECOND = 1_000;
    private static final long HOUR = Duration.ofHours(1).toMillis();

    private static final String NODE_1 = "  - { id: node-1, kind: NODE, role: NODE_IN, nameplateW: 1000, channels: [ "
            + "{ metric: node.power, samplePeriod: PT1S } ] }\n";
    private static final String GPU = "  - { id: node-1/gpu0, kind: GPU, role: GPU, parent: node-1, owner: node-1, "
            + "nameplateW: 700, channels: [ { metric: gpu.power, samplePeriod: PT1S } ] }\n";

    private static final String NODE_2 = NODE_1.replace("node-1", "node-2");

    /** What is known of the site s; null for nothing. A subtask finds it here, as it would find it on the topic. */
    private static volatile InventoryHistory known;

    private final List<ChannelMinute> rows = new ArrayList<>();
    private final List<DeadLetter> letters = new ArrayList<>();
    private Subtasks<TelemetryRecord, ChannelMinute> owners;

    @BeforeEach
    void start() throws Exception {
        known = null;
        JobConfig config =
                new JobConfig(new Properties(), "g", 1_000, 10, new DatabaseAddress("jdbc:postgresql://x/y", "u", "p"));
        owners = new Subtasks<>(
                () -> new MeterMinutes(config, kafka -> (tenant, site, at) -> site.equals("s") ? known : null),
                TelemetryRecord::stateKey,
                List.of(MeterMinutes.REFUSED, MeterMinutes.SITE_REPORTS, MeterMinutes.RUN_REPORTS),
                value -> {
                    if (value instanceof ChannelMinute row) {
                        rows.add(row);
                    } else if (value instanceof DeadLetter letter) {
                        letters.add(letter);
                    }
                });
    }

    @AfterEach
    void stop() throws Exception {
        owners.close();
    }

    @Test
    void framesOfAnUnknownSiteEnterInOrderWhenItsInventoryComes() throws Exception {
        owners.process(node(1));
        owners.process(node(2));
        knows(NODE_1);
        owners.process(node(3));
        owners.endInput();

        assertThat(letters).isEmpty();
        assertThat(energy("node-1")).isEqualTo(energyIfKnownFromTheStart(node(1), node(2), node(3)));
    }

    @Test
    void whatWaitsSurvivesARestartOnAnotherNumberOfSubtasks() throws Exception {
        owners.process(node(1));
        owners.restart(2);
        owners.process(node(2));
        owners.restart(1);
        knows(NODE_1);
        owners.process(node(3));
        owners.endInput();

        assertThat(letters).isEmpty();
        assertThat(energy("node-1")).isEqualTo(energyIfKnownFromTheStart(node(1), node(2), node(3)));
    }

    @Test
    void anUnknownEntityWaitsAloneWhileTheRestOfItsFrameEnters() throws Exception {
        knows(NODE_1);
        owners.process(both(1));
        owners.process(both(2));
        owners.checkpoint();

        assertThat(energy("node-1")).isPositive();
        assertThat(energy("node-1/gpu0")).isZero();

        knows(NODE_1 + GPU);
        owners.process(both(3));
        owners.endInput();

        long waited = energy("node-1/gpu0");
        assertThat(letters).isEmpty();
        assertThat(waited).isEqualTo(energyIfKnownFromTheStart("node-1/gpu0", both(1), both(2), both(3)));
    }

    @Test
    void whatWaitedIsWrittenOverARowThatALaterFrameChanged() throws Exception {
        InventoryVersion first = version(1, "2026-01-01T00:00:00Z", NODE_1);
        knows(first, version(2, "2026-03-10T12:00:02Z", NODE_1 + GPU));
        owners.process(both(1)); // its GPU is unknown at the time, and waits
        owners.process(both(2));
        owners.process(both(3));
        owners.checkpoint();
        knows(
                first,
                version(2, "2026-03-10T12:00:02Z", NODE_1 + GPU),
                version(3, "2026-03-10T12:00:00Z", NODE_1 + GPU));

        owners.process(node(120));
        owners.endInput();

        assertThat(letters).isEmpty();
        assertThat(stored()).isEqualTo(lastGivenOut());
        assertThat(energy("node-1/gpu0"))
                .isEqualTo(energyIfKnownFromTheStart("node-1/gpu0", both(1), both(2), both(3)));
    }

    @Test
    void whatWaitedToTheEndIsWrittenOverARowThatTheLastFrameChanged() throws Exception {
        knows(version(1, "2026-01-01T00:00:00Z", NODE_1), version(2, "2026-03-10T12:00:02Z", NODE_1 + GPU));
        owners.process(both(1));
        owners.process(both(2));
        owners.process(both(3));
        owners.checkpoint();
        knows(NODE_1 + GPU);

        owners.endInput();

        assertThat(letters).isEmpty();
        assertThat(stored()).isEqualTo(lastGivenOut());
        assertThat(energy("node-1/gpu0"))
                .isEqualTo(energyIfKnownFromTheStart("node-1/gpu0", both(1), both(2), both(3)));
    }

    @Test
    void anOwnerThatFellSilentIsAccountedForWhenItsInventoryComes() throws Exception {
        owners.process(node(1));
        owners.process(node(2));
        owners.restart(1);
        knows(NODE_1 + NODE_2);
        owners.checkpoint();
        assertThat(rows).as("nothing has come since").isEmpty();

        owners.process(node2(3));
        owners.checkpoint();

        assertThat(energy("node-1")).isEqualTo(energyIfKnownFromTheStart(node(1), node(2)));
        assertThat(rows)
                .filteredOn(row -> row.entity().equals("node-1"))
                .extracting(ChannelMinute::revision)
                .containsExactly(4L);
        owners.process(node(4));
        owners.endInput();
        assertThat(stored()).isEqualTo(lastGivenOut());
        assertThat(energy("node-1")).isEqualTo(energyIfKnownFromTheStart(node(1), node(2), node(4)));
    }

    @Test
    void anOwnerThatFellSilentIsToldOfAfter24Hours() throws Exception {
        knows(NODE_2);
        owners.process(node(1));
        owners.process(appended(node2(2), START + SECOND + 24 * HOUR));
        owners.checkpoint();
        assertThat(letters).as("exactly 24 h").isEmpty();

        owners.process(appended(node2(3), START + SECOND + 24 * HOUR + 1));
        owners.checkpoint();

        assertThat(letters)
                .filteredOn(letter -> letter.code().startsWith("UNKNOWN"))
                .extracting(DeadLetter::code, DeadLetter::offset)
                .containsExactly(tuple("UNKNOWN_ENTITY", 1L));
    }

    @Test
    void aSilentOwnersFramesEnterOnceWhicheverComesFirstAfterACrash() throws Exception {
        owners.process(node(1));
        var checkpoint = owners.checkpoint();
        knows(NODE_1 + NODE_2);
        owners.process(node2(2));
        owners.checkpoint(); // its rows are written, then the job dies before it completes

        owners.crashTo(checkpoint);
        owners.process(node2(2));
        owners.process(node(3));
        owners.endInput();

        assertThat(stored()).isEqualTo(lastGivenOut());
        assertThat(energy("node-1")).isEqualTo(energyIfKnownFromTheStart(node(1), node(3)));
    }

    @Test
    void whatStillWaitsAtTheEndBecomesDeadLettersOnce() throws Exception {
        owners.process(node(1));
        owners.process(node(2));
        owners.restart(1);
        owners.endInput();

        assertThat(letters)
                .extracting(DeadLetter::code, DeadLetter::offset, DeadLetter::site)
                .containsExactly(tuple("UNKNOWN_SITE", 1L, "s"), tuple("UNKNOWN_SITE", 2L, "s"));
    }

    @Test
    void anUnknownEntitysLetterNamesItAndHoldsNothingElse() throws Exception {
        knows(NODE_1);
        owners.process(both(1));
        owners.endInput();

        assertThat(letters)
                .extracting(DeadLetter::code, DeadLetter::entity)
                .containsExactly(tuple("UNKNOWN_ENTITY", "node-1/gpu0"));
        assertThat(TelemetryFrame.parseFrom(letters.get(0).payload()).getEntitiesList())
                .extracting(Entity::getEntityId)
                .containsExactly("node-1/gpu0");
    }

    @Test
    void beyond64FramesTheOldestBecomesADeadLetter() throws Exception {
        for (int i = 1; i <= Parking.MAX_FRAMES; i++) {
            owners.process(node(i));
        }
        owners.checkpoint();
        assertThat(letters).isEmpty();

        owners.process(node(Parking.MAX_FRAMES + 1));
        owners.checkpoint();

        assertThat(letters).extracting(DeadLetter::offset).containsExactly(1L);
    }

    @Test
    void beyond24HoursAfterItsAppendAFrameBecomesADeadLetter() throws Exception {
        owners.process(node(1));
        owners.process(appended(node(2), START + SECOND + 24 * HOUR));
        owners.checkpoint();
        assertThat(letters).as("exactly 24 h").isEmpty();

        owners.process(appended(node(3), START + SECOND + 24 * HOUR + 1));
        owners.checkpoint();

        assertThat(letters).extracting(DeadLetter::offset).containsExactly(1L);
    }

    @Test
    void restartsAfterEachRecordChangeNothing() throws Exception {
        List<TelemetryRecord> records = new ArrayList<>();
        for (int i = 1; i <= 70; i++) {
            records.add(node(i));
        }
        owners.processRestartingAfterEach(records);
        owners.endInput();

        assertThat(letters).extracting(DeadLetter::offset).hasSize(70).doesNotHaveDuplicates();
        assertThat(letters.get(0).offset()).isEqualTo(1);
    }

    @Test
    void aStrangersFrameDoesNotHoldUpAnotherOwner() throws Exception {
        knows(NODE_1);
        owners.process(frame("elsewhere", "node-1", 1, List.of(power("node-1", Metric.NODE_POWER))));
        owners.process(node(2));
        owners.process(node(3));
        owners.checkpoint();

        assertThat(energy("node-1")).isPositive();
        assertThat(letters).isEmpty();
    }

    /** As released: a later version must read these bytes. */
    @Test
    void bytesOfVersion1AreRead() {
        byte[] version1 = {1, 2, 2, 't', 6, 8, 20, 2, 'k', -1, -1, -1, -1, -1, -1, -1, -1, -1, 1, 1, 4, 7, 8};

        Parking parking = Parking.decode(version1);

        Parking.Parked only = parking.poll();
        assertThat(only.part()).isTrue();
        assertThat(only.record())
                .usingRecursiveComparison()
                .isEqualTo(new TelemetryRecord("t", 3, 4, 10, "k", new byte[] {7, 8}));
        assertThat(parking.isEmpty()).isTrue();
        assertThat(parking.newestOffset()).isEqualTo(4);
    }

    /** As released: a later version must read these bytes. */
    @Test
    void bytesOfVersion2AreRead() {
        byte[] version2 = {2, 10, 2, 2, 't', 6, 8, 20, 2, 'k', -1, -1, -1, -1, -1, -1, -1, -1, -1, 1, 1, 4, 7, 8};

        Parking parking = Parking.decode(version2);

        assertThat(parking.newestOffset()).isEqualTo(5);
        assertThat(parking.encode()).isEqualTo(version2);
        assertThat(parking.poll().record())
                .usingRecursiveComparison()
                .isEqualTo(new TelemetryRecord("t", 3, 4, 10, "k", new byte[] {7, 8}));
    }

    // ---- the world

    private static void knows(String entities) {
        knows(version(1, "2026-01-01T00:00:00Z", entities));
    }

    private static void knows(InventoryVersion... versions) {
        known = InventoryHistory.of(List.of(versions));
    }

    private static InventoryVersion version(int number, String from, String entities) {
        return new InventoryVersion(
                number,
                SiteInventoryParser.parse("""
                        tenant: t
                        site: s
                        kind: edge
                        zone: Europe/Berlin
                        effectiveFrom: %s
                        itBoundary: NODE_IN
                        entities:
                        """.formatted(from) + entities).orElseThrow());
    }

    private static TelemetryRecord node2(int second) {
        return frame("s", "node-2", second, List.of(power("node-2", Metric.NODE_POWER)));
    }

    /** As the database keeps them: of each row the one with the greatest revision, and of two with one the first. */
    private Map<String, ChannelMinute> stored() {
        Map<String, ChannelMinute> stored = new TreeMap<>();
        rows.forEach(
                row -> stored.merge(identity(row), row, (old, now) -> now.revision() > old.revision() ? now : old));
        return stored;
    }

    private Map<String, ChannelMinute> lastGivenOut() {
        Map<String, ChannelMinute> last = new TreeMap<>();
        rows.forEach(row -> last.put(identity(row), row));
        return last;
    }

    private static String identity(ChannelMinute row) {
        return row.entity() + "|" + row.metric() + "|" + row.minute();
    }

    private static TelemetryRecord node(int second) {
        return frame("s", "node-1", second, List.of(power("node-1", Metric.NODE_POWER)));
    }

    private static TelemetryRecord both(int second) {
        return frame(
                "s",
                "node-1",
                second,
                List.of(power("node-1", Metric.NODE_POWER), power("node-1/gpu0", Metric.GPU_POWER)));
    }

    private static Entity power(String id, Metric metric) {
        Series.Builder series = Series.newBuilder().setMetric(metric.number()).setKind(ValueKind.GAUGE);
        SeriesValues.pack(new long[] {100}, series);
        return Entity.newBuilder().setEntityId(id).addSeries(series).build();
    }

    /** The frame of one second, whose number and offset are the second's. */
    private static TelemetryRecord frame(String site, String owner, int second, List<Entity> entities) {
        TelemetryFrame.Builder frame = TelemetryFrame.newBuilder()
                .setSchemaVersion(1)
                .setTenantId("t")
                .setSiteId(site)
                .setOwnerId(owner)
                .setProducerId("agent")
                .setSessionId(77)
                .setFrameSeq(second)
                .addAllEntities(entities);
        SlotTimes.set(frame, new long[] {START + second * SECOND});
        return new TelemetryRecord(
                "js.telemetry.v1.t",
                0,
                second,
                START + second * SECOND,
                FrameKey.of(frame.build()).toString(),
                FrameCodec.encode(frame.build()));
    }

    private static TelemetryRecord appended(TelemetryRecord record, long at) {
        return new TelemetryRecord(
                record.topic(), record.partition(), record.offset(), at, record.key(), record.value());
    }

    private long energy(String entity) {
        Map<Instant, ChannelMinute> last = new TreeMap<>();
        rows.stream().filter(row -> row.entity().equals(entity)).forEach(row -> last.put(row.minute(), row));
        return last.values().stream()
                .mapToLong(row -> row.energy().totalMicrojoules())
                .sum();
    }

    private long energyIfKnownFromTheStart(TelemetryRecord... records) throws Exception {
        return energyIfKnownFromTheStart("node-1", records);
    }

    private long energyIfKnownFromTheStart(String entity, TelemetryRecord... records) throws Exception {
        InventoryHistory all = known;
        ParkingTest other = new ParkingTest();
        other.start();
        known = all;
        other.owners.processToTheEnd(List.of(records));
        other.stop();
        long energy = other.energy(entity);
        assertThat(energy).isPositive();
        return energy;
    }
}
