package io.joulestream.streaming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import io.joulestream.core.account.SiteReport;
import io.joulestream.core.account.SiteReport.PartDifference;
import io.joulestream.core.account.SiteReport.RoleDifference;
import io.joulestream.core.ledger.EnergyBuckets;
import io.joulestream.core.ledger.SitePart;
import io.joulestream.core.ledger.SiteStep;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BalanceSiteTest {
    private static final long FIRST_MINUTE = 29_400_000;

    /** As the database keeps it: of each row the one with the greatest revision. */
    private final Map<String, SiteStep> stored = new TreeMap<>();

    @Test
    void nothingIsGivenOutBeforeTheBarrier() throws Exception {
        try (Subtasks<SiteReport, SiteStep> site = subtasks(stored)) {
            site.process(report("s", 0, role("NODE_IN", 0, 5)));
            assertThat(site.emitted()).isZero();

            site.checkpoint();

            assertThat(stored).hasSize(2);
            site.checkpoint();
            assertThat(site.emitted()).isZero();
        }
    }

    @Test
    void theEndOfABoundedInputGivesOutTheRest() throws Exception {
        try (Subtasks<SiteReport, SiteStep> site = subtasks(stored)) {
            site.process(report("s", 0, role("NODE_IN", 0, 5)));

            site.endInput();

            assertThat(stored).hasSize(2);
        }
    }

    @Test
    void sitesAndGenerationsDoNotAddUp() throws Exception {
        try (Subtasks<SiteReport, SiteStep> site = subtasks(stored)) {
            site.process(report("a", 0, role("NODE_IN", 0, 1)));
            site.process(report("b", 0, role("NODE_IN", 0, 10)));
            site.process(report("a", 1, role("NODE_IN", 0, 100)));
            site.process(report("a", 0, role("NODE_IN", 0, 1_000)));
            site.checkpoint();
        }

        assertThat(stored.values())
                .filteredOn(row -> row.lengthSeconds() == 60)
                .extracting(row -> row.energy().measuredMicrojoules())
                .containsExactlyInAnyOrder(1_001L, 10L, 100L);
    }

    @Test
    void whatCameAfterTheCheckpointOfACrashIsCountedOnceWhenItComesAgain() throws Exception {
        try (Subtasks<SiteReport, SiteStep> site = subtasks(stored)) {
            site.process(report("s", 0, role("NODE_IN", 0, 5)));
            var checkpoint = site.checkpoint();
            site.process(report("s", 0, role("NODE_IN", 0, 70)));
            site.checkpoint(); // its rows are written, then the job dies before it completes

            site.crashTo(checkpoint);
            site.process(report("s", 0, role("NODE_IN", 0, 70)));
            site.checkpoint();
        }

        assertThat(stored.values())
                .extracting(row -> row.energy().measuredMicrojoules())
                .containsOnly(75L);
        assertThat(stored.values()).extracting(SiteStep::revision).containsOnly(2L);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void aRestartAfterEveryReportGivesTheUninterruptedResult(long seed) throws Exception {
        List<SiteReport> reports = reports(new Random(seed));
        Map<String, SiteStep> expected = uninterrupted(reports);

        try (Subtasks<SiteReport, SiteStep> site = subtasks(stored)) {
            site.processRestartingAfterEach(reports);
        }

        assertThat(stored).as("seed %d", seed).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void twoSubtasksAndBackToOneGiveTheUninterruptedResult(long seed) throws Exception {
        List<SiteReport> reports = reports(new Random(seed));
        Map<String, SiteStep> expected = uninterrupted(reports);

        try (Subtasks<SiteReport, SiteStep> site = subtasks(stored)) {
            site.processOnTwoAndBack(reports);
        }

        assertThat(stored).as("seed %d", seed).isEqualTo(expected);
    }

    @Test
    void partsOfTheBalanceComeFromOwnersAndFromGroups() throws Exception {
        List<SitePart> parts = new ArrayList<>();
        try (Subtasks<SiteReport, SiteStep> site =
                new Subtasks<>(BalanceSite::new, BalanceSite::keyOf, List.of(BalanceSite.PARTS), row -> {
                    if (row instanceof SitePart part) {
                        parts.add(part);
                    }
                })) {
            site.process(
                    new SiteReport("t", "s", 0, 1_800, List.of(role("NODE_IN", 0, 5)), List.of(part("GROUP//", 0, 5))));
            site.restart(1);
            site.process(new SiteReport("t", "s", 0, 1_800, List.of(), List.of(part("UNALLOCATED//", 31, 3))));
            site.process(new SiteReport("t", "s", 0, 1_800, List.of(), List.of(part("GROUP//", 29, 7))));
            site.checkpoint();
        }

        assertThat(parts)
                .extracting(
                        SitePart::part,
                        row -> row.start().getEpochSecond() / 60 - FIRST_MINUTE,
                        row -> row.energy().measuredMicrojoules(),
                        SitePart::revision)
                .containsExactly(
                        tuple("GROUP//", 0L, 5L, 1L),
                        tuple("GROUP//", 0L, 12L, 2L),
                        tuple("UNALLOCATED//", 30L, 3L, 1L));
    }

    private static PartDifference part(String part, long minute, long microjoules) {
        return new PartDifference(part, FIRST_MINUTE + minute, new EnergyBuckets(microjoules, 0, 0), 1, 1, 1);
    }

    private static Map<String, SiteStep> uninterrupted(List<SiteReport> reports) throws Exception {
        Map<String, SiteStep> rows = new TreeMap<>();
        try (Subtasks<SiteReport, SiteStep> site = subtasks(rows)) {
            site.processToTheEnd(reports);
        }
        return rows;
    }

    private static Subtasks<SiteReport, SiteStep> subtasks(Map<String, SiteStep> rows) throws Exception {
        return new Subtasks<>(BalanceSite::new, BalanceSite::keyOf, List.of(), row -> keep(rows, (SiteStep) row));
    }

    private static void keep(Map<String, SiteStep> rows, SiteStep row) {
        String key =
                row.site() + "|" + row.generation() + "|" + row.role() + "|" + row.start() + "|" + row.lengthSeconds();
        rows.merge(key, row, (old, now) -> now.revision() > old.revision() ? now : old);
    }

    private static List<SiteReport> reports(Random random) {
        List<SiteReport> reports = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            RoleDifference[] differences = new RoleDifference[random.nextInt(5)];
            for (int j = 0; j < differences.length; j++) {
                differences[j] = role(
                        random.nextBoolean() ? "NODE_IN" : "GRID_IMPORT",
                        random.nextInt(180),
                        random.nextInt(2_000) - 500);
            }
            reports.add(report("site-" + random.nextInt(6), random.nextInt(2), differences));
        }
        return reports;
    }

    private static SiteReport report(String site, int generation, RoleDifference... differences) {
        return new SiteReport("t", site, generation, 1_800, List.of(differences));
    }

    private static RoleDifference role(String role, long minute, long microjoules) {
        return new RoleDifference(
                role, FIRST_MINUTE + minute, new EnergyBuckets(microjoules, 1, 2), microjoules * 3, 60_000, 1);
    }
}
