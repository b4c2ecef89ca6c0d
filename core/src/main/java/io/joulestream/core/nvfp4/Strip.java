package io.joulestream.core.nvfp4;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The buffers of one strip of a tensor, used for one strip after the other; for one thread at a time. */
final class Strip {
    private final TensorSource source;
    private final StripPlan plan;
    private final QuantiserOptions options;
    private final TensorCodec codec;
    private final float[] x;
    private final float[] values;
    private final byte[] codes;
    private final byte[] scales;
    /** Null if values are not written. */
    private final byte[] valueBytes;

    private int rows;
    private int inputCols;
    /** Columns that hold elements, as {@link Quantised#cols()}. */
    private int cols;

    private int paddedCols;
    private long firstBlock;
    private float amax;
    private ErrorSums errors;

    Strip(TensorSource source, StripPlan plan, QuantiserOptions options, boolean writesValues) {
        this.source = source;
        this.plan = plan;
        this.options = options;
        this.codec = options.mode().codec();
        int elements = plan.stripElements();
        this.x = new float[elements];
        this.values = new float[elements];
        this.codes = new byte[Math.toIntExact((long) elements * codec.bitsPerCode() / 8)];
        this.scales = new byte[codec.blockLength() == 0 ? 0 : elements / codec.blockLength()];
        this.valueBytes = writesValues ? new byte[Math.multiplyExact(elements, Float.BYTES)] : null;
    }

    /** Reads strip {@code index}, pads its rows to whole blocks and transforms them. */
    void load(long index) throws IOException {
        rows = plan.rows(index);
        inputCols = plan.inputCols(index);
        paddedCols = plan.paddedCols(index);
        cols = options.hadamard() == RandomHadamard.NONE ? inputCols : paddedCols;
        firstBlock = codec.blockLength() == 0
                ? 0
                : (plan.firstRow(index) * plan.paddedCols() + plan.firstCol(index)) / codec.blockLength();
        source.read(plan.firstRow(index), plan.firstCol(index), rows, inputCols, x, 0);
        Quantiser.spread(x, rows, inputCols, paddedCols);
        options.hadamard().transform(x, 0, rows * paddedCols);
    }

    void findAmax() {
        amax = Kernels.CHOSEN.maxAbs(x, 0, rows * paddedCols);
    }

    void quantise(TensorScale tensor) {
        codec.encode(span(x), tensor, options.rounding());
        codec.decode(span(values), tensor);
        errors = ErrorSums.of(codec);
        errors.add(span(x), values, cols, tensor);
        if (valueBytes != null) {
            ByteBuffer bytes = ByteBuffer.wrap(valueBytes).order(ByteOrder.LITTLE_ENDIAN);
            for (int row = 0; row < rows; row++) {
                bytes.position(row * cols * Float.BYTES);
                bytes.asFloatBuffer().put(values, row * paddedCols, cols);
            }
        }
    }

    void writeTo(QuantisedOutputs outputs) throws IOException {
        int elements = rows * paddedCols;
        if (outputs.codes() != null) {
            outputs.codes().write(codes, 0, (int) ((long) elements * codec.bitsPerCode() / 8));
        }
        if (outputs.scales() != null) {
            outputs.scales().write(scales, 0, elements / codec.blockLength());
        }
        if (outputs.values() != null) {
            outputs.values().write(valueBytes, 0, rows * cols * Float.BYTES);
        }
    }

    int inputElements() {
        return rows * inputCols;
    }

    float amax() {
        return amax;
    }

    ErrorSums errors() {
        return errors;
    }

    private Span span(float[] elements) {
        return new Span(elements, 0, rows, paddedCols, codes, 0, scales, 0, firstBlock);
    }
}
