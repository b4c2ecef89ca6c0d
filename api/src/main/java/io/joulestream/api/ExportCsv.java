package io.joulestream.api;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;

/**
 * A monthly export as CSV (RFC 4180): a header, then one line per figure, each complete in itself. A spreadsheet takes a
 * cell that begins like a formula for one, so such a text is given an apostrophe first; numbers stay numbers.
 */
final class ExportCsv {
    static final List<String> COLUMNS = List.of(
            "tenant",
            "site",
            "month",
            "tz",
            "start",
            "end",
            "data_end",
            "as_of",
            "status",
            "method_version",
            "subject",
            "name",
            "quantity",
            "unit",
            "value",
            "reason",
            "flags",
            "quality",
            "low",
            "high",
            "coverage",
            "estimated_share",
            "method",
            "factor_sets",
            "energy_mj",
            "measured_mj",
            "bridged_mj",
            "estimated_mj");

    private static final String FORMULA_STARTS = "=+-@\t\r";

    private ExportCsv() {}

    static byte[] bytes(ExportBody export) {
        StringWriter csv = new StringWriter();
        try (CsvWriter writer =
                CsvWriter.builder().lineDelimiter(LineDelimiter.CRLF).build(csv)) {
            writer.writeRecord(COLUMNS);
            for (ExportBody.RowBody row : export.rows()) {
                writer.writeRecord(cells(export, row));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("text in memory cannot fail to be written", e);
        }
        return csv.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static List<String> cells(ExportBody export, ExportBody.RowBody row) {
        MonthBody period = export.period();
        FigureBody figure = row.figure();
        return List.of(
                text(export.tenant()),
                text(export.site()),
                text(period.month()),
                text(period.tz()),
                time(period.start()),
                time(period.end()),
                time(period.dataEnd()),
                time(period.asOf()),
                text(period.status()),
                text(export.methodVersion()),
                text(row.subject()),
                text(row.name()),
                text(row.quantity()),
                text(row.unit()),
                number(figure.value()),
                text(figure.reason()),
                text(String.join(" ", figure.flags())),
                text(figure.quality()),
                number(figure.low()),
                number(figure.high()),
                number(figure.coverage()),
                number(figure.estimatedShare()),
                text(figure.method()),
                text(String.join(" ", figure.factorSets())),
                number(row.energyMj()),
                number(row.measuredMj()),
                number(row.bridgedMj()),
                number(row.estimatedMj()));
    }

    static String text(String text) {
        if (text == null || text.isEmpty()) {
            return "";
        }
        return FORMULA_STARTS.indexOf(text.charAt(0)) >= 0 ? "'" + text : text;
    }

    private static String number(String number) {
        return number == null ? "" : number;
    }

    private static String number(BigDecimal number) {
        return number == null ? "" : number.toPlainString();
    }

    private static String time(Instant instant) {
        return instant.toString();
    }
}
