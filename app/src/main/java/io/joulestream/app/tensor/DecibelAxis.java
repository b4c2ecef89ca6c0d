package io.joulestream.app.tensor;

import io.joulestream.app.tensor.TensorReport.Line;
import io.joulestream.app.tensor.TensorReport.Result;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A range of whole decibels that holds all ratios of a report, as percentages of a width.
 *
 * @param from less than {@code to}
 * @param step between ticks
 */
record DecibelAxis(int from, int to, int step) {
    private static final int MOST_TICKS = 7;
    private static final int BINS = 24;

    /** Marks at the ends are to be seen whole. */
    private static final double MARGIN = 3;

    static DecibelAxis of(TensorReport report) {
        DoubleSummaryStatistics all = report.tensors().stream()
                .flatMap(line -> line.results().stream())
                .map(Result::metrics)
                .filter(metrics -> metrics != null && metrics.sqnrDb() != null)
                .mapToDouble(metrics -> metrics.sqnrDb())
                .summaryStatistics();
        double least = all.getCount() == 0 ? 0 : all.getMin();
        double greatest = all.getCount() == 0 ? 1 : all.getMax();
        int step = 1;
        for (int next : new int[] {2, 5, 10, 20, 50, 100, 200, 500}) {
            if ((greatest - least) / step <= MOST_TICKS - 1) {
                break;
            }
            step = next;
        }
        int from = (int) Math.floor(least / step) * step;
        int to = (int) Math.ceil(greatest / step) * step;
        return new DecibelAxis(from, Math.max(to, from + step), step);
    }

    List<Integer> ticks() {
        return IntStream.iterate(from, decibels -> decibels <= to, decibels -> decibels + step)
                .boxed()
                .toList();
    }

    /** Where a ratio stands. */
    String at(double decibels) {
        return TensorReportHtml.percent(position(decibels));
    }

    private double position(double decibels) {
        return MARGIN + (100 - 2 * MARGIN) * (decibels - from) / (to - from);
    }

    /** Tensors in each bar of a histogram of one mode. */
    int[] counts(TensorReport report, int mode) {
        int[] counts = new int[BINS];
        for (Line line : report.tensors()) {
            Result result = line.results().get(mode);
            if (result.metrics() != null && result.metrics().sqnrDb() != null) {
                int bin = (int) ((result.metrics().sqnrDb() - from) / (to - from) * BINS);
                counts[Math.min(bin, BINS - 1)]++;
            }
        }
        return counts;
    }

    private double binStart(int bin) {
        return from + (double) (to - from) * bin / BINS;
    }

    String binFrom(int bin) {
        return at(binStart(bin));
    }

    /** A little less than from one to the next, so that they can be told apart. */
    String binWidth() {
        return TensorReportHtml.percent((100 - 2 * MARGIN) / BINS * 0.9);
    }

    String binText(int bin) {
        return Figures.decibels(binStart(bin)) + " to " + Figures.decibels(binStart(bin + 1)) + " dB";
    }
}
