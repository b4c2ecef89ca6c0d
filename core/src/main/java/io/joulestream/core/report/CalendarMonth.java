package io.joulestream.core.report;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneId;

/**
 * A month of a site's own calendar as {@code [start, end)}. Where clocks change it has 743 or 745 hours, or 719 or 721. The
 * instants are written into every report, so that a later time zone database cannot move them.
 */
public record CalendarMonth(YearMonth month, ZoneId zone, Instant start, Instant end) {
    /** @throws IllegalArgumentException when the month is empty */
    public CalendarMonth {
        requireNonNull(month, "month");
        requireNonNull(zone, "zone");
        if (!start.isBefore(end)) {
            throw new IllegalArgumentException(
                    "month " + month + " must end after its start, was " + start + ".." + end);
        }
    }

    /** The month as today's time zone database resolves it. */
    public static CalendarMonth of(YearMonth month, ZoneId zone) {
        return new CalendarMonth(month, zone, startOf(month, zone), startOf(month.plusMonths(1), zone));
    }

    /**
     * The month of text like {@code 2026-03}.
     *
     * @throws java.time.format.DateTimeParseException when it is no month
     */
    public static CalendarMonth parse(String month, ZoneId zone) {
        return of(YearMonth.parse(month), zone);
    }

    public Duration length() {
        return Duration.between(start, end);
    }

    private static Instant startOf(YearMonth month, ZoneId zone) {
        return month.atDay(1).atStartOfDay(zone).toInstant();
    }
}
