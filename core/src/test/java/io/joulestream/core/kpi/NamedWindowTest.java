package io.joulestream.core.kpi;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NamedWindowTest {
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

    @ParameterizedTest
    @CsvSource({
        "15m, 2026-04-01T11:45:00Z, 2026-04-01T12:00:00Z",
        "1h, 2026-04-01T11:00:00Z, 2026-04-01T12:00:00Z",
        "24h, 2026-03-31T12:00:00Z, 2026-04-01T12:00:00Z",
        "mtd, 2026-03-31T22:00:00Z, 2026-04-01T12:00:00Z",
        "12mo, 2025-03-31T22:00:00Z, 2026-03-31T22:00:00Z"
    })
    void eachEndsAtAWholeMinuteOrAtTheEndOfAMonth(String name, Instant start, Instant end) {
        NamedWindow window = NamedWindow.of(name).orElseThrow();
        Instant now = Instant.parse("2026-04-01T12:00:59.999Z");

        assertThat(window.start(now, BERLIN)).isEqualTo(start);
        assertThat(window.end(now, BERLIN)).isEqualTo(end);
    }

    @Test
    void inTheFirstMinuteOfAMonthTheMonthToDateIsTheWholeMonthBefore() {
        Instant now = Instant.parse("2026-03-31T22:00:59Z");

        assertThat(NamedWindow.MONTH_TO_DATE.start(now, BERLIN)).isEqualTo("2026-02-28T23:00:00Z");
        assertThat(NamedWindow.MONTH_TO_DATE.end(now, BERLIN)).isEqualTo("2026-03-31T22:00:00Z");
        assertThat(NamedWindow.MONTH_TO_DATE.isOpen(now, BERLIN)).isFalse();
        assertThat(NamedWindow.MONTH_TO_DATE.isOpen(now.plusSeconds(60), BERLIN))
                .isTrue();
        assertThat(NamedWindow.TWELVE_MONTHS.end(now, BERLIN)).isEqualTo("2026-03-31T22:00:00Z");
    }

    @Test
    void twentyFourHoursAreTimeAndNoDayOfTheCalendar() {
        Instant now = Instant.parse("2026-03-29T22:00:00Z");

        assertThat(Duration.between(NamedWindow.DAY.start(now, BERLIN), NamedWindow.DAY.end(now, BERLIN)))
                .isEqualTo(Duration.ofHours(24));
    }

    @ParameterizedTest
    @CsvSource({
        "Europe/Berlin, 2026-03, 743",
        "Europe/Berlin, 2026-10, 745",
        "America/New_York, 2026-03, 743",
        "America/New_York, 2026-11, 721",
        "Asia/Kathmandu, 2026-03, 744",
        "Australia/Lord_Howe, 2026-04, 720.5",
        "Australia/Lord_Howe, 2026-10, 743.5"
    })
    void aMonthToDateGrowsToTheRealLengthOfItsMonth(String zone, YearMonth month, double hours) {
        ZoneId id = ZoneId.of(zone);
        Instant end = month.plusMonths(1).atDay(1).atStartOfDay(id).toInstant();

        Duration length =
                Duration.between(NamedWindow.MONTH_TO_DATE.start(end, id), NamedWindow.MONTH_TO_DATE.end(end, id));

        assertThat(length).isEqualTo(Duration.ofMinutes(Math.round(hours * 60)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe"})
    void startsAlwaysLieBeforeEndsAndMonthsFollowEachOther(String zone) {
        ZoneId id = ZoneId.of(zone);
        Random random = new Random(7);
        for (int i = 0; i < 2_000; i++) {
            Instant now = Instant.parse("2025-01-01T00:00:00Z").plusSeconds(random.nextInt(2 * 366 * 86_400));
            for (NamedWindow window : NamedWindow.values()) {
                Instant start = window.start(now, id);
                Instant end = window.end(now, id);
                assertThat(start).as("%s at %s, seed 7", window, now).isBefore(end);
                assertThat(end).isBeforeOrEqualTo(now);
                assertThat(start).isEqualTo(start.truncatedTo(ChronoUnit.MINUTES));
            }
            if (NamedWindow.MONTH_TO_DATE.isOpen(now, id)) {
                assertThat(NamedWindow.MONTH_TO_DATE.start(now, id))
                        .as("no hole between the months that are over and this one, at %s, seed 7", now)
                        .isEqualTo(NamedWindow.TWELVE_MONTHS.end(now, id));
            }
        }
    }

    @Test
    void anotherNameIsNone() {
        assertThat(NamedWindow.of("PT1H")).isEmpty();
        assertThat(NamedWindow.of("1H")).isEmpty();
    }
}
