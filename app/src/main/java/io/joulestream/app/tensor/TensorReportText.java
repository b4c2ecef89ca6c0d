package io.joulestream.app.tensor;

import io.joulestream.app.tensor.TensorReport.Line;
import io.joulestream.app.tensor.TensorReport.Result;
import io.joulestream.app.tensor.TensorReport.Total;
import io.joulestream.core.nvfp4.QuantisationMetrics;
import java.io.IOException;
import java.util.Locale;

/** A report for a terminal: totals, then each tensor with a line for each mode. */
public final class TensorReportText {
    private static final String COLUMNS = "  %-17s %8s %8s %9s %9s %10s %8s%s%n";

    private TensorReportText() {}

    public static void write(TensorReport report, Appendable out) throws IOException {
        out.append(String.format(
                Locale.ROOT,
                "%s  %s quantised, worst first by SQNR of %s%n%n",
                Printable.of(report.file()),
                Figures.count(report.tensors().size(), "tensor", "tensors"),
                report.modes().get(0)));
        out.append(
                String.format(Locale.ROOT, COLUMNS, "", "SQNR dB", "median", "zeroed", "clipped", "bytes", "each", ""));
        out.append(String.format(Locale.ROOT, "all tensors, worst and middle SQNR%n"));
        for (Total total : report.totals()) {
            out.append(String.format(
                    Locale.ROOT,
                    COLUMNS,
                    total.mode(),
                    Figures.decibels(total.worstSqnrDb()),
                    Figures.decibels(total.medianSqnrDb()),
                    Figures.share(total.zeroedShare()),
                    Figures.share(total.clippedShare()),
                    Figures.bytes(total.storedBytes()),
                    Figures.perElement(total.storedBytes(), total.elements()),
                    total.nonFinite() == 0 ? "" : suspect(total.nonFinite())));
        }
        for (Line line : report.tensors()) {
            out.append(String.format(
                    Locale.ROOT,
                    "%s  %s  %s%n",
                    Printable.of(line.tensor().name()),
                    line.tensor().shapeText(),
                    line.tensor().dtype()));
            for (Result result : line.results()) {
                out.append(result(line, result));
            }
        }
        for (StoredTensor other : report.others()) {
            out.append(String.format(
                    Locale.ROOT,
                    "%s  %s  %s: not quantised, is no F32, BF16 or F16%n",
                    Printable.of(other.name()),
                    other.shapeText(),
                    Printable.of(other.dtype())));
        }
        out.append(
                String.format(
                        Locale.ROOT,
                        "%nSQNR: signal over error, of all tensors the lowest; median: of blocks of 16, of all tensors the middle SQNR;%n"
                                + "zeroed: elements that became 0; clipped: beyond 6 (NVFP4); each: bytes per element (BF16 has 2).%n"));
    }

    private static String result(Line line, Result result) {
        QuantisationMetrics metrics = result.metrics();
        if (metrics == null) {
            return String.format(Locale.ROOT, "  %-17s %s%n", result.mode(), Printable.of(result.refusal()));
        }
        return String.format(
                Locale.ROOT,
                COLUMNS,
                result.mode(),
                Figures.sqnr(metrics),
                Figures.median(metrics),
                Figures.share(metrics.zeroedShare()),
                Figures.share(metrics.clippedShare()),
                Figures.bytes(result.storedBytes()),
                Figures.perElement(result.storedBytes(), line.elements()),
                metrics.suspect() ? suspect(metrics.nonFinite()) : "");
    }

    private static String suspect(long nonFinite) {
        return "  SUSPECT: " + Figures.count(nonFinite, "element is", "elements are") + " not finite";
    }
}
