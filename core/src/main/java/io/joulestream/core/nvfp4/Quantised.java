package io.joulestream.core.nvfp4;

import static java.util.Objects.requireNonNull;

/**
 * A quantised tensor: codes, scale bytes, tensor scale, and how they came about.
 *
 * <p>Codes and scales are row-major over the padded width. With a random Hadamard transform everything here, codes,
 * {@link #dequantise()} and {@link #metrics}, is in the transformed domain, where a padded column is an element like any
 * other, so {@link #cols()} is then the padded width.
 *
 * <p>Immutable; arrays are copied on the way out. Safe for any thread.
 */
public final class Quantised {
    private final QuantiserOptions options;
    private final int rows;
    private final int inputCols;
    private final int paddedCols;
    private final byte[] codes;
    private final byte[] scales;
    private final TensorScale tensorScale;

    /** Takes over the arrays. */
    Quantised(
            QuantiserOptions options,
            int rows,
            int inputCols,
            int paddedCols,
            byte[] codes,
            byte[] scales,
            TensorScale tensorScale) {
        this.options = options;
        this.rows = rows;
        this.inputCols = inputCols;
        this.paddedCols = paddedCols;
        this.codes = codes;
        this.scales = scales;
        this.tensorScale = tensorScale;
    }

    /**
     * One that was stored: what {@link #codes()}, {@link #scales()} and {@link #tensorScale()} gave, or a {@link
     * StreamingQuantiser} wrote. The arrays are copied.
     *
     * @param options those it was quantised with; rounding does not matter
     * @param cols of the tensor that was quantised, before padding
     * @param amax {@link TensorScale#amax()}; 0 for a mode without a tensor scale
     * @throws IllegalArgumentException if the shape does not suit the mode, an array has not the length that belongs to it, or a
     *     scale byte is none the mode gives: for NVFP4 above 0x7E, or another one in the same tile
     */
    public static Quantised of(QuantiserOptions options, int rows, int cols, byte[] codes, byte[] scales, float amax) {
        TensorCodec codec = options.mode().codec();
        int paddedCols = Quantiser.paddedCols(options.mode(), new TensorShape(rows, cols));
        int elements = rows * paddedCols;
        requireLength("codes", codes, (int) ((long) elements * codec.bitsPerCode() / 8));
        requireLength("scales", scales, codec.blockLength() == 0 ? 0 : elements / codec.blockLength());
        codec.requireScales(scales, codec.blockLength() == 0 ? 0 : paddedCols / codec.blockLength());
        if (options.givenAmax() != null && options.givenAmax() != amax) {
            throw new IllegalArgumentException("amax is " + amax + ", the options give " + options.givenAmax());
        }
        if (!codec.hasTensorScale() && amax != 0f) {
            throw new IllegalArgumentException("mode " + options.mode() + " has no tensor scale, but amax is " + amax);
        }
        return new Quantised(options, rows, cols, paddedCols, codes.clone(), scales.clone(), codec.tensorScale(amax));
    }

    private static void requireLength(String name, byte[] bytes, int length) {
        if (bytes.length != length) {
            throw new IllegalArgumentException(name + " has " + bytes.length + " bytes, the tensor has " + length);
        }
    }

    public QuantiserOptions options() {
        return options;
    }

    public int rows() {
        return rows;
    }

    /** Columns that hold elements: those of the input, or all padded ones after a random Hadamard transform. */
    public int cols() {
        return options.hadamard() == RandomHadamard.NONE ? inputCols : paddedCols;
    }

    /** Columns of the codes: the input's, rounded up to whole blocks. */
    public int paddedCols() {
        return paddedCols;
    }

    /** Scale bytes in a row; 0 for a mode without blocks. */
    public int blocksPerRow() {
        int blockLength = options.mode().codec().blockLength();
        return blockLength == 0 ? 0 : paddedCols / blockLength;
    }

    /**
     * The codes as they are stored: for 4-bit formats byte j of a row holds element 2j in its low and 2j + 1 in its high
     * nibble; for FP8 a byte each; for BF16 and FP16 two bytes each, little-endian.
     */
    public byte[] codes() {
        return codes.clone();
    }

    /** The code of one element, padded columns included. */
    public int code(int row, int col) {
        int index = requireElement(row, col);
        return switch (options.mode().codec().bitsPerCode()) {
            case 4 -> (codes[index / 2] >>> (index % 2 * 4)) & 0xF;
            case 8 -> codes[index] & 0xFF;
            default -> (codes[2 * index] & 0xFF) | (codes[2 * index + 1] & 0xFF) << 8;
        };
    }

    /** The scale bytes, rows x {@link #blocksPerRow()}: E4M3 for NVFP4, E8M0 for MXFP4; 2D repeats a tile's byte per row. */
    public byte[] scales() {
        return scales.clone();
    }

    /** The scale bytes in the order the hardware reads them, padded; see {@link HardwareScaleLayout}. */
    public byte[] hardwareScales() {
        return HardwareScaleLayout.arrange(scales, rows, blocksPerRow());
    }

    /** The largest magnitude, the encode scale S and the decode scale D of the tensor. */
    public TensorScale tensorScale() {
        return tensorScale;
    }

    /** Bytes of codes, scales and, where the mode has one, the tensor scale (SPEC 12). */
    public long storedBytes() {
        return (long) codes.length + scales.length + (options.mode().codec().hasTensorScale() ? Float.BYTES : 0);
    }

    /** The values, {@link #rows()} x {@link #cols()}, row-major, padding left out (SPEC 5). A zero keeps its sign. */
    public float[] dequantise() {
        float[] values = new float[rows * cols()];
        dequantise(values);
        return values;
    }

    /** As {@link #dequantise()}, into an array of exactly {@link #rows()} * {@link #cols()}. */
    public void dequantise(float[] values) {
        int cols = cols();
        if (values.length != rows * cols) {
            throw new IllegalArgumentException(
                    "values has room for " + values.length + ", the tensor has " + rows + " * " + cols);
        }
        if (cols == paddedCols) {
            options.mode().codec().decode(span(values), tensorScale);
            return;
        }
        float[] padded = paddedValues();
        for (int row = 0; row < rows; row++) {
            System.arraycopy(padded, row * paddedCols, values, row * cols, cols);
        }
    }

    /**
     * The error against the input this was quantised from.
     *
     * @param x the tensor as it was given to {@link Quantiser#quantise}; the transform, if any, is applied to it again
     */
    public QuantisationMetrics metrics(float[] x) {
        requireNonNull(x, "x");
        if (x.length != (long) rows * inputCols) {
            throw new IllegalArgumentException(
                    "x has " + x.length + " values, the quantised tensor was " + rows + " * " + inputCols);
        }
        float[] reference = Quantiser.prepare(x, rows, inputCols, paddedCols, options.hadamard());
        float[] values = paddedValues();
        ErrorSums sums = ErrorSums.of(options.mode().codec());
        sums.add(span(reference), values, cols(), tensorScale);
        return sums.metrics();
    }

    private float[] paddedValues() {
        float[] padded = new float[rows * paddedCols];
        options.mode().codec().decode(span(padded), tensorScale);
        return padded;
    }

    private Span span(float[] elements) {
        return new Span(elements, 0, rows, paddedCols, codes, 0, scales, 0, 0);
    }

    private int requireElement(int row, int col) {
        if (row < 0 || row >= rows || col < 0 || col >= paddedCols) {
            throw new IndexOutOfBoundsException(
                    "no element at row " + row + ", column " + col + " of " + rows + " x " + paddedCols);
        }
        return row * paddedCols + col;
    }
}
