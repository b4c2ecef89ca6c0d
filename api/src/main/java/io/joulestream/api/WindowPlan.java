package io.joulestream.api;

import io.joulestream.core.kpi.NamedWindow;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
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

    static final int MAX_POINTS = 5_000;
    static final int MAX_MINUTES = 100_000;

    /** Each is read on its own. */
    static final int MAX_MIXED = 100;

    /** A calendar day in which the clocks go forward. */
    private static final Duration SHORTEST_DAY = Duration.ofHours(23);

    private static final Duration LONGEST_OF_MINUTES = Duration.ofHours(24);
    private static final Duration LONGEST_DAY = Duration.ofHours(25);

    WindowPlan {
        windows = List.copyOf(windows);
    }

    Instant start() {
        return windows.get(0).start();
    }

    Instant end() {
        return windows.get(windows.size() - 1).end();
    }

    /** Windows of PUE over the range that start and end give, else the one window that ends at {@code now}. */
    static WindowPlan rolling(Parameters parameters, Step window, ZoneId zone, Duration ledgerStep, Instant now) {
        Instant last = TimeSpan.floor(now, Duration.ofMinutes(1));
        TimeSpan range = range(parameters, new TimeSpan(window.before(last, zone), last));
        refuseTooMany(range, window, MAX_POINTS, Step.ladder());
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
        if (range.length().toMinutes() > MAX_MINUTES) {
            throw tooLarge(
                    range.length().toMinutes() + " minutes would be read, at most " + MAX_MINUTES + " are",
                    range,
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

    /** Steps of energy over the range that start and end give, else the last hour of minutes or day of hours. */
    static WindowPlan steps(Parameters parameters, Step step, ZoneId zone, Duration ledgerStep, Instant now) {
        return steps(parameters, step, zone, ledgerStep, now, MAX_POINTS, List.of(Step.MINUTE, Step.HOUR));
    }

    /** Hours of the ledger over the range that start and end give, else the last day of them; so many at most. */
    static WindowPlan hours(Parameters parameters, ZoneId zone, Duration ledgerStep, Instant now, int most) {
        return steps(parameters, Step.HOUR, zone, ledgerStep, now, most, List.of());
    }

    private static WindowPlan steps(
            Parameters parameters,
            Step step,
            ZoneId zone,
            Duration ledgerStep,
            Instant now,
            int most,
            List<Step> allowed) {
        boolean minutes = step.equals(Step.MINUTE);
        Instant last = TimeSpan.floor(now, minutes ? Duration.ofMinutes(1) : ledgerStep);
        TimeSpan range =
                range(parameters, new TimeSpan(last.minus(minutes ? Duration.ofHours(1) : Duration.ofHours(24)), last));
        refuseTooMany(range, step, most, allowed);
        List<TimeSpan> windows = consecutive(parameters, range, step, zone);
        if (!minutes) {
            refuseOffStep(parameters, "start", range.start(), ledgerStep);
            refuseOffStep(parameters, "end", range.end(), ledgerStep);
        }
        parameters.check();
        return new WindowPlan(windows, minutes ? Rows.MINUTES : Rows.LEDGER_STEPS);
    }

    /** The range that start and end give, else the other; ends the request when anything was refused. */
    static TimeSpan range(Parameters parameters, TimeSpan otherwise) {
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
        return startGiven ? new TimeSpan(start.orElseThrow(), end.orElseThrow()) : otherwise;
    }

    private static void refuseTooMany(TimeSpan range, Step step, int most, List<Step> allowed) {
        long atLeast = range.length().dividedBy(step.atMost());
        if (atLeast > most) {
            throw tooLarge(
                    "steps of " + step.text() + " make at least " + atLeast + " points of this range, at most " + most
                            + " are given at once",
                    range,
                    allowed);
        }
    }

    private static ProblemException tooLarge(String detail, TimeSpan range, List<Step> allowed) {
        Optional<Step> nearest = allowed.stream()
                .filter(step -> step.atLeast().compareTo(SHORTEST_DAY) >= 0
                        || range.length().toMinutes() <= MAX_MINUTES
                        || allowed.size() == 2)
                .filter(step -> step.atLeast().multipliedBy(MAX_POINTS).compareTo(range.length()) >= 0)
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
        List<TimeSpan> windows = new ArrayList<>();
        Instant start = range.start();
        while (start.isBefore(range.end())) {
            Instant end = step.after(range.start(), windows.size() + 1L, zone);
            windows.add(new TimeSpan(start, end));
            if (end.isAfter(range.end())) {
                parameters.refuse(
                        "end",
                        "must be start plus whole steps of " + step.text() + ", such as " + start + " or " + end
                                + ", was " + range.end());
            }
            start = end;
        }
        return windows;
    }
}
