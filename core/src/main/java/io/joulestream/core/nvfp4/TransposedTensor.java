package io.joulestream.core.nvfp4;

import java.io.IOException;
import java.util.Objects;

/** The transpose of a source, a piece of it at a time. */
final class TransposedTensor implements TensorSource {
    /** Elements turned at once; small enough to stay in the cache. */
    private static final int PIECE = 1 << 16;

    private final TensorSource source;

    TransposedTensor(TensorSource source) {
        this.source = source;
    }

    @Override
    public long rows() {
        return source.cols();
    }

    @Override
    public long cols() {
        return source.rows();
    }

    @Override
    public TensorSource transposed() {
        return source;
    }

    @Override
    public void read(long row, long col, int rows, int cols, float[] into, int at) throws IOException {
        Objects.checkFromIndexSize(at, (long) rows * cols, into.length);
        if (rows == 0 || cols == 0) {
            return;
        }
        int width = Math.min(rows, PIECE);
        int height = Math.min(cols, Math.max(1, PIECE / width));
        float[] piece = new float[width * height];
        for (int left = 0; left < rows; left += width) {
            int wide = Math.min(width, rows - left);
            for (int top = 0; top < cols; top += height) {
                int high = Math.min(height, cols - top);
                source.read(col + top, row + left, high, wide, piece, 0);
                turn(piece, high, wide, into, at + left * cols + top, cols);
            }
        }
    }

    private static void turn(float[] piece, int high, int wide, float[] into, int at, int stride) {
        for (int w = 0; w < wide; w++) {
            for (int h = 0; h < high; h++) {
                into[at + w * stride + h] = piece[h * wide + w];
            }
        }
    }
}
