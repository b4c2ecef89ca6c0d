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
    private static final Instant BEFORE = HOUR.minusSeconds(3_600);
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

    @ParameterizedTest
    @CsvSource({
        // span of the gauge, of the counter's means, readings, deviation in watts beyond 2 %, marked
        "0, 0, 60, 1, true",
        "400, 0, 60, 200, false",
        "400, 0, 60, 201, true",
        "0, 400, 60, 200, false",
        "400, 300, 60, 201, true",
        "400, 0, 4, 300, false",
        "400, 0, 4, 301, true"
    })
    void aGaugeMayLeaveItsCounterAsFarAsSamplingExplains(
            long gaugeSpan, long counterSpan, long samples, long beyond, boolean marked) {
        List<Mark> marks = checks(
                spread("meter/grid", METER_ENERGY_ACTIVE, 10_000, counterSpan, 60),
                spread("meter/grid", METER_POWER_ACTIVE, 10_200 + beyond, gaugeSpan, samples));

        assertThat(marks.stream().map(Mark::code)).isEqualTo(marked ? List.of(Code.CROSS_CHECK) : List.of());
    }

    private static MeterHour spread(String entity, Metric metric, long watts, long span, long samples) {
        return new MeterHour(
                entity,
                metric,
                HOUR,
                EnergyTotal.of(new EnergyBuckets(watts * 1_000 * MILLIS, 0, 0)),
                MILLIS,
                (watts + span) * 1_000,
                watts * 1_000,
                samples,
                0);
    }

    @Test
    void aGaugeThatShowsOneValueInTwoHoursThatItsCounterTellsApartIsStuck() {
        List<Mark> marks = checks(
                steady("meter/grid", METER_POWER_ACTIVE, BEFORE, 9_345_000, 60),
                steady("meter/grid", METER_POWER_ACTIVE, HOUR, 9_345_000, 60),
                steady("meter/grid", METER_ENERGY_ACTIVE, BEFORE, 9_345_000, 60),
                steady("meter/grid", METER_ENERGY_ACTIVE, HOUR, 8_800_000, 60));

        assertThat(marks)
                .filteredOn(mark -> mark.code() == Code.STUCK)
                .extracting(Mark::entity, Mark::metric, Mark::start, Mark::against)
                .containsExactly(tuple("meter/grid", METER_POWER_ACTIVE, HOUR, "meter.energy.active"));
    }

    @ParameterizedTest
    @CsvSource({
        // of 10 kW above, 700 W are the GPU's own: more than 9,300 W and 5 % of the greater can only be its doing
        "693500, 693500, 360, 9800000, 1, true",
        "693500, 693500, 360, 9700000, 1, false",
        // three digits; it moved; few readings
        "693000, 693000, 360, 9800000, 1, false",
        "693500, 693400, 360, 9800000, 1, false",
        "693500, 693500, 21, 9800000, 1, false"
    })
    void withoutACounterTheMeterAboveTellsAsFarAsNothingElseBelowItExplains(
            long before, long now, long samples, long aboveBefore, long aboveNow, boolean marked) {
        List<Mark> marks = checks(
                steady("node-1/gpu0", GPU_POWER, BEFORE, before, samples),
                steady("node-1/gpu0", GPU_POWER, HOUR, now, samples),
                steady("node-1", NODE_POWER, BEFORE, aboveBefore, 360),
                steady("node-1", NODE_POWER, HOUR, aboveNow, 360));

        assertThat(marks.stream().map(Mark::against)).isEqualTo(marked ? List.of("node-1") : List.of());
    }

    @Test
    void oneValueInOneHourOrWithoutAMeterAboveIsNotStuck() {
        assertThat(checks(
                        power("node-1/gpu0", GPU_POWER, 693_500, 693_500, 360),
                        power("node-1", NODE_POWER, 1, 9_800_000, 360)))
                .isEmpty();
        assertThat(checks(
                        steady("node-1/gpu0", GPU_POWER, BEFORE, 693_500, 360),
                        steady("node-1/gpu0", GPU_POWER, HOUR, 693_500, 360)))
                .isEmpty();
    }

    private static MeterHour steady(String entity, Metric metric, Instant start, long milliwatts, long samples) {
        return new MeterHour(
                entity,
                metric,
                start,
                EnergyTotal.of(new EnergyBuckets(milliwatts * MILLIS, 0, 0)),
                MILLIS,
                milliwatts,
                milliwatts,
                samples,
                0);
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
