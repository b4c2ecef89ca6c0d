package io.joulestream.streaming;

import static org.assertj.core.api.Assertions.assertThat;

import io.joulestream.core.account.GroupReport;
import io.joulestream.core.account.RunReport;
import io.joulestream.core.account.SiteReport;
import io.joulestream.core.inventory.InventoryHistory;
import io.joulestream.core.inventory.InventoryVersion;
import io.joulestream.core.inventory.SiteInventoryParser;
import io.joulestream.core.ledger.ChannelMinute;
import io.joulestream.core.ledger.DeadLetter;
import io.joulestream.core.ledger.Revised;
import io.joulestream.core.ledger.RunExtent;
import io.joulestream.core.ledger.RunMeterStep;
import io.joulestream.core.ledger.RunStep;
import io.joulestream.core.ledger.SiteStep;
import io.joulestream.core.telemetry.Metric;
import io.joulestream.storage.DatabaseAddress;
import io.joulestream.wire.FrameCodec;
import io.joulestream.wire.SeriesValues;
import io.joulestream.wire.SlotTimes;
import io.joulestream.wire.v1.Entity;
import io.joulestream.wire.v1.EntityKind;
import io.joulestream.wire.v1.Series;
import io.joulestream.wire.v1.TelemetryFrame;
import io.joulestream.wire.v1.ValueKind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The job's own operators, one after the other, over frames that are late, doubled, out of order, in conflict and
 * refused: a restart after every record, and other parallelisms, give the rows and dead letters of an uninterrupted run.
 */
class MeterMinutesRestartTest {
    private static final long START = Instant.parse("2026-03-10T11:40:00Z").toEpochMilli();
    private static final int FRAMES = 26;
    private static final String SITE = """
            tenant: t
            site: s
            kind: hyperscale
            zone: Europe/Berlin
            effectiveFrom: 2026-01-01T00:00:00Z
            itBoundary: NODE_IN
            entities:
              - { id: node-1, kind: NODE, role: NODE_IN, nameplateW: 1000, channels: [ { metric: node.power, samplePeriod: PT10S } ] }
              - { id: node-2, kind: NODE, role: NODE_IN, nameplateW: 1000, channels: [ { metric: node.power, samplePeriod: PT10S } ] }
              - { id: node-3, kind: NODE, role: NODE_IN, nameplateW: 1000, channels: [ { metric: node.power, samplePeriod: PT10S } ] }
              - { id: meter/grid, kind: METER, role: GRID_IMPORT, nameplateW: 9000, channels: [ { metric: meter.energy.active, samplePeriod: PT10S } ] }
            """;

    /** What is stored, under its key: of each row the one with the greatest revision, of dead letters the first. */
    private static final class Stored {
        final Map<String, Object> rows = new TreeMap<>();
        final List<SiteReport> sites = new ArrayList<>();
        final List<GroupReport> groups = new ArrayList<>();
        final List<RunReport> runs = new ArrayList<>();

        void take(Object given) {
            if (given instanceof SiteReport report) {
                sites.add(report);
            } else if (given instanceof GroupReport report) {
                groups.add(report);
            } else if (given instanceof RunReport report) {
                runs.add(report);
            } else if (given instanceof DeadLetter letter) {
                rows.putIfAbsent(
                        "letter " + letter.offset() + " " + letter.entity() + " " + letter.metric() + " "
                                + letter.slot() + " " + letter.code(),
                        letter.detail());
            } else if (given instanceof Revised row) {
                rows.merge(
                        keyOf(given),
                        row,
                        (held, now) -> ((Revised) now).revision() > ((Revised) held).revision() ? now : held);
            }
        }

        private static String keyOf(Object row) {
            if (row instanceof ChannelMinute minute) {
                return "minute " + minute.entity() + " " + minute.metric() + " " + minute.minute();
            }
            if (row instanceof SiteStep step) {
                return "site " + step.role() + " " + step.start() + " " + step.lengthSeconds();
            }
            if (row instanceof RunStep step) {
                return "run " + step.run() + " " + step.start() + " " + step.lengthSeconds();
            }
            if (row instanceof RunMeterStep step) {
                return "run meter " + step.run() + " " + step.entity() + " " + step.start();
            }
            return row.getClass().getSimpleName() + " "
                    + (row instanceof RunExtent extent ? extent.run() : row.toString());
        }
    }

    private interface Way {
        void process(Subtasks<TelemetryRecord, ChannelMinute> minutes, List<TelemetryRecord> records) throws Exception;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void aRestartAfterEveryRecordGivesTheUninterruptedResult(long seed) throws Exception {
        List<TelemetryRecord> records = records(new Random(seed));

        Map<String, Object> stored = stored(records, Subtasks::processRestartingAfterEach);

        assertSame(seed, stored, stored(records, Subtasks::processToTheEnd));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void oneTwoThreeAndOneSubtasksGiveTheUninterruptedResult(long seed) throws Exception {
        List<TelemetryRecord> records = records(new Random(seed));

        Map<String, Object> stored = stored(records, (minutes, all) -> {
            int quarter = all.size() / 4;
            int[] parallelisms = {2, 3, 1};
            for (int i = 0; i < all.size(); i++) {
                if (i > 0 && i % quarter == 0 && i / quarter <= parallelisms.length) {
                    minutes.restart(parallelisms[i / quarter - 1]);
                }
                minutes.process(all.get(i));
            }
            minutes.endInput();
        });

        assertSame(seed, stored, stored(records, Subtasks::processToTheEnd));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void whatCameAfterTheCheckpointOfACrashIsCountedOnceWhenItComesAgain(long seed) throws Exception {
        List<TelemetryRecord> records = records(new Random(seed));

        Map<String, Object> stored = stored(records, (minutes, all) -> {
            for (int i = 0; i < all.size(); i += 7) {
                List<TelemetryRecord> some = all.subList(i, Math.min(all.size(), i + 7));
                var checkpoint = minutes.checkpoint();
                for (TelemetryRecord record : some) {
                    minutes.process(record);
                }
                minutes.crashTo(checkpoint);
                for (TelemetryRecord record : some) {
                    minutes.process(record);
                }
            }
            minutes.endInput();
        });

        assertSame(seed, stored, stored(records, Subtasks::processToTheEnd));
    }

    private static void assertSame(long seed, Map<String, Object> stored, Map<String, Object> expected) {
        assertThat(expected.keySet()).anyMatch(key -> key.startsWith("letter"));
        assertThat(expected.keySet()).anyMatch(key -> key.startsWith("run r-1"));
        assertThat(stored.keySet()).as("seed %d", seed).isEqualTo(expected.keySet());
        expected.forEach((key, row) ->
                assertThat(stored.get(key)).as("seed %d, %s", seed, key).isEqualTo(row));
    }

    /** All rows, of the minutes and of what is made of their reports. */
    private static Map<String, Object> stored(List<TelemetryRecord> records, Way way) throws Exception {
        Stored stored = new Stored();
        JobConfig config = new JobConfig(
                new Properties(), "group", 1_000, 2, new DatabaseAddress("jdbc:postgresql://nowhere/none", "", ""));
        InventoryHistory history = InventoryHistory.of(
                List.of(new InventoryVersion(1, SiteInventoryParser.parse(SITE).orElseThrow())));
        SiteLookup.Opener sites = kafka -> (tenant, site, at) -> history;
        try (var minutes = new Subtasks<>(
                () -> new MeterMinutes(config, sites),
                TelemetryRecord::stateKey,
                List.of(
                        MeterMinutes.SITE_REPORTS,
                        MeterMinutes.GROUP_REPORTS,
                        MeterMinutes.RUN_REPORTS,
                        MeterMinutes.REFUSED),
                stored::take)) {
            way.process(minutes, records);
            minutes.checkpoint();
        }
        try (var balance = new Subtasks<>(BalanceSite::new, BalanceSite::keyOf, List.of(), stored::take)) {
            balance.processToTheEnd(stored.sites);
        }
        try (var shares = new Subtasks<>(ShareGroup::new, ShareGroup::keyOf, List.of(), stored::take)) {
            shares.processToTheEnd(stored.groups);
        }
        try (var runs = new Subtasks<>(
                AccountRun::new, AccountRun::keyOf, List.of(AccountRun.METERS, AccountRun.EXTENTS), stored::take)) {
            runs.processToTheEnd(stored.runs);
        }
        return stored.rows;
    }

    // ---- the topic

    private record Sent(TelemetryFrame frame, double arrives) {}

    private static List<TelemetryRecord> records(Random random) {
        List<Sent> sent = new ArrayList<>();
        for (String owner : List.of("node-1", "node-2", "node-3", "meter/grid")) {
            long register = 1_000_000;
            for (int i = 0; i < FRAMES; i++) {
                register += 30_000;
                TelemetryFrame frame = frame(owner, i, register, random);
                double delay = random.nextInt(8) == 0 ? random.nextInt(FRAMES) : random.nextDouble() * 3;
                sent.add(new Sent(frame, i + delay));
                if (random.nextInt(9) == 0) {
                    sent.add(new Sent(frame, i + random.nextInt(FRAMES))); // again
                }
                if (random.nextInt(9) == 0) {
                    sent.add(new Sent(contradicting(frame), i + random.nextInt(FRAMES)));
                }
            }
        }
        sent.sort(Comparator.comparingDouble(Sent::arrives));
        List<TelemetryRecord> records = new ArrayList<>();
        for (Sent each : sent) {
            String key = "t|s|" + each.frame().getOwnerId();
            long appended = START + (long) (each.arrives() * 60_000) + 70_000;
            byte[] bytes = random.nextInt(40) == 0 ? new byte[] {-1} : FrameCodec.encode(each.frame());
            records.add(new TelemetryRecord("js.telemetry.v1.t", 0, records.size(), appended, key, bytes));
        }
        return records;
    }

    /** A minute of readings, one in ten seconds; nodes belong to a run for some of the time. */
    private static TelemetryFrame frame(String owner, int number, long register, Random random) {
        boolean meter = owner.startsWith("meter");
        long[] times = LongStream.range(0, 6)
                .map(slot -> START + number * 60_000L + slot * 10_000)
                .toArray();
        long[] values = LongStream.range(0, 6)
                .map(slot -> meter ? register + slot * 5_000 : 300 + random.nextInt(500))
                .toArray();
        Series.Builder series = Series.newBuilder()
                .setMetric((meter ? Metric.METER_ENERGY_ACTIVE : Metric.NODE_POWER).number())
                .setKind(meter ? ValueKind.COUNTER : ValueKind.GAUGE);
        SeriesValues.pack(values, series);
        Entity.Builder entity = Entity.newBuilder()
                .setEntityId(owner)
                .setKind(meter ? EntityKind.METER : EntityKind.NODE)
                .addSeries(series);
        if (!meter) {
            boolean running = number >= 5 && number < 20;
            entity.setRunId(running ? "r-1" : "")
                    .setAllocFromMs(number >= 20 ? START + 20 * 60_000L : running ? START + 5 * 60_000L : START);
        }
        TelemetryFrame.Builder frame = TelemetryFrame.newBuilder()
                .setSchemaVersion(1)
                .setTenantId("t")
                .setSiteId("s")
                .setOwnerId(owner)
                .setProducerId("agent")
                .setSessionId(77)
                .setFrameSeq(number + 1)
                .addEntities(entity);
        SlotTimes.set(frame, times);
        return frame.build();
    }

    /** Another agent's frame of the same instants. */
    private static TelemetryFrame contradicting(TelemetryFrame frame) {
        TelemetryFrame.Builder other = frame.toBuilder().setProducerId("other").setSessionId(5);
        Series.Builder series = other.getEntitiesBuilder(0).getSeriesBuilder(0);
        long[] values = SeriesValues.unpack(series.build(), 6);
        values[2]++;
        series.clearV();
        SeriesValues.pack(values, series);
        return other.build();
    }
}
