package io.joulestream.streaming;

import static org.assertj.core.api.Assertions.assertThat;

import io.joulestream.core.account.MeterReport;
import io.joulestream.core.account.MeterReport.FeedDifference;
import io.joulestream.core.account.MeterReport.QuantityDifference;
import io.joulestream.core.ledger.DemandInterval;
import io.joulestream.core.ledger.EnergyBuckets;
import io.joulestream.core.ledger.QuantityStep;
import io.joulestream.core.ledger.Revised;
import io.joulestream.core.ledger.VolumeBuckets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AccountMeterTest {
    private static final long FIRST_MINUTE = 29_400_000;

    /** As the database keeps it: of each row the one with the greatest revision. */
    private final Map<String, Revised> stored = new TreeMap<>();

    @Test
    void nothingIsGivenOutBeforeTheBarrier() throws Exception {
        try (Subtasks<MeterReport, DemandInterval> meters = subtasks(stored)) {
            meters.process(new MeterReport("t", "s", "m", 0, 1_800, List.of(feed(3, 5)), List.of(water(3, 5))));
            assertThat(meters.emitted()).isZero();

            meters.checkpoint();

            assertThat(stored).hasSize(2);
            meters.checkpoint();
            assertThat(meters.emitted()).isZero();
        }
    }

    /** A topic that is read again brings more hours between two checkpoints than memory should hold. */
    @Test
    void moreThanAThousandHoursDoNotWaitForTheBarrier() throws Exception {
        try (Subtasks<MeterReport, DemandInterval> meters = subtasks(stored)) {
            for (int hour = 0; hour < 1_024; hour++) {
                meters.process(new MeterReport("t", "s", "m", 0, 3_600, List.of(feed(60 * hour, 5)), List.of()));
            }
            assertThat(meters.emitted()).isZero();

            meters.process(new MeterReport("t", "s", "m", 0, 3_600, List.of(feed(60 * 1_024, 5)), List.of()));
            assertThat(meters.emitted()).isEqualTo(1_025);

            meters.process(new MeterReport("t", "s", "m", 0, 3_600, List.of(feed(14, 5)), List.of()));
            meters.checkpoint();
        }
        assertThat(stored.values()).hasSize(1_025).map(Revised::revision).contains(2L);
    }

    @Test
    void whatCameAfterTheCheckpointOfACrashIsCountedOnceWhenItComesAgain() throws Exception {
        MeterReport again = new MeterReport("t", "s", "m", 0, 3_600, List.of(feed(0, 70)), List.of(water(20, 70)));
        try (Subtasks<MeterReport, DemandInterval> meters = subtasks(stored)) {
            meters.process(new MeterReport("t", "s", "m", 0, 3_600, List.of(feed(14, 5)), List.of(water(59, 5))));
            var checkpoint = meters.checkpoint();
            meters.process(again);
            meters.checkpoint(); // its rows are written, then the job dies before it completes

            meters.crashTo(checkpoint);
            meters.process(again);
            meters.checkpoint();
        }

        assertThat(stored.values()).hasSize(2).allSatisfy(row -> {
            assertThat(row.revision()).isEqualTo(2);
            assertThat(total(row)).isEqualTo(75);
        });
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void aRestartAfterEveryReportGivesTheUninterruptedResult(long seed) throws Exception {
        List<MeterReport> reports = reports(new Random(seed));
        Map<String, Revised> expected = uninterrupted(reports);

        try (Subtasks<MeterReport, DemandInterval> meters = subtasks(stored)) {
            meters.processRestartingAfterEach(reports);
        }

        assertThat(stored).as("seed %d", seed).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void twoSubtasksAndBackToOneGiveTheUninterruptedResult(long seed) throws Exception {
        List<MeterReport> reports = reports(new Random(seed));
        Map<String, Revised> expected = uninterrupted(reports);

        try (Subtasks<MeterReport, DemandInterval> meters = subtasks(stored)) {
            meters.processOnTwoAndBack(reports);
        }

        assertThat(stored).as("seed %d", seed).isEqualTo(expected);
    }

    private static Map<String, Revised> uninterrupted(List<MeterReport> reports) throws Exception {
        Map<String, Revised> rows = new TreeMap<>();
        try (Subtasks<MeterReport, DemandInterval> meters = subtasks(rows)) {
            meters.processToTheEnd(reports);
        }
        return rows;
    }

    private static Subtasks<MeterReport, DemandInterval> subtasks(Map<String, Revised> rows) throws Exception {
        return new Subtasks<>(
                AccountMeter::new,
                AccountMeter::keyOf,
                List.of(AccountMeter.QUANTITIES),
                row -> rows.merge(identity(row), (Revised) row, (old, now) -> now.supersedes(old) ? now : old));
    }

    private static String identity(Object row) {
        if (row instanceof DemandInterval demand) {
            return "demand " + demand.subject() + demand.generation() + demand.start();
        }
        QuantityStep step = (QuantityStep) row;
        return "volume " + step.entity() + step.generation() + step.kind() + step.check() + step.start();
    }

    private static long total(Revised row) {
        return row instanceof DemandInterval demand
                ? demand.energy().totalMicrojoules()
                : ((QuantityStep) row).volume().totalMillilitres();
    }

    private static List<MeterReport> reports(Random random) {
        List<MeterReport> reports = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            List<FeedDifference> feed = new ArrayList<>();
            List<QuantityDifference> quantities = new ArrayList<>();
            for (int j = random.nextInt(4); j > 0; j--) {
                feed.add(feed(random.nextInt(180), random.nextInt(2_000) - 500));
                quantities.add(water(random.nextInt(180), random.nextInt(2_000) - 500));
            }
            reports.add(new MeterReport(
                    "t", "s", "meter-" + random.nextInt(6), random.nextInt(2), 1_800, feed, quantities));
        }
        return reports;
    }

    private static FeedDifference feed(long minute, long microjoules) {
        return new FeedDifference(FIRST_MINUTE + minute, new EnergyBuckets(microjoules, 0, 0), 1_000, 2_000, 1);
    }

    private static QuantityDifference water(long minute, long millilitres) {
        return new QuantityDifference(
                51, "POTABLE", false, FIRST_MINUTE + minute, new VolumeBuckets(0, millilitres, 0), 0, 2_000, 1);
    }
}
