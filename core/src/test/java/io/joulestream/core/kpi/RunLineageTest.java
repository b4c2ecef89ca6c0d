package io.joulestream.core.kpi;

import static io.joulestream.core.kpi.Trainings.START;
import static io.joulestream.core.kpi.Trainings.at;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.joulestream.core.kpi.RunLineage.Attempt;
import io.joulestream.core.kpi.RunLineage.Stretch;
import io.joulestream.core.kpi.RunLineage.Use;
import io.joulestream.core.ledger.JobPhase;
import io.joulestream.core.ledger.TrainingStep;
import java.math.BigInteger;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RunLineageTest {
    private static final long NOT_TOLD = TrainingStep.NOT_TOLD;

    @Test
    void aRunThatNeverBeganAgainRetainsAllItDid() {
        RunLineage lineage = new Trainings()
                .step(1, 1, 0, 0, 1, 100, 90)
                .step(1, 2, 1, 1, 2, 100, 80)
                .lineage();

        assertThat(lineage.tokens()).isEqualTo(tokens(200, 170L, 170L, 0));
        assertThat(lineage.stretches()).containsExactly(stretch(Use.RETAINED_STEPS, 0, 2));
        assertThat(lineage.attempts()).containsExactly(new Attempt(1, START, at(2), 1L, 2L, 0L, null, 2, 0));
    }

    @Test
    void aRestartDiscardsEveryEarlierStepAboveItsOwnBeginning() {
        RunLineage lineage =
                new Trainings().train(1, 1, 10, 0, 100).train(2, 8, 12, 20, 100).lineage();

        assertThat(lineage.tokens()).isEqualTo(tokens(1_500, 1_500L, 1_200L, 300));
        assertThat(lineage.stretches())
                .containsExactly(
                        stretch(Use.RETAINED_STEPS, 0, 7),
                        stretch(Use.LOST_WORK, 7, 10),
                        stretch(Use.RETAINED_STEPS, 20, 25));
        assertThat(lineage.attempts())
                .extracting(Attempt::restoredFrom, Attempt::steps, Attempt::discarded)
                .containsExactly(tuple(0L, 10L, 3L), tuple(7L, 5L, 0L));
    }

    @Test
    void aLaterRestartDiscardsStepsOfAllAttemptsBeforeIt() {
        RunLineage lineage = new Trainings()
                .train(1, 1, 10, 0, 1)
                .train(2, 8, 12, 20, 1)
                .train(3, 5, 6, 40, 1)
                .lineage();

        assertThat(lineage.tokens()).isEqualTo(tokens(17, 17L, 6L, 11));
        assertThat(lineage.attempts()).extracting(Attempt::discarded).containsExactly(6L, 5L, 0L);
    }

    @Test
    void anAttemptOfWhichNothingIsRetainedIsLostFromItsStart() {
        RunLineage lineage = new Trainings()
                .phase(1, JobPhase.START_UP, 0, 2)
                .train(1, 1, 3, 2, 1)
                .phase(1, JobPhase.IDLE, 5, 8)
                .train(2, 1, 2, 10, 1)
                .lineage();

        assertThat(lineage.stretches())
                .containsExactly(
                        stretch(Use.LOST_WORK, 0, 5), stretch(Use.IDLE, 5, 8), stretch(Use.RETAINED_STEPS, 10, 12));
    }

    @Test
    void anAttemptThatHasNoStepYetDiscardsByTheCheckpointItNames() {
        RunLineage lineage = new Trainings()
                .train(1, 1, 10, 0, 1)
                .phase(2, JobPhase.RESTORE, 15, 16)
                .checkpoint(2, 6, 16)
                .lineage();

        assertThat(lineage.tokens()).isEqualTo(tokens(10, 10L, 6L, 4));
        assertThat(lineage.attempts().get(1)).isEqualTo(new Attempt(2, at(15), at(16), null, null, 6L, 6L, 0, 0));
    }

    @Test
    void whereTheLogDoesNotTellWhatCameBeforeItsFirstStepTheNamedCheckpointCountsElseTheStepBefore() {
        Trainings named = new Trainings()
                .train(1, 1, 10, 0, 1)
                .checkpoint(2, 6, 20)
                .step(2, 9, NOT_TOLD, 20, 23, 3, 3)
                .checkpoint(2, 9, 24);
        Trainings silent = new Trainings().train(1, 1, 10, 0, 1).step(2, 9, NOT_TOLD, 20, 23, 3, 3);

        assertThat(named.lineage().attempts().get(1).restoredFrom()).isEqualTo(6);
        assertThat(named.lineage().attempts().get(1).keptStep()).isEqualTo(9);
        assertThat(silent.lineage().attempts().get(1).restoredFrom()).isEqualTo(8);
    }

    @Test
    void aLoggingIntervalThatARestartCutsIsDiscardedWholeAndSaidSo() {
        RunLineage cut = new Trainings()
                .step(1, 5, 0, 0, 5, 50, 50)
                .step(1, 10, 5, 5, 10, 50, 50)
                .step(2, 12, 7, 20, 25, 50, 50)
                .lineage();
        RunLineage between = new Trainings()
                .step(1, 5, 0, 0, 5, 50, 50)
                .step(1, 10, 5, 5, 10, 50, 50)
                .step(2, 10, 5, 20, 25, 50, 50)
                .lineage();

        assertThat(cut.restartInsideInterval()).isTrue();
        assertThat(cut.tokens()).isEqualTo(tokens(150, 150L, 100L, 50));
        assertThat(between.restartInsideInterval()).isFalse();
        assertThat(between.tokens()).isEqualTo(tokens(150, 150L, 100L, 50));
    }

    @Test
    void phasesTakeTheirTimeFromStepsAndLostWorkTakesItFromPhases() {
        RunLineage lineage = new Trainings()
                .phase(1, JobPhase.START_UP, 0, 1)
                .step(1, 1, 0, 1, 5, 1, 1)
                .phase(1, JobPhase.EVAL, 2, 3)
                .phase(1, JobPhase.CHECKPOINT, 5, 6)
                .step(1, 2, 1, 6, 8, 1, 1)
                .phase(1, JobPhase.EVAL, 8, 9)
                .phase(1, JobPhase.IDLE, 9, 12)
                .phase(2, JobPhase.RESTORE, 12, 13)
                .phase(2, JobPhase.START_UP, 13, 14)
                .step(2, 2, 1, 14, 15, 1, 1)
                .lineage();

        assertThat(lineage.stretches())
                .containsExactly(
                        stretch(Use.START_UP, 0, 1),
                        stretch(Use.RETAINED_STEPS, 1, 2),
                        stretch(Use.EVALUATION, 2, 3),
                        stretch(Use.RETAINED_STEPS, 3, 5),
                        stretch(Use.CHECKPOINTS, 5, 6),
                        stretch(Use.LOST_WORK, 6, 9),
                        stretch(Use.IDLE, 9, 12),
                        stretch(Use.LOST_WORK, 12, 14),
                        stretch(Use.RETAINED_STEPS, 14, 15));
    }

    @Test
    void trainingThatNoStepLineTellsIsLostWhenTheRunBeganAgainAfterIt() {
        RunLineage lineage = new Trainings()
                .train(1, 1, 3, 0, 1)
                .phase(1, JobPhase.TRAIN, 0, 3)
                .phase(1, JobPhase.TRAIN, 3, 4)
                .train(2, 4, 5, 10, 1)
                .lineage();

        assertThat(lineage.stretches())
                .containsExactly(
                        stretch(Use.RETAINED_STEPS, 0, 3),
                        stretch(Use.LOST_WORK, 3, 4),
                        stretch(Use.RETAINED_STEPS, 10, 12));
    }

    @Test
    void effectiveTokensThatOneStepDoesNotTellAreNotKnownAndNotZero() {
        RunLineage lineage = new Trainings()
                .step(1, 1, 0, 0, 1, 100, 90)
                .step(1, 2, 1, 1, 2, 100, NOT_TOLD)
                .train(2, 2, 2, 5, 70)
                .lineage();

        assertThat(lineage.tokens()).isEqualTo(tokens(270, null, 160L, 100));
    }

    @Test
    void withoutRowsNothingIsKnown() {
        RunLineage lineage = new Trainings().lineage();

        assertThat(lineage.attempts()).isEmpty();
        assertThat(lineage.stretches()).isEmpty();
        assertThat(lineage.tokens()).isEqualTo(tokens(0, null, null, 0));
        assertThat(lineage.hasSteps()).isFalse();
        assertThat(lineage.reportedMicrojoules()).isNull();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void theOrderOfRowsChangesNothingAndRetainedAndRedoneTokensAddUp(long seed) {
        Random random = new Random(seed);
        Trainings run = new Trainings();
        double minute = 0;
        long step = 0;
        for (int attempt = 1; attempt <= 4; attempt++) {
            step = step - random.nextInt((int) step + 1);
            run.checkpoint(attempt, step, minute);
            for (int i = random.nextInt(9); i >= 0; i--) {
                run.phase(attempt, JobPhase.values()[random.nextInt(6)], minute, minute + random.nextInt(4));
                minute += random.nextInt(3);
                int steps = 1 + random.nextInt(3);
                run.step(attempt, step + steps, step, minute, minute + 0.7, 10L * steps, 10L * steps);
                step += steps;
                minute += 0.7;
            }
        }
        RunLineage expected = run.lineage();

        Collections.shuffle(run.steps, random);
        Collections.shuffle(run.phases, random);
        Collections.shuffle(run.checkpoints, random);

        assertThat(run.lineage()).as("seed %d", seed).isEqualTo(expected);
        assertThat(expected.tokens().retained().add(expected.tokens().redone()))
                .as("seed %d", seed)
                .isEqualTo(expected.tokens().processed());
        List<Stretch> stretches = expected.stretches();
        for (int i = 1; i < stretches.size(); i++) {
            assertThat(stretches.get(i).fromMillis())
                    .as("seed %d, stretch %d", seed, i)
                    .isGreaterThanOrEqualTo(stretches.get(i - 1).toMillis());
        }
    }

    private static RunLineage.Tokens tokens(long processed, Long effective, Long retained, long redone) {
        return new RunLineage.Tokens(
                BigInteger.valueOf(processed),
                effective == null ? null : BigInteger.valueOf(effective),
                retained == null ? null : BigInteger.valueOf(retained),
                BigInteger.valueOf(redone));
    }

    private static Stretch stretch(Use use, double fromMinute, double toMinute) {
        return new Stretch(use, at(fromMinute).toEpochMilli(), at(toMinute).toEpochMilli());
    }
}
