package io.joulestream.app.tensor;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import io.joulestream.app.tensor.TensorReport.Line;
import io.joulestream.app.tensor.TensorReport.Result;
import io.joulestream.core.nvfp4.QuantisationMetrics;
import io.joulestream.core.report.Formulas;
import java.io.IOException;
import java.io.Writer;

/**
 * A report as CSV (RFC 4180): a header, then a line for each tensor and mode, and one for each tensor that was not quantised.
 * A figure that there is not is empty. A spreadsheet takes a cell that begins like a formula for one, so such a name is given an
 * apostrophe first.
 */
public final class TensorReportCsv {
    private TensorReportCsv() {}

    /** @param out is flushed and stays open */
    public static void write(TensorReport report, Writer out) throws IOException {
        CsvWriter csv = CsvWriter.builder().lineDelimiter(LineDelimiter.CRLF).build(out);
        csv.writeRecord(
                "tensor",
                "shape",
                "dtype",
                "rows",
                "cols",
                "mode",
                "sqnr_db",
                "exact",
                "median_block_sqnr_db",
                "mse",
                "cosine",
                "max_abs_err",
                "zeroed_share",
                "clipped_share",
                "zero_scale_blocks",
                "non_finite",
                "stored_bytes",
                "note");
        for (Line line : report.tensors()) {
            for (Result result : line.results()) {
                write(csv, line.tensor(), result);
            }
        }
        for (StoredTensor other : report.others()) {
            write(csv, other, new Result(null, null, 0, "not quantised: is no F32, BF16 or F16"));
        }
        csv.flush();
    }

    private static void write(CsvWriter csv, StoredTensor tensor, Result result) {
        QuantisationMetrics metrics = result.metrics();
        CsvWriter.CsvWriterRecord cells = csv.writeRecord()
                .writeField(text(tensor.name()))
                .writeField(tensor.shapeText())
                .writeField(text(tensor.dtype()))
                .writeField(Long.toString(tensor.rows()))
                .writeField(Long.toString(tensor.cols()))
                .writeField(cell(result.mode()));
        if (metrics == null) {
            for (int absent = 0; absent < 11; absent++) {
                cells.writeField("");
            }
            cells.writeField(text(result.refusal()));
        } else {
            cells.writeField(cell(metrics.sqnrDb()))
                    .writeField(Boolean.toString(metrics.exact()))
                    .writeField(cell(metrics.medianBlockSqnrDb()))
                    .writeField(cell(metrics.mse()))
                    .writeField(cell(metrics.cosine()))
                    .writeField(cell(metrics.maxAbsErr()))
                    .writeField(cell(metrics.zeroedShare()))
                    .writeField(cell(metrics.clippedShare()))
                    .writeField(cell(metrics.zeroScaleBlocks()))
                    .writeField(Long.toString(metrics.nonFinite()))
                    .writeField(Long.toString(result.storedBytes()))
                    .writeField(metrics.suspect() ? "SUSPECT: elements are not finite" : "");
        }
        cells.endRecord();
    }

    private static String cell(Object figure) {
        return figure == null ? "" : figure.toString();
    }

    static String text(String foreign) {
        String line = Printable.of(foreign);
        return Formulas.beginsLikeOne(line) ? "'" + line : line;
    }
}
