package io.joulestream.ingest.csv;

import io.joulestream.ingest.Decimals;
import io.joulestream.ingest.PowerReading;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** The instant that a cell of the time column means. Any thread. */
final class ReadingTime {
    /** 100,000,000,000 seconds are in the year 5138, as many milliseconds in 1973. */
    private static final BigDecimal FIRST_MILLIS = BigDecimal.valueOf(100_000_000_000L);

    /** What a cell means. */
    sealed interface Outcome {
        /** @param suspect the local time stands for two instants, as when clocks are set back */
        record At(long epochMs, boolean suspect) implements Outcome {}

        record Unclear(String what, String remedy) implements Outcome {}
    }

    private ReadingTime() {}

    /**
     * @param zone of times without an offset
     * @param previousMs the reading before, to tell the two passes of an hour that occurs twice apart
     */
    static Outcome of(String cell, Optional<ZoneId> zone, long previousMs) {
        String text = cell.strip();
        Optional<BigDecimal> number = Decimals.parse(text);
        if (number.isPresent()) {
            boolean seconds = number.get().abs().compareTo(FIRST_MILLIS) < 0;
            return checked(Decimals.scaled(number.get(), seconds ? 3 : 0), cell, false);
        }
        String iso =
                text.length() > 10 && text.charAt(10) == ' ' ? text.substring(0, 10) + "T" + text.substring(11) : text;
        try {
            return checked(OptionalLong.of(OffsetDateTime.parse(iso).toInstant().toEpochMilli()), cell, false);
        } catch (DateTimeException | ArithmeticException e) {
            return local(iso, cell, zone, previousMs);
        }
    }

    private static Outcome local(String iso, String cell, Optional<ZoneId> zone, long previousMs) {
        LocalDateTime local;
        try {
            local = LocalDateTime.parse(iso);
        } catch (DateTimeException e) {
            return new Outcome.Unclear(
                    "'" + cell + "' is not a time", "write 2026-01-31T14:00:00Z, epoch seconds or epoch milliseconds");
        }
        if (zone.isEmpty()) {
            return new Outcome.Unclear(
                    "'" + cell + "' has no offset, so it is not known which instant it is",
                    "write the offset, or give the time zone");
        }
        List<ZoneOffset> offsets = zone.get().getRules().getValidOffsets(local);
        if (offsets.isEmpty()) {
            return new Outcome.Unclear(
                    "'" + cell + "' never was in " + zone.get()
                            + ": clocks were set forward over it (TIME_NONEXISTENT)",
                    "write the times with their offset");
        }
        long earlier = local.toInstant(offsets.get(0)).toEpochMilli();
        long later = local.toInstant(offsets.get(offsets.size() - 1)).toEpochMilli();
        return checked(OptionalLong.of(earlier > previousMs ? earlier : later), cell, offsets.size() > 1);
    }

    private static Outcome checked(OptionalLong epochMs, String cell, boolean suspect) {
        return epochMs.isPresent() && PowerReading.isTime(epochMs.getAsLong())
                ? new Outcome.At(epochMs.getAsLong(), suspect)
                : new Outcome.Unclear("'" + cell + "' is not between 1970 and 9999", "correct the time");
    }
}
