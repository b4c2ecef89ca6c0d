package io.joulestream.api;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.Period;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The length of a window as people write it: PT15M is so many minutes, P1D or P1M a day or month of a zone's calendar.
 *
 * @param text in ISO 8601
 * @param exact zero for a calendar step
 * @param calendar zero for an exact step
 */
record Step(String text, Duration exact, Period calendar) {
    private static final Duration LONGEST = Duration.ofDays(366);

    static final Step MINUTE = Step.parse("PT1M").orElseThrow();
    static final Step HOUR = Step.parse("PT1H").orElseThrow();

    /** What a request that is too fine is told to ask for, finest first. */
    private static final List<Step> LADDER = List.of(
            MINUTE,
            Step.parse("PT5M").orElseThrow(),
            Step.parse("PT15M").orElseThrow(),
            HOUR,
            Step.parse("PT6H").orElseThrow(),
            Step.parse("P1D").orElseThrow(),
            Step.parse("P7D").orElseThrow(),
            Step.parse("P1M").orElseThrow());

    /** Empty for what is no ISO 8601 duration of whole minutes, one minute to 366 days or 12 months long. */
    static Optional<Step> parse(String text) {
        if (text.length() > 20) {
            return Optional.empty();
        }
        try {
            String upper = text.toUpperCase(Locale.ROOT);
            Step step = upper.contains("T")
                    ? new Step(text, Duration.parse(upper), Period.ZERO)
                    : new Step(text, Duration.ZERO, Period.parse(upper));
            return step.isSensible() ? Optional.of(step) : Optional.empty();
        } catch (DateTimeException | ArithmeticException e) {
            return Optional.empty();
        }
    }

    /** An exact length under a name of its own. */
    static Step named(String text, Duration exact) {
        return new Step(text, exact, Period.ZERO);
    }

    private boolean isSensible() {
        if (isCalendar()) {
            return !calendar.isNegative() && calendar.toTotalMonths() <= 12 && calendar.getDays() <= 366;
        }
        return exact.compareTo(Duration.ofMinutes(1)) >= 0
                && exact.compareTo(LONGEST) <= 0
                && exact.getSeconds() % 60 == 0
                && exact.getNano() == 0;
    }

    boolean isCalendar() {
        return !calendar.isZero();
    }

    /** The end of the {@code count}-th step after a start; calendar steps are counted on the zone's wall clock. */
    Instant after(Instant start, long count, ZoneId zone) {
        if (!isCalendar()) {
            return start.plus(exact.multipliedBy(count));
        }
        return start.atZone(zone)
                .plus(calendar.multipliedBy(Math.toIntExact(count)))
                .toInstant();
    }

    /** The start of the one step that ends at an instant. */
    Instant before(Instant end, ZoneId zone) {
        ZonedDateTime local = end.atZone(zone);
        return isCalendar() ? local.minus(calendar).toInstant() : end.minus(exact);
    }

    /** Never more than its real length, daylight saving included. */
    Duration atLeast() {
        if (!isCalendar()) {
            return exact;
        }
        long days = calendar.toTotalMonths() * 28 + calendar.getDays();
        return Duration.ofDays(days).minusHours(1);
    }

    /** Never less than its real length, daylight saving included. */
    Duration atMost() {
        if (!isCalendar()) {
            return exact;
        }
        long days = calendar.toTotalMonths() * 31 + calendar.getDays();
        return Duration.ofDays(days).plusHours(1);
    }

    static List<Step> ladder() {
        return LADDER;
    }
}
