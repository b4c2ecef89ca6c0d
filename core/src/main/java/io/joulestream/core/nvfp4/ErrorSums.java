package io.joulestream.core.nvfp4;

/**
 * Running sums of the error metrics (SPEC 13) over a tensor or a strip of it, over elements that are finite on both sides.
 *
 * <p>Each block of 16 elements is summed by itself and then added, and so are strips, in the order of their rows.
 */
final class ErrorSums {
    private static final int BLOCK = 16;

    /** The codec whose blocks are looked at, or null for values of any origin. */
    private final BlockCodec nvfp4;

    private final MedianSqnr median = new MedianSqnr();
    private long n;
    private long nonFinite;
    private long zeroed;
    private double signal;
    private double noise;
    private double valueEnergy;
    private double product;
    private double maxAbsErr;
    private long clipped;
    private long zeroScaleBlocks;

    private ErrorSums(BlockCodec nvfp4) {
        this.nvfp4 = nvfp4;
    }

    /** For values of any origin. */
    static ErrorSums ofAnyValues() {
        return new ErrorSums(null);
    }

    /** For what {@code codec} made. */
    static ErrorSums of(TensorCodec codec) {
        return new ErrorSums(codec instanceof BlockCodec nvfp4 ? nvfp4 : null);
    }

    /**
     * Adds a span that was encoded and decoded.
     *
     * @param span with the elements as they were encoded, from their array's start
     * @param v the values, in the same places
     * @param cols columns that hold elements; the padding after them is left out
     */
    void add(Span span, float[] v, int cols, TensorScale tensor) {
        add(span.elements(), v, span.rows(), cols, span.cols());
        if (nvfp4 != null) {
            addBlocks(span, v, cols, tensor);
        }
    }

    /** Adds {@code rows} rows of {@code cols} elements, each row {@code stride} after the one before. */
    void add(float[] x, float[] v, int rows, int cols, int stride) {
        ErrorSums block = ofAnyValues();
        for (int row = 0; row < rows; row++) {
            for (int col = 0; col < cols; col += BLOCK) {
                int from = row * stride + col;
                block.setTo(x, v, from, from + Math.min(BLOCK, cols - col));
                if (block.signal > 0) {
                    median.add(block.signal / block.noise);
                }
                addSums(block);
            }
        }
    }

    /** Adds what only NVFP4 has: elements beyond 6 before saturation, and scale bytes that are zero. */
    private void addBlocks(Span span, float[] v, int cols, TensorScale tensor) {
        int blocks = (cols + BLOCK - 1) / BLOCK;
        for (int row = 0; row < span.rows(); row++) {
            for (int block = 0; block < blocks; block++) {
                int scale = span.scales()[span.scalesFrom() + row * (span.cols() / BLOCK) + block] & 0xFF;
                if (scale == 0) {
                    zeroScaleBlocks++;
                } else {
                    int col = block * BLOCK;
                    int to = Math.min(col + BLOCK, cols);
                    clipped += countClipped(
                            span.elements(),
                            v,
                            row * span.cols() + col,
                            row * span.cols() + to,
                            nvfp4.encodeFactor(scale, tensor));
                }
            }
        }
    }

    /** Adds the sums of the rows that follow. */
    void add(ErrorSums following) {
        addSums(following);
        median.add(following.median);
        clipped += following.clipped;
        zeroScaleBlocks += following.zeroScaleBlocks;
    }

    QuantisationMetrics metrics() {
        return new QuantisationMetrics(
                n,
                nonFinite,
                share(noise),
                finiteOrNull(MedianSqnr.decibels(signal / noise)),
                finiteOrNull(median.decibels()),
                finiteOrNull(product / Math.sqrt(signal * valueEnergy)),
                n == 0 ? null : maxAbsErr,
                share(zeroed),
                nvfp4 == null ? null : share(clipped),
                nvfp4 == null ? null : zeroScaleBlocks);
    }

    /** Sets the sums to those of one block. Its sums are locals while it is added up: fields would wait for memory. */
    private void setTo(float[] x, float[] v, int from, int to) {
        int finite = 0;
        int zeros = 0;
        double xx = 0;
        double ee = 0;
        double vv = 0;
        double xv = 0;
        double largest = 0;
        for (int i = from; i < to; i++) {
            double input = x[i];
            double value = v[i];
            double error = input - value;
            if (!(Math.abs(error) <= Double.MAX_VALUE)) {
                continue;
            }
            finite++;
            xx += input * input;
            ee += error * error;
            vv += value * value;
            xv += input * value;
            if (Math.abs(error) > largest) {
                largest = Math.abs(error);
            }
            if (value == 0 && input != 0) {
                zeros++;
            }
        }
        n = finite;
        nonFinite = to - from - finite;
        zeroed = zeros;
        signal = xx;
        noise = ee;
        valueEnergy = vv;
        product = xv;
        maxAbsErr = largest;
    }

    private void addSums(ErrorSums other) {
        n += other.n;
        nonFinite += other.nonFinite;
        zeroed += other.zeroed;
        signal += other.signal;
        noise += other.noise;
        valueEnergy += other.valueEnergy;
        product += other.product;
        maxAbsErr = Math.max(maxAbsErr, other.maxAbsErr);
    }

    private static long countClipped(float[] x, float[] v, int from, int to, float factor) {
        long clipped = 0;
        for (int i = from; i < to; i++) {
            if (Float.isFinite(x[i]) && Float.isFinite(v[i]) && Math.abs(x[i] * factor) > E2M1.MAX) {
                clipped++;
            }
        }
        return clipped;
    }

    private static Double finiteOrNull(double value) {
        return Double.isFinite(value) ? value : null;
    }

    private Double share(double sum) {
        return n == 0 ? null : sum / n;
    }
}
