package io.joulestream.ingest;

import static java.util.Objects.requireNonNull;

/**
 * What is wrong with something a person gave us, in one line.
 *
 * @param where {@code file:line}, a file, or the option
 * @param what what was found
 * @param remedy what the person can do
 */
public record Problem(String where, String what, String remedy) {
    private static final int MAX_LENGTH = 200;

    public Problem {
        where = oneLine(where, "where");
        what = oneLine(what, "what");
        remedy = oneLine(remedy, "remedy");
    }

    public static Problem at(String file, long line, String what, String remedy) {
        return new Problem(file + ":" + line, what, remedy);
    }

    @Override
    public String toString() {
        return where + ": " + what + "; " + remedy;
    }

    private static String oneLine(String text, String name) {
        String start = requireNonNull(text, name).length() <= MAX_LENGTH ? text : text.substring(0, MAX_LENGTH) + "...";
        StringBuilder line = new StringBuilder(start.length());
        start.codePoints().forEach(c -> line.appendCodePoint(Character.isISOControl(c) || c == 0xFFFD ? '?' : c));
        return line.toString();
    }
}
