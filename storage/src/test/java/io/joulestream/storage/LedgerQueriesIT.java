package io.joulestream.storage;

import static io.joulestream.storage.Rows.NOON;
import static io.joulestream.storage.Rows.channelMinute;
import static io.joulestream.storage.Rows.deadLetter;
import static io.joulestream.storage.Rows.runExtent;
import static io.joulestream.storage.Rows.runMeterStep;
import static io.joulestream.storage.Rows.runStep;
import static io.joulestream.storage.Rows.sitePart;
import static io.joulestream.storage.Rows.siteStep;
import static io.joulestream.storage.Rows.trainingStep;
import static java.math.BigInteger.valueOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.joulestream.core.ledger.ChannelMinute;
import io.joulestream.core.ledger.DeadLetter;
import io.joulestream.core.ledger.EnergyBuckets;
import io.joulestream.storage.testing.LedgerServer;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class LedgerQueriesIT {
    private static final Instant HOUR_LATER = NOON.plusSeconds(3_600);

    private static Database database;
    private static LedgerQueries queries;

    @BeforeAll
    static void open() throws SQLException {
        database = Database.open(LedgerServer.newDatabase());
        queries = database.queries();
        for (String tenant : List.of("acme", "other")) {
            fill(tenant);
        }
    }

    /** The same names for both tenants, so that a query that forgets the tenant finds too much. */
    private static void fill(String tenant) {
        try (LedgerWriter writer = database.openWriter()) {
            for (int minute = 0; minute < 3; minute++) {
                Instant start = NOON.plusSeconds(60L * minute);
                writer.write(siteStep(tenant, "fra1", "IT_IN", start, 60, 10 + minute));
                writer.write(siteStep(tenant, "fra1", "GRID_IMPORT", start, 60, 20 + minute));
                writer.write(channelMinute(tenant, "node-1", start, minute, 1));
                writer.write(channelMinute(tenant, "node-2", start, minute, 1));
                writer.write(runStep(tenant, "fra1", "llm", start, 60, 30 + minute));
            }
            writer.write(sitePart(tenant, "fra1", "UNALLOCATED//", NOON, 41, 1));
            writer.write(sitePart(tenant, "fra1", "COOLING_ELEC/FAN/GRID_IMPORT", NOON, 42, 1));
            writer.write(sitePart(tenant, "fra1", "GPU//", HOUR_LATER, 43, 1));
            writer.write(sitePart(tenant, "muc1", "GPU//", NOON, 44, 1));
            writer.write(siteStep(tenant, "muc1", "IT_IN", NOON, 60, 1));
            writer.write(siteStep(tenant, "fra1", "IT_IN", NOON, 3_600, 33));
            writer.write(siteStep(tenant, "fra1", "IT_IN", HOUR_LATER, 3_600, 34));

            writer.write(runExtent(tenant, "fra1", "llm", NOON, HOUR_LATER, 1));
            writer.write(runExtent(tenant, "muc1", "llm", NOON.minusSeconds(9), NOON, 1));
            writer.write(runStep(tenant, "fra1", "llm", NOON, 3_600, Long.MAX_VALUE));
            writer.write(runStep(tenant, "fra1", "llm", HOUR_LATER, 3_600, Long.MAX_VALUE));
            writer.write(runStep(tenant, "muc1", "llm", NOON, 3_600, 1));
            writer.write(runMeterStep(tenant, "llm", "node-1", false, NOON, 5));
            writer.write(runMeterStep(tenant, "llm", "node-1", false, HOUR_LATER, 6));
            writer.write(runMeterStep(tenant, "llm", "pdu-1", true, NOON, 7));
            writer.write(trainingStep(tenant, "llm", 1, 1, 80, 1));
            writer.write(trainingStep(tenant, "llm", 1, 2, 80, 1));
            writer.write(trainingStep(tenant, "llm", 2, 2, 80, 1));
            writer.write(trainingStep(tenant, "not-allocated", 1, 1, 8, 1));
            for (int i = 0; i < 7; i++) {
                Instant start = NOON.minusSeconds(1_000 - i / 2);
                writer.write(runExtent(tenant, "fra1", "small-" + i, start, NOON, 1));
            }

            int tenantOffset = tenant.equals("acme") ? 0 : 100;
            writer.write(deadLetter(tenant, "TOO_OLD", tenantOffset + 1));
            writer.write(deadLetter(tenant, "TOO_OLD", tenantOffset + 2));
            writer.write(deadLetter(tenant, "OUT_OF_RANGE", tenantOffset + 3));
            writer.flush();
        }
    }

    @AfterAll
    static void close() {
        database.close();
    }

    @Test
    void partsOfABalanceAreThoseOfTheSiteOldestFirst() {
        assertThat(queries.siteParts("acme", "fra1", NOON, HOUR_LATER))
                .containsExactly(
                        sitePart("acme", "fra1", "COOLING_ELEC/FAN/GRID_IMPORT", NOON, 42, 1),
                        sitePart("acme", "fra1", "UNALLOCATED//", NOON, 41, 1));
        assertThat(queries.siteParts("acme", "fra1", NOON, HOUR_LATER.plusSeconds(1)))
                .hasSize(3);
        assertThat(queries.siteParts("nobody", "fra1", NOON, HOUR_LATER)).isEmpty();
    }

    @Test
    void hoursAndPartsOfAllSitesAreTheTenantsOnly() {
        assertThat(queries.hoursOfSites("acme", NOON, HOUR_LATER))
                .containsExactly(siteStep("acme", "fra1", "IT_IN", NOON, 3_600, 33));
        assertThat(queries.partsOfSites("acme", NOON, HOUR_LATER))
                .containsExactly(
                        sitePart("acme", "fra1", "COOLING_ELEC/FAN/GRID_IMPORT", NOON, 42, 1),
                        sitePart("acme", "fra1", "UNALLOCATED//", NOON, 41, 1),
                        sitePart("acme", "muc1", "GPU//", NOON, 44, 1));
        assertThat(queries.hoursOfSites("nobody", NOON, HOUR_LATER)).isEmpty();
        assertThat(queries.partsOfSites("nobody", NOON, HOUR_LATER)).isEmpty();
    }

    @Test
    void siteMinutesAreHalfOpenAndInOrder() {
        assertThat(queries.siteMinutes("acme", "fra1", NOON, NOON.plusSeconds(120)))
                .containsExactly(
                        siteStep("acme", "fra1", "GRID_IMPORT", NOON, 60, 20),
                        siteStep("acme", "fra1", "IT_IN", NOON, 60, 10),
                        siteStep("acme", "fra1", "GRID_IMPORT", NOON.plusSeconds(60), 60, 21),
                        siteStep("acme", "fra1", "IT_IN", NOON.plusSeconds(60), 60, 11));
    }

    @Test
    void siteHoursSayHowLongTheyAre() {
        assertThat(queries.siteHours("acme", "fra1", NOON, HOUR_LATER))
                .containsExactly(siteStep("acme", "fra1", "IT_IN", NOON, 3_600, 33));
    }

    @Test
    void theLastMinuteOfEachSiteIsKnown() {
        assertThat(queries.lastMinutes("acme")).isEqualTo(Map.of("fra1", NOON.plusSeconds(120), "muc1", NOON));
    }

    @Test
    void minutesOfAnEntityAreItsOwn() {
        assertThat(queries.channelMinutes("acme", "fra1", "node-1", NOON, NOON.plusSeconds(61)))
                .containsExactly(
                        channelMinute("acme", "node-1", NOON, 0, 1),
                        channelMinute("acme", "node-1", NOON.plusSeconds(60), 1, 1));
    }

    @Test
    void pagesOfRunsHoldEachRunOnceNewestFirst() {
        List<String> seen = new ArrayList<>();

        RunPage page = queries.runs("acme", 3);
        for (RunSummary run : page.runs()) {
            seen.add(run.run());
        }
        while (page.next().isPresent()) {
            page = queries.runs("acme", page.next().get(), 3);
            page.runs().forEach(run -> seen.add(run.run()));
        }

        assertThat(seen)
                .containsExactly("llm", "small-6", "small-5", "small-4", "small-3", "small-2", "small-1", "small-0");
    }

    @Test
    void aListedRunHasItsSitesAndTotals() {
        RunSummary run = queries.runs("acme", 1).runs().get(0);

        assertThat(run.sites()).containsExactly("fra1", "muc1");
        assertThat(run.startedAt()).isEqualTo(NOON.minusSeconds(9));
        assertThat(run.endedAt()).isEqualTo(HOUR_LATER);
        assertThat(run.energy().measuredMicrojoules())
                .isEqualTo(valueOf(Long.MAX_VALUE).shiftLeft(1).add(valueOf(1)));
        assertThat(run.tokens()).isEqualTo(3_000);
        assertThat(queries.runs("acme", 2).runs().get(1).energy()).isEqualTo(EnergyTotal.NONE);
    }

    @Test
    void aRunIsSplitBySiteAndItsSumsMayExceedALong() {
        RunTotals run = queries.run("acme", "llm").orElseThrow();

        assertThat(run.startedAt()).contains(NOON.minusSeconds(9));
        assertThat(run.endedAt()).contains(HOUR_LATER);
        assertThat(run.sites())
                .containsExactly(
                        new RunSiteTotals(
                                "fra1",
                                new EnergyTotal(valueOf(Long.MAX_VALUE).shiftLeft(1), valueOf(40), valueOf(60)),
                                200,
                                400,
                                2_000,
                                4),
                        new RunSiteTotals(
                                "muc1", new EnergyTotal(valueOf(1), valueOf(20), valueOf(30)), 100, 200, 1_000, 4));
        assertThat(run.energy().bridgedMicrojoules()).isEqualTo(60);
        assertThat(run.coveredMillis()).isEqualTo(300);
        assertThat(run.accountedMillis()).isEqualTo(600);
        assertThat(run.tokens()).isEqualTo(3_000);
    }

    @Test
    void aRunWithoutAllocationIsKnownAndEmpty() {
        RunTotals run = queries.run("acme", "not-allocated").orElseThrow();

        assertThat(run.startedAt()).isEmpty();
        assertThat(run.energy()).isEqualTo(EnergyTotal.NONE);
        assertThat(queries.run("acme", "never-heard-of")).isEqualTo(Optional.empty());
    }

    @Test
    void stepsOfARunAndOfASiteAgree() {
        assertThat(queries.runMinutes("acme", "llm", NOON, NOON.plusSeconds(60)))
                .containsExactly(runStep("acme", "fra1", "llm", NOON, 60, 30));
        assertThat(queries.runHours("acme", "llm", NOON, HOUR_LATER))
                .containsExactly(
                        runStep("acme", "fra1", "llm", NOON, 3_600, Long.MAX_VALUE),
                        runStep("acme", "muc1", "llm", NOON, 3_600, 1));
        assertThat(queries.siteRunMinutes("acme", "fra1", NOON, NOON.plusSeconds(60)))
                .containsExactly(runStep("acme", "fra1", "llm", NOON, 60, 30));
        assertThat(queries.siteRunHours("acme", "muc1", NOON, HOUR_LATER))
                .containsExactly(runStep("acme", "muc1", "llm", NOON, 3_600, 1));
    }

    @Test
    void manyRunsAreEachAsTheyAreAlone() {
        List<String> asked = List.of("small-1", "never-heard-of", "llm", "not-allocated");

        List<MeteredRun> runs = queries.meteredRuns("acme", asked);

        assertThat(runs)
                .isEqualTo(asked.stream()
                        .flatMap(name ->
                                queries
                                        .run("acme", name)
                                        .map(run -> new MeteredRun(run, queries.runMeters("acme", name)))
                                        .stream())
                        .toList());
        assertThat(runs).extracting(run -> run.run().run()).containsExactly("small-1", "llm", "not-allocated");
        assertThat(runs.get(1).meters()).isNotEmpty();
        assertThat(queries.meteredRuns("acme", List.of())).isEmpty();
        assertThat(queries.meteredRuns("nobody", asked)).isEmpty();
    }

    @Test
    void metersOfARunSayWhetherTheyAreChecks() {
        assertThat(queries.runMeters("acme", "llm"))
                .containsExactly(
                        new RunMeterTotals(
                                "fra1",
                                "node-1",
                                Rows.POWER,
                                false,
                                new EnergyTotal(valueOf(11), valueOf(40), valueOf(60)),
                                200,
                                400),
                        new RunMeterTotals(
                                "fra1",
                                "pdu-1",
                                Rows.POWER,
                                true,
                                new EnergyTotal(valueOf(7), valueOf(20), valueOf(30)),
                                100,
                                200));
    }

    @Test
    void trainingStepsAddUp() {
        assertThat(queries.trainingTotals("acme", "llm")).isEqualTo(new TrainingTotals(2, 3, 240, 30));
        assertThat(queries.trainingTotals("acme", "never-heard-of")).isEqualTo(new TrainingTotals(0, 0, 0, 0));
    }

    @Test
    void deadLettersAreCountedByReasonAndReadNewestFirst() {
        List<KeptDeadLetter> newest = queries.deadLetters(DeadLetterFilter.of("acme"), 2);
        DeadLetter refused = deadLetter("acme", "OUT_OF_RANGE", 3);

        assertThat(queries.deadLetterCounts("acme"))
                .containsExactly(
                        new DeadLetterCount("acme", "fra1", "OUT_OF_RANGE", 1),
                        new DeadLetterCount("acme", "fra1", "TOO_OLD", 2));
        assertThat(queries.deadLetterTotal("acme")).isEqualTo(3);
        assertThat(newest)
                .extracting(kept -> kept.letter().identity(), KeptDeadLetter::payloadBytes)
                .containsExactly(
                        tuple(refused.identity(), 3),
                        tuple(deadLetter("acme", "TOO_OLD", 2).identity(), 3));
        assertThat(newest)
                .allSatisfy(kept -> assertThat(kept.letter().payload()).isEmpty());
        assertThat(queries.deadLetter("acme", refused.identity()))
                .get()
                .usingRecursiveComparison()
                .isEqualTo(new KeptDeadLetter(refused, 3));
    }

    @Test
    void lettersOfNobodyStandAmongThoseOfTheTenantByTime() {
        try (LedgerWriter writer = database.openWriter()) {
            for (int offset = 1; offset <= 6; offset++) {
                writer.write(deadLetter(offset % 2 == 0 ? "" : "among", "DECODE_ERROR", 900 + offset));
            }
            writer.flush();
        }

        assertThat(queries.deadLetters(new DeadLetterFilter("among", true, null, "DECODE_ERROR", null), 4))
                .extracting(kept -> kept.letter().offset())
                .containsExactly(906L, 905L, 904L, 903L);
        assertThat(queries.deadLetters(new DeadLetterFilter("among", false, null, null, null), 4))
                .extracting(kept -> kept.letter().offset())
                .containsExactly(905L, 903L, 901L);
    }

    @Test
    void aPageOfLettersGoesOnWhereTheOneBeforeEnded() {
        try (LedgerWriter writer = database.openWriter()) {
            for (int offset = 1; offset <= 5; offset++) {
                writer.write(deadLetter("paged", "DECODE_ERROR", 700 + offset / 2)); // some at the same time
                writer.write(deadLetter("paged", "TOO_OLD", 700 + offset));
            }
            writer.write(deadLetter("", "DECODE_ERROR", 703));
            writer.flush();
        }
        DeadLetterFilter all = DeadLetterFilter.of("paged");

        List<String> read = new ArrayList<>();
        Optional<DeadLetterCursor> after = Optional.empty();
        do {
            DeadLetterPage page = queries.deadLetterPage(all, after, 2);
            page.letters().forEach(kept -> read.add(kept.letter().identity()));
            after = page.next();
        } while (after.isPresent());

        assertThat(read)
                .doesNotHaveDuplicates()
                .containsExactlyInAnyOrderElementsOf(queries.deadLetters(all, 100).stream()
                        .map(kept -> kept.letter().identity())
                        .toList());
        assertThat(queries.deadLetterPage(
                        new DeadLetterFilter("paged", false, null, "TOO_OLD", null), Optional.empty(), 5))
                .satisfies(page -> assertThat(page.letters()).hasSize(5))
                .satisfies(page -> assertThat(page.next()).isEmpty());
    }

    @Test
    void aTenantWithoutRowsSeesNone() {
        Instant end = NOON.plusSeconds(99_999);

        assertThat(queries.siteMinutes("nobody", "fra1", NOON, end)).isEmpty();
        assertThat(queries.siteHours("nobody", "fra1", NOON, end)).isEmpty();
        assertThat(queries.lastMinutes("nobody")).isEmpty();
        assertThat(queries.channelMinutes("nobody", "fra1", "node-1", NOON, end))
                .isEmpty();
        assertThat(queries.runs("nobody", 10).runs()).isEmpty();
        assertThat(queries.run("nobody", "llm")).isEmpty();
        assertThat(queries.runMeters("nobody", "llm")).isEmpty();
        assertThat(queries.runMinutes("nobody", "llm", NOON, end)).isEmpty();
        assertThat(queries.runHours("nobody", "llm", NOON, end)).isEmpty();
        assertThat(queries.siteRunMinutes("nobody", "fra1", NOON, end)).isEmpty();
        assertThat(queries.siteRunHours("nobody", "fra1", NOON, end)).isEmpty();
        assertThat(queries.trainingTotals("nobody", "llm").steps()).isZero();
        assertThat(queries.trainingSteps("nobody", "llm")).isEmpty();
        assertThat(queries.runPhases("nobody", "llm")).isEmpty();
        assertThat(queries.runCheckpoints("nobody", "llm")).isEmpty();
        assertThat(queries.deadLetterCounts("nobody")).isEmpty();
        assertThat(queries.deadLetters(DeadLetterFilter.of("nobody"), 10)).isEmpty();
    }

    @Test
    void microsecondsAreKeptAndFinerPartsAreNot() {
        Instant fine = Instant.parse("2026-01-01T00:00:00.123456789Z");
        ChannelMinute row = new ChannelMinute("fine", "s", "n", 1, fine, EnergyBuckets.NONE, 0, 0, 0, 0, 0, 0, 0, 1, 1);

        try (LedgerWriter writer = database.openWriter()) {
            writer.write(row);
            writer.flush();
        }

        assertThat(queries.channelMinutes("fine", "s", "n", fine.minusSeconds(1), fine.plusSeconds(1)))
                .extracting(ChannelMinute::minute)
                .containsExactly(Instant.parse("2026-01-01T00:00:00.123456Z"));
    }

    @Test
    void aPageHasAtLeastOneRun() {
        assertThatThrownBy(() -> queries.runs("acme", 0)).hasMessageContaining("limit must be >= 1");
    }
}
