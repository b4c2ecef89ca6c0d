package io.joulestream.core.kpi;

import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Optional;

/** The windows in which every site is shown. All end at a whole minute, the last one at the end of the last whole month. */
public enum NamedWindow {
    QUARTER_HOUR("15m", Duration.ofMinutes(15)),
    HOUR("1h", Duration.ofHours(1)),
    /** 24 hours of time, whatever the clocks do: not a day of the calendar. */
    DAY("24h", Duration.ofHours(24)),
    /** From the start of the month that holds the last whole minute. */
    MONTH_TO_DATE("mtd", null),
    /** The last twelve months that are over: the only window whose ratio is a PUE. */
    TWELVE_MONTHS("12mo", null);

    private static final int MONTHS_OF_A_YEAR = 12;

    private final String text;
    private final Duration length;

    NamedWindow(String text, Duration length) {
        this.text = text;
        this.length = length;
    }

    /** The window of a name as {@link #text} gives it; case matters; empty for none. */
    public static Optional<NamedWindow> of(String text) {
        return Arrays.stream(values())
                .filter(window -> window.text.equals(text))
                .findFirst();
    }

    public String text() {
        return text;
    }

    /** The length of a window that is not one of the calendar; empty for a calendar's. */
    public Optional<Duration> length() {
        return Optional.ofNullable(length);
    }

    /** The window's end, exclusive, at an instant; months are those of the zone. */
    public Instant end(Instant now, ZoneId zone) {
        return this == TWELVE_MONTHS ? startOf(monthOf(now, zone), zone) : lastMinuteEnd(now);
    }

    /** The window's start at an instant; always before {@link #end}. */
    public Instant start(Instant now, ZoneId zone) {
        return switch (this) {
            case MONTH_TO_DATE -> startOf(lastMinutesMonth(now, zone), zone);
            case TWELVE_MONTHS -> startOf(monthOf(now, zone).minusMonths(MONTHS_OF_A_YEAR), zone);
            default -> lastMinuteEnd(now).minus(length);
        };
    }

    /** Whether the calendar's period goes on after the window's end. */
    public boolean isOpen(Instant now, ZoneId zone) {
        return this == MONTH_TO_DATE
                && end(now, zone).isBefore(startOf(lastMinutesMonth(now, zone).plusMonths(1), zone));
    }

    /** The month that holds the last whole minute. */
    private static YearMonth lastMinutesMonth(Instant now, ZoneId zone) {
        return YearMonth.from(lastMinuteEnd(now).minus(1, ChronoUnit.MINUTES).atZone(zone));
    }

    private static YearMonth monthOf(Instant now, ZoneId zone) {
        return YearMonth.from(lastMinuteEnd(now).atZone(zone));
    }

    private static Instant lastMinuteEnd(Instant now) {
        return now.truncatedTo(ChronoUnit.MINUTES);
    }

    private static Instant startOf(YearMonth month, ZoneId zone) {
        return month.atDay(1).atStartOfDay(zone).toInstant();
    }
}
