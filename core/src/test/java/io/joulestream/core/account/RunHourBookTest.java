package io.joulestream.core.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import io.joulestream.core.account.RunReport.MeterDifference;
import io.joulestream.core.ledger.EnergyBuckets;
import io.joulestream.core.ledger.LedgerFlag;
import io.joulestream.core.ledger.RunMeterStep;
import io.joulestream.core.ledger.RunStep;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RunHourBookTest {
    private static final long HOUR = 490_000;
    private static final long FIRST = HOUR * 60;
    private static final int HALF_HOUR = 1_800;

    private final RunHourBook book = new RunHourBook();

    @Test
    void halfHoursOfOneHourAreRowsOfTheirOwn() {
        book.add(difference("node-1", false, 29, 5), HALF_HOUR);
        book.add(difference("node-1", false, 30, 7), HALF_HOUR);
        book.addTokens(FIRST + 31, 11);

        RunHourBook.Rows rows = publish(book);

        assertThat(rows.steps())
                .filteredOn(row -> row.lengthSeconds() == HALF_HOUR)
                .extracting(RunStep::start, row -> row.energy().measuredMicrojoules(), RunStep::tokens)
                .containsExactly(tuple(at(0), 5L, 0L), tuple(at(30), 7L, 11L));
        assertThat(rows.meters())
                .extracting(
                        RunMeterStep::start,
                        RunMeterStep::lengthSeconds,
                        row -> row.energy().measuredMicrojoules())
                .containsExactly(tuple(at(0), HALF_HOUR, 5L), tuple(at(30), HALF_HOUR, 7L));
    }

    @Test
    void aMinuteBelongsToTheBookOfItsHour() {
        assertThat(RunHourBook.hourOf(FIRST + 59)).isEqualTo(HOUR);
        assertThat(RunHourBook.hourOf(FIRST - 1)).isEqualTo(HOUR - 1);
    }

    @Test
    void marksAddUpGroupsAndKeepFlags() {
        RunHourBook.Marks sum = new RunHourBook.Marks(1, 2).plus(new RunHourBook.Marks(2, 4));

        assertThat(sum).isEqualTo(new RunHourBook.Marks(3, 2 | 4));
    }

    @Test
    void whatIsMarkedInOneHalfHourDoesNotMarkTheOther() {
        book.add(shared(31, 1), HALF_HOUR);
        book.add(difference("node-1", false, 3, 5), HALF_HOUR);

        assertThat(publish(book).steps())
                .filteredOn(row -> row.lengthSeconds() == HALF_HOUR)
                .extracting(RunStep::start, RunStep::flags)
                .containsExactly(tuple(at(0), 0), tuple(at(30), LedgerFlag.SHARED_BY_TIME.mask()));
    }

    @Test
    void aRowIsFlaggedAsSharedByTimeOnlyAsLongAsAGroupIs() {
        book.add(shared(3, 1), HALF_HOUR);
        book.add(shared(3, 1), HALF_HOUR);
        book.add(shared(3, -1), HALF_HOUR);
        assertThat(publish(book).steps()).extracting(RunStep::flags).containsOnly(LedgerFlag.SHARED_BY_TIME.mask());

        book.add(shared(3, -1), HALF_HOUR);

        assertThat(publish(book).steps()).extracting(RunStep::flags).containsOnly(0);
    }

    @Test
    void aRowOfGpusWhoseNodeHasNoMeterIsFlagged() {
        book.add(
                new MeterDifference(
                        "gpu0",
                        1,
                        false,
                        FIRST,
                        new EnergyBuckets(5, 0, 0),
                        1,
                        1,
                        1,
                        0,
                        LedgerFlag.REST_UNMETERED.mask()),
                HALF_HOUR);

        assertThat(publish(book).steps()).extracting(RunStep::flags).containsOnly(LedgerFlag.REST_UNMETERED.mask());
    }

    private static MeterDifference shared(int minute, int sharedByTime) {
        return new MeterDifference(
                "pdu", 31, false, FIRST + minute, new EnergyBuckets(5, 0, 0), 1, 1, 1, sharedByTime, 0);
    }

    @Test
    void aCheckMeterIsShownAndNeverSummed() {
        book.add(difference("node-1", false, 0, 5), HALF_HOUR);
        book.add(difference("meter/dc", true, 0, 4), HALF_HOUR);

        RunHourBook.Rows rows = publish(book);

        assertThat(rows.steps())
                .extracting(row -> row.energy().measuredMicrojoules())
                .containsOnly(5L);
        assertThat(rows.meters())
                .extracting(
                        RunMeterStep::entity,
                        RunMeterStep::check,
                        row -> row.energy().measuredMicrojoules())
                .containsExactly(tuple("meter/dc", true, 4L), tuple("node-1", false, 5L));
    }

    @Test
    void tokensThatAreTakenBackLeaveARowOfNone() {
        book.addTokens(FIRST, 100);
        book.addTokens(FIRST, -100);

        assertThat(publish(book).steps())
                .extracting(RunStep::lengthSeconds, RunStep::tokens, RunStep::revision)
                .containsExactly(tuple(60, 0L, 2L), tuple(HALF_HOUR, 0L, 2L));
    }

    @Test
    void whatWasPublishedIsNotPublishedAgain() {
        book.add(difference("node-1", false, 0, 5), HALF_HOUR);
        publish(book);

        assertThat(publish(book)).isEqualTo(new RunHourBook.Rows(List.of(), List.of(), List.of()));
    }

    @Test
    void aMeterThatSaidNothingYetHasARowAndTheRunNone() {
        book.add(new MeterDifference("node-1", 20, false, FIRST, EnergyBuckets.NONE, 0, 0, 0), HALF_HOUR);

        RunHourBook.Rows rows = publish(book);

        assertThat(rows.steps()).isEmpty();
        assertThat(rows.meters())
                .extracting(
                        RunMeterStep::entity,
                        RunMeterStep::start,
                        RunMeterStep::energy,
                        RunMeterStep::accountedMillis,
                        RunMeterStep::revision)
                .containsExactly(tuple("node-1", at(0), EnergyBuckets.NONE, 0L, 0L));
    }

    @Test
    void aRunsQuarterHoursAddUpItsMinutesAndAreGivenOutWhole() {
        book.add(difference("node-1", false, 0, 5), HALF_HOUR);
        book.add(difference("node-1", false, 14, 6), HALF_HOUR);
        book.add(difference("node-1", false, 15, 7), HALF_HOUR);
        publish(book);

        book.add(difference("node-2", false, 1, 100), HALF_HOUR);

        assertThat(publish(book).demand()).singleElement().satisfies(row -> {
            assertThat(row.ofRun()).isTrue();
            assertThat(row.subject()).isEqualTo("run");
            assertThat(row.lengthSeconds()).isEqualTo(900);
            assertThat(row.energy().measuredMicrojoules()).isEqualTo(111);
            assertThat(row.revision()).isEqualTo(3);
        });
    }

    @Test
    void aRowIsFlaggedByItsBucketsHoweverTheyCame() {
        book.add(difference(new EnergyBuckets(5, 7, 9)), HALF_HOUR);
        assertThat(publish(book).steps())
                .extracting(RunStep::flags)
                .containsOnly(LedgerFlag.BRIDGED.mask() | LedgerFlag.INTERPOLATED.mask());

        book.add(difference(new EnergyBuckets(7, -7, 0)), HALF_HOUR);
        assertThat(publish(book).steps()).extracting(RunStep::flags).containsOnly(LedgerFlag.INTERPOLATED.mask());

        book.add(difference(new EnergyBuckets(9, 0, -9)), HALF_HOUR);
        assertThat(publish(book).steps()).extracting(RunStep::flags).containsOnly(0);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void differencesInAnyOrderAndBatchingGiveTheSameRowsAndRevisions(long seed) {
        Random random = new Random(seed);
        List<MeterDifference> differences = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            differences.add(new MeterDifference(
                    "node-" + random.nextInt(3),
                    20 + random.nextInt(2),
                    random.nextInt(4) == 0,
                    FIRST + random.nextInt(60),
                    new EnergyBuckets(random.nextInt(2_000) - 1_000, random.nextInt(100), random.nextInt(100)),
                    random.nextInt(1_000),
                    random.nextInt(1_000),
                    1 + random.nextInt(3)));
        }
        Map<String, Object> expected = published(differences, new Random(0), Integer.MAX_VALUE);

        Collections.shuffle(differences, random);

        assertThat(published(differences, random, 5)).as("seed %d", seed).isEqualTo(expected);
    }

    /** The last of each row, the book written and read between batches, as over checkpoints. */
    private static Map<String, Object> published(List<MeterDifference> differences, Random random, int batches) {
        Map<String, Object> rows = new HashMap<>();
        RunHourBook book = new RunHourBook();
        for (MeterDifference difference : differences) {
            book.add(difference, HALF_HOUR);
            if (random.nextInt(batches) == 0) {
                keep(rows, book);
                book = BookCodec.decodeRunHour(BookCodec.encode(book));
            }
        }
        keep(rows, book);
        return rows;
    }

    private static void keep(Map<String, Object> rows, RunHourBook book) {
        RunHourBook.Rows published = publish(book);
        published.steps().forEach(row -> rows.put(row.start() + "/" + row.lengthSeconds(), row));
        published.meters().forEach(row -> rows.put(row.entity() + row.metric() + row.check() + row.start(), row));
    }

    private static RunHourBook.Rows publish(RunHourBook book) {
        return book.publish("t", "s", "run", 0, HALF_HOUR);
    }

    private static MeterDifference difference(String entity, boolean check, long minute, long microjoules) {
        return new MeterDifference(entity, 20, check, FIRST + minute, new EnergyBuckets(microjoules, 0, 0), 0, 0, 1);
    }

    private static MeterDifference difference(EnergyBuckets energy) {
        return new MeterDifference("node-1", 20, false, FIRST, energy, 0, 0, 1);
    }

    private static Instant at(long minute) {
        return Instant.ofEpochSecond((FIRST + minute) * 60);
    }
}
