package io.joulestream.core.kpi;

import static io.joulestream.core.kpi.Trainings.START;
import static org.assertj.core.api.Assertions.assertThat;

import io.joulestream.core.ledger.EnergyBuckets;
import io.joulestream.core.ledger.RunStep;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RunCurveTest {
    @Test
    void aPieceOfAMinuteIsTheDifferenceOfTwoFloors() {
        RunCurve curve = RunCurve.of(List.of(row("s", START, 60, 100)), List.of(), List.of());

        assertThat(microjoules(curve, 0, 20_000)).isEqualTo(33);
        assertThat(microjoules(curve, 20_000, 40_000)).isEqualTo(33);
        assertThat(microjoules(curve, 40_000, 60_000)).isEqualTo(34);
    }

    @Test
    void negativeEnergyIsCutByFloorsToo() {
        RunCurve curve = RunCurve.of(List.of(row("s", START, 60, -100)), List.of(), List.of());

        assertThat(microjoules(curve, 0, 20_000)).isEqualTo(-34);
        assertThat(microjoules(curve, 20_000, 60_000)).isEqualTo(-66);
    }

    @Test
    void nothingLiesOutsideTheRowsOrInAnEmptyPiece() {
        RunCurve curve = RunCurve.of(List.of(row("s", START, 60, 100)), List.of(), List.of());

        assertThat(microjoules(curve, -90_000, 0)).isZero();
        assertThat(microjoules(curve, 60_000, 600_000)).isZero();
        assertThat(microjoules(curve, 40_000, 20_000)).isZero();
        assertThat(microjoules(curve, -90_000, 600_000)).isEqualTo(100);
    }

    @Test
    void theFirstMinuteOfARunIsSpreadOverThePartInWhichItWasAllocated() {
        RunCurve curve = RunCurve.of(
                List.of(row("s", START, 60, 100)),
                List.of(),
                List.of(Trainings.extent(START.plusSeconds(40), START.plusSeconds(600))));

        assertThat(microjoules(curve, 0, 40_000)).isZero();
        assertThat(microjoules(curve, 40_000, 50_000)).isEqualTo(50);
        assertThat(microjoules(curve, 50_000, 60_000)).isEqualTo(50);
    }

    @Test
    void minutesShapeALedgerStepThatTheyAddUpToAndNoOther() {
        List<RunStep> hour = List.of(row("s", START, 3_600, 6_000));
        RunStep loaded = row("s", START, 60, 6_000);
        RunStep tooLittle = row("s", START, 60, 5_999);

        assertThat(microjoules(RunCurve.of(hour, List.of(loaded), List.of()), 0, 60_000))
                .isEqualTo(6_000);
        assertThat(microjoules(RunCurve.of(hour, List.of(tooLittle), List.of()), 0, 60_000))
                .isEqualTo(100);
        assertThat(microjoules(RunCurve.of(hour, List.of(), List.of()), 0, 60_000))
                .isEqualTo(100);
    }

    @Test
    void sitesOfARunAddUp() {
        RunCurve curve =
                RunCurve.of(List.of(row("s", START, 60, 100), row("other", START, 60, 7)), List.of(), List.of());

        assertThat(microjoules(curve, 0, 60_000)).isEqualTo(107);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void piecesAddUpToTheRowsInEveryBucketHoweverTheyAreCut(long seed) {
        Random random = new Random(seed);
        List<RunStep> rows = new ArrayList<>();
        EnergyBuckets sum = EnergyBuckets.NONE;
        for (int minute = 0; minute < 30; minute++) {
            if (random.nextInt(5) > 0) {
                EnergyBuckets energy =
                        new EnergyBuckets(random.nextLong() >> 8, random.nextLong() >> 20, random.nextLong() >> 30);
                rows.add(row("s", START.plusSeconds(60L * minute), 60, energy));
                sum = sum.plus(energy);
            }
        }
        TreeSet<Long> cuts = new TreeSet<>(List.of(0L, 1_800_000L));
        for (int i = 0; i < 200; i++) {
            cuts.add((long) random.nextInt(1_800_000));
        }

        RunCurve curve =
                RunCurve.of(rows, rows, List.of(Trainings.extent(START.plusMillis(7), START.plusSeconds(1_777))));

        EnergyTotal total = EnergyTotal.NONE;
        long from = cuts.first();
        for (long to : cuts) {
            total = total.plus(curve.between(START.plusMillis(from), START.plusMillis(to)));
            from = to;
        }
        assertThat(total).as("seed %d", seed).isEqualTo(EnergyTotal.of(sum));
    }

    private static long microjoules(RunCurve curve, long fromMillis, long toMillis) {
        BigInteger microjoules = curve.between(START.plusMillis(fromMillis), START.plusMillis(toMillis))
                .microjoules();
        return microjoules.longValueExact();
    }

    private static RunStep row(String site, Instant start, int seconds, long microjoules) {
        return row(site, start, seconds, new EnergyBuckets(microjoules, 0, 0));
    }

    private static RunStep row(String site, Instant start, int seconds, EnergyBuckets energy) {
        return new RunStep("t", site, "r", start, seconds, energy, 0, 0, 0, 0, 0, 1);
    }
}
