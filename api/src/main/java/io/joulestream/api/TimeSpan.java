package io.joulestream.api;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/** {@code [start, end)}. */
record TimeSpan(Instant start, Instant end) {
    private static final DateTimeFormatter LOCAL = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ssxxx", Locale.ROOT);

    Duration length() {
        return Duration.between(start, end);
    }

    boolean isOn(Duration step) {
        return isOn(start, step) && isOn(end, step);
    }

    static boolean isOn(Instant instant, Duration step) {
        return Math.floorMod(instant.getEpochSecond(), step.toSeconds()) == 0 && instant.getNano() == 0;
    }

    /** The last whole step at or before an instant. */
    static Instant floor(Instant instant, Duration step) {
        Instant second = instant.truncatedTo(ChronoUnit.SECONDS);
        return second.minusSeconds(Math.floorMod(second.getEpochSecond(), step.toSeconds()));
    }

    /** As a wall clock with its offset shows it. */
    static String local(Instant instant, ZoneId zone) {
        return LOCAL.format(instant.atZone(zone));
    }
}
