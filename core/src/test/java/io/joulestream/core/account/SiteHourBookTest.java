package io.joulestream.core.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import io.joulestream.core.account.SiteReport.RoleDifference;
import io.joulestream.core.ledger.EnergyBuckets;
import io.joulestream.core.ledger.LedgerFlag;
import io.joulestream.core.ledger.SiteStep;
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

class SiteHourBookTest {
    private static final long HOUR = 490_000;
    private static final long FIRST = HOUR * 60;

    private final SiteHourBook book = new SiteHourBook();

    @Test
    void aLedgerStepIsTheSumOfItsMinutesThatAreKnown() {
        book.add(difference("NODE_IN", 0, 10));
        book.add(difference("NODE_IN", 29, 5));
        book.add(difference("NODE_IN", 30, 100));

        List<SiteStep> rows = book.publish("t", "s", 0, 1_800);

        assertThat(rows)
                .filteredOn(row -> row.lengthSeconds() == 1_800)
                .extracting(row -> row.start(), row -> row.energy().measuredMicrojoules(), SiteStep::revision)
                .containsExactly(tuple(at(0), 15L, 2L), tuple(at(30), 100L, 1L));
        assertThat(rows).filteredOn(row -> row.lengthSeconds() == 60).hasSize(3);
    }

    @Test
    void rolesDoNotAddUp() {
        book.add(difference("GRID_IMPORT", 5, 10));
        book.add(difference("NODE_IN", 5, 7));

        assertThat(book.publish("t", "s", 0, 3_600))
                .filteredOn(row -> row.lengthSeconds() == 3_600)
                .extracting(SiteStep::role, row -> row.energy().measuredMicrojoules())
                .containsExactly(tuple("GRID_IMPORT", 10L), tuple("NODE_IN", 7L));
    }

    @Test
    void onlyWhatChangedIsPublishedAgainAndItsStepIsWhole() {
        book.add(difference("NODE_IN", 0, 10));
        book.publish("t", "s", 0, 900);
        assertThat(book.publish("t", "s", 0, 900)).isEmpty();

        book.add(difference("NODE_IN", 14, 1));

        assertThat(book.publish("t", "s", 0, 900))
                .extracting(
                        SiteStep::start,
                        SiteStep::lengthSeconds,
                        row -> row.energy().measuredMicrojoules())
                .containsExactly(tuple(at(14), 60, 1L), tuple(at(0), 900, 11L));
    }

    @Test
    void aMinuteBeforeTheEpochBelongsToTheHourBefore() {
        assertThat(SiteHourBook.hourOf(difference("NODE_IN", -FIRST - 1, 1))).isEqualTo(-1);
        assertThat(SiteHourBook.hourOf(difference("NODE_IN", -FIRST, 1))).isZero();
    }

    @Test
    void aRowIsFlaggedByItsBucketsHoweverTheyCame() {
        book.add(difference(0, new EnergyBuckets(5, 7, 9)));
        book.add(difference(1, new EnergyBuckets(5, 0, 0)));
        assertThat(book.publish("t", "s", 0, 900))
                .extracting(SiteStep::lengthSeconds, SiteStep::flags)
                .containsExactly(
                        tuple(60, LedgerFlag.BRIDGED.mask() | LedgerFlag.INTERPOLATED.mask()),
                        tuple(60, 0),
                        tuple(900, LedgerFlag.BRIDGED.mask() | LedgerFlag.INTERPOLATED.mask()));

        book.add(difference(0, new EnergyBuckets(16, -7, -9)));

        assertThat(book.publish("t", "s", 0, 900))
                .extracting(SiteStep::lengthSeconds, SiteStep::flags)
                .containsExactly(tuple(60, 0), tuple(900, 0));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void differencesInAnyOrderAndBatchingGiveTheSameRowsAndRevisions(long seed) {
        Random random = new Random(seed);
        List<RoleDifference> differences = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            differences.add(new RoleDifference(
                    random.nextBoolean() ? "NODE_IN" : "GRID_IMPORT",
                    FIRST + random.nextInt(60),
                    new EnergyBuckets(random.nextInt(2_000) - 1_000, random.nextInt(100), random.nextInt(100)),
                    random.nextInt(1_000),
                    random.nextInt(1_000),
                    1 + random.nextInt(3)));
        }
        Map<String, SiteStep> expected = published(differences, new Random(0), Integer.MAX_VALUE);

        Collections.shuffle(differences, random);

        assertThat(published(differences, random, 5)).as("seed %d", seed).isEqualTo(expected);
    }

    /** The last of each row, the book written and read between batches, as over checkpoints. */
    private static Map<String, SiteStep> published(List<RoleDifference> differences, Random random, int batches) {
        Map<String, SiteStep> rows = new HashMap<>();
        SiteHourBook book = new SiteHourBook();
        for (RoleDifference difference : differences) {
            book.add(difference);
            if (random.nextInt(batches) == 0) {
                keep(rows, book);
                book = BookCodec.decodeSiteHour(BookCodec.encode(book));
            }
        }
        keep(rows, book);
        return rows;
    }

    private static void keep(Map<String, SiteStep> rows, SiteHourBook book) {
        for (SiteStep row : book.publish("t", "s", 0, 1_800)) {
            SiteStep before = rows.put(row.role() + row.start() + row.lengthSeconds(), row);
            assertThat(before == null || before.revision() < row.revision()).isTrue();
        }
    }

    private static RoleDifference difference(String role, long minute, long microjoules) {
        return new RoleDifference(role, FIRST + minute, new EnergyBuckets(microjoules, 0, 0), 0, 0, 1);
    }

    private static RoleDifference difference(long minute, EnergyBuckets energy) {
        return new RoleDifference("NODE_IN", FIRST + minute, energy, 0, 0, 1);
    }

    private static Instant at(long minute) {
        return Instant.ofEpochSecond((FIRST + minute) * 60);
    }
}
