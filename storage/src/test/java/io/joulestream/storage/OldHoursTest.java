package io.joulestream.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OldHoursTest {
    private static final OldHours BEFORE_NOON = new OldHours(at("12:00:00"));

    @Test
    void anHourIsOldWhenItEndedAsLongAgoAsReadingsAreAccepted() {
        Instant noon = at("12:00:00");
        Duration week = Duration.ofDays(7);

        assertThat(OldHours.of(noon, week).end()).isEqualTo(noon.minus(week));
        assertThat(OldHours.of(noon.minusMillis(1), week).end())
                .isEqualTo(noon.minus(week).minus(Duration.ofHours(1)));
        assertThat(OldHours.of(noon.plusSeconds(3_599), week).end()).isEqualTo(noon.minus(week));
    }

    @Test
    void twoMeetInTheHoursOfTheTimeTheyHaveInCommon() {
        assertThat(inBoth("01:30:00", "05:10:00", "03:59:59", "09:00:00")).contains(hours("03:00:00", "06:00:00"));
        assertThat(inBoth("03:59:59", "09:00:00", "01:30:00", "05:10:00")).contains(hours("03:00:00", "06:00:00"));
        assertThat(inBoth("01:00:00", "09:00:00", "02:10:00", "02:20:00")).contains(hours("02:00:00", "03:00:00"));
    }

    @Test
    void aReadingAtTheSameInstantIsInBothAndOneAMillisecondLaterIsNot() {
        Instant first = at("01:00:00");
        Instant cut = at("02:30:00");
        Instant last = at("04:00:00");

        assertThat(BEFORE_NOON.inBoth(first, cut, cut, last)).contains(hours("02:00:00", "03:00:00"));
        assertThat(BEFORE_NOON.inBoth(first, cut, cut.plusMillis(1), last)).isEmpty();
        assertThat(BEFORE_NOON.inBoth(cut.plusMillis(1), last, first, cut)).isEmpty();
    }

    @Test
    void onlyOldHoursCount() {
        assertThat(inBoth("10:30:00", "15:00:00", "11:30:00", "16:00:00")).contains(hours("11:00:00", "12:00:00"));
        assertThat(inBoth("10:30:00", "15:00:00", "11:30:00", "12:00:00")).contains(hours("11:00:00", "12:00:00"));
        assertThat(inBoth("10:30:00", "15:00:00", "12:00:00", "16:00:00")).isEmpty();
    }

    @Test
    void neighbouringHoursAreOneSpan() {
        assertThat(HourSpan.of(List.of(at("01:00:00"), at("02:00:00"), at("04:00:00"))))
                .containsExactly(hours("01:00:00", "03:00:00"), hours("04:00:00", "05:00:00"))
                .extracting(HourSpan::hours)
                .containsExactly(2L, 1L);
        assertThat(HourSpan.of(List.of())).isEmpty();
    }

    @Test
    void aSpanIsOfWholeHours() {
        assertThatThrownBy(() -> hours("01:00:00", "01:30:00")).hasMessageContaining("not whole hours");
        assertThatThrownBy(() -> hours("02:00:00", "02:00:00")).hasMessageContaining("not whole hours");
    }

    private static Optional<HourSpan> inBoth(String first, String last, String otherFirst, String otherLast) {
        return BEFORE_NOON.inBoth(at(first), at(last), at(otherFirst), at(otherLast));
    }

    private static HourSpan hours(String from, String to) {
        return new HourSpan(at(from), at(to));
    }

    private static Instant at(String time) {
        return Instant.parse("2026-03-29T" + time + "Z");
    }
}
