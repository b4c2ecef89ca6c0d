package io.joulestream.core.nvfp4;

import static java.util.Objects.requireNonNull;

/** A row-major {@code float[]} as a source. */
final class ArrayTensor implements TensorSource {
    private final float[] x;
    private final TensorShape shape;

    ArrayTensor(float[] x, int rows, int cols) {
        this.x = requireNonNull(x, "x");
        this.shape = new TensorShape(rows, cols);
        if (x.length != shape.elements()) {
            throw new IllegalArgumentException(
                    "x has " + x.length + " values, rows * cols is " + rows + " * " + cols + " = " + shape.elements());
        }
    }

    @Override
    public long rows() {
        return shape.rows();
    }

    @Override
    public long cols() {
        return shape.cols();
    }

    @Override
    public void read(long row, long col, int rows, int cols, float[] into, int at) {
        shape.requireRectangle(row, col, rows, cols, into, at);
        for (int r = 0; r < rows; r++) {
            System.arraycopy(x, (int) ((row + r) * shape.cols() + col), into, at + r * cols, cols);
        }
    }
}
