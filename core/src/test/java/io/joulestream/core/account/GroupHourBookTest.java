package io.joulestream.core.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.joulestream.core.account.GroupReport.AmountDifference;
import io.joulestream.core.account.GroupReport.HeldDifference;
import io.joulestream.core.account.GroupReport.Touched;
import io.joulestream.core.account.RunReport.MeterDifference;
import io.joulestream.core.ledger.EnergyBuckets;
import io.joulestream.core.ledger.LedgerFlag;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GroupHourBookTest {
    private static final long HOUR = 490_000;
    private static final long FIRST = HOUR * 60;
    private static final GroupShape PDU = new GroupShape(31, 4, 2, false);
    private static final GroupShape NODE = new GroupShape(20, 2, 1, true);

    private final GroupHourBook book = new GroupHourBook(HOUR);

    @Test
    void nothingIsGivenOutBeforeTheMeterHasSpoken() {
        book.add(report(PDU, List.of(), List.of(held(true, "a", 0, 120, 2)), 0, 2));

        assertThat(book.publish("pdu").runs()).isEmpty();

        book.add(report(PDU, List.of(amount(false, 1, "", 100)), List.of(), 1, 2));
        GroupHourBook.Differences differences = book.publish("pdu");
        assertThat(differences.runs())
                .containsOnlyKeys("a")
                .extractingByKey("a")
                .isEqualTo(
                        List.of(new MeterDifference("pdu", 31, false, FIRST + 1, energy(50), 60_000, 60_000, 2, 1, 0)));
        assertThat(differences.unallocated()).containsExactly(new GroupHourBook.Unallocated(FIRST + 1, energy(50), 2));
    }

    @Test
    void aRunThatComesLateHasAllChangesOfTheMinuteAsItsRevision() {
        book.add(report(PDU, List.of(amount(false, 0, "", 100)), List.of(), 0, 1));
        book.add(report(PDU, List.of(amount(false, 0, "", 100)), List.of(), 0, 1));
        book.publish("pdu");

        book.add(report(PDU, List.of(), List.of(held(true, "a", 0, 60, 4)), 0, 1));

        assertThat(book.publish("pdu").runs().get("a"))
                .extracting(MeterDifference::changes)
                .containsExactly(3L);
    }

    @Test
    void aRunThatHoldsPartsOfMinutesHasItsTimeInEach() {
        book.add(report(
                PDU,
                List.of(amount(false, 0, "", 100), amount(false, 1, "", 100), amount(false, 2, "", 100)),
                List.of(held(true, "a", 15, 150, 4)),
                0,
                3));

        assertThat(book.publish("pdu").runs().get("a"))
                .extracting(MeterDifference::minute, MeterDifference::energy, MeterDifference::coveredMillis)
                .containsExactly(
                        tuple(FIRST, energy(75), 45_000L),
                        tuple(FIRST + 1, energy(100), 60_000L),
                        tuple(FIRST + 2, energy(50), 30_000L));
    }

    @Test
    void whatWasToldLateStaysMarkedWhateverComesAfter() {
        book.add(report(NODE, List.of(amount(false, 0, "", 100), amount(false, 1, "", 100)), List.of(), 0, 2));
        book.publish("node-1");

        book.add(new GroupReport(
                "t",
                "s",
                "node-1",
                0,
                3_600,
                List.of(amount(false, 0, "", -100), amount(false, 0, "a", 100)),
                List.of(held(false, "a", 0, 60, 1)),
                List.of(new Touched(FIRST, FIRST + 1, 1, NODE, true))));
        assertThat(book.publish("node-1").runs().get("a"))
                .extracting(MeterDifference::energy, MeterDifference::flags)
                .containsExactly(tuple(energy(100), LedgerFlag.ALLOC_LATE.mask()));

        GroupHourBook again = GroupHourCodec.decode(HOUR, GroupHourCodec.encode(book));
        again.add(report(
                NODE,
                List.of(amount(false, 0, "a", 7), amount(false, 1, "a", 7)),
                List.of(held(false, "a", 60, 120, 1)),
                0,
                2));
        assertThat(again.publish("node-1").runs().get("a"))
                .extracting(MeterDifference::minute, MeterDifference::flags)
                .containsExactly(tuple(FIRST, LedgerFlag.ALLOC_LATE.mask()), tuple(FIRST + 1, 0));
    }

    @Test
    void theHoursOfAReportAddUpToIt() {
        GroupReport report = report(
                PDU,
                List.of(amount(false, 59, "a", 1), amount(false, 60, "a", 2), amount(true, 150, "", 3)),
                List.of(held(true, "a", 3_500, 7_300, 2)),
                59,
                151);

        Map<Long, GroupReport> hours = report.byHour();

        assertThat(hours).containsOnlyKeys(HOUR, HOUR + 1, HOUR + 2);
        assertThat(hours.get(HOUR).amounts()).isEqualTo(report.amounts().subList(0, 1));
        assertThat(hours.get(HOUR + 1).held()).containsExactly(held(true, "a", 3_600, 7_200, 2));
        assertThat(hours.get(HOUR + 1).touched()).containsExactly(new Touched(FIRST + 60, FIRST + 120, 1, PDU));
        assertThat(hours.get(HOUR + 2).amounts()).isEqualTo(report.amounts().subList(2, 3));
        assertThat(hours.get(HOUR + 2).held()).containsExactly(held(true, "a", 7_200, 7_300, 2));
    }

    @Test
    void aReportOfAWholeHourIsOfThatHourAlone() {
        Map<Long, GroupReport> hours = report(PDU, List.of(), List.of(held(true, "a", 0, 3_600, 2)), 0, 60)
                .byHour();

        assertThat(hours).containsOnlyKeys(HOUR);
    }

    @Test
    void aReportThatOnlyTouchedMinutesIsOfTheirHours() {
        Map<Long, GroupReport> hours = report(PDU, List.of(), List.of(), 59, 61).byHour();

        assertThat(hours).containsOnlyKeys(HOUR, HOUR + 1);
        assertThat(hours.get(HOUR + 1).touched()).containsExactly(new Touched(FIRST + 60, FIRST + 61, 1, PDU));
    }

    @Test
    void aReportReachesOnlyTheMinutesOfTheHour() {
        GroupHourBook next = new GroupHourBook(HOUR + 1);
        GroupReport report = report(
                PDU,
                List.of(amount(false, 59, "", 100), amount(false, 60, "", 100)),
                List.of(held(true, "a", 58 * 60, 62 * 60, 4)),
                58,
                62);

        book.add(report);
        next.add(report);

        assertThat(book.minutes).containsOnlyKeys(FIRST + 58, FIRST + 59);
        assertThat(next.minutes).containsOnlyKeys(FIRST + 60, FIRST + 61);
        assertThat(next.publish("pdu").runs().get("a"))
                .extracting(MeterDifference::minute)
                .containsExactly(FIRST + 60);
    }

    /** The rows' columns all, revisions included. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void rowsAndRevisionsDoNotDependOnOrderNorOnWhenTheyAreGivenOut(long seed) {
        Random random = new Random(seed);
        List<GroupReport> reports = reports(random);
        Map<String, Sum> expected = rowsAfter(reports, reports.size(), new Random(0));

        for (int i = 0; i < 20; i++) {
            List<GroupReport> shuffled = new ArrayList<>(reports);
            Collections.shuffle(shuffled, random);

            assertThat(rowsAfter(shuffled, 1 + random.nextInt(5), random))
                    .as("seed %d, order %d", seed, i)
                    .isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void runsAndWhatNobodyHoldsAddUpToTheMeterAtEveryTime(long seed) {
        Random random = new Random(seed);
        long published = 0;
        long meter = 0;
        for (GroupReport report : reports(random)) {
            meter += report.amounts().stream()
                    .filter(amount -> !amount.gpu())
                    .mapToLong(amount -> amount.energy().totalMicrojoules())
                    .sum();
            book.add(report);
            GroupHourBook.Differences differences = book.publish("pdu");
            published += differences.unallocated().stream()
                    .mapToLong(difference -> difference.energy().totalMicrojoules())
                    .sum();
            published += differences.runs().values().stream()
                    .flatMap(List::stream)
                    .mapToLong(difference -> difference.energy().totalMicrojoules())
                    .sum();

            assertThat(published).as("seed %d", seed).isEqualTo(meter);
        }
    }

    /** What the sums come to when the book is written and read back at some publications. */
    private static Map<String, Sum> rowsAfter(List<GroupReport> reports, int publishEvery, Random random) {
        Map<String, Sum> rows = new TreeMap<>();
        GroupHourBook book = new GroupHourBook(HOUR);
        for (int i = 0; i < reports.size(); i++) {
            book.add(reports.get(i));
            if ((i + 1) % publishEvery == 0 || i + 1 == reports.size()) {
                add(rows, book.publish("pdu"));
                if (random.nextBoolean()) {
                    book = GroupHourCodec.decode(HOUR, GroupHourCodec.encode(book));
                }
            }
        }
        return rows;
    }

    private static void add(Map<String, Sum> rows, GroupHourBook.Differences differences) {
        differences.runs().forEach((run, shares) -> {
            for (MeterDifference share : shares) {
                Sum more = new Sum(
                        share.energy(),
                        share.coveredMillis(),
                        share.accountedMillis(),
                        share.sharedByTime(),
                        share.changes());
                rows.merge(run + " " + share.minute(), more, Sum::plus);
            }
        });
        for (GroupHourBook.Unallocated unallocated : differences.unallocated()) {
            Sum more = new Sum(unallocated.energy(), 0, 0, 0, unallocated.changes());
            rows.merge("unallocated " + unallocated.minute(), more, Sum::plus);
        }
    }

    private static List<GroupReport> reports(Random random) {
        List<GroupReport> reports = new ArrayList<>();
        GroupShape shape = random.nextBoolean() ? PDU : NODE;
        for (int i = 0; i < 30; i++) {
            int minute = random.nextInt(4);
            List<AmountDifference> amounts = new ArrayList<>();
            if (random.nextInt(3) > 0) {
                amounts.add(amount(random.nextBoolean(), minute, run(random), random.nextInt(-300, 1_000)));
            }
            List<HeldDifference> held = new ArrayList<>();
            if (random.nextBoolean()) {
                int from = minute * 60 + random.nextInt(60);
                int to = from + 1 + random.nextInt(240 - from);
                int devices = random.nextInt(-1, 3);
                held.add(held(random.nextBoolean(), run(random), from, to, devices));
                reports.add(report(shape, amounts, held, minute, (to + 59) / 60));
            } else {
                reports.add(report(shape, amounts, held, minute, minute + 1));
            }
        }
        return reports;
    }

    private static String run(Random random) {
        return random.nextInt(4) == 0 ? "" : "run-" + random.nextInt(3);
    }

    private static GroupReport report(
            GroupShape shape, List<AmountDifference> amounts, List<HeldDifference> held, int fromMinute, int toMinute) {
        Touched touched = new Touched(FIRST + fromMinute, FIRST + toMinute, 1, shape);
        return new GroupReport("t", "s", "pdu", 0, 3_600, amounts, held, List.of(touched));
    }

    private static AmountDifference amount(boolean gpu, long minute, String run, long microjoules) {
        return new AmountDifference(gpu, FIRST + minute, run, energy(microjoules), 60_000, 60_000);
    }

    private static HeldDifference held(boolean gpu, String run, long fromSecond, long toSecond, int devices) {
        return new HeldDifference(
                gpu, run, FIRST * 60_000 + fromSecond * 1_000, FIRST * 60_000 + toSecond * 1_000, devices);
    }

    private static EnergyBuckets energy(long microjoules) {
        return new EnergyBuckets(microjoules, 0, 0);
    }
}
