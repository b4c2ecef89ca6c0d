package io.joulestream.core.nvfp4;

import java.util.Arrays;

/**
 * The median of the signal-to-noise ratios of blocks, in bounded memory: exact up to 2^16 blocks (1 Mi elements), beyond
 * that the middle of a bin 1/256 wide relative to its lower bound, so at most 1/100 dB off.
 *
 * <p>Ratios are kept as they are and turned into decibels at the end: that keeps their order and spares a logarithm a block.
 */
final class MedianSqnr {
    private static final int EXACT = 1 << 16;

    /** The upper bits of a positive double, its exponent and eight bits of its mantissa, number the bin it is in. */
    private static final int BIN_SHIFT = 52 - 8;

    private static final int BINS = 1 << (63 - BIN_SHIFT);

    private double[] ratios = new double[64];
    private long count;
    /** Null while every ratio is kept. */
    private long[] histogram;

    /** @param ratio of signal to noise, positive; infinite for a block that is exact */
    void add(double ratio) {
        if (histogram == null && count == EXACT) {
            toHistogram();
        }
        if (histogram == null) {
            if (count == ratios.length) {
                ratios = Arrays.copyOf(ratios, ratios.length * 2);
            }
            ratios[(int) count] = ratio;
        } else {
            histogram[bin(ratio)]++;
        }
        count++;
    }

    void add(MedianSqnr other) {
        if (other.histogram == null) {
            for (int i = 0; i < other.count; i++) {
                add(other.ratios[i]);
            }
            return;
        }
        if (histogram == null) {
            toHistogram();
        }
        for (int bin = 0; bin < BINS; bin++) {
            histogram[bin] += other.histogram[bin];
        }
        count += other.count;
    }

    /** In decibels, the mean of the middle two; not-a-number without blocks, infinity if the median block is exact. */
    double decibels() {
        if (count == 0) {
            return Double.NaN;
        }
        long lower = (count - 1) / 2;
        long upper = count / 2;
        if (histogram != null) {
            return (decibels(binned(lower)) + decibels(binned(upper))) / 2;
        }
        double[] sorted = Arrays.copyOf(ratios, (int) count);
        Arrays.sort(sorted);
        return (decibels(sorted[(int) lower]) + decibels(sorted[(int) upper])) / 2;
    }

    static double decibels(double ratio) {
        return 10 * Math.log10(ratio);
    }

    private double binned(long rank) {
        int bin = 0;
        for (long seen = histogram[0]; seen <= rank; seen += histogram[bin]) {
            bin++;
        }
        double from = Double.longBitsToDouble((long) bin << BIN_SHIFT);
        return Double.isInfinite(from) ? from : from * (1 + 1.0 / 512);
    }

    private void toHistogram() {
        histogram = new long[BINS];
        for (int i = 0; i < count; i++) {
            histogram[bin(ratios[i])]++;
        }
        ratios = null;
    }

    private static int bin(double ratio) {
        return (int) (Double.doubleToRawLongBits(ratio) >>> BIN_SHIFT);
    }
}
