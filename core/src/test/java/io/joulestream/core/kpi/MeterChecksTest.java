package io.joulestream.core.kpi;

import static io.joulestream.core.telemetry.Metric.GPU_POWER;
import static io.joulestream.core.telemetry.Metric.METER_ENERGY_ACTIVE;
import static io.joulestream.core.telemetry.Metric.METER_POWER_ACTIVE;
import static io.joulestream.core.telemetry.Metric.NODE_POWER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import io.joulestream.core.inventory.InventoryHistory;
import io.joulestream.core.inventory.InventoryVersion;
import io.joulestream.core.inventory.SiteInventoryParser;
import io.joulestream.core.kpi.MeterChecks.Code;
import io.joulestream.core.kpi.MeterChecks.Mark;
import io.joulestream.core.ledger.EnergyBuckets;
import io.joulestream.core.ledger.LedgerFlag;
import io.joulestream.core.telemetry.Metric;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MeterChecksTest {
    private static final Instant HOUR = Instant.parse("2026-04-01T11:00:00Z");
    private static final long MILLIS = 3_600_000;

    private static final InventoryHistory SITE = InventoryHistory.of(
            List.of(new InventoryVersion(1, SiteInventoryParser.parse("""
                    site: s
                    kind: edge
                    zone: UTC
                    effectiveFrom: 2026-01-01T00:00:00Z
                    itBoundary: NODE_IN
                    entities:
                      - { id: meter/grid, kind: METER, role: GRID_IMPORT, nameplateW: 100000, channels: [
                          { metric: meter.energy.active, samplePeriod: PT60S }, { metric: meter.power.active, samplePeriod: PT60S } ] }
                      - { id: meter/check, kind: METER, role: CHECK, parent: meter/grid, nameplateW: 100000, channels: [
                          { metric: meter.energy.active, samplePeriod: PT60S } ] }
                      - { id: node-1, kind: NODE, role: NODE_IN, parent: meter/grid, nameplateW: 10000, channels: [
                          { metric: node.power, samplePeriod: PT10S } ] }
                      - { id: node-1/gpu0, kind: GPU, role: GPU, parent: node-1, owner: node-1, nameplateW: 700, channels: [
                          { metric: gpu.power, samplePeriod: PT10S } ] }
                    """).orElseThrow())));

    @ParameterizedTest
    @CsvSource({"10200, false", "10201, true", "9800, false", "9799, true"})
    void aGaugeIsHeldAgainstItsCounterBeyondTwoPercent(long gaugeWatts, boolean marked) {
        List<Mark> marks = checks(
                hour("meter/grid", METER_ENERGY_ACTIVE, 10_000, MILLIS),
                hour("meter/grid", METER_POWER_ACTIVE, gaugeWatts, MILLIS));

        assertThat(marks.stream().map(Mark::code)).isEqualTo(marked ? List.of(Code.CROSS_CHECK) : List.of());
    }

    @ParameterizedTest
    @CsvSource({"10300, false", "10301, true", "9700, false", "9699, true"})
    void twoMetersOfOneLoadAreHeldAgainstEachOtherBeyondThreePercent(long checkWatts, boolean marked) {
        List<Mark> marks = checks(
                hour("meter/grid", METER_ENERGY_ACTIVE, 10_000, MILLIS),
                hour("meter/check", METER_ENERGY_ACTIVE, checkWatts, MILLIS));

        assertThat(marks.stream().map(Mark::code)).isEqualTo(marked ? List.of(Code.RECONCILE_GAP) : List.of());
    }

    @Test
    void aMarkTellsAgainstWhatAndByHowMuch() {
        List<Mark> marks = checks(
                hour("meter/grid", METER_ENERGY_ACTIVE, 10_000, MILLIS),
                hour("meter/check", METER_ENERGY_ACTIVE, 9_500, MILLIS));

        assertThat(marks)
                .extracting(
                        Mark::entity,
                        Mark::start,
                        Mark::against,
                        mark -> mark.share().toString())
                .containsExactly(tuple("meter/check", HOUR, "meter/grid", "-0.05"));
    }

    @Test
    void whatWasNotReadThroughoutIsNotCompared() {
        assertThat(checks(
                        hour("meter/grid", METER_ENERGY_ACTIVE, 10_000, MILLIS),
                        hour("meter/grid", METER_POWER_ACTIVE, 5_000, MILLIS * 98 / 100),
                        hour("meter/check", METER_ENERGY_ACTIVE, 5_000, MILLIS * 98 / 100)))
                .isEmpty();
    }

    @Test
    void aGaugeThatShowsOneValueWhileTheMeterAboveMovesIsStuck() {
        List<Mark> marks = checks(
                power("node-1/gpu0", GPU_POWER, 693_500, 693_500, 360),
                power("node-1", NODE_POWER, 8_000_000, 9_000_000, 360));

        assertThat(marks)
                .extracting(Mark::entity, Mark::metric, Mark::code, Mark::against)
                .containsExactly(tuple("node-1/gpu0", GPU_POWER, Code.STUCK, "node-1"));
    }

    @ParameterizedTest
    @CsvSource({
        // three digits; it moved a little; 20 intervals only; the meter above did not move
        "693000, 693000, 360, 8000000, 9000000",
        "693500, 693501, 360, 8000000, 9000000",
        "693500, 693500, 21, 8000000, 9000000",
        "693500, 693500, 360, 8550000, 9000000"
    })
    void whatMayBeSteadyIsNotStuck(long least, long greatest, long samples, long leastAbove, long greatestAbove) {
        assertThat(checks(
                        power("node-1/gpu0", GPU_POWER, least, greatest, samples),
                        power("node-1", NODE_POWER, leastAbove, greatestAbove, 360)))
                .isEmpty();
    }

    @Test
    void withoutAMeterAboveNobodyKnowsWhetherAGaugeIsStuck() {
        assertThat(checks(power("node-1/gpu0", GPU_POWER, 693_500, 693_500, 360)))
                .isEmpty();
    }

    // ---- flags of the rows

    @Test
    void whatTheJobMarkedIsToldWithAllFlagsOfTheHourAndFilledGapsAloneAreNot() {
        List<MeterChecks.Flagged> flagged = MeterChecks.flagged(List.of(
                flagged("meter/grid", LedgerFlag.METER_EXCHANGED.mask() | LedgerFlag.BRIDGED.mask()),
                flagged("meter/check", LedgerFlag.BRIDGED.mask() | LedgerFlag.INTERPOLATED.mask()),
                flagged("node-1", 0)));

        assertThat(flagged)
                .containsExactly(new MeterChecks.Flagged(
                        "meter/grid",
                        METER_ENERGY_ACTIVE,
                        HOUR,
                        Set.of(LedgerFlag.BRIDGED, LedgerFlag.METER_EXCHANGED)));
    }

    private static MeterHour flagged(String entity, int flags) {
        return new MeterHour(entity, METER_ENERGY_ACTIVE, HOUR, EnergyTotal.NONE, MILLIS, 1, 1, 60, flags);
    }

    // ---- spacing

    @ParameterizedTest
    @CsvSource({"480, false", "481, true", "3600, true"})
    void readingsCloserThanThreeQuartersOfTheSamplePeriodAreTold(long samples, boolean told) {
        List<SampleSpacing.TooClose> found = SampleSpacing.of(
                SITE.versions().get(0).inventory(), List.of(power("node-1", NODE_POWER, 1, 2, samples)));

        assertThat(found).hasSize(told ? 1 : 0);
        assertThat(found)
                .allMatch(channel -> channel.metric().equals("node.power")
                        && channel.samplePeriod().equals(Duration.ofSeconds(10)));
    }

    @Test
    void theMedianHourDecidesAndAFewReadingsSayNothing() {
        List<SampleSpacing.TooClose> found = SampleSpacing.of(
                SITE.versions().get(0).inventory(),
                List.of(
                        power("node-1", NODE_POWER, 1, 2, 3_600),
                        power("node-1", NODE_POWER, 1, 2, 360),
                        power("node-1", NODE_POWER, 1, 2, 360),
                        hour("node-1/gpu0", GPU_POWER, 1, MILLIS)));

        assertThat(found).isEmpty();
    }

    private static List<Mark> checks(MeterHour... hours) {
        return MeterChecks.of(SITE, List.of(hours));
    }

    private static MeterHour hour(String entity, Metric metric, long watts, long covered) {
        return new MeterHour(
                entity,
                metric,
                HOUR,
                EnergyTotal.of(new EnergyBuckets(watts * 1_000 * MILLIS, 0, 0)),
                covered,
                watts * 1_000,
                watts * 1_000,
                3,
                0);
    }

    private static MeterHour power(String entity, Metric metric, long least, long greatest, long samples) {
        return new MeterHour(
                entity,
                metric,
                HOUR,
                EnergyTotal.of(new EnergyBuckets(greatest * MILLIS, 0, 0)),
                MILLIS,
                greatest,
                least,
                samples,
                0);
    }
}
