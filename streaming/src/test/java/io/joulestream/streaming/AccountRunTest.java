package io.joulestream.streaming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import io.joulestream.core.account.RunReport;
import io.joulestream.core.account.RunReport.CheckpointReport;
import io.joulestream.core.account.RunReport.MeterDifference;
import io.joulestream.core.account.RunReport.PhaseReport;
import io.joulestream.core.account.RunReport.StepReport;
import io.joulestream.core.account.RunReport.Told;
import io.joulestream.core.ledger.EnergyBuckets;
import io.joulestream.core.ledger.JobPhase;
import io.joulestream.core.ledger.Revised;
import io.joulestream.core.ledger.RunCheckpoint;
import io.joulestream.core.ledger.RunExtent;
import io.joulestream.core.ledger.RunMeterStep;
import io.joulestream.core.ledger.RunPhase;
import io.joulestream.core.ledger.RunStep;
import io.joulestream.core.ledger.TrainingStep;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AccountRunTest {
    private static final long FIRST_MINUTE = 29_400_000;
    private static final long START = FIRST_MINUTE * 60_000;

    /** As the database keeps it: of each row the one with the greatest revision. */
    private final Map<String, Object> stored = new TreeMap<>();

    @Test
    void nothingIsGivenOutBeforeTheBarrier() throws Exception {
        try (Subtasks<RunReport, RunStep> run = subtasks(stored)) {
            run.process(
                    report("r", START, START + 60_000, List.of(meter("node-1", 0, 5)), List.of(step(1, 1, 60, 7, 1))));
            assertThat(run.emitted()).isZero();

            run.checkpoint();

            assertThat(stored.values())
                    .hasOnlyElementsOfTypes(RunStep.class, RunMeterStep.class, RunExtent.class, TrainingStep.class)
                    .hasSize(2 + 1 + 1 + 1);
        }
    }

    @Test
    void aCorrectedStepTakesBackWhatItReplaced() throws Exception {
        try (Subtasks<RunReport, RunStep> run = subtasks(stored)) {
            run.process(report("r", List.of(step(1, 100, 120, 1_000, 1))));
            run.restart(1);

            run.process(report("r", List.of(step(1, 100, 60, 400, 2))));
            run.checkpoint();
        }

        assertThat(tokensByMinute()).isEqualTo(Map.of(0L, 400L, 1L, 0L));
        assertThat(hourTokens()).isEqualTo(400);
        assertThat(trainingSteps())
                .extracting(TrainingStep::tokens, TrainingStep::revision)
                .containsExactly(tuple(400L, 2L));
    }

    @Test
    void aCorrectedStepIsWrittenOverTheOldOneThoughItsFrameHasALesserNumber() throws Exception {
        try (Subtasks<RunReport, RunStep> run = subtasks(stored)) {
            run.process(report("r", List.of(stepOfSession(10, 50, 1_000))));
            run.checkpoint();
            assertThat(trainingSteps()).extracting(TrainingStep::tokens).containsExactly(1_000L);

            run.process(report("r", List.of(stepOfSession(11, 1, 900))));
            run.checkpoint();
        }

        assertThat(trainingSteps()).extracting(TrainingStep::tokens).containsExactly(900L);
    }

    @Test
    void anOlderReportOfAStepCountsNothingAndLeavesTheRowsItWouldHaveLeftHadItComeFirst() throws Exception {
        try (Subtasks<RunReport, RunStep> run = subtasks(stored)) {
            run.process(report("r", List.of(step(1, 100, 60, 400, 2))));
            run.process(report("r", List.of(step(1, 100, 120, 1_000, 1))));
            run.restart(1);
            run.process(report("r", List.of(step(1, 100, 120, 1_000, 1))));
            run.checkpoint();
        }

        assertThat(tokensByMinute()).isEqualTo(Map.of(0L, 400L, 1L, 0L));
        assertThat(trainingSteps()).extracting(TrainingStep::tokens).containsExactly(400L);
    }

    @Test
    void theSameStepOfAnotherAttemptIsAnotherStep() throws Exception {
        try (Subtasks<RunReport, RunStep> run = subtasks(stored)) {
            run.process(report("r", List.of(step(1, 100, 60, 400, 1), step(2, 100, 60, 300, 1))));
            run.checkpoint();
        }

        assertThat(hourTokens()).isEqualTo(700);
        assertThat(trainingSteps())
                .extracting(TrainingStep::attempt, TrainingStep::tokens)
                .containsExactly(tuple(1, 400L), tuple(2, 300L));
    }

    @Test
    void theExtentIsTheUnionOfWhatWasAsserted() throws Exception {
        try (Subtasks<RunReport, RunStep> run = subtasks(stored)) {
            run.process(report("r", START + 10, START + 20, List.of(), List.of()));
            run.restart(1);
            run.process(report("r", START, START + 15, List.of(), List.of()));
            run.process(report("r", List.of(step(1, 1, 60, 5, 1)))); // asserts nothing
            run.checkpoint();
        }

        assertThat(stored.values())
                .filteredOn(RunExtent.class::isInstance)
                .containsExactly(new RunExtent(
                        "t", "s", "r", Instant.ofEpochMilli(START), Instant.ofEpochMilli(START + 20), 0, 2));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void aRestartAfterEveryReportGivesTheUninterruptedResult(long seed) throws Exception {
        List<RunReport> reports = reports(new Random(seed));
        Map<String, Object> expected = uninterrupted(reports);

        try (Subtasks<RunReport, RunStep> run = subtasks(stored)) {
            run.processRestartingAfterEach(reports);
        }

        assertThat(stored).as("seed %d", seed).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void twoSubtasksAndBackToOneGiveTheUninterruptedResult(long seed) throws Exception {
        List<RunReport> reports = reports(new Random(seed));
        Map<String, Object> expected = uninterrupted(reports);

        try (Subtasks<RunReport, RunStep> run = subtasks(stored)) {
            run.processOnTwoAndBack(reports);
        }

        assertThat(stored).as("seed %d", seed).isEqualTo(expected);
    }

    @Test
    void ofTwoReportsOfAnIntervalTheGreaterHoldsAndOfACheckpointTheEarlier() throws Exception {
        PhaseReport train = new PhaseReport(1, JobPhase.TRAIN, START, START + 60_000, new Told(false, 1, 2));
        PhaseReport eval = new PhaseReport(1, JobPhase.EVAL, START, START + 60_000, new Told(false, 1, 3));
        CheckpointReport first = new CheckpointReport(1, 100, START + 2, new Told(false, 1, 1));
        CheckpointReport again = new CheckpointReport(1, 100, START + 9, new Told(false, 1, 2));
        try (Subtasks<RunReport, RunStep> run = subtasks(stored)) {
            run.process(amounts("r", List.of(), List.of(eval), List.of(first)));
            run.restart(1);
            run.process(amounts("r", List.of(), List.of(train), List.of(again)));
            run.process(amounts("r", List.of(), List.of(eval), List.of(first)));
            run.checkpoint();
        }

        assertThat(stored.values())
                .containsExactlyInAnyOrder(
                        new RunPhase(
                                "t",
                                "s",
                                "r",
                                1,
                                JobPhase.EVAL,
                                Instant.ofEpochMilli(START),
                                Instant.ofEpochMilli(START + 60_000),
                                0,
                                3),
                        new RunCheckpoint("t", "s", "r", 1, 100, Instant.ofEpochMilli(START + 2), 0, 3));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void theOrderOfReportsChangesNothingNotEvenRevisions(long seed) throws Exception {
        Random random = new Random(seed);
        List<RunReport> reports = reports(random);
        Map<String, Object> expected = uninterrupted(reports);
        List<RunReport> shuffled = new ArrayList<>(reports);
        Collections.shuffle(shuffled, random);

        Map<String, Object> found = uninterrupted(shuffled);

        assertThat(found).as("seed %d", seed).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void whateverOrderWasStoredBeforeARestartTheRowsAfterItAreThoseOfAllReports(long seed) throws Exception {
        Random random = new Random(seed);
        List<RunReport> reports = reports(random);
        Map<String, Object> expected = uninterrupted(reports);
        for (int restart = 0; restart < 3; restart++) {
            Collections.shuffle(reports, random);
            try (Subtasks<RunReport, RunStep> run = subtasks(stored)) {
                for (RunReport report : reports.subList(0, random.nextInt(reports.size()))) {
                    run.process(report);
                    run.checkpoint();
                }
            }
        }
        Collections.shuffle(reports, random);

        try (Subtasks<RunReport, RunStep> run = subtasks(stored)) {
            run.processToTheEnd(reports);
        }

        assertThat(stored).as("seed %d", seed).isEqualTo(expected);
    }

    @Test
    void aStepThatIsStoredGivesWayToAGreaterReportThoughOwnersComeInAnotherOrderAfterARestart() throws Exception {
        RunReport a = report("r", List.of(step(1, 100, 60, 400, 1)));
        RunReport b = report("r", List.of(step(1, 100, 120, 1_000, 2)));
        RunReport c = report("r", List.of(step(1, 100, 120, 900, 3)));
        try (Subtasks<RunReport, RunStep> run = subtasks(stored)) {
            run.process(a);
            run.process(b);
            run.checkpoint();
        }

        try (Subtasks<RunReport, RunStep> run = subtasks(stored)) {
            run.process(b);
            run.process(a);
            run.process(c);
            run.checkpoint();
        }

        assertThat(trainingSteps())
                .extracting(TrainingStep::tokens, TrainingStep::revision)
                .containsExactly(tuple(900L, 3L));
        assertThat(tokensByMinute()).isEqualTo(Map.of(0L, 450L, 1L, 450L));
    }

    private static Map<String, Object> uninterrupted(List<RunReport> reports) throws Exception {
        Map<String, Object> rows = new TreeMap<>();
        try (Subtasks<RunReport, RunStep> run = subtasks(rows)) {
            run.processToTheEnd(reports);
        }
        return rows;
    }

    private static Subtasks<RunReport, RunStep> subtasks(Map<String, Object> rows) throws Exception {
        return new Subtasks<>(
                AccountRun::new,
                AccountRun::keyOf,
                List.of(
                        AccountRun.METERS,
                        AccountRun.EXTENTS,
                        AccountRun.STEPS,
                        AccountRun.PHASES,
                        AccountRun.CHECKPOINTS),
                row -> rows.merge(identity(row), row, (old, now) -> revision(now) > revision(old) ? now : old));
    }

    private static String identity(Object row) {
        if (row instanceof RunStep step) {
            return "step|" + step.run() + "|" + step.start() + "|" + step.lengthSeconds();
        }
        if (row instanceof RunMeterStep meter) {
            return "meter|" + meter.run() + "|" + meter.entity() + "|" + meter.start();
        }
        if (row instanceof TrainingStep step) {
            return "training|" + step.run() + "|" + step.attempt() + "|" + step.step();
        }
        if (row instanceof RunPhase phase) {
            return "phase|" + phase.run() + "|" + phase.attempt() + "|" + phase.to();
        }
        if (row instanceof RunCheckpoint checkpoint) {
            return "checkpoint|" + checkpoint.run() + "|" + checkpoint.attempt() + "|" + checkpoint.step();
        }
        return "extent|" + ((RunExtent) row).run();
    }

    private static long revision(Object row) {
        return ((Revised) row).revision();
    }

    private Map<Long, Long> tokensByMinute() {
        Map<Long, Long> tokens = new TreeMap<>();
        for (Object row : stored.values()) {
            if (row instanceof RunStep step && step.lengthSeconds() == 60) {
                tokens.put((step.start().toEpochMilli() - START) / 60_000, step.tokens());
            }
        }
        return tokens;
    }

    private long hourTokens() {
        return stored.values().stream()
                .filter(row -> row instanceof RunStep step && step.lengthSeconds() == 3_600)
                .mapToLong(row -> ((RunStep) row).tokens())
                .sum();
    }

    private List<TrainingStep> trainingSteps() {
        return stored.values().stream()
                .filter(TrainingStep.class::isInstance)
                .map(TrainingStep.class::cast)
                .toList();
    }

    private static List<RunReport> reports(Random random) {
        List<RunReport> reports = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            List<MeterDifference> meters = new ArrayList<>();
            for (int j = random.nextInt(4); j > 0; j--) {
                meters.add(meter("node-" + random.nextInt(2), random.nextInt(180), random.nextInt(2_000) - 500));
            }
            List<StepReport> steps = new ArrayList<>();
            for (int j = random.nextInt(3); j > 0; j--) {
                steps.add(step(
                        1 + random.nextInt(2), random.nextInt(4), random.nextInt(300), random.nextInt(9_999), 1 + i));
            }
            List<PhaseReport> phases = new ArrayList<>();
            List<CheckpointReport> checkpoints = new ArrayList<>();
            for (int j = random.nextInt(3); j > 0; j--) {
                Told told = new Told(random.nextBoolean(), random.nextInt(2), random.nextInt(3));
                long to = START + 60_000L * random.nextInt(3);
                JobPhase phase = JobPhase.values()[random.nextInt(6)];
                phases.add(new PhaseReport(1 + random.nextInt(2), phase, to - random.nextInt(9_000), to, told));
                checkpoints.add(new CheckpointReport(
                        1 + random.nextInt(2), random.nextInt(3), START + random.nextInt(3), told));
            }
            long from = START + random.nextInt(100_000);
            reports.add(new RunReport(
                    "t",
                    "s",
                    "run-" + random.nextInt(6),
                    0,
                    3_600,
                    from,
                    from + random.nextInt(50_000),
                    1,
                    meters,
                    steps,
                    phases,
                    checkpoints));
        }
        return reports;
    }

    private static RunReport report(String run, List<StepReport> steps) {
        return amounts(run, steps, List.of(), List.of());
    }

    private static RunReport amounts(
            String run, List<StepReport> steps, List<PhaseReport> phases, List<CheckpointReport> checkpoints) {
        return new RunReport("t", "s", run, 0, 3_600, 0, 0, 0, List.of(), steps, phases, checkpoints);
    }

    private static RunReport report(
            String run, long from, long to, List<MeterDifference> meters, List<StepReport> steps) {
        return new RunReport("t", "s", run, 0, 3_600, from, to, 1, meters, steps, List.of(), List.of());
    }

    private static MeterDifference meter(String entity, long minute, long microjoules) {
        return new MeterDifference(
                entity, 20, false, FIRST_MINUTE + minute, new EnergyBuckets(microjoules, 0, 1), 10, 20, 1);
    }

    private static StepReport stepOfSession(long session, long sequence, long tokens) {
        return step(1, 100, 60, tokens, new Told(false, session, sequence));
    }

    /** A step that begins with the first minute. */
    private static StepReport step(int attempt, long step, long seconds, long tokens, long sequence) {
        return step(attempt, step, seconds, tokens, new Told(false, 1, sequence));
    }

    private static StepReport step(int attempt, long step, long seconds, long tokens, Told told) {
        return new StepReport(attempt, step, step - 1, START, START + seconds * 1_000, tokens, tokens / 2, 1, 9, told);
    }
}
