package io.joulestream.api;

import io.joulestream.storage.RunCursor;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;

/** Places in a list, as opaque text. */
final class Cursors {
    private static final int LONGEST = 2_000;

    private Cursors() {}

    static String text(RunCursor cursor) {
        String plain = cursor.startedAt() + " " + cursor.run();
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
        if (text.length() > LONGEST) {
            return Optional.empty();
        }
        try {
            String plain = new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8);
            int space = plain.indexOf(' ');
            return space < 0 || plain.indexOf('\0') >= 0
                    ? Optional.empty()
                    : Optional.of(new RunCursor(Instant.parse(plain.substring(0, space)), plain.substring(space + 1)));
        } catch (IllegalArgumentException | DateTimeException e) {
            return Optional.empty();
        }
    }
}
