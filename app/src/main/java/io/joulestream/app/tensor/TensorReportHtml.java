package io.joulestream.app.tensor;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.joulestream.app.tensor.TensorReport.Line;
import io.joulestream.app.tensor.TensorReport.Result;
import io.joulestream.app.tensor.TensorReport.Total;
import io.joulestream.core.digest.Sha256;
import io.joulestream.core.nvfp4.QuantisationMetrics;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * A report as one page that needs nothing else: no script, no address, its one style allowed by its digest, so it opens from a
 * disk, from a mail and under the strictest policy of a server.
 *
 * <p>Plots are SVG whose marks stand at percentages of its width, so that they fit a telephone without their texts, which are
 * HTML, becoming small. Marks differ in shape as well as in colour.
 */
public final class TensorReportHtml {
    /** Tensors drawn one by one; all are in the list. */
    private static final int DRAWN = 40;

    private static final int BF16_BYTES = 2;

    /** Around 0, 0; then they repeat. */
    private static final List<String> MARKS = List.of(
            "M-5 0a5 5 0 1 0 10 0a5 5 0 1 0-10 0z",
            "M-4.5-4.5h9v9h-9z",
            "M0-6.5 6.5 0 0 6.5-6.5 0z",
            "M0-5.5 5.5 4.5h-11z",
            "M0 5.5 5.5-4.5h-11z",
            "M-1.5-5.5h3v4h4v3h-4v4h-3v-4h-4v-3h4z");

    private final TensorReport report;
    private final Appendable out;
    private final DecibelAxis axis;

    private TensorReportHtml(TensorReport report, Appendable out) {
        this.report = report;
        this.out = out;
        this.axis = DecibelAxis.of(report);
    }

    public static void write(TensorReport report, Appendable out) throws IOException {
        new TensorReportHtml(report, out).write();
    }

    private void write() throws IOException {
        String style = style();
        String title = "What quantisation does to " + escaped(report.file());
        html("<!doctype html><html lang=en><meta charset=utf-8><title>", title, "</title>");
        html("<meta name=viewport content=\"width=device-width, initial-scale=1\">");
        html(
                "<meta http-equiv=Content-Security-Policy content=\"default-src 'none'; style-src 'sha256-",
                digest(style),
                "'\">");
        html("<meta name=color-scheme content=\"light dark\"><style>", style, "</style>");
        html(
                "<header><h1>",
                title,
                "</h1><p>",
                Figures.count(report.tensors().size(), "tensor", "tensors"),
                " quantised");
        if (!report.others().isEmpty()) {
            html(", <a href=\"#others\">", Figures.count(report.others().size(), "other", "others"), "</a> not");
        }
        html(
                ". The worst first, by the signal-to-noise ratio of ",
                report.modes().get(0).cliName(),
                ".</p></header><main>");
        summary();
        meanings();
        if (!report.tensors().isEmpty()) {
            strips();
            histograms();
            sizes();
            list();
        }
        others();
        html("</main>\n</html>\n");
    }

    // ---- the formats

    private void summary() throws IOException {
        html(
                "<section><h2>By format</h2><div class=scroll><table><thead><tr><th>format<th>worst dB<th>middle dB<th>zeroed");
        html("<th>clipped<th class=wide>bytes<th class=wide>each</thead><tbody>");
        List<Total> totals = report.totals();
        for (int mode = 0; mode < totals.size(); mode++) {
            Total total = totals.get(mode);
            html("<tr><th>", key(mode), total.mode().cliName());
            cells(
                    Figures.decibels(total.worstSqnrDb()),
                    Figures.decibels(total.medianSqnrDb()),
                    Figures.share(total.zeroedShare()),
                    Figures.share(total.clippedShare()));
            html("<td class=wide>", Figures.bytes(total.storedBytes()), "<td class=wide>");
            html(Figures.perElement(total.storedBytes(), total.elements()));
        }
        html("</tbody></table></div>");
        if (totals.stream().anyMatch(total -> total.nonFinite() > 0)) {
            html("<p class=suspect>Elements that are not finite, before or after: ");
            for (Total total : totals) {
                html(
                        total.mode().cliName(),
                        " ",
                        Long.toString(total.nonFinite()),
                        total == totals.get(totals.size() - 1) ? "" : ", ");
            }
            html(". The tensors that hold them stand first; their figures leave these elements out.</p>");
        }
        for (Total total : totals) {
            if (total.tensors() < report.tensors().size()) {
                html("<p>", total.mode().cliName(), " takes ", Figures.count(total.tensors(), "tensor", "tensors"));
                html(" of these; its sums are over those.</p>");
            }
        }
        html("</section>");
    }

    private void meanings() throws IOException {
        html("<section><details><summary>What the columns mean</summary><dl>");
        meaning(
                "SQNR",
                "Signal over error in decibels: 10 log10 of the sum of squares over the sum of squared errors. 6 dB more is"
                        + " half the error. It is mostly told by a tensor&#39;s largest values. &ldquo;exact&rdquo;: no element changed.");
        meaning(
                "median",
                "The SQNR of the block in the middle, of all blocks of 16 that are not zero: what the usual element"
                        + " suffers, however large the outliers elsewhere.");
        meaning("worst, middle", "Of all tensors the lowest SQNR, and the one in the middle.");
        meaning("zeroed", "Elements that were not zero and became zero.");
        meaning(
                "clipped",
                "Elements that lay beyond the largest code, 6, before they were rounded to it. NVFP4 only: its block"
                        + " scales are rounded themselves, and then the largest element may not fit.");
        meaning("bytes", "Codes, block scales and the tensor&#39;s scale, as stored.");
        meaning("each", "Bytes per element. BF16 has 2; NVFP4 has 0.5625, which is 3.56 times smaller, not 4.");
        html("</dl></details></section>");
    }

    private void meaning(String term, String text) throws IOException {
        html("<dt>", term, "<dd>", text);
    }

    // ---- the plots

    private void strips() throws IOException {
        int drawn = Math.min(DRAWN, report.tensors().size());
        html(
                "<section><h2>Signal to noise, ",
                drawn < report.tensors().size() ? "the worst " + drawn + " tensors" : "tensor by tensor");
        html("</h2>");
        legend();
        html("<div class=strips role=list>");
        axis(true);
        for (Line line : report.tensors().subList(0, drawn)) {
            html(
                    "<div class=strip role=listitem><span class=name>",
                    escaped(line.tensor().name()),
                    line.isSuspect() ? " <small class=suspect>not finite</small>" : "",
                    "</span><svg role=img height=22>");
            html("<title>", escaped(line.tensor().name()), ": ", sqnrs(line), "</title>");
            ticks();
            for (int mode = 0; mode < line.results().size(); mode++) {
                mark(mode, line.results().get(mode).metrics());
            }
            html("</svg></div>");
        }
        axis(false);
        html("</div></section>");
    }

    private static String sqnrs(Line line) {
        StringBuilder text = new StringBuilder();
        for (Result result : line.results()) {
            text.append(text.isEmpty() ? "" : ", ").append(result.mode()).append(' ');
            text.append(result.metrics() == null ? Figures.NONE : Figures.sqnrWithUnit(result.metrics()));
        }
        return text.toString();
    }

    /** Nothing where there is no ratio: a tensor of zeros, or one that comes back exactly. */
    private void mark(int mode, QuantisationMetrics metrics) throws IOException {
        if (metrics != null && metrics.sqnrDb() != null) {
            html(
                    "<svg x=\"",
                    axis.at(metrics.sqnrDb()),
                    "\" y=11 overflow=visible><path class=m",
                    mode(mode),
                    " d=\"",
                    path(mode),
                    "\"/></svg>");
        }
    }

    private void legend() throws IOException {
        html("<p class=legend>");
        for (int mode = 0; mode < report.modes().size(); mode++) {
            html("<span>", key(mode), report.modes().get(mode).cliName(), "</span> ");
        }
        html("</p>");
    }

    private static String key(int mode) {
        return "<svg class=key width=14 height=14><svg x=7 y=7 overflow=visible><path class=m" + mode(mode) + " d=\""
                + path(mode) + "\"/></svg></svg>";
    }

    private void axis(boolean named) throws IOException {
        html(
                "<div class=\"strip axis\"><span class=name>",
                named ? "dB" : "",
                "</span><svg height=16 aria-hidden=true>");
        for (int decibels : axis.ticks()) {
            html("<text x=\"", axis.at(decibels), "\" y=12>", Integer.toString(decibels), "</text>");
        }
        html("</svg></div>");
    }

    private void ticks() throws IOException {
        for (int decibels : axis.ticks()) {
            String at = axis.at(decibels);
            html("<line class=tick x1=\"", at, "\" x2=\"", at, "\" y1=0 y2=\"100%\"/>");
        }
    }

    private void histograms() throws IOException {
        html("<section><h2>How many tensors at which ratio</h2><div class=strips>");
        for (int mode = 0; mode < report.modes().size(); mode++) {
            int[] counts = axis.counts(report, mode);
            int most = Math.max(1, Arrays.stream(counts).max().orElse(0));
            html(
                    "<div class=strip><span class=name>",
                    key(mode),
                    report.modes().get(mode).cliName());
            html(
                    " <small>up to ",
                    Figures.count(most, "tensor", "tensors"),
                    " a bar</small></span><svg role=img height=64><title>");
            html("Tensors of ", report.modes().get(mode).cliName(), " by SQNR</title>");
            ticks();
            for (int bin = 0; bin < counts.length; bin++) {
                if (counts[bin] > 0) {
                    double height = Math.max(3, 100.0 * counts[bin] / most);
                    html(
                            "<rect class=m",
                            mode(mode),
                            " x=\"",
                            axis.binFrom(bin),
                            "\" width=\"",
                            axis.binWidth(),
                            "\" y=\"",
                            percent(100 - height));
                    html(
                            "\" height=\"",
                            percent(height),
                            "\"><title>",
                            axis.binText(bin),
                            ": ",
                            Integer.toString(counts[bin]),
                            "</title></rect>");
                }
            }
            html("</svg></div>");
        }
        axis(true);
        html("</div></section>");
    }

    private void sizes() throws IOException {
        html("<section><h2>Bytes, against BF16</h2><div class=strips>");
        long elements = report.tensors().stream().mapToLong(Line::elements).sum();
        size("BF16", "base", elements, elements * BF16_BYTES, Long.MAX_VALUE);
        List<Total> totals = report.totals();
        for (int mode = 0; mode < totals.size(); mode++) {
            Total total = totals.get(mode);
            size(key(mode) + total.mode().cliName(), "m" + mode(mode), total.elements(), total.storedBytes(), elements);
        }
        html("</div></section>");
    }

    /** @param of elements of all tensors, if the mode may take fewer */
    private void size(String name, String mark, long elements, long bytes, long of) throws IOException {
        double share = elements == 0 ? 0 : (double) bytes / (elements * BF16_BYTES);
        String smaller =
                share == 0 || mark.equals("base") ? "" : String.format(Locale.ROOT, ", %.2f times smaller", 1 / share);
        String part = of != Long.MAX_VALUE && elements < of ? ", of the tensors it takes" : "";
        html(
                "<div class=strip><span class=name>",
                name,
                " <small>",
                Figures.bytes(bytes),
                smaller,
                part,
                "</small></span>");
        html(
                "<svg role=img height=18><title>",
                Figures.bytes(bytes),
                "</title><rect class=",
                mark,
                " x=0 y=2 height=14 width=\"");
        html(percent(Math.min(100, 100 * share)), "\"/></svg></div>");
    }

    // ---- the list

    private void list() throws IOException {
        html("<section><h2>All tensors</h2>");
        for (Line line : report.tensors()) {
            StoredTensor tensor = line.tensor();
            html(
                    "\n<article><h3>",
                    escaped(tensor.name()),
                    "</h3><p>",
                    tensor.shapeText(),
                    " ",
                    escaped(tensor.dtype()));
            html(", ", Figures.count(line.elements(), "element", "elements"), "</p>");
            html("<table><thead><tr><th>format<th>SQNR<th>median<th>zeroed<th>clipped<th>bytes</thead><tbody>");
            for (int mode = 0; mode < line.results().size(); mode++) {
                row(mode, line.results().get(mode));
            }
            html("</tbody></table></article>");
        }
        html("</section>");
    }

    private void row(int mode, Result result) throws IOException {
        QuantisationMetrics metrics = result.metrics();
        html("<tr><th>", key(mode), result.mode().cliName());
        if (metrics == null) {
            html("<td class=why colspan=5>", escaped(Objects.requireNonNullElse(result.refusal(), "not taken")));
            return;
        }
        cells(
                Figures.sqnr(metrics),
                Figures.median(metrics),
                Figures.share(metrics.zeroedShare()),
                Figures.share(metrics.clippedShare()),
                Figures.bytes(result.storedBytes()));
        if (metrics.suspect()) {
            html(
                    "<tr><td class=\"why suspect\" colspan=6>",
                    Figures.count(metrics.nonFinite(), "element is", "elements are"),
                    " not finite");
        }
    }

    private void cells(String... texts) throws IOException {
        for (String text : texts) {
            html("<td>", text.replace("<", "&lt;"));
        }
    }

    private void others() throws IOException {
        if (report.others().isEmpty()) {
            return;
        }
        html("<section id=others><h2>Not quantised</h2><p>Only F32, BF16 and F16 are.</p><ul>");
        for (StoredTensor other : report.others()) {
            html("<li><b>", escaped(other.name()), "</b> ", other.shapeText(), " ", escaped(other.dtype()));
        }
        html("</ul></section>");
    }

    // ---- the pieces

    private void html(String... pieces) throws IOException {
        for (String piece : pieces) {
            out.append(piece);
        }
    }

    private static String mode(int mode) {
        return Integer.toString(mode % MARKS.size());
    }

    private static String path(int mode) {
        return MARKS.get(mode % MARKS.size());
    }

    static String percent(double value) {
        return String.format(Locale.ROOT, "%.2f%%", value);
    }

    /** For text and for attributes in double quotes. */
    static String escaped(String foreign) {
        return Printable.of(foreign)
                .replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }

    private static String digest(String style) {
        return Base64.getEncoder().encodeToString(Sha256.of(style.getBytes(UTF_8)));
    }

    private static String style() throws IOException {
        try (InputStream css = TensorReportHtml.class.getResourceAsStream("report.css")) {
            return new String(Objects.requireNonNull(css, "report.css").readAllBytes(), UTF_8);
        }
    }
}
