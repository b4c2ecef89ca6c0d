package io.joulestream.core.nvfp4;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * A matrix of binary32 that is read in rectangles, so that it need not fit in memory.
 *
 * <p>Any number of threads may read at once, and reading the same place twice gives the same elements: a tensor is read
 * once for its largest magnitude and once more to be quantised.
 */
public interface TensorSource {
    long rows();

    long cols();

    /**
     * Copies a rectangle, row by row without gaps, to {@code into[at ..]}.
     *
     * @param row first row of the rectangle
     * @param col first column of the rectangle
     * @throws IOException if the elements cannot be read
     * @throws IndexOutOfBoundsException if the rectangle is not inside the tensor, or has no room in {@code into}
     */
    void read(long row, long col, int rows, int cols, float[] into, int at) throws IOException;

    /** The transpose, read in place: a view, of which rectangles as wide as it is tall are read fastest. */
    default TensorSource transposed() {
        return new TransposedTensor(this);
    }

    /** A row-major array, which is neither copied nor changed. */
    static TensorSource of(float[] x, int rows, int cols) {
        return new ArrayTensor(x, rows, cols);
    }

    /**
     * Little-endian, row-major elements from the position of {@code elements} on, such as a mapped file. The buffer's
     * position, limit and order are not changed.
     *
     * @throws IllegalArgumentException if the shape is negative or the buffer is too short for it
     */
    static TensorSource of(ByteBuffer elements, ElementType type, long rows, long cols) {
        return new BufferTensor(elements, type, rows, cols);
    }

    /**
     * Little-endian, row-major elements of a file from {@code offset} bytes on, of any size. The channel stays the caller's
     * to close; interrupting a thread that reads closes it.
     *
     * <p>The file is read, not mapped: one that shrinks meanwhile then gives an {@link java.io.EOFException} instead of an
     * error of the virtual machine, and nothing stays mapped after the last read.
     *
     * @throws IllegalArgumentException if the offset or the shape is negative, or the file is too short for them
     */
    static TensorSource of(FileChannel file, long offset, ElementType type, long rows, long cols) throws IOException {
        return new FileTensor(file, offset, type, rows, cols);
    }
}
