package io.joulestream.core.kpi;

import static org.assertj.core.api.Assertions.assertThat;

import io.joulestream.core.ledger.DemandInterval;
import io.joulestream.core.ledger.EnergyBuckets;
import io.joulestream.core.ledger.QuantityStep;
import io.joulestream.core.ledger.VolumeBuckets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DemandTest {
    private static final Instant START = Instant.parse("2026-04-01T00:00:00Z");
    private static final Instant END = START.plus(Duration.ofHours(1));

    private static final long HOUR_MILLIS = 3_600_000;

    @Test
    void peaksOfFeedsAtDifferentTimesDoNotAddUp() {
        List<DemandInterval> rows = List.of(
                quarter("a", 0, 600, 0), quarter("b", 0, 10, 0), quarter("a", 1, 300, 0), quarter("b", 1, 311, 0));

        Demand peak = Demand.peak(rows, 2 * HOUR_MILLIS, START, END, END);

        assertThat(peak.start()).isEqualTo(START.plusSeconds(900));
        assertThat(peak.meanKw().value()).isEqualByComparingTo("611");
        assertThat(peak.meanKw().coverage()).isEqualByComparingTo("0.5");
    }

    @Test
    void ofEqualPeaksTheFirstIsTheOne() {
        assertThat(Demand.peak(List.of(quarter("a", 2, 5, 0), quarter("a", 1, 5, 0)), HOUR_MILLIS, START, END, END)
                        .start())
                .isEqualTo(START.plusSeconds(900));
    }

    @Test
    void aBridgedQuarterIsEstimatedBecauseItsShapeIs() {
        Figure kw = Demand.peak(List.of(quarter("a", 0, 60, 40)), HOUR_MILLIS, START, END, END)
                .meanKw();

        assertThat(kw.value()).isEqualByComparingTo("100");
        assertThat(kw.estimatedShare()).isEqualByComparingTo("0.4");
        assertThat(kw.flags()).contains(FigureFlag.COVERAGE_BELOW_REPORTABLE);
    }

    @Test
    void withoutFeedOrRowsThereIsAReasonAndNoInstant() {
        Demand noFeed = Demand.peak(List.of(), 0, START, END, END);
        Demand silent = Demand.peak(List.of(), HOUR_MILLIS, START, END, END);

        assertThat(noFeed.start()).isNull();
        assertThat(noFeed.meanKw().reason()).isEqualTo(ReasonCode.NO_FACILITY_METER);
        assertThat(silent.meanKw().reason()).isEqualTo(ReasonCode.NO_DATA);
    }

    @Test
    void litresAreWholeMillilitresAndTellWhatIsEstimated() {
        List<QuantityStep> rows = new ArrayList<>();
        for (int hour = 0; hour < 24; hour++) {
            rows.add(new QuantityStep(
                    "t",
                    "s",
                    "w",
                    51,
                    "RAIN",
                    false,
                    START.plusSeconds(3_600L * hour),
                    3_600,
                    new VolumeBuckets(700, 200, 100),
                    3_600_000,
                    3_600_000,
                    0,
                    0,
                    1));
        }

        Figure litres = Volume.litres(rows, 24 * HOUR_MILLIS, START, START.plus(Duration.ofDays(1)), END);

        assertThat(litres.value()).isEqualByComparingTo("24");
        assertThat(litres.estimatedShare()).isEqualByComparingTo("0.1");
        assertThat(litres.coverage()).isEqualByComparingTo("1");
        assertThat(Volume.litres(rows, 48 * HOUR_MILLIS, START, START.plus(Duration.ofDays(1)), END)
                        .flags())
                .contains(FigureFlag.COVERAGE_BELOW_REPORTABLE);
        assertThat(Volume.litres(List.of(), HOUR_MILLIS, START, END, END).reason())
                .isEqualTo(ReasonCode.NO_DATA);
    }

    private static DemandInterval quarter(String feed, int index, long kw, long bridgedKw) {
        EnergyBuckets energy = new EnergyBuckets(kw * 900 * 1_000_000_000L, bridgedKw * 900 * 1_000_000_000L, 0);
        return new DemandInterval(
                "t", "s", feed, false, START.plusSeconds(900L * index), 900, energy, 900_000, 900_000, 0, 0, 1);
    }
}
