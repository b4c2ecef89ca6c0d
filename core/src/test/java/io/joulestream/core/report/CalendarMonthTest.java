package io.joulestream.core.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeParseException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CalendarMonthTest {
    @ParameterizedTest
    @CsvSource({
        "2026-03, Europe/Berlin, 743",
        "2026-10, Europe/Berlin, 745",
        "2026-11, America/New_York, 721",
        "2026-03, America/New_York, 743",
        "2026-02, Asia/Kathmandu, 672",
        "2026-03, UTC, 744"
    })
    void w12AndW13MonthsHaveTheHoursOfTheirZone(String month, String zone, long hours) {
        assertThat(CalendarMonth.parse(month, ZoneId.of(zone)).length()).hasHours(hours);
    }

    @Test
    void theInstantsAreResolvedInTheZone() {
        CalendarMonth month = CalendarMonth.parse("2026-03", ZoneId.of("Europe/Berlin"));

        assertThat(month.start()).isEqualTo(Instant.parse("2026-02-28T23:00:00Z"));
        assertThat(month.end()).isEqualTo(Instant.parse("2026-03-31T22:00:00Z"));
    }

    @Test
    void monthsFollowEachOtherWithoutGap() {
        ZoneId zone = ZoneId.of("America/Santiago");
        for (int month = 1; month < 12; month++) {
            String text = "2026-%02d";
            assertThat(CalendarMonth.parse(text.formatted(month), zone).end())
                    .isEqualTo(
                            CalendarMonth.parse(text.formatted(month + 1), zone).start());
        }
    }

    @Test
    void otherTextIsNoMonth() {
        assertThatThrownBy(() -> CalendarMonth.parse("2026-13", ZoneId.of("UTC")))
                .isInstanceOf(DateTimeParseException.class);
    }
}
