package io.joulestream.storage;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/** One or more whole UTC hours, {@code [from, to)}. */
public record HourSpan(Instant from, Instant to) {
    public HourSpan {
        if (!isWholeHour(from) || !isWholeHour(to) || !from.isBefore(to)) {
            throw new IllegalArgumentException("not whole hours: " + from + " to " + to);
        }
    }

    private static boolean isWholeHour(Instant at) {
        return at.truncatedTo(ChronoUnit.HOURS).equals(at);
    }

    /** How many hours, at least 1. */
    public long hours() {
        return Duration.between(from, to).toHours();
    }

    /** The hours that hold the instants from {@code first} to {@code last}, both inclusive. */
    static HourSpan holding(Instant first, Instant last) {
        return new HourSpan(
                first.truncatedTo(ChronoUnit.HOURS),
                last.truncatedTo(ChronoUnit.HOURS).plus(1, ChronoUnit.HOURS));
    }

    /** The fewest spans of these hours. @param starts in order, each once */
    static List<HourSpan> of(List<Instant> starts) {
        List<HourSpan> spans = new ArrayList<>();
        for (Instant start : starts) {
            int newest = spans.size() - 1;
            if (newest >= 0 && spans.get(newest).to.equals(start)) {
                spans.set(newest, holding(spans.get(newest).from, start));
            } else {
                spans.add(holding(start, start));
            }
        }
        return spans;
    }
}
