package io.joulestream.api;

import de.siegmar.fastcsv.writer.CsvWriter;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;

/**
 * A monthly export as CSV (RFC 4180): a header, then one line per figure, each complete in itself.
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

    private ExportCsv() {}

    static byte[] bytes(ExportBody export) {
        StringWriter csv = new StringWriter();
        try (CsvWriter writer = Csv.to(csv)) {
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
        return Stream.of(
                        export.tenant(),
                        export.site(),
                        period.month(),
                        period.tz(),
                        period.start(),
                        period.end(),
                        period.dataEnd(),
                        period.asOf(),
                        period.status(),
                        export.methodVersion(),
                        row.subject(),
                        row.name(),
                        row.quantity(),
                        row.unit(),
                        figure.value(),
                        figure.reason(),
                        figure.flags(),
                        figure.quality(),
                        figure.low(),
                        figure.high(),
                        figure.coverage(),
                        figure.estimatedShare(),
                        figure.method(),
                        figure.factorSets(),
                        row.energyMj(),
                        row.measuredMj(),
                        row.bridgedMj(),
                        row.estimatedMj())
                .map(Csv::cell)
                .toList();
    }
}
