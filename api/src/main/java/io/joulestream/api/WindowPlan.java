package io.joulestream.api;

import io.joulestream.core.kpi.NamedWindow;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;

/**
 * Which windows a request asks for, and from which rows they are made: from minutes up to a day, from the rows of the
 * site's ledger above, with minutes at the edges where those lie between two rows. What would be too large is refused
 * before anything is read.
 *
 * @param windows consecutive, oldest first
 */
record WindowPlan(List<TimeSpan> windows, Rows rows) {
    /** What the windows are merged from. */
    enum Rows {
        MINUTES,
        LEDGER_STEPS,
        LEDGER_STEPS_AND_MINUTES
    }

    /**
     * How much is given at once.
     *
     * @param points windows or steps
     * @param minutes that windows of up to a day are made from
     */
    record Limit(int points, int minutes) {
        /** What is made whole before it is sent. */
        static final Limit WHOLE = new Limit(5_000, 100_000);

        /** What is sent as it is read: three years of hours, made from their minutes. */
        static final Limit STREAMED = new Limit(100_000, 1_600_000);

        static Limit of(Format format) {
            return format == Format.JSON ? WHOLE : STREAMED;
        }

        private String beyond() {
            return this == WHOLE ? " (" + STREAMED.points + " as csv or ndjson)" : "";
        }
    }

    /** Each is read on its own. */
    static final int MAX_MIXED = 100;

    /** A calendar day in which the clocks go forward. */
    private static final Duration SHORTEST_DAY = Duration.ofHours(23);

    private static final Duration LONGEST_OF_MINUTES = Duration.ofHours(24);
    private static final Duration LONGEST_DAY = Duration.ofHours(25);

    WindowPlan {
        windows = windows instanceof Spans ? windows : List.copyOf(windows);
    }

    /** Whether it is small enough to be made whole before it is sent. */
    boolean isWhole() {
        return windows.size() <= Limit.WHOLE.points
                && (rows != Rows.MINUTES || Duration.between(start(), end()).toMinutes() <= Limit.WHOLE.minutes);
    }

    Instant start() {
        return windows.get(0).start();
    }

    Instant end() {
        return windows.get(windows.size() - 1).end();
    }

    /**
     * The range that start and end give; empty where neither is given. Nothing but the request is looked at, so that what is
     * too much costs nothing.
     *
     * @param allowed the steps that may be asked for instead, finest first
     * @throws ProblemException when anything was refused so far, or the range has too many steps
     */
    static Optional<TimeSpan> range(Parameters parameters, Step step, Limit limit, List<Step> allowed) {
        Optional<TimeSpan> range = range(parameters);
        range.ifPresent(given -> refuseTooMany(given, step, limit, allowed));
        return range;
    }

    /** Windows of PUE over a range, else the one window that ends at {@code now}. */
    static WindowPlan rolling(
            Parameters parameters,
            Optional<TimeSpan> given,
            Step window,
            Limit limit,
            ZoneId zone,
            Duration ledgerStep,
            Instant now) {
        Instant last = TimeSpan.floor(now, Duration.ofMinutes(1));
        TimeSpan range = given.orElseGet(() -> new TimeSpan(window.before(last, zone), last));
        List<TimeSpan> windows = consecutive(parameters, range, window, zone);
        parameters.check();
        boolean days = window.atLeast().compareTo(SHORTEST_DAY) >= 0;
        boolean aligned = windows.stream().allMatch(span -> span.isOn(ledgerStep));
        if (days && aligned) {
            return new WindowPlan(windows, Rows.LEDGER_STEPS);
        }
        if (window.atMost().compareTo(LONGEST_DAY) > 0) {
            if (windows.size() > MAX_MIXED) {
                parameters.refuse(
                        "start",
                        "must lie on a row of the site's ledger, every " + ledgerStep
                                + " from the full hour, for more than " + MAX_MIXED + " windows, was " + range.start());
                parameters.check();
            }
            return new WindowPlan(windows, Rows.LEDGER_STEPS_AND_MINUTES);
        }
        if (range.length().toMinutes() > limit.minutes) {
            throw tooLarge(
                    range.length().toMinutes() + " minutes would be read, at most " + limit.minutes + " are",
                    range,
                    limit,
                    Step.ladder().stream()
                            .filter(step -> step.atLeast().compareTo(SHORTEST_DAY) >= 0)
                            .toList());
        }
        return new WindowPlan(windows, Rows.MINUTES);
    }

    /** One of the windows in which every site is shown, as it lies at {@code now}. */
    static WindowPlan named(NamedWindow window, ZoneId zone, Duration ledgerStep, Instant now) {
        TimeSpan span = new TimeSpan(window.start(now, zone), window.end(now, zone));
        if (span.length().compareTo(LONGEST_OF_MINUTES) <= 0) {
            return new WindowPlan(List.of(span), Rows.MINUTES);
        }
        return new WindowPlan(List.of(span), span.isOn(ledgerStep) ? Rows.LEDGER_STEPS : Rows.LEDGER_STEPS_AND_MINUTES);
    }

    /** Steps of energy over a range, else the last hour of minutes or day of hours. */
    static WindowPlan steps(
            Parameters parameters, Optional<TimeSpan> given, Step step, ZoneId zone, Duration ledgerStep, Instant now) {
        boolean minutes = step.equals(Step.MINUTE);
        Instant last = TimeSpan.floor(now, minutes ? Duration.ofMinutes(1) : ledgerStep);
        TimeSpan range =
                given.orElse(new TimeSpan(last.minus(minutes ? Duration.ofHours(1) : Duration.ofHours(24)), last));
        List<TimeSpan> windows = consecutive(parameters, range, step, zone);
        if (!minutes) {
            refuseOffStep(parameters, "start", range.start(), ledgerStep);
            refuseOffStep(parameters, "end", range.end(), ledgerStep);
        }
        parameters.check();
        return new WindowPlan(windows, minutes ? Rows.MINUTES : Rows.LEDGER_STEPS);
    }

    /** The range that start and end give; ends the request when anything was refused. */
    static Optional<TimeSpan> range(Parameters parameters) {
        Optional<Instant> start = parameters.minute("start");
        Optional<Instant> end = parameters.minute("end");
        boolean startGiven = parameters.text("start").isPresent();
        boolean endGiven = parameters.text("end").isPresent();
        if (startGiven != endGiven) {
            parameters.refuse(startGiven ? "end" : "start", "is needed, because the other end of the range is given");
        }
        if (start.isPresent() && end.isPresent() && !start.get().isBefore(end.get())) {
            parameters.refuse("end", "must be after start, was " + end.get() + " after " + start.get());
        }
        parameters.check();
        return start.map(from -> new TimeSpan(from, end.orElseThrow()));
    }

    private static void refuseTooMany(TimeSpan range, Step step, Limit limit, List<Step> allowed) {
        long atLeast = range.length().dividedBy(step.atMost());
        if (atLeast > limit.points) {
            throw tooLarge(
                    "steps of " + step.text() + " make at least " + atLeast + " points of this range, at most "
                            + limit.points + " are given at once" + limit.beyond(),
                    range,
                    limit,
                    allowed);
        }
    }

    private static ProblemException tooLarge(String detail, TimeSpan range, Limit limit, List<Step> allowed) {
        Optional<Step> nearest = allowed.stream()
                .filter(step -> step.atLeast().compareTo(SHORTEST_DAY) >= 0
                        || range.length().toMinutes() <= limit.minutes
                        || allowed.size() == 2)
                .filter(step -> step.atLeast().multipliedBy(limit.points).compareTo(range.length()) >= 0)
                .findFirst();
        return ProblemException.tooLarge(
                nearest.map(step -> detail + "; ask for " + step.text()).orElse(detail + "; ask for a shorter range"),
                nearest.map(Step::text).orElse(null));
    }

    private static void refuseOffStep(Parameters parameters, String name, Instant instant, Duration ledgerStep) {
        if (!TimeSpan.isOn(instant, ledgerStep)) {
            parameters.refuse(
                    name,
                    "must lie on a row of the site's ledger, every " + ledgerStep + " from the full hour, was "
                            + instant);
        }
    }

    private static List<TimeSpan> consecutive(Parameters parameters, TimeSpan range, Step step, ZoneId zone) {
        Spans windows = Spans.covering(range, step, zone);
        TimeSpan last = windows.get(windows.size() - 1);
        if (last.end().isAfter(range.end())) {
            parameters.refuse(
                    "end",
                    "must be start plus whole steps of " + step.text() + ", such as " + last.start() + " or "
                            + last.end() + ", was " + range.end());
        }
        return windows;
    }
}
