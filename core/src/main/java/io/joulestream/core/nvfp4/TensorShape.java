package io.joulestream.core.nvfp4;

import java.util.Objects;

/** Rows and columns of a tensor, neither negative, their product within a {@code long}. */
record TensorShape(long rows, long cols) {
    TensorShape {
        if (rows < 0 || cols < 0) {
            throw new IllegalArgumentException("rows and cols must be >= 0, were " + rows + " and " + cols);
        }
        // the elements' bytes, too, are counted in a long
        if (cols != 0 && rows > Long.MAX_VALUE / Float.BYTES / cols) {
            throw new IllegalArgumentException("rows * cols is too large: " + rows + " * " + cols);
        }
    }

    long elements() {
        return rows * cols;
    }

    void requireRectangle(long row, long col, int height, int width, float[] into, int at) {
        checkRange(row, height, rows);
        checkRange(col, width, cols);
        Objects.checkFromIndexSize(at, (long) height * width, into.length);
    }

    private static void checkRange(long from, int size, long length) {
        Objects.checkFromIndexSize(from, size, length);
    }
}
