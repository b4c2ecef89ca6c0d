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
        codec.encode(input, rows, paddedCols, scale, options.rounding(), codes, scales);
        return new Quantised(options, rows, cols, paddedCols, codes, scales, scale);
    }

    /** What is quantised: {@code x} padded, then transformed; {@code x} itself if there is nothing to do. */
    static float[] prepare(float[] x, int rows, int cols, int paddedCols, RandomHadamard hadamard) {
        if (cols == paddedCols && hadamard == RandomHadamard.NONE) {
            return x;
        }
        float[] prepared = pad(x, rows, cols, paddedCols);
        if (hadamard != RandomHadamard.NONE) {
            for (int from = 0; from < prepared.length; from += RandomHadamard.POINTS) {
                hadamard.transform(prepared, from);
            }
        }
        return prepared;
    }

    private static float[] pad(float[] x, int rows, int cols, int paddedCols) {
        if (cols == paddedCols) {
            return Arrays.copyOf(x, x.length);
        }
        float[] padded = new float[rows * paddedCols];
        for (int row = 0; row < rows; row++) {
            System.arraycopy(x, row * cols, padded, row * paddedCols, cols);
        }
        return padded;
    }

    /** The width padded to whole blocks; refuses a shape that cannot be quantised. */
    int paddedCols(int length, int rows, int cols) {
        if (rows < 0 || cols < 0) {
            throw new IllegalArgumentException("rows and cols must be >= 0, were " + rows + " and " + cols);
        }
        if (length != (long) rows * cols) {
            throw new IllegalArgumentException(
                    "x has " + length + " values, rows * cols is " + rows + " * " + cols + " = " + (long) rows * cols);
        }
        TensorCodec codec = options.mode().codec();
        int tileRows = codec.tileRows();
        if (tileRows > 1 && (rows % tileRows != 0 || cols % codec.blockLength() != 0)) {
            throw new IllegalArgumentException("mode " + options.mode() + " needs rows and cols to be multiples of "
                    + tileRows + ", were " + rows + " and " + cols);
        }
        int multiple = Math.max(codec.blockLength(), 1);
        long paddedCols = ((long) cols + multiple - 1) / multiple * multiple;
        long bytes = rows * paddedCols * codec.bitsPerCode() / 8;
        if (Math.max(rows * paddedCols, bytes) > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("rows * cols is too large for one array: " + rows + " * " + paddedCols
                    + " (cols padded to whole blocks) in mode " + options.mode());
        }
        return (int) paddedCols;
    }
}
