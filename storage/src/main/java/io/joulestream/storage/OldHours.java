package io.joulestream.storage;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * The UTC hours of a site that are older than what it accepts from its senders: those that ended {@code acceptHistory} ago
 * or earlier, which the job need not keep readings of.
 *
 * @param end the start of the first hour that is not old
 */
public record OldHours(Instant end) {
    /** @param acceptHistory the longest that any version of the site's inventory grants */
    public static OldHours of(Instant now, Duration acceptHistory) {
        return new OldHours(now.minus(acceptHistory).truncatedTo(ChronoUnit.HOURS));
    }

    boolean hold(Instant at) {
        return at.isBefore(end);
    }

    /**
     * The old hours in which both are between their first and last readings; empty where there are none. Two that only
     * have an hour in common do not meet: parts of one log may be cut anywhere.
     */
    Optional<HourSpan> inBoth(Instant first, Instant last, Instant otherFirst, Instant otherLast) {
        Instant from = first.isAfter(otherFirst) ? first : otherFirst;
        Instant to = last.isBefore(otherLast) ? last : otherLast;
        if (to.isBefore(from) || !hold(from)) {
            return Optional.empty();
        }
        return Optional.of(HourSpan.holding(from, hold(to) ? to : end.minusMillis(1)));
    }
}
