package io.joulestream.core.nvfp4;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;

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
 * <p>Immutable; one instance serves any number of threads.
 */
public final class Quantiser {
    private final QuantiserOptions options;

    public Quantiser(QuantiserOptions options) {
        this.options = requireNonNull(options, "options");
    }

    public QuantiserOptions options() {
        return options;
    }

    /**
     * Quantises {@code x}, which is read and not kept.
     *
     * @throws IllegalArgumentException if the shape is negative, does not fit {@code x} or one array, or does not suit a 2D
     *     mode
     */
    public Quantised quantise(float[] x, int rows, int cols) {
        requireNonNull(x, "x");
        TensorCodec codec = options.mode().codec();
        int paddedCols = paddedCols(x.length, rows, cols);

        float[] input = prepare(x, rows, cols, paddedCols, options.hadamard());
        float amax = options.givenAmax() != null ? options.givenAmax() : BlockKernel.maxAbs(input, 0, input.length);
        TensorScale scale = codec.tensorScale(amax);

        int blockLength = codec.blockLength();
        byte[] codes = new byte[Math.toIntExact((long) input.length * codec.bitsPerCode() / 8)];
        byte[] scales = new byte[blockLength == 0 ? 0 : input.length / blockLength];
        codec.encode(new Span(input, 0, rows, paddedCols, codes, 0, scales, 0, 0), scale, options.rounding());
        return new Quantised(options, rows, cols, paddedCols, codes, scales, scale);
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
        long paddedCols = options.mode().paddedCols(shape);
        long bytes = rows * paddedCols * options.mode().codec().bitsPerCode() / 8;
        if (Math.max(rows * paddedCols, bytes) > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("rows * cols is too large for one array: " + rows + " * " + paddedCols
                    + " (cols padded to whole blocks) in mode " + options.mode());
        }
        return (int) paddedCols;
    }
}
