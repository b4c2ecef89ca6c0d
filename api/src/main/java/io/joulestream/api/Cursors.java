package io.joulestream.api;

import io.joulestream.storage.AlertCursor;
import io.joulestream.storage.DeadLetterCursor;
import io.joulestream.storage.RunCursor;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiFunction;

/** Places in a list, as opaque text. */
final class Cursors {
    private static final int LONGEST = 2_000;

    private Cursors() {}

    static String text(RunCursor cursor) {
        return text(cursor.startedAt(), cursor.run());
    }

    static String text(AlertCursor cursor) {
        return text(cursor.openedAt(), cursor.alert().toString());
    }

    static String text(DeadLetterCursor cursor) {
        return text(cursor.seenAt(), cursor.identitySha256());
    }

    private static String text(Instant time, String name) {
        String plain = time + " " + name;
        return Base64.getUrlEncoder().withoutPadding().encodeToString(plain.getBytes(StandardCharsets.UTF_8));
    }

    /** Of a list that is numbered. */
    static String text(long number) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(Long.toString(number).getBytes(StandardCharsets.UTF_8));
    }

    /** Empty for what no cursor of ours reads like. */
    static Optional<Long> parseNumber(String text) {
        try {
            String plain = new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8);
            return plain.matches("[1-9][0-9]{0,17}") ? Optional.of(Long.parseLong(plain)) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Empty for what no cursor of ours reads like. */
    static Optional<RunCursor> parse(String text) {
        return parse(text, RunCursor::new);
    }

    /** Empty for what no cursor of ours reads like. */
    static Optional<AlertCursor> parseAlert(String text) {
        return parse(text, (time, name) -> new AlertCursor(time, UUID.fromString(name)));
    }

    /** Empty for what no cursor of ours reads like. */
    static Optional<DeadLetterCursor> parseDeadLetter(String text) {
        return parse(text, DeadLetterCursor::new);
    }

    /** @throws DateTimeException for a time that no row can have */
    private static Instant time(String text) {
        Instant time = Instant.parse(text);
        if (time.isBefore(Parameters.EARLIEST) || time.isAfter(Parameters.LATEST)) {
            throw new DateTimeException("beyond all rows: " + time);
        }
        return time;
    }

    private static <T> Optional<T> parse(String text, BiFunction<Instant, String, T> cursor) {
        if (text.length() > LONGEST) {
            return Optional.empty();
        }
        try {
            String plain = new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8);
            int space = plain.indexOf(' ');
            return space < 0 || plain.indexOf('\0') >= 0
                    ? Optional.empty()
                    : Optional.of(cursor.apply(time(plain.substring(0, space)), plain.substring(space + 1)));
        } catch (IllegalArgumentException | DateTimeException e) {
            return Optional.empty();
        }
    }
}
