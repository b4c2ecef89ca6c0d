package io.joulestream.ingest.world;

import static org.assertj.core.api.Assertions.assertThat;

import io.joulestream.core.inventory.InventoryHistory;
import io.joulestream.core.inventory.InventoryVersion;
import io.joulestream.core.inventory.SiteInventoryParser;
import io.joulestream.core.kpi.EnergyTotal;
import io.joulestream.core.kpi.MeterChecks;
import io.joulestream.core.kpi.MeterHour;
import io.joulestream.core.ledger.EnergyBuckets;
import io.joulestream.core.telemetry.Metric;
import io.joulestream.wire.SeriesValues;
import io.joulestream.wire.SlotTimes;
import io.joulestream.wire.v1.Entity;
import io.joulestream.wire.v1.Series;
import io.joulestream.wire.v1.TelemetryFrame;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What the checks of meters say of worlds whose meters are right, read by the minute and at last by the second. */
class MeterChecksOfWorldTest {
    private static final Instant END = Instant.parse("2026-10-24T12:00:00Z");
    private static final long HOUR_MILLIS = Duration.ofHours(1).toMillis();

    private record Channel(String entity, Metric metric) {}

    @ParameterizedTest
    @CsvSource({"POD_128, 1", "POD_128, 2", "EDGE_2RACK, 1", "EDGE_2RACK, 2", "EDGE_NOMETER, 1", "EDGE_NOMETER, 2"})
    void whereNothingIsWrongNothingIsMarked(WorldPreset preset, long seed) {
        World world = world(preset, seed);
        List<MeterHour> hours = hours(world, LongUnaryOperator.identity());

        assertThat(hours).as("gauges beside counters").anyMatch(hour -> hour.metric() == Metric.NODE_POWER);
        assertThat(MeterChecks.of(history(world), hours)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = WorldPreset.class,
            names = {"EDGE_2RACK", "POD_128"})
    void gaugesThatStandStillWhileRunsComeAndGoAreStuck(WorldPreset preset) {
        World world = world(preset, 1);

        List<MeterChecks.Mark> marks = MeterChecks.of(history(world), hours(world, milliwatts -> 2_345_000));

        assertThat(marks)
                .filteredOn(mark -> mark.code() == MeterChecks.Code.STUCK && mark.metric() == Metric.NODE_POWER)
                .extracting(MeterChecks.Mark::against)
                .isNotEmpty()
                .containsOnly("node.energy");
    }

    private static World world(WorldPreset preset, long seed) {
        return World.of(List.of(preset), seed, END.minus(Duration.ofHours(30)), END);
    }

    private static InventoryHistory history(World world) {
        return InventoryHistory.of(List.of(new InventoryVersion(
                1, SiteInventoryParser.parse(world.sites().get(0).siteYaml()).orElseThrow())));
    }

    /** The energies of the ledger, from readings that are all there: counters by difference, gauges as straight lines. */
    private static List<MeterHour> hours(World world, LongUnaryOperator gauge) {
        FeedPlan plan = new FeedPlan(END.minus(Duration.ofHours(2)), world.start(), false);
        Map<Channel, TreeMap<Long, Long>> readings = new HashMap<>();
        for (TelemetryFrame frame : FeedTest.all(new Feed(world, plan), world.start(), END)) {
            long[] times = SlotTimes.of(frame);
            for (Entity entity : frame.getEntitiesList()) {
                for (Series series : entity.getSeriesList()) {
                    Metric metric = Metric.byNumber(series.getMetric()).orElseThrow();
                    boolean isGauge = metric.isElectricalPower();
                    if (isGauge || metric.isElectricalEnergy() || metric.isThermalEnergy()) {
                        long[] values = SeriesValues.unpack(series, times.length);
                        TreeMap<Long, Long> channel = readings.computeIfAbsent(
                                new Channel(entity.getEntityId(), metric), c -> new TreeMap<>());
                        for (int i = 0; i < times.length; i++) {
                            channel.put(times[i], isGauge ? gauge.applyAsLong(values[i]) : values[i]);
                        }
                    }
                }
            }
        }
        List<MeterHour> hours = new ArrayList<>();
        readings.forEach((channel, read) -> {
            for (Instant start = world.start(); start.isBefore(END); start = start.plus(1, ChronoUnit.HOURS)) {
                hours.add(hour(channel, start, read));
            }
        });
        return hours;
    }

    private static MeterHour hour(Channel channel, Instant start, TreeMap<Long, Long> readings) {
        long from = start.toEpochMilli();
        boolean isGauge = channel.metric().isElectricalPower();
        long twiceMicrojoules = 0;
        long greatest = Long.MIN_VALUE;
        long least = Long.MAX_VALUE;
        long samples = 0;
        Map.Entry<Long, Long> before = null;
        for (Map.Entry<Long, Long> reading :
                readings.subMap(from, true, from + HOUR_MILLIS, true).entrySet()) {
            if (before != null) {
                long millis = reading.getKey() - before.getKey();
                long twice = isGauge
                        ? (before.getValue() + reading.getValue()) * millis
                        : 2_000 * (reading.getValue() - before.getValue());
                long mean = isGauge ? before.getValue() : twice / 2 / millis;
                twiceMicrojoules += twice;
                greatest = Math.max(greatest, mean);
                least = Math.min(least, mean);
                samples++;
            }
            before = reading;
        }
        return new MeterHour(
                channel.entity(),
                channel.metric(),
                start,
                EnergyTotal.of(new EnergyBuckets(twiceMicrojoules / 2, 0, 0)),
                HOUR_MILLIS,
                greatest,
                least,
                samples,
                0);
    }
}
