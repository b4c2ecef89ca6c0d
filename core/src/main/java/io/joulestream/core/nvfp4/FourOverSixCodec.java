package io.joulestream.core.nvfp4;

/**
 * Four-over-six (SPEC 10.1): each block is tried with its largest value mapped to 6 and to 4, and the one with the
 * smaller error is kept. Values just under the maximum profit, because the grid has nothing between 4 and 6.
 */
final class FourOverSixCodec extends BlockCodec {
    /** The error two candidates are compared by; both are summed in binary32, in element order. */
    enum ErrorNorm {
        MAE,
        MSE
    }

    private final ErrorNorm norm;
    private final float range;

    /** @param scaleBound the largest block scale the tensor scale aims at, 256 or 448 */
    FourOverSixCodec(int tileRows, ErrorNorm norm, float scaleBound) {
        super(tileRows, 6f * scaleBound, 1f / (6f * scaleBound));
        this.norm = norm;
        this.range = 6f * scaleBound;
    }

    @Override
    void chooseScales(Chunk chunk) {
        Span span = chunk.span;
        TensorScale tensor = chunk.tensor;
        float[] rowErrors = new float[chunk.rows];
        for (int i = 0; i < chunk.blocks; i++) {
            int tile = chunk.elementsFrom(0) + i * BLOCK;
            float base = chunk.numbers[i] / 6f * tensor.encode();
            int toSix = E4M3.encode(base);
            int toFour = E4M3.encode(base * 1.5f);
            boolean four =
                    tileError(span, tile, toFour, tensor, rowErrors) < tileError(span, tile, toSix, tensor, rowErrors);
            span.scales()[chunk.scalesFrom(0) + i] = (byte) (four ? toFour : toSix);
        }
    }

    /** The error of one tile with one scale; rows are summed as a tree: i with i + 8, then + 4, + 2, + 1. */
    private float tileError(Span span, int tile, int scale, TensorScale tensor, float[] rowErrors) {
        for (int row = 0; row < rowErrors.length; row++) {
            rowErrors[row] = blockError(span.elements(), tile + row * span.cols(), scale, tensor);
        }
        for (int stride = rowErrors.length / 2; stride > 0; stride /= 2) {
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
