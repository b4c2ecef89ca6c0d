package io.joulestream.core.account;

import static org.assertj.core.api.Assertions.assertThat;

import io.joulestream.core.account.RunReport.CheckpointReport;
import io.joulestream.core.account.RunReport.MeterDifference;
import io.joulestream.core.account.RunReport.PhaseReport;
import io.joulestream.core.account.RunReport.StepReport;
import io.joulestream.core.account.RunReport.Told;
import io.joulestream.core.ledger.EnergyBuckets;
import io.joulestream.core.ledger.JobPhase;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which of several reports of a run holds, in whatever order they come. */
class RunReportTest {
    private static final Told FIRST = new Told(false, 5, 1);
    private static final Told NEXT_FRAME = new Told(false, 5, 2);
    private static final Told NEXT_SESSION = new Told(false, 6, 1);
    private static final Told CORRECTION = new Told(true, 1, 1);

    @Test
    void ofTwoReportsOfAStepTheLaterToldHoldsAndThenTheGreaterValues() {
        List<StepReport> ascending = List.of(
                step(100, 7, FIRST),
                step(100, 8, FIRST),
                step(101, 1, FIRST),
                step(1, 1, NEXT_FRAME),
                step(1, 1, NEXT_SESSION),
                step(1, 1, CORRECTION));

        for (int lesser = 0; lesser < ascending.size(); lesser++) {
            for (int greater = lesser; greater < ascending.size(); greater++) {
                StepReport before = ascending.get(lesser);
                StepReport after = ascending.get(greater);

                assertThat(after.supersedes(before)).isEqualTo(greater > lesser);
                assertThat(before.supersedes(after)).isFalse();
                assertThat(new KeptStep(before, 3).with(after)).isEqualTo(new KeptStep(after, 4));
                assertThat(new KeptStep(after, 3).with(before)).isEqualTo(new KeptStep(after, 4));
            }
        }
    }

    @Test
    void ofTwoReportsOfAPhaseTheLaterToldHolds() {
        PhaseReport first = new PhaseReport(1, JobPhase.EVAL, 10, 20, FIRST);
        PhaseReport next = new PhaseReport(1, JobPhase.TRAIN, 5, 20, NEXT_FRAME);

        assertThat(next.supersedes(first)).isTrue();
        assertThat(first.supersedes(next)).isFalse();
        assertThat(first.supersedes(first)).isFalse();
        assertThat(new KeptPhase(first, 1).with(next)).isEqualTo(new KeptPhase(next, 2));
        assertThat(new KeptPhase(next, 1).with(first)).isEqualTo(new KeptPhase(next, 2));
    }

    @Test
    void ofTwoReportsOfACheckpointTheEarlierInstantHoldsUnlessItIsCorrected() {
        CheckpointReport early = new CheckpointReport(1, 500, 10, FIRST);
        CheckpointReport again = new CheckpointReport(1, 500, 20, NEXT_SESSION);
        CheckpointReport corrected = new CheckpointReport(1, 500, 30, CORRECTION);

        assertThat(early.supersedes(again)).isTrue();
        assertThat(again.supersedes(early)).isFalse();
        assertThat(early.supersedes(early)).isFalse();
        assertThat(corrected.supersedes(early)).isTrue();
        assertThat(early.supersedes(corrected)).isFalse();
        assertThat(new KeptCheckpoint(again, 1).with(early)).isEqualTo(new KeptCheckpoint(early, 2));
        assertThat(new KeptCheckpoint(early, 1).with(again)).isEqualTo(new KeptCheckpoint(early, 2));
    }

    @Test
    void aRunLastsFromItsFirstToItsLastAssertionByWhicheverOwner() {
        Extent first = Extent.with(null, lasting(100, 200, 3));
        Extent wider = Extent.with(first, lasting(50, 150, 2));
        Extent longer = Extent.with(wider, lasting(60, 300, 1));

        assertThat(first).isEqualTo(new Extent(100, 200, 3));
        assertThat(wider).isEqualTo(new Extent(50, 200, 5));
        assertThat(longer).isEqualTo(new Extent(50, 300, 6));
    }

    @Test
    void whatAGroupSharesOutIsOfTheGroupsSiteAndSaysNothingOfTheRunsTime() {
        MeterDifference share = new MeterDifference("pdu", 31, false, 7, new EnergyBuckets(5, 0, 0), 1, 2, 3);
        GroupReport group = new GroupReport("t", "s", "pdu", 4, 1_800, List.of(), List.of(), List.of());

        assertThat(RunReport.ofShares(group, "run", List.of(share)))
                .isEqualTo(new RunReport(
                        "t", "s", "run", 4, 1_800, 0, 0, 0, List.of(share), List.of(), List.of(), List.of()));
    }

    private static StepReport step(long tokens, long samples, Told told) {
        return new StepReport(1, 500, 499, 10, 20, tokens, RunReport.NOT_TOLD, samples, RunReport.NOT_TOLD, told);
    }

    private static RunReport lasting(long fromMillis, long toMillis, long assertions) {
        return new RunReport(
                "t",
                "s",
                "run",
                0,
                3_600,
                fromMillis,
                toMillis,
                assertions,
                List.of(),
                List.of(),
                List.of(),
                List.of());
    }
}
