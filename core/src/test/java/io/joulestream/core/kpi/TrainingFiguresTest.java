package io.joulestream.core.kpi;

import static io.joulestream.core.kpi.Trainings.START;
import static io.joulestream.core.kpi.Trainings.WATT_HOUR;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.joulestream.core.kpi.RunLineage.Use;
import io.joulestream.core.ledger.JobPhase;
import io.joulestream.core.ledger.TrainingStep;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrainingFiguresTest {
    private static final long KWH = 1_000 * WATT_HOUR;
    private static final Instant LATER = START.plus(Duration.ofDays(9));
    private static final Figure PUE = Figure.of(new BigDecimal("1.25"), BigDecimal.ONE, BigDecimal.ZERO, "m", LATER);

    /** W10: 700 steps, a crash, 15 minutes to begin again from step 600, 400 steps. */
    private static Trainings w10() {
        return new Trainings()
                .train(1, 1, 700, 0, 4_000_000)
                .phase(2, JobPhase.RESTORE, 700, 710)
                .phase(2, JobPhase.START_UP, 710, 715)
                .train(2, 601, 1_000, 715, 4_000_000)
                .power(0, 700, 10 * KWH)
                .power(700, 715, 10 * KWH)
                .power(715, 1_115, 10_125 * WATT_HOUR);
    }

    @Test
    void theWorkedExampleOfARestartGivesTheseFigures() {
        TrainingFigures figures = w10().figures(BigInteger.valueOf(300 * KWH), PUE, LATER);

        assertThat(figures.lineage().tokens().processed()).isEqualTo(4_400_000_000L);
        assertThat(figures.lineage().tokens().effective()).isEqualTo(4_400_000_000L);
        assertThat(figures.lineage().tokens().retained()).isEqualTo(4_000_000_000L);
        assertThat(figures.lineage().tokens().redone()).isEqualTo(400_000_000L);
        assertThat(figures.perRetainedToken().value()).isEqualByComparingTo("10.08");
        assertThat(figures.perProcessedToken().value())
                .isCloseTo(new BigDecimal("9.163636363636"), within(new BigDecimal("1e-12")));
        assertThat(figures.facilityPerRetainedToken().value()).isEqualByComparingTo("12.9375");
        assertThat(kwh(figures, Use.LOST_WORK)).isEqualByComparingTo("1150");
        assertThat(kwh(figures, Use.RETAINED_STEPS)).isEqualByComparingTo("10050");
        assertThat(figures.lostWorkEnergyFraction().value())
                .isCloseTo(new BigDecimal("0.102679"), within(new BigDecimal("5e-7")));
        assertThat(figures.goodputEnergyFraction().value())
                .isCloseTo(new BigDecimal("0.897321"), within(new BigDecimal("5e-7")));
        assertThat(figures.other().millijoules()).isZero();
        assertThat(figures.open()).isFalse();
        assertThat(figures.perRetainedToken().flags()).containsExactly(FigureFlag.ACCURACY_UNKNOWN);
    }

    @Test
    void withoutAMeasuredPueThereIsNoFacilityFigureAndItsReasonIsGiven() {
        Figure none = Figure.missing(ReasonCode.NO_FACILITY_METER, BigDecimal.ZERO, "m", LATER);

        TrainingFigures figures = w10().figures(null, none, LATER);

        assertThat(figures.facilityPerRetainedToken().value()).isNull();
        assertThat(figures.facilityPerRetainedToken().reason()).isEqualTo(ReasonCode.NO_FACILITY_METER);
        assertThat(figures.facilityPerProcessedToken().reason()).isEqualTo(ReasonCode.NO_FACILITY_METER);
        assertThat(figures.perRetainedToken().value()).isEqualByComparingTo("10.08");
    }

    @Test
    void sharedNetworkAndStorageThatAreNotKnownAreSaidToBeExcluded() {
        TrainingFigures figures = w10().figures(null, PUE, LATER);

        assertThat(figures.facilityPerRetainedToken().value()).isEqualByComparingTo("12.6");
        assertThat(figures.facilityPerRetainedToken().flags()).contains(FigureFlag.SHARED_IT_EXCLUDED);
    }

    @Test
    void aRunThatWasHeardOfAQuarterOfAnHourAgoMayGoOn() {
        Instant end = START.plus(Duration.ofMinutes(1_115));

        TrainingFigures open =
                w10().figures(null, PUE, end.plus(Duration.ofMinutes(15)).minusMillis(1));
        TrainingFigures over = w10().figures(null, PUE, end.plus(Duration.ofMinutes(15)));

        assertThat(open.open()).isTrue();
        assertThat(open.perRetainedToken().flags()).contains(FigureFlag.PERIOD_OPEN);
        assertThat(open.perRetainedToken().value()).isEqualByComparingTo("10.08");
        assertThat(over.open()).isFalse();
    }

    @Test
    void aLogWithoutPhasesLeavesTheirEnergyUnknownAndInOther() {
        TrainingFigures figures =
                new Trainings().train(1, 1, 50, 5, 1_000).power(0, 60, KWH).figures(null, PUE, LATER);

        assertThat(figures.uses().get(Use.EVALUATION).kwh().reason()).isEqualTo(ReasonCode.NO_DATA);
        assertThat(figures.uses().get(Use.IDLE).energyMj()).isNull();
        assertThat(kwh(figures, Use.RETAINED_STEPS)).isEqualByComparingTo("50");
        assertThat(kwh(figures, Use.LOST_WORK)).isEqualByComparingTo("0");
        assertThat(figures.other().kwh().value()).isEqualByComparingTo("10");
        assertThat(figures.goodputEnergyFraction().flags()).contains(FigureFlag.PHASES_NOT_TOLD);
    }

    @Test
    void aLogThatDoesNotSayWhatIsPaddingHasNoFigurePerRetainedToken() {
        Trainings run = new Trainings();
        run.step(1, 1, 0, 0, 60, 1_000, TrainingStep.NOT_TOLD).power(0, 60, KWH);

        TrainingFigures figures = run.figures(null, PUE, LATER);

        assertThat(figures.perRetainedToken().reason()).isEqualTo(ReasonCode.NO_TOKENS);
        assertThat(figures.perEffectiveToken().reason()).isEqualTo(ReasonCode.NO_TOKENS);
        assertThat(figures.facilityPerRetainedToken().reason()).isEqualTo(ReasonCode.NO_TOKENS);
        assertThat(figures.perProcessedToken().value()).isEqualByComparingTo("216000");
        assertThat(figures.goodputEnergyFraction().value()).isEqualByComparingTo("1");
    }

    @Test
    void withoutStepsThereIsNoGoodputAndNoLostWork() {
        TrainingFigures figures = new Trainings().power(0, 60, KWH).figures(null, PUE, LATER);

        assertThat(figures.goodputEnergyFraction().reason()).isEqualTo(ReasonCode.NO_TOKENS);
        assertThat(figures.lostWorkEnergyFraction().reason()).isEqualTo(ReasonCode.NO_TOKENS);
        assertThat(figures.uses().get(Use.LOST_WORK).kwh().reason()).isEqualTo(ReasonCode.NO_TOKENS);
        assertThat(figures.other().kwh().value()).isEqualByComparingTo("60");
        assertThat(figures.reported().kwh().reason()).isEqualTo(ReasonCode.NO_DATA);
    }

    @Test
    void aRunWithoutEnergyHasNoFigureAtAll() {
        TrainingFigures figures = new Trainings().train(1, 1, 5, 0, 10).figures(null, PUE, LATER);

        assertThat(figures.other().kwh().reason()).isEqualTo(ReasonCode.NO_DATA);
        assertThat(figures.uses().values()).allMatch(use -> use.kwh().reason() == ReasonCode.NO_DATA);
        assertThat(figures.goodputEnergyFraction().reason()).isEqualTo(ReasonCode.NO_DATA);
        assertThat(figures.perRetainedToken().reason()).isEqualTo(ReasonCode.NO_DATA);
    }

    @Test
    void energyThatTheLogClaimsIsShownAndInNoSum() {
        Trainings run = w10();
        run.steps.replaceAll(step -> new TrainingStep(
                "t",
                "s",
                "r",
                step.attempt(),
                step.step(),
                step.afterStep(),
                step.from(),
                step.to(),
                step.tokens(),
                step.effectiveTokens(),
                1,
                KWH,
                0,
                1));

        TrainingFigures figures = run.figures(null, PUE, LATER);

        assertThat(figures.reported().kwh().value()).isEqualByComparingTo("1100");
        assertThat(figures.other().millijoules()).isZero();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void theLinesAddUpToTheRunExactlyWhateverItsRowsAre(long seed) {
        Random random = new Random(seed);
        Trainings run = new Trainings();
        double minute = 0.3;
        long step = 0;
        for (int attempt = 1; attempt <= 3; attempt++) {
            step -= random.nextInt((int) step + 1);
            run.phase(attempt, JobPhase.START_UP, minute, minute + 0.77);
            minute += 1.1;
            for (int i = 0; i < 9; i++) {
                run.step(attempt, step + 1, step, minute, minute + 0.613, 7, 5);
                run.phase(attempt, JobPhase.values()[random.nextInt(6)], minute + 0.5, minute + 0.7);
                step++;
                minute += 0.71;
            }
        }
        for (int i = 0; i < 40; i++) {
            run.power(i, i + 1, random.nextInt(1_000_000_007));
        }

        TrainingFigures figures = run.figures(null, PUE, LATER);

        BigInteger sum = figures.uses().values().stream()
                .map(PublishedEnergy::millijoules)
                .reduce(figures.other().millijoules(), BigInteger::add);
        BigInteger whole = run.minutes.stream()
                .map(row -> BigInteger.valueOf(row.energy().totalMicrojoules()))
                .reduce(BigInteger.ZERO, BigInteger::add);
        assertThat(sum).as("seed %d", seed).isEqualTo(MilliJoules.ofMicrojoules(whole));
    }

    @Test
    void thePueOfARunWeighsEachHourByItsEnergyAndLeavesUnmeasuredHoursOut() {
        List<RunPue.Hour> hours = List.of(hour(300, "1.2"), hour(100, "1.6"), hour(100, null));

        Figure pue = RunPue.of(hours, Duration.ofHours(3), Thresholds.DEFAULT, LATER);

        assertThat(pue.value()).isEqualByComparingTo("1.3");
        assertThat(pue.coverage()).isEqualByComparingTo("0.8");
    }

    @Test
    void whereTooMuchOfARunLiesInHoursWithoutPueItHasNone() {
        List<RunPue.Hour> hours = List.of(hour(300, "1.2"), hour(0, null), hour(301, null));

        Figure day = RunPue.of(hours, Duration.ofHours(3), Thresholds.DEFAULT, LATER);
        Figure none = RunPue.of(List.of(), Duration.ofHours(3), Thresholds.DEFAULT, LATER);

        assertThat(day.reason()).isEqualTo(ReasonCode.COVERAGE_BELOW_MIN);
        assertThat(none.reason()).isEqualTo(ReasonCode.NO_DATA);
    }

    private static RunPue.Hour hour(long energy, String pue) {
        Figure figure = pue == null
                ? Figure.missing(ReasonCode.COVERAGE_BELOW_MIN, BigDecimal.ZERO, "m", LATER)
                : Figure.of(new BigDecimal(pue), BigDecimal.ONE, BigDecimal.ZERO, "m", LATER);
        return new RunPue.Hour(BigInteger.valueOf(energy), figure);
    }

    private static BigDecimal kwh(TrainingFigures figures, Use use) {
        return figures.uses().get(use).kwh().value();
    }
}
