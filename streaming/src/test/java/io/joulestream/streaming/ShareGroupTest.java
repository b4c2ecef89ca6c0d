package io.joulestream.streaming;

import static org.assertj.core.api.Assertions.assertThat;

import io.joulestream.core.account.GroupReport;
import io.joulestream.core.account.GroupReport.AmountDifference;
import io.joulestream.core.account.GroupReport.HeldDifference;
import io.joulestream.core.account.GroupReport.Touched;
import io.joulestream.core.account.GroupShape;
import io.joulestream.core.account.RunReport;
import io.joulestream.core.account.RunReport.MeterDifference;
import io.joulestream.core.ledger.EnergyBuckets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShareGroupTest {
    private static final long FIRST_MINUTE = 29_400_000;

    /** What the differences come to, by run, group and minute. */
    private final Map<String, MeterDifference> sums = new TreeMap<>();

    @Test
    void nothingIsGivenOutBeforeTheBarrier() throws Exception {
        try (Subtasks<GroupReport, RunReport> group = subtasks(sums)) {
            group.process(report("pdu", List.of(amount(0, 100)), List.of(held("r", 0, 60, 2))));
            assertThat(group.emitted()).isZero();

            group.checkpoint();

            assertThat(sums).containsOnlyKeys("r pdu 0");
            assertThat(sums.get("r pdu 0").energy().measuredMicrojoules()).isEqualTo(50);
        }
    }

    @Test
    void anAllocationThatBeganWeeksAgoReachesTheHourOfTheEnergy() throws Exception {
        try (Subtasks<GroupReport, RunReport> group = subtasks(sums)) {
            group.process(report("pdu", List.of(), List.of(held("r", -14 * 86_400, 600, 4))));
            group.restart(1);

            group.process(report("pdu", List.of(amount(-3_000, 100), amount(5, 7)), List.of()));
            group.checkpoint();
        }

        assertThat(sums).containsOnlyKeys("r pdu -3000", "r pdu 5");
        assertThat(sums.get("r pdu -3000").energy().measuredMicrojoules()).isEqualTo(100);
    }

    @Test
    void aReplayAfterACrashAddsNothingTwice() throws Exception {
        try (Subtasks<GroupReport, RunReport> group = subtasks(sums)) {
            group.process(report("pdu", List.of(amount(0, 100)), List.of(held("r", 0, 60, 4))));
            var checkpoint = group.checkpoint();
            Map<String, MeterDifference> before = new TreeMap<>(sums);
            group.process(report("pdu", List.of(amount(0, 11)), List.of()));
            group.checkpoint(); // given out, then the job dies before it completes: what was given out is lost with it

            sums.clear();
            sums.putAll(before);
            group.crashTo(checkpoint);
            group.process(report("pdu", List.of(amount(0, 11)), List.of()));
            group.checkpoint();
        }

        assertThat(sums.get("r pdu 0").energy().measuredMicrojoules()).isEqualTo(111);
        assertThat(sums.get("r pdu 0").changes()).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void aRestartAfterEveryReportGivesTheUninterruptedResult(long seed) throws Exception {
        List<GroupReport> reports = reports(new Random(seed));
        Map<String, MeterDifference> expected = uninterrupted(reports);

        try (Subtasks<GroupReport, RunReport> group = subtasks(sums)) {
            group.processRestartingAfterEach(reports);
        }

        assertThat(sums).as("seed %d", seed).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void twoSubtasksAndBackToOneGiveTheUninterruptedResult(long seed) throws Exception {
        List<GroupReport> reports = reports(new Random(seed));
        Map<String, MeterDifference> expected = uninterrupted(reports);

        try (Subtasks<GroupReport, RunReport> group = subtasks(sums)) {
            group.processOnTwoAndBack(reports);
        }

        assertThat(sums).as("seed %d", seed).isEqualTo(expected);
    }

    private static Map<String, MeterDifference> uninterrupted(List<GroupReport> reports) throws Exception {
        Map<String, MeterDifference> sums = new TreeMap<>();
        try (Subtasks<GroupReport, RunReport> group = subtasks(sums)) {
            group.processToTheEnd(reports);
        }
        return sums;
    }

    private static Subtasks<GroupReport, RunReport> subtasks(Map<String, MeterDifference> sums) throws Exception {
        return new Subtasks<>(ShareGroup::new, ShareGroup::keyOf, List.of(), report -> add(sums, (RunReport) report));
    }

    private static void add(Map<String, MeterDifference> sums, RunReport report) {
        for (MeterDifference share : report.differences()) {
            sums.merge(
                    report.run() + " " + share.entity() + " " + (share.minute() - FIRST_MINUTE),
                    share,
                    (a, b) -> new MeterDifference(
                            a.entity(),
                            a.metric(),
                            false,
                            a.minute(),
                            a.energy().plus(b.energy()),
                            a.coveredMillis() + b.coveredMillis(),
                            a.accountedMillis() + b.accountedMillis(),
                            a.changes() + b.changes(),
                            a.sharedByTime() + b.sharedByTime(),
                            a.flags() | b.flags()));
        }
    }

    private static List<GroupReport> reports(Random random) {
        List<GroupReport> reports = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            List<AmountDifference> amounts = new ArrayList<>();
            for (int j = random.nextInt(3); j > 0; j--) {
                amounts.add(amount(random.nextInt(180), random.nextInt(-500, 2_000)));
            }
            List<HeldDifference> held = new ArrayList<>();
            if (random.nextBoolean()) {
                long from = random.nextInt(180 * 60);
                held.add(held(
                        "run-" + random.nextInt(3), from, from + 1 + random.nextInt(7_000), random.nextInt(-1, 3)));
            }
            reports.add(report("pdu-" + random.nextInt(5), amounts, held));
        }
        return reports;
    }

    private static GroupReport report(String group, List<AmountDifference> amounts, List<HeldDifference> held) {
        GroupShape shape = new GroupShape(31, 4, 2, false);
        List<Touched> touched = new ArrayList<>();
        amounts.forEach(amount -> touched.add(new Touched(amount.minute(), amount.minute() + 1, 1, shape)));
        held.forEach(span -> touched.add(new Touched(
                Math.floorDiv(span.fromMillis(), 60_000L), Math.floorDiv(span.toMillis() - 1, 60_000L) + 1, 1, shape)));
        return new GroupReport("t", "s", group, 0, 1_800, amounts, held, touched);
    }

    private static AmountDifference amount(long minute, long microjoules) {
        return new AmountDifference(
                false, FIRST_MINUTE + minute, "", new EnergyBuckets(microjoules, 0, 0), 60_000, 60_000);
    }

    private static HeldDifference held(String run, long fromSecond, long toSecond, int gpus) {
        long start = FIRST_MINUTE * 60_000;
        return new HeldDifference(true, run, start + fromSecond * 1_000, start + toSecond * 1_000, gpus);
    }
}
