package io.joulestream.core.alert;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * One thing that is, or was, not as a rule wants it. Of a rule and a subject there is at most one that is not closed.
 *
 * <p>It opens when figures have been outside the band for as long as the rule says, and nothing in between said that they
 * were inside; it closes when they have been well inside for as long without a break. So it neither flaps nor repeats. Where
 * nothing can be seen it stays, as {@link State#UNKNOWN}.
 *
 * @param rule the rule's name
 * @param last what was seen last
 * @param since when figures were first seen outside
 * @param openedAt null while pending
 * @param clearSince since when figures are well inside; null while they are not
 * @param closedAt null until then
 * @param closed why it closed; null until then
 */
public record Alert(
        UUID id,
        String rule,
        Severity severity,
        State state,
        Observation last,
        Instant since,
        Instant openedAt,
        Instant clearSince,
        Instant closedAt,
        Closing closed) {
    /** The names are part of the API: never rename, only add. */
    public enum State {
        /** Outside, not yet for long enough: nobody is told. */
        PENDING,
        OPEN,
        /** Open, and what became of it cannot be seen. */
        UNKNOWN,
        CLOSED;

        /** Whether a person should know of it. */
        public boolean isOpen() {
            return this == OPEN || this == UNKNOWN;
        }
    }

    /** Why an alert closed. */
    public enum Closing {
        /** Figures are as the rule wants them. */
        RECOVERED,
        /** The rule was disabled or changed away, or there is no such subject any more. */
        NOT_WATCHED
    }

    public Alert {
        requireNonNull(id, "id");
        requireNonNull(rule, "rule");
        requireNonNull(severity, "severity");
        requireNonNull(last, "last");
        requireNonNull(since, "since");
        if ((state == State.PENDING) != (openedAt == null) || (state == State.CLOSED) != (closedAt != null)) {
            throw new IllegalArgumentException(
                    "an alert that is " + state + " cannot be opened " + openedAt + " and closed " + closedAt);
        }
    }

    /**
     * What becomes of a rule's alert on a subject when that is looked at again.
     *
     * @param before the one that is not closed
     * @param newId for one that begins
     * @return empty where there is nothing to keep: no alert began, or a pending one was none
     */
    public static Optional<Alert> after(
            AlertRule rule, Optional<Alert> before, Observation seen, Supplier<UUID> newId) {
        if (before.isEmpty()) {
            return seen.finding() == Observation.Finding.OUTSIDE
                    ? Optional.of(pending(rule, seen, newId.get()).outside(rule, seen))
                    : Optional.empty();
        }
        Alert alert = before.get();
        if (alert.state == State.CLOSED) {
            throw new IllegalArgumentException("alert " + alert.id + " is closed");
        }
        if (!seen.at().isAfter(alert.last.at())) {
            return before; // another service has looked since
        }
        return alert.state == State.PENDING ? alert.whilePending(rule, seen) : Optional.of(alert.whileOpen(rule, seen));
    }

    private static Alert pending(AlertRule rule, Observation seen, UUID id) {
        return new Alert(id, rule.name(), rule.severity(), State.PENDING, seen, seen.at(), null, null, null, null);
    }

    private Optional<Alert> whilePending(AlertRule rule, Observation seen) {
        return switch (seen.finding()) {
            case OUTSIDE -> Optional.of(outside(rule, seen));
            case UNKNOWN -> Optional.of(with(State.PENDING, seen, null));
            case NEAR, CLEAR -> Optional.empty();
        };
    }

    private Alert whileOpen(AlertRule rule, Observation seen) {
        return switch (seen.finding()) {
            case OUTSIDE, NEAR -> with(State.OPEN, seen, null);
            case UNKNOWN -> with(State.UNKNOWN, seen, null);
            case CLEAR -> clear(rule, seen);
        };
    }

    private Alert outside(AlertRule rule, Observation seen) {
        boolean isLongEnough = !seen.at().isBefore(since.plus(rule.holdFor()));
        return isLongEnough
                ? new Alert(id, this.rule, rule.severity(), State.OPEN, seen, since, seen.at(), null, null, null)
                : with(State.PENDING, seen, null);
    }

    private Alert clear(AlertRule rule, Observation seen) {
        Instant clear = clearSince == null ? seen.at() : clearSince;
        Alert open = with(State.OPEN, seen, clear);
        return seen.at().isBefore(clear.plus(rule.holdFor())) ? open : open.closed(seen.at(), Closing.RECOVERED);
    }

    private Alert with(State now, Observation seen, Instant clear) {
        return new Alert(id, rule, severity, now, seen, since, openedAt, clear, null, null);
    }

    /** What becomes of an alert that nothing watches any more; empty where it was pending. */
    public Optional<Alert> notWatched(Instant at) {
        return state == State.PENDING ? Optional.empty() : Optional.of(closed(at, Closing.NOT_WATCHED));
    }

    private Alert closed(Instant at, Closing why) {
        return new Alert(id, rule, severity, State.CLOSED, last, since, openedAt, clearSince, at, why);
    }
}
