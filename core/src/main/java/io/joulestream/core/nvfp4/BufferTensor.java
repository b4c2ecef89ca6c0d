package io.joulestream.core.nvfp4;

import static java.util.Objects.requireNonNull;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Little-endian, row-major elements in a buffer as a source. */
final class BufferTensor implements TensorSource {
    private final ByteBuffer elements;
    private final ElementType type;
    private final TensorShape shape;

    BufferTensor(ByteBuffer elements, ElementType type, long rows, long cols) {
        this.elements = elements.slice().order(ByteOrder.LITTLE_ENDIAN);
        this.type = requireNonNull(type, "type");
        this.shape = new TensorShape(rows, cols);
        if (this.elements.limit() < shape.elements() * type.bytes()) {
            throw new IllegalArgumentException("the buffer has " + this.elements.limit() + " bytes; " + rows + " x "
                    + cols + " elements of " + type + " are " + shape.elements() * type.bytes());
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
        // a position of its own for every reading thread
        ByteBuffer from = elements.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        for (int r = 0; r < rows; r++) {
            from.position((int) (((row + r) * shape.cols() + col) * type.bytes()));
            type.widen(from, into, at + r * cols, cols);
        }
    }
}
