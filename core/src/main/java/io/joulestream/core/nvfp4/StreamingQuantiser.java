package io.joulestream.core.nvfp4;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * Quantises tensors that need not fit in memory: strip by strip, the same bits as a {@link Quantiser}.
 *
 * <pre>{@code
 * try (FileChannel file = FileChannel.open(path)) {
 *     TensorSource x = TensorSource.of(file, 0, ElementType.BF16, rows, cols);
 *     QuantisedSummary summary = new StreamingQuantiser(options).quantise(x, QuantisedOutputs.NONE);
 * }
 * }</pre>
 *
 * <p>The source is read twice, first for its largest magnitude (not if the options give one or the mode needs none), then
 * to quantise, decode and measure it. Every worker holds one strip: about 9 bytes times 2^20 elements, 13 if values are
 * written; where 16 rows have more elements than that, they are one strip, up to 2^24 elements. Rows longer than 2^20
 * elements (padded to whole blocks) are cut, except in 2D modes, which refuse them before anything is read or allocated.
 *
 * <p>Sums of the metrics are taken by block, then by strip, then over the tensor, always in the order of rows, whatever the
 * number of workers. They agree with {@link Quantised#metrics} to 1e-9; of the median block SQNR see {@link
 * QuantisationMetrics}.
 *
 * <p>Immutable; one instance serves any number of threads.
 */
public final class StreamingQuantiser {
    private final QuantiserOptions options;
    private final Workers workers;
    private final LongConsumer progress;

    /** One that works on the calling thread. */
    public StreamingQuantiser(QuantiserOptions options) {
        this(options, Workers.CALLER, elements -> {});
    }

    private StreamingQuantiser(QuantiserOptions options, Workers workers, LongConsumer progress) {
        this.options = requireNonNull(options, "options");
        this.workers = requireNonNull(workers, "workers");
        this.progress = requireNonNull(progress, "progress");
    }

    /** This one, its strips done by {@code workers}. */
    public StreamingQuantiser withWorkers(Workers workers) {
        return new StreamingQuantiser(options, workers, progress);
    }

    /**
     * This one, telling {@code progress} after each round of strips how many elements were read since the last call. Called
     * on the calling thread; all calls of one tensor add up to {@link #elementsToRead}.
     */
    public StreamingQuantiser withProgress(LongConsumer progress) {
        return new StreamingQuantiser(options, workers, progress);
    }

    /** Elements read from {@code source} in all: each once, or twice where the largest magnitude has to be found. */
    public long elementsToRead(TensorSource source) {
        return new TensorShape(source.rows(), source.cols()).elements() * (options.looksForAmax() ? 2 : 1);
    }

    /**
     * Quantises {@code source}.
     *
     * @throws IllegalArgumentException if the shape does not suit the mode or this class's limits, or an output is given
     *     that the mode does not have
     * @throws IOException if the source cannot be read or an output not be written; outputs may then be incomplete
     */
    public QuantisedSummary quantise(TensorSource source, QuantisedOutputs outputs) throws IOException {
        requireNonNull(outputs, "outputs");
        TensorShape shape = new TensorShape(source.rows(), source.cols());
        TensorCodec codec = options.mode().codec();
        StripPlan plan = StripPlan.of(options.mode(), shape);
        if (outputs.scales() != null && codec.blockLength() == 0) {
            throw new IllegalArgumentException("mode " + options.mode() + " has no scale bytes to write");
        }
        List<Strip> strips = strips(source, plan, outputs);

        TensorScale tensor = codec.tensorScale(amax(plan, strips));
        ErrorSums total = ErrorSums.of(codec);
        inRounds(plan, strips, strip -> strip.quantise(tensor), strip -> {
            strip.writeTo(outputs);
            total.add(strip.errors());
        });

        long elements = shape.rows() * plan.paddedCols();
        long scaleBytes = codec.blockLength() == 0 ? 0 : elements / codec.blockLength();
        return new QuantisedSummary(
                options,
                shape.rows(),
                options.hadamard() == RandomHadamard.NONE ? shape.cols() : plan.paddedCols(),
                plan.paddedCols(),
                tensor,
                elements * codec.bitsPerCode() / 8 + scaleBytes + (codec.hasTensorScale() ? Float.BYTES : 0),
                total.metrics());
    }

    private float amax(StripPlan plan, List<Strip> strips) throws IOException {
        float[] amax = {options.givenAmax() == null ? 0f : options.givenAmax()};
        if (!options.looksForAmax()) {
            return amax[0];
        }
        inRounds(plan, strips, Strip::findAmax, strip -> amax[0] = Math.max(amax[0], strip.amax()));
        return amax[0];
    }

    private List<Strip> strips(TensorSource source, StripPlan plan, QuantisedOutputs outputs) {
        List<Strip> strips = new ArrayList<>();
        for (int i = 0; i < Math.min(plan.inFlight(workers.count()), plan.strips()); i++) {
            strips.add(new Strip(source, plan, options, outputs.values() != null));
        }
        return strips;
    }

    /** Does the work of all strips, a round of as many as are held at once, then takes their results in order. */
    private void inRounds(StripPlan plan, List<Strip> held, StripWork work, StripWork result) throws IOException {
        for (long first = 0; first < plan.strips(); first += held.size()) {
            List<Strip> round = held.subList(0, (int) Math.min(held.size(), plan.strips() - first));
            List<Workers.Piece> pieces = new ArrayList<>();
            for (int i = 0; i < round.size(); i++) {
                Strip strip = round.get(i);
                long index = first + i;
                pieces.add(() -> {
                    strip.load(index);
                    work.accept(strip);
                });
            }
            workers.doAll(pieces);
            long elements = 0;
            for (Strip strip : round) {
                result.accept(strip);
                elements += strip.inputElements();
            }
            progress.accept(elements);
        }
    }

    private interface StripWork {
        void accept(Strip strip) throws IOException;
    }
}
