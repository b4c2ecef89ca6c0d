package io.joulestream.core.nvfp4;

import java.util.Arrays;

/**
 * The median of the signal-to-noise ratios of blocks, in bounded memory: exact up to 2^20 blocks (16 Mi elements), beyond
 * that the middle of a bin of 1/64 dB, so at most 1/128 dB off.
 *
 * <p>Ratios of blocks of floats lie within 1,700 dB of zero, or are infinite where a block is exact.
 */
final class MedianSqnr {
    private static final int EXACT = 1 << 20;
    private static final int BINS_PER_DB = 64;
    private static final int BOUND_DB = 1_700;
    private static final int BINS = 2 * BOUND_DB * BINS_PER_DB;

    private double[] values = new double[64];
    private long count;
    /** Null while every value is kept; its last bin holds the blocks that are exact. */
    private long[] histogram;

    void add(double decibels) {
        if (histogram != null) {
            histogram[bin(decibels)]++;
        } else if (count == EXACT) {
            toHistogram();
            histogram[bin(decibels)]++;
        } else {
            if (count == values.length) {
                values = Arrays.copyOf(values, values.length * 2);
            }
            values[(int) count] = decibels;
        }
        count++;
    }

    void add(MedianSqnr other) {
        if (other.histogram == null) {
            for (int i = 0; i < other.count; i++) {
                add(other.values[i]);
            }
            return;
        }
        if (histogram == null) {
            toHistogram();
        }
        for (int bin = 0; bin <= BINS; bin++) {
            histogram[bin] += other.histogram[bin];
        }
        count += other.count;
    }

    /** Not-a-number without blocks, infinity if the median block is exact. */
    double median() {
        if (count == 0) {
            return Double.NaN;
        }
        if (histogram != null) {
            return (binned((count - 1) / 2) + binned(count / 2)) / 2;
        }
        double[] sorted = Arrays.copyOf(values, (int) count);
        Arrays.sort(sorted);
        return (sorted[(int) ((count - 1) / 2)] + sorted[(int) (count / 2)]) / 2;
    }

    private double binned(long rank) {
        int bin = 0;
        for (long seen = histogram[0]; seen <= rank; seen += histogram[bin]) {
            bin++;
        }
        return bin == BINS ? Double.POSITIVE_INFINITY : (bin + 0.5) / BINS_PER_DB - BOUND_DB;
    }

    private void toHistogram() {
        histogram = new long[BINS + 1];
        for (int i = 0; i < count; i++) {
            histogram[bin(values[i])]++;
        }
        values = null;
    }

    private static int bin(double decibels) {
        return Double.isInfinite(decibels) ? BINS : (int) ((decibels + BOUND_DB) * BINS_PER_DB);
    }
}
