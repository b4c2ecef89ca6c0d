package io.joulestream.app.tensor;

import io.joulestream.core.nvfp4.QuantisationMetrics;
import io.joulestream.core.nvfp4.QuantisationMode;
import io.joulestream.core.nvfp4.QuantisedOutputs;
import io.joulestream.core.nvfp4.QuantisedSummary;
import io.joulestream.core.nvfp4.QuantiserOptions;
import io.joulestream.core.nvfp4.StreamingQuantiser;
import io.joulestream.core.nvfp4.TensorSource;
import io.joulestream.core.nvfp4.Workers;
import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * What formats do to the tensors of a file, the worst tensor first: not-finite elements before everything else, then by the
 * signal-to-noise ratio of the first mode; what no mode changes, or nothing can be said of, comes last.
 *
 * @param file its name; foreign text
 * @param modes what was compared, in the order asked for
 * @param tensors those whose dtype is quantised
 * @param others those whose dtype is not
 */
public record TensorReport(String file, List<QuantisationMode> modes, List<Line> tensors, List<StoredTensor> others) {
    /**
     * A tensor and, for each mode, what came of it.
     *
     * @param results as many as there are modes, in their order
     */
    public record Line(StoredTensor tensor, List<Result> results) {
        public Line {
            results = List.copyOf(results);
        }

        long elements() {
            return tensor.rows() * tensor.cols();
        }

        /** Whether it holds, or became, something that is not finite. */
        boolean isSuspect() {
            return results.stream()
                    .anyMatch(result ->
                            result.metrics() != null && result.metrics().suspect());
        }
    }

    /**
     * What came of one tensor in one mode.
     *
     * @param metrics null where the mode does not take the tensor
     * @param storedBytes 0 where the mode does not take the tensor
     * @param refusal why not; null where it does
     */
    public record Result(QuantisationMode mode, QuantisationMetrics metrics, long storedBytes, String refusal) {}

    /**
     * One mode over all tensors that it takes.
     *
     * @param tensors how many those are
     * @param worstSqnrDb the lowest of a tensor; null where no tensor has one
     * @param medianSqnrDb in the middle of the tensors that have one
     * @param zeroedShare of all elements that are finite, as the mode's clipped share; null without any
     */
    public record Total(
            QuantisationMode mode,
            long tensors,
            long elements,
            long storedBytes,
            Double worstSqnrDb,
            Double medianSqnrDb,
            Double zeroedShare,
            Double clippedShare,
            long nonFinite) {}

    public TensorReport {
        modes = List.copyOf(modes);
        tensors = List.copyOf(tensors);
        others = List.copyOf(others);
    }

    /** Elements read to make a report of {@code file}. */
    public static long elementsToRead(TensorFile file, List<QuantisationMode> modes) {
        long times = modes.size() + (modes.stream().anyMatch(QuantisationMode::hasTensorScale) ? 1 : 0);
        long elements = 0;
        for (StoredTensor tensor : file.tensors()) {
            elements += tensor.elementType().isPresent() ? tensor.rows() * tensor.cols() : 0;
        }
        return times * elements;
    }

    /**
     * Reads every tensor of {@code file}, a strip at a time.
     *
     * @param progress is told how many elements were read since the last time, together {@link #elementsToRead}
     * @throws RefusedTensorException if the file changed since its header was read
     * @throws IOException if it cannot be read
     */
    public static TensorReport of(TensorFile file, List<QuantisationMode> modes, Workers workers, LongConsumer progress)
            throws IOException {
        List<Line> lines = new ArrayList<>();
        List<StoredTensor> others = new ArrayList<>();
        try (FileChannel channel = TensorFile.open(file.path())) {
            for (StoredTensor tensor : file.tensors()) {
                if (tensor.elementType().isEmpty()) {
                    others.add(tensor);
                    continue;
                }
                try {
                    lines.add(new Line(tensor, results(file.source(tensor, channel), modes, workers, progress)));
                } catch (EOFException e) {
                    throw new RefusedTensorException(
                            file.path() + ": tensor " + Printable.quoted(tensor.name()) + ": " + e.getMessage());
                }
            }
        }
        lines.sort(worstFirst());
        return new TensorReport(String.valueOf(file.path().getFileName()), modes, lines, others);
    }

    /** The largest magnitude is looked for once: no mode here transforms what it reads. */
    private static List<Result> results(
            TensorSource source, List<QuantisationMode> modes, Workers workers, LongConsumer progress)
            throws IOException {
        List<Result> results = new ArrayList<>();
        Float amax = null;
        for (QuantisationMode mode : modes) {
            QuantiserOptions options = QuantiserOptions.of(mode);
            StreamingQuantiser quantiser = new StreamingQuantiser(
                            amax != null && mode.hasTensorScale() ? options.withAmax(amax) : options)
                    .withWorkers(workers)
                    .withProgress(progress);
            try {
                QuantisedSummary summary = quantiser.quantise(source, QuantisedOutputs.NONE);
                if (mode.hasTensorScale()) {
                    amax = summary.tensorScale().amax();
                }
                results.add(new Result(mode, summary.metrics(), summary.storedBytes(), null));
            } catch (IllegalArgumentException | ArithmeticException e) {
                results.add(new Result(mode, null, 0, e.getMessage()));
            }
        }
        return results;
    }

    private static Comparator<Line> worstFirst() {
        return Comparator.<Line, Boolean>comparing(line -> !line.isSuspect())
                .thenComparing(TensorReport::sqnrOfFirst, Comparator.nullsLast(Comparator.naturalOrder()))
                .thenComparing(line -> line.tensor().name());
    }

    private static Double sqnrOfFirst(Line line) {
        QuantisationMetrics metrics = line.results().get(0).metrics();
        return metrics == null ? null : metrics.sqnrDb();
    }

    /** For each mode, in their order. */
    public List<Total> totals() {
        List<Total> totals = new ArrayList<>();
        for (int mode = 0; mode < modes.size(); mode++) {
            totals.add(total(mode));
        }
        return totals;
    }

    private Total total(int mode) {
        long taken = 0;
        long elements = 0;
        long storedBytes = 0;
        long finite = 0;
        long nonFinite = 0;
        double zeroed = 0;
        double clipped = 0;
        boolean clips = false;
        List<Double> sqnrs = new ArrayList<>();
        for (Line line : tensors) {
            Result result = line.results().get(mode);
            QuantisationMetrics metrics = result.metrics();
            if (metrics == null) {
                continue;
            }
            taken++;
            elements += line.elements();
            storedBytes += result.storedBytes();
            finite += metrics.n();
            nonFinite += metrics.nonFinite();
            zeroed += metrics.zeroedShare() == null ? 0 : metrics.zeroedShare() * metrics.n();
            clips |= metrics.clippedShare() != null;
            clipped += metrics.clippedShare() == null ? 0 : metrics.clippedShare() * metrics.n();
            if (metrics.sqnrDb() != null) {
                sqnrs.add(metrics.sqnrDb());
            }
        }
        sqnrs.sort(Comparator.naturalOrder());
        return new Total(
                modes.get(mode),
                taken,
                elements,
                storedBytes,
                sqnrs.isEmpty() ? null : sqnrs.get(0),
                sqnrs.isEmpty() ? null : (sqnrs.get((sqnrs.size() - 1) / 2) + sqnrs.get(sqnrs.size() / 2)) / 2,
                finite == 0 ? null : zeroed / finite,
                !clips || finite == 0 ? null : clipped / finite,
                nonFinite);
    }
}
