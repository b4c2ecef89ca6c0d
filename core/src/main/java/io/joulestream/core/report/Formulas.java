package io.joulestream.core.report;

/** What a spreadsheet runs when it opens a table of text. */
public final class Formulas {
    /** As ASCII has them, and as wide as a Chinese character, which some spreadsheets take for the same. */
    private static final String STARTS = "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20";

    private Formulas() {}

    /** Whether a cell of that text is taken for one; a negative number begins like one too, and is none. */
    public static boolean beginsLikeOne(String cell) {
        return !cell.isEmpty() && STARTS.indexOf(cell.charAt(0)) >= 0;
    }
}
