package io.joulestream.core.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import io.joulestream.core.account.MeterReport.FeedDifference;
import io.joulestream.core.account.MeterReport.QuantityDifference;
import io.joulestream.core.ledger.DemandInterval;
import io.joulestream.core.ledger.EnergyBuckets;
import io.joulestream.core.ledger.LedgerFlag;
import io.joulestream.core.ledger.QuantityStep;
import io.joulestream.core.ledger.VolumeBuckets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MeterHourBookTest {
    private static final Instant HOUR = Instant.parse("2026-03-29T00:00:00Z");
    private static final long MINUTE = HOUR.getEpochSecond() / 60;

    private final MeterHourBook book = new MeterHourBook();

    @Test
    void aFeedHasFourQuartersAnHourWhateverTheLedgerStep() {
        for (int minute = 0; minute < 60; minute++) {
            book.add(new FeedDifference(
                    MINUTE + minute, new EnergyBuckets(60, 0, minute == 59 ? 1 : 0), 60_000, 60_000, 1));
        }

        assertThat(book.publish("t", "s", "feed", 3, 3_600).demand())
                .extracting(
                        DemandInterval::start,
                        DemandInterval::lengthSeconds,
                        row -> row.energy().totalMicrojoules(),
                        DemandInterval::coveredMillis,
                        DemandInterval::revision,
                        DemandInterval::flags)
                .containsExactly(
                        tuple(HOUR, 900, 900L, 900_000L, 15L, 0),
                        tuple(HOUR.plusSeconds(900), 900, 900L, 900_000L, 15L, 0),
                        tuple(HOUR.plusSeconds(1_800), 900, 900L, 900_000L, 15L, 0),
                        tuple(HOUR.plusSeconds(2_700), 900, 901L, 900_000L, 15L, LedgerFlag.INTERPOLATED.mask()));
    }

    @Test
    void aQuarterIsGivenOutOnceUntilItChanges() {
        book.add(new FeedDifference(MINUTE, new EnergyBuckets(60, 0, 0), 60_000, 60_000, 1));
        book.publish("t", "s", "feed", 3, 3_600);
        assertThat(book.publish("t", "s", "feed", 3, 3_600).demand()).isEmpty();

        book.add(new FeedDifference(MINUTE + 15, new EnergyBuckets(60, 0, 0), 60_000, 60_000, 1));

        assertThat(book.publish("t", "s", "feed", 3, 3_600).demand())
                .extracting(DemandInterval::start)
                .containsExactly(HOUR.plusSeconds(900));
    }

    @Test
    void aMinuteBelongsToTheBookOfItsHour() {
        assertThat(MeterHourBook.hourOf(MINUTE + 59)).isEqualTo(MINUTE / 60);
        assertThat(MeterHourBook.hourOf(MINUTE - 1)).isEqualTo(MINUTE / 60 - 1);
    }

    @ParameterizedTest
    @ValueSource(ints = {900, 1_800, 3_600})
    void volumesLieInLedgerStepsWithoutHoleOrOverlap(int step) {
        for (int minute = 0; minute < 60; minute++) {
            book.add(water(minute, "POTABLE", 10));
        }

        List<QuantityStep> rows = book.publish("t", "s", "w", 3, step).quantities();

        assertThat(rows).hasSize(3_600 / step).allSatisfy(row -> {
            assertThat(row.lengthSeconds()).isEqualTo(step);
            assertThat(row.volume().totalMillilitres()).isEqualTo(step / 6);
            assertThat(row.coveredMillis()).isEqualTo(step * 1_000L);
        });
        Instant next = HOUR;
        for (QuantityStep row : rows) {
            assertThat(row.start()).isEqualTo(next);
            next = next.plusSeconds(step);
        }
    }

    @Test
    void kindsAndMetersThatAreCountedElsewhereStandApart() {
        book.add(water(0, "POTABLE", 1));
        book.add(water(0, "RAIN", 10));
        book.add(new QuantityDifference(51, "RAIN", true, MINUTE, new VolumeBuckets(100, 0, 0), 1, 1, 1));
        book.add(new QuantityDifference(52, "FUEL", false, MINUTE, new VolumeBuckets(0, 1_000, 0), 1, 1, 1));

        assertThat(book.publish("t", "s", "w", 3, 3_600).quantities())
                .extracting(
                        QuantityStep::kind,
                        QuantityStep::check,
                        row -> row.volume().totalMillilitres())
                .containsExactly(
                        tuple("POTABLE", false, 1L),
                        tuple("RAIN", false, 10L),
                        tuple("RAIN", true, 100L),
                        tuple("FUEL", false, 1_000L));
    }

    @Test
    void aStepIsFlaggedWhereVolumeWasBridgedOrEstimated() {
        book.add(new QuantityDifference(41, "WELL", false, MINUTE, new VolumeBuckets(1, 0, 0), 0, 60_000, 1));
        book.add(new QuantityDifference(41, "SEA", false, MINUTE, new VolumeBuckets(0, 1, 0), 0, 60_000, 1));
        book.add(new QuantityDifference(41, "RAIN", false, MINUTE, new VolumeBuckets(0, 0, 1), 0, 60_000, 1));
        book.add(new QuantityDifference(41, "TIDE", false, MINUTE, new VolumeBuckets(0, 1, 1), 0, 60_000, 1));

        assertThat(book.publish("t", "s", "w", 3, 3_600).quantities())
                .extracting(QuantityStep::kind, QuantityStep::flags)
                .containsExactlyInAnyOrder(
                        tuple("WELL", 0),
                        tuple("SEA", LedgerFlag.BRIDGED.mask()),
                        tuple("RAIN", LedgerFlag.INTERPOLATED.mask()),
                        tuple("TIDE", LedgerFlag.BRIDGED.mask() | LedgerFlag.INTERPOLATED.mask()));
    }

    @Test
    void onlyWhatChangedIsGivenOutAgainAndWhole() {
        book.add(water(0, "SEA", 1));
        book.add(water(40, "SEA", 1));
        book.publish("t", "s", "w", 3, 1_800);

        book.add(water(20, "SEA", 5));
        MeterHourBook.Rows rows = book.publish("t", "s", "w", 3, 1_800);

        assertThat(rows.demand()).isEmpty();
        assertThat(rows.quantities())
                .extracting(QuantityStep::start, row -> row.volume().totalMillilitres(), QuantityStep::revision)
                .containsExactly(tuple(HOUR, 6L, 2L));
    }

    @Test
    void theBytesOfABookAreThatBook() {
        book.add(water(0, "SEA", 1));
        book.add(new FeedDifference(MINUTE + 50, new EnergyBuckets(-7, 8, 9), 1, 2, 3));

        byte[] bytes = BookCodec.encode(book);

        MeterHourBook back = BookCodec.decodeMeterHour(bytes);
        assertThat(back.feed).isEqualTo(book.feed);
        assertThat(back.volumes).isEqualTo(book.volumes);
        assertThat(BookCodec.encode(back)).isEqualTo(bytes);
    }

    private static QuantityDifference water(int minute, String kind, long millilitres) {
        return new QuantityDifference(
                51, kind, false, MINUTE + minute, new VolumeBuckets(millilitres, 0, 0), 60_000, 60_000, 1);
    }
}
