package io.joulestream.core.nvfp4;

import static java.util.Objects.requireNonNull;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;

/** Little-endian, row-major elements in a file as a source, read by position. */
final class FileTensor implements TensorSource {
    /** Bytes read at once; small enough to be still in the cache when they are widened. */
    private static final int CHUNK = 64 * 1024;

    private final FileChannel file;
    private final long offset;
    private final ElementType type;
    private final TensorShape shape;

    FileTensor(FileChannel file, long offset, ElementType type, long rows, long cols) throws IOException {
        this.file = file;
        this.offset = offset;
        this.type = requireNonNull(type, "type");
        this.shape = new TensorShape(rows, cols);
        long size = file.size();
        if (offset < 0 || offset > size || size - offset < shape.elements() * type.bytes()) {
            throw new IllegalArgumentException(
                    "the file has " + size + " bytes; " + rows + " x " + cols + " elements of " + type + " from byte "
                            + offset + " on need " + shape.elements() * type.bytes() + " more than that offset");
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
    public void read(long row, long col, int rows, int cols, float[] into, int at) throws IOException {
        shape.requireRectangle(row, col, rows, cols, into, at);
        long bytes = (long) rows * cols * type.bytes();
        ByteBuffer chunk = ByteBuffer.allocate((int) Math.min(bytes, CHUNK)).order(ByteOrder.LITTLE_ENDIAN);
        if (cols == shape.cols()) {
            readRun(row * cols, rows * cols, chunk, into, at);
            return;
        }
        for (int r = 0; r < rows; r++) {
            readRun((row + r) * shape.cols() + col, cols, chunk, into, at + r * cols);
        }
    }

    /** Reads {@code count} elements that follow each other, from element {@code first} on. */
    private void readRun(long first, int count, ByteBuffer chunk, float[] into, int at) throws IOException {
        int perChunk = chunk.capacity() / type.bytes();
        for (int done = 0; done < count; done += perChunk) {
            int now = Math.min(perChunk, count - done);
            fill(chunk.clear().limit(now * type.bytes()), offset + (first + done) * type.bytes());
            type.widen(chunk.flip(), into, at + done, now);
        }
    }

    private void fill(ByteBuffer buffer, long position) throws IOException {
        while (buffer.hasRemaining()) {
            int read = file.read(buffer, position + buffer.position());
            if (read < 0) {
                throw new EOFException(
                        "the file ended at byte " + (position + buffer.position()) + " while it was read");
            }
        }
    }
}
