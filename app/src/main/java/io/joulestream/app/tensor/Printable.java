package io.joulestream.app.tensor;

import java.util.Locale;

/**
 * Foreign text as one line that does nothing to a terminal: whatever is not a visible character stands there as its number. So no
 * escape sequence, no line break and no change of writing direction comes through.
 */
public final class Printable {
    private Printable() {}

    public static String of(String foreign) {
        StringBuilder line = new StringBuilder(foreign.length());
        foreign.codePoints().forEach(character -> {
            if (isVisible(character)) {
                line.appendCodePoint(character);
            } else {
                line.append(String.format(Locale.ROOT, "\\u%04x", character));
            }
        });
        return line.toString();
    }

    private static boolean isVisible(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }

    /** In quotes, and not longer than a message can bear. */
    static String quoted(String foreign) {
        return '"' + (foreign.length() <= 80 ? foreign : foreign.substring(0, 80) + "...") + '"';
    }
}
