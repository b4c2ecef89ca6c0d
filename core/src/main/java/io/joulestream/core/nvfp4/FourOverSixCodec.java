package io.joulestream.core.nvfp4;

/**
 * Four-over-six (SPEC 10.1): each block is tried with its largest value mapped to 6 and to 4, and the one with the
 * smaller error is kept. Values just under the maximum profit, because the grid has nothing between 4 and 6.
 */
final class FourOverSixCodec implements TensorCodec {
    /** The error two candidates are compared by; both are summed in binary32, in element order. */
    enum ErrorNorm {
        MAE,
        MSE
    }

    private static final int BLOCK = Nvfp4Codec.BLOCK;

    private final int tileRows;
    private final ErrorNorm norm;
    private final float range;
    private final float inverseRange;

    /** @param scaleBound the largest block scale the tensor scale aims at, 256 or 448 */
    FourOverSixCodec(int tileRows, ErrorNorm norm, float scaleBound) {
        this.tileRows = tileRows;
        this.norm = norm;
        this.range = 6f * scaleBound;
        this.inverseRange = 1f / range;
    }

    @Override
    public int blockLength() {
        return BLOCK;
    }

    @Override
    public int tileRows() {
        return tileRows;
    }

    @Override
    public int bitsPerCode() {
        return 4;
    }

    @Override
    public TensorScale tensorScale(float amax) {
        return TensorScale.of(amax, range);
    }

    @Override
    public void encode(Span span, TensorScale tensor, Rounding rounding) {
        int blocks = span.cols() / BLOCK;
        float[] rowErrors = new float[tileRows];
        for (int firstRow = 0; firstRow < span.rows(); firstRow += tileRows) {
            for (int block = 0; block < blocks; block++) {
                float base = Nvfp4Codec.tileAmax(span, firstRow, tileRows, block) / 6f * tensor.encode();
                int toSix = E4M3.encode(base);
                int toFour = E4M3.encode(base * 1.5f);
                boolean four = tileError(span, firstRow, block, toFour, tensor, rowErrors)
                        < tileError(span, firstRow, block, toSix, tensor, rowErrors);
                int scale = four ? toFour : toSix;
                float factor = encodeFactor(scale, tensor);
                for (int row = firstRow; row < firstRow + tileRows; row++) {
                    int index = row * blocks + block;
                    span.scales()[span.scalesFrom() + index] = (byte) scale;
                    BlockKernel.encode(
                            span.elements(),
                            span.elementsFrom() + index * BLOCK,
                            BLOCK,
                            factor,
                            span.codes(),
                            span.codesFrom() + index * (BLOCK / 2));
                }
            }
        }
    }

    @Override
    public void decode(Span span, TensorScale tensor) {
        Nvfp4Codec.decodeBlocks(span, tensor.amax(), inverseRange);
    }

    @Override
    public float encodeFactor(int scale, TensorScale tensor) {
        return Nvfp4Codec.elementFactor(scale, tensor.decode());
    }

    /** The error of one tile with one scale; rows are summed as a tree: i with i + 8, then + 4, + 2, + 1. */
    private float tileError(Span span, int firstRow, int block, int scale, TensorScale tensor, float[] rowErrors) {
        for (int row = 0; row < tileRows; row++) {
            int from = span.elementsFrom() + (firstRow + row) * span.cols() + block * BLOCK;
            rowErrors[row] = blockError(span.elements(), from, scale, tensor);
        }
        for (int stride = tileRows / 2; stride > 0; stride /= 2) {
            for (int row = 0; row < stride; row++) {
                rowErrors[row] += rowErrors[row + stride];
            }
        }
        return rowErrors[0];
    }

    private float blockError(float[] x, int from, int scale, TensorScale tensor) {
        float decodedScale = E4M3.decode(scale);
        float factor = encodeFactor(scale, tensor);
        float error = 0f;
        for (int i = from; i < from + BLOCK; i++) {
            float element = E2M1.decode(E2M1.encode(x[i] * factor));
            float value = element * decodedScale * tensor.amax() / range;
            float difference = value - x[i];
            error += norm == ErrorNorm.MAE ? Math.abs(difference) : difference * difference;
        }
        return error;
    }
}
