package io.joulestream.core.nvfp4;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Quantises tensors to NVFP4 and the formats it is compared with, bit for bit as the specification says.
 *
 * <pre>{@code
 * Quantiser quantiser = new Quantiser(QuantiserOptions.of(QuantisationMode.ONE_D));
 * Quantised q = quantiser.quantise(x, rows, cols);
 * QuantisationMetrics error = q.metrics(x);
 * }</pre>
 *
 * <p>A tensor is {@code rows} x {@code cols}, row-major, binary32; BF16 and FP16 inputs are widened first, which is exact.
 * Blocks run along a row, so a row is the GEMM's reduction dimension; quantise the transposed copy for the other one. A
 * width that is no multiple of the block is padded with +0; 2D modes need both dimensions to be multiples of 16.
 *
 * <p>Not-a-number and infinity are data, not errors: a NaN is ignored in every maximum and becomes +6 in a 4-bit format;
 * an infinity makes the tensor scale 1 and saturates (SPEC 3, 10). {@link QuantisationMetrics#nonFinite} counts both.
 *
 * <p>Immutable; one instance serves any number of threads. What it does with several workers has the same bits.
 */
public final class Quantiser {
    /** Elements of a strip: its padded or transformed copy, its codes and scales stay in the second cache. */
    private static final int STRIP = 1 << 16;

    /** Shares of a tensor per worker, so that one that is slow holds nobody up for long. */
    private static final int SHARES = 4;

    private final QuantiserOptions options;
    private final Workers workers;

    /** One that works on the calling thread. */
    public Quantiser(QuantiserOptions options) {
        this(options, Workers.CALLER);
    }

    private Quantiser(QuantiserOptions options, Workers workers) {
        this.options = requireNonNull(options, "options");
        this.workers = requireNonNull(workers, "workers");
    }

    /** This one, the rows of a tensor shared out to {@code workers}. */
    public Quantiser withWorkers(Workers workers) {
        return new Quantiser(options, workers);
    }

    public QuantiserOptions options() {
        return options;
    }

    /**
     * Quantises {@code x}, which is read and not kept. Besides codes and scales it takes scratch of 256 KiB per worker, and
     * only for a transform or a width that is padded.
     *
     * @throws IllegalArgumentException if the shape is negative, does not fit {@code x} or one array, or does not suit a 2D
     *     mode
     */
    public Quantised quantise(float[] x, int rows, int cols) {
        requireNonNull(x, "x");
        TensorCodec codec = options.mode().codec();
        int paddedCols = paddedCols(x.length, rows, cols);
        int blockLength = codec.blockLength();
        byte[] codes = new byte[(int) ((long) rows * paddedCols * codec.bitsPerCode() / 8)];
        byte[] scales = new byte[blockLength == 0 ? 0 : rows * paddedCols / blockLength];
        StripPlan plan =
                StripPlan.of(options.mode(), new TensorShape(rows, cols), codec.tileRows(), STRIP, Integer.MAX_VALUE);

        TensorScale tensor = codec.tensorScale(amax(x, plan, codes, scales));
        forAll(x, plan, codes, scales, (share, span) -> codec.encode(span, tensor, options.rounding()));
        return new Quantised(options, rows, cols, paddedCols, codes, scales, tensor);
    }

    private float amax(float[] x, StripPlan plan, byte[] codes, byte[] scales) {
        if (!options.looksForAmax()) {
            return options.givenAmax() == null ? 0f : options.givenAmax();
        }
        float[] maxima = new float[shares(plan)];
        forAll(x, plan, codes, scales, (share, span) -> {
            float amax = Kernels.CHOSEN.maxAbs(span.elements(), span.elementsFrom(), span.length());
            maxima[share] = Math.max(maxima[share], amax);
        });
        return Kernels.CHOSEN.maxAbs(maxima, 0, maxima.length);
    }

    private int shares(StripPlan plan) {
        return (int) Math.min(plan.strips(), workers.count() == 1 ? 1 : (long) SHARES * workers.count());
    }

    /** Does {@code work} for every strip, the strips of one share after each other. */
    private void forAll(float[] x, StripPlan plan, byte[] codes, byte[] scales, StripWork work) {
        int shares = shares(plan);
        List<Workers.Piece> pieces = new ArrayList<>();
        for (int i = 0; i < shares; i++) {
            int share = i;
            long from = plan.strips() * share / shares;
            long to = plan.strips() * (share + 1) / shares;
            pieces.add(() -> {
                float[] scratch = isReadInPlace(plan) ? null : new float[plan.stripElements()];
                for (long strip = from; strip < to; strip++) {
                    work.accept(share, span(x, plan, strip, scratch, codes, scales));
                }
            });
        }
        try {
            workers.doAll(pieces);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean isReadInPlace(StripPlan plan) {
        return plan.shape().cols() == plan.paddedCols() && options.hadamard() == RandomHadamard.NONE;
    }

    /** @param scratch receives the strip's elements padded and transformed; null to read them where they are */
    private Span span(float[] x, StripPlan plan, long strip, float[] scratch, byte[] codes, byte[] scales) {
        TensorCodec codec = options.mode().codec();
        int rows = plan.rows(strip);
        int cols = plan.paddedCols(strip);
        int from = (int) (plan.firstRow(strip) * plan.shape().cols() + plan.firstCol(strip));
        int to = (int) (plan.firstRow(strip) * plan.paddedCols() + plan.firstCol(strip));
        int codesFrom = (int) ((long) to * codec.bitsPerCode() / 8);
        int block = codec.blockLength() == 0 ? 0 : to / codec.blockLength();
        if (scratch == null) {
            return new Span(x, from, rows, cols, codes, codesFrom, scales, block, block);
        }
        // a strip is whole rows or a part of one, so its elements follow each other
        System.arraycopy(x, from, scratch, 0, rows * plan.inputCols(strip));
        spread(scratch, rows, plan.inputCols(strip), cols);
        options.hadamard().transform(scratch, 0, rows * cols);
        return new Span(scratch, 0, rows, cols, codes, codesFrom, scales, block, block);
    }

    /** What is quantised: {@code x} padded, then transformed; {@code x} itself if there is nothing to do. */
    static float[] prepare(float[] x, int rows, int cols, int paddedCols, RandomHadamard hadamard) {
        if (cols == paddedCols && hadamard == RandomHadamard.NONE) {
            return x;
        }
        float[] prepared = Arrays.copyOf(x, rows * paddedCols);
        spread(prepared, rows, cols, paddedCols);
        hadamard.transform(prepared, 0, prepared.length);
        return prepared;
    }

    /** Moves rows of {@code cols} elements without gaps apart, to {@code paddedCols} each, and fills with +0. */
    static void spread(float[] x, int rows, int cols, int paddedCols) {
        if (cols == paddedCols) {
            return;
        }
        // from the last on, so that no row is overwritten before it is moved
        for (int row = rows - 1; row >= 0; row--) {
            System.arraycopy(x, row * cols, x, row * paddedCols, cols);
            Arrays.fill(x, row * paddedCols + cols, (row + 1) * paddedCols, 0f);
        }
    }

    /** The width padded to whole blocks; refuses a shape that cannot be quantised or held in arrays. */
    int paddedCols(int length, int rows, int cols) {
        TensorShape shape = new TensorShape(rows, cols);
        if (length != shape.elements()) {
            throw new IllegalArgumentException(
                    "x has " + length + " values, rows * cols is " + rows + " * " + cols + " = " + shape.elements());
        }
        return paddedCols(options.mode(), shape);
    }

    static int paddedCols(QuantisationMode mode, TensorShape shape) {
        long paddedCols = mode.paddedCols(shape);
        long elements = new TensorShape(shape.rows(), paddedCols).elements();
        if (elements > Integer.MAX_VALUE / Math.max(1, mode.codec().bitsPerCode() / 8)) {
            throw new IllegalArgumentException("rows * cols is too large for one array: " + shape.rows() + " * "
                    + paddedCols + " (cols padded to whole blocks) in mode " + mode);
        }
        return (int) paddedCols;
    }

    private interface StripWork {
        void accept(int share, Span span);
    }
}
