package io.joulestream.core.nvfp4;

/**
 * How a tensor is cut into strips that are quantised by themselves and whose outputs follow each other: groups of whole
 * rows or, where a row alone is too long, parts of one row. Depends on mode and shape only.
 *
 * @param paddedCols columns of the tensor, padded to whole blocks
 * @param stripRows rows of a strip; the last may have fewer
 * @param stripCols padded columns of a strip, a multiple of any block; the last of a row may have fewer
 */
record StripPlan(TensorShape shape, long paddedCols, int stripRows, int stripCols) {
    /** Elements a strip aims at. */
    private static final int USUAL = 1 << 20;

    /** Elements a strip has at most: 16 rows are kept together up to here, because tiles and narrow columns want it. */
    private static final int LIMIT = 1 << 24;

    private static final int ROWS_TOGETHER = 16;

    /** The plan of a stream. */
    static StripPlan of(QuantisationMode mode, TensorShape shape) {
        return of(mode, shape, ROWS_TOGETHER, USUAL, LIMIT);
    }

    /**
     * A plan with strips of about {@code usual} elements, of a multiple of {@code together} rows if these have at most
     * {@code limit} elements.
     *
     * @throws IllegalArgumentException if the shape does not suit the mode, or the rows of a tile exceed {@code limit}
     */
    static StripPlan of(QuantisationMode mode, TensorShape shape, int together, int usual, int limit) {
        long paddedCols = mode.paddedCols(shape);
        new TensorShape(shape.rows(), paddedCols);
        boolean fits = together > 1 ? paddedCols <= limit / together : paddedCols <= usual;
        if (fits) {
            long rows = Math.max(usual / Math.max(paddedCols, 1) / together, 1) * together;
            return new StripPlan(shape, paddedCols, (int) Math.min(rows, Math.max(shape.rows(), 1)), (int) paddedCols);
        }
        if (mode.codec().tileRows() > 1) {
            throw new IllegalArgumentException("mode " + mode + " takes rows of at most " + limit / together
                    + " columns in a stream, were " + shape.cols());
        }
        return new StripPlan(shape, paddedCols, 1, (int) Math.min(paddedCols, usual));
    }

    long strips() {
        return shape.elements() == 0 ? 0 : ceil(shape.rows(), stripRows) * stripsAcross();
    }

    long firstRow(long strip) {
        return strip / stripsAcross() * stripRows;
    }

    long firstCol(long strip) {
        return strip % stripsAcross() * stripCols;
    }

    int rows(long strip) {
        return (int) Math.min(stripRows, shape.rows() - firstRow(strip));
    }

    /** Columns of the strip that are in the input. */
    int inputCols(long strip) {
        return (int) Math.min(stripCols, shape.cols() - firstCol(strip));
    }

    int paddedCols(long strip) {
        return (int) Math.min(stripCols, paddedCols - firstCol(strip));
    }

    int stripElements() {
        return stripRows * stripCols;
    }

    /** Strips in flight for {@code workers}: no more than have together what one strip may have. */
    int inFlight(int workers) {
        return Math.max(1, Math.min(workers, LIMIT / Math.max(stripElements(), 1)));
    }

    private long stripsAcross() {
        return ceil(paddedCols, stripCols);
    }

    private static long ceil(long value, long divisor) {
        return (value + divisor - 1) / divisor;
    }
}
