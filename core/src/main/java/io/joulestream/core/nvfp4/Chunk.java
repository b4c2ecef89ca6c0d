package io.joulestream.core.nvfp4;

/** The blocks or tiles a codec works on at once, and what its steps hand on to each other. Used by one thread. */
final class Chunk {
    /** Blocks of a row at once: their elements are read two or three times and stay in the fastest cache. */
    static final int BLOCKS = 256;

    final Span span;
    final TensorScale tensor;
    /** Null unless elements are rounded stochastically. */
    final Rounding.Stochastic source;

    /** Rows of a tile. */
    final int rows;

    /** For each block first its largest magnitude, then its scale, then the factor of its elements. */
    final float[] numbers = new float[BLOCKS];
    /** Random bytes of all rows, each row's after those of the one before; null unless stochastic. */
    final byte[] random;

    /** Index of the first block in the span. */
    int first;
    /** Blocks or tiles here, at most {@link #BLOCKS}. */
    int blocks;

    Chunk(Span span, TensorScale tensor, Rounding rounding, int rows) {
        this.span = span;
        this.tensor = tensor;
        this.rows = rows;
        this.source = rounding instanceof Rounding.Stochastic stochastic ? stochastic : null;
        this.random = source == null ? null : new byte[rows * BLOCKS * Kernel.BLOCK];
    }

    void moveTo(int first, int blocks) {
        this.first = first;
        this.blocks = blocks;
    }

    /** Index in the span of the first block of a row of the chunk. */
    int block(int row) {
        return first + row * (span.cols() / Kernel.BLOCK);
    }

    int elementsFrom(int row) {
        return span.elementsFrom() + block(row) * Kernel.BLOCK;
    }

    int codesFrom(int row) {
        return span.codesFrom() + block(row) * (Kernel.BLOCK / 2);
    }

    int scalesFrom(int row) {
        return span.scalesFrom() + block(row);
    }

    int randomFrom(int row) {
        return row * BLOCKS * Kernel.BLOCK;
    }

    /** One loop, or a few, over the blocks of a chunk. */
    interface Step {
        void run(Chunk chunk);
    }
}
