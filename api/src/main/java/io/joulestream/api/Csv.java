package io.joulestream.api;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import io.joulestream.core.report.Formulas;
import java.io.Writer;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * CSV as RFC 4180 has it. A spreadsheet takes a cell that begins like a formula for one, so such a text is given an apostrophe
 * first; numbers stay numbers.
 */
final class Csv {
    private static final Pattern NUMBER = Pattern.compile("-?[0-9]+([.][0-9]+)?");

    private Csv() {}

    static CsvWriter to(Writer out) {
        return CsvWriter.builder().lineDelimiter(LineDelimiter.CRLF).build(out);
    }

    /** A cell that says a value: empty for null, what is in a list with spaces between. */
    static String cell(Object value) {
        if (value == null) {
            return "";
        }
        if (value instanceof BigDecimal number) {
            return number.toPlainString();
        }
        if (value instanceof Number || value instanceof Boolean || value instanceof Instant) {
            return value.toString();
        }
        if (value instanceof List<?> list) {
            return text(list.stream().map(String::valueOf).collect(Collectors.joining(" ")));
        }
        return text((String) value);
    }

    private static String text(String text) {
        boolean isFormula =
                Formulas.beginsLikeOne(text) && !NUMBER.matcher(text).matches();
        return isFormula ? "'" + text : text;
    }
}
