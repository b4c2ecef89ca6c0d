package io.joulestream.core.nvfp4;

import java.util.Arrays;
import java.util.Locale;

/**
 * How far quantised values are from what they stand for (SPEC 13). Summed in {@code double}; agreement between
 * implementations is asked to 1e-9 relative.
 *
 * <p>A figure that cannot be computed is null. For the signal-to-noise ratios null also means an exact result; {@link
 * #exact()} tells the two apart.
 *
 * @param n elements whose input and value are both finite; all errors and shares are over these
 * @param nonFinite the other elements; any of them makes the whole row of figures {@link #suspect()}
 * @param mse mean of the squared error; null if n is 0
 * @param sqnrDb 10 log10 of signal energy over error energy; null if exact or if there is no signal
 * @param medianBlockSqnrDb the median over blocks of 16 elements that hold a signal, for the ratio of a whole tensor is
 *     that of its largest values; null if the median block is exact or no block holds a signal
 * @param cosine of the angle between input and values; null if either is all zero
 * @param maxAbsErr largest error; null if n is 0
 * @param zeroedShare share of elements that are not zero and became zero; null if n is 0
 * @param clippedShare share of elements beyond 6 before saturation, in blocks whose scale is not zero; null unless NVFP4
 * @param zeroScaleBlocks scale bytes that are zero, all-zero blocks included; null unless NVFP4
 */
public record QuantisationMetrics(
        long n,
        long nonFinite,
        Double mse,
        Double sqnrDb,
        Double medianBlockSqnrDb,
        Double cosine,
        Double maxAbsErr,
        Double zeroedShare,
        Double clippedShare,
        Long zeroScaleBlocks) {

    private static final int BLOCK = 16;

    /** Whether the input or the values held anything that is not finite. */
    public boolean suspect() {
        return nonFinite > 0;
    }

    /** Whether there are elements and every one came back unchanged. */
    public boolean exact() {
        return n > 0 && maxAbsErr == 0;
    }

    /** The ratio for people: two decimals, "exact", or "-" where there is none. */
    public String sqnrText() {
        if (exact()) {
            return "exact";
        }
        return sqnrDb == null ? "-" : String.format(Locale.ROOT, "%.2f", sqnrDb);
    }

    /** The error of any values against any reference of the same shape; the NVFP4 figures are null. */
    public static QuantisationMetrics between(float[] reference, float[] values, int rows, int cols) {
        if (rows < 0 || cols < 0 || reference.length != (long) rows * cols || values.length != reference.length) {
            throw new IllegalArgumentException("reference has " + reference.length + " values, the other has "
                    + values.length + ", rows * cols is " + rows + " * " + cols);
        }
        return measure(reference, values, rows, cols, null);
    }

    static QuantisationMetrics of(Quantised quantised, float[] reference) {
        return measure(
                reference,
                quantised.dequantise(),
                quantised.rows(),
                quantised.cols(),
                quantised.isNvfp4() ? quantised : null);
    }

    private static QuantisationMetrics measure(float[] x, float[] v, int rows, int cols, Quantised nvfp4) {
        Sums total = new Sums();
        int blocks = (cols + BLOCK - 1) / BLOCK;
        double[] blockSqnrs = new double[Math.multiplyExact(rows, blocks)];
        int blocksWithSignal = 0;
        long clipped = 0;
        long zeroScaleBlocks = 0;
        for (int row = 0; row < rows; row++) {
            for (int block = 0; block < blocks; block++) {
                int from = row * cols + block * BLOCK;
                int to = Math.min(from + BLOCK, (row + 1) * cols);
                Sums sums = new Sums();
                sums.add(x, v, from, to);
                if (sums.signal > 0) {
                    blockSqnrs[blocksWithSignal++] = sums.sqnrDb();
                }
                total.add(sums);
                if (nvfp4 != null) {
                    int scale = nvfp4.scaleCode(row, block);
                    zeroScaleBlocks += scale == 0 ? 1 : 0;
                    clipped += scale == 0 ? 0 : countClipped(x, v, from, to, nvfp4.encodeFactor(scale));
                }
            }
        }
        return total.metrics(
                median(blockSqnrs, blocksWithSignal),
                nvfp4 == null ? null : clipped,
                nvfp4 == null ? null : zeroScaleBlocks);
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

    private static Double median(double[] values, int count) {
        if (count == 0) {
            return null;
        }
        Arrays.sort(values, 0, count);
        return finiteOrNull((values[(count - 1) / 2] + values[count / 2]) / 2);
    }

    private static Double finiteOrNull(double value) {
        return Double.isFinite(value) ? value : null;
    }

    /** Running sums over elements that are finite on both sides. */
    private static final class Sums {
        private long n;
        private long nonFinite;
        private long zeroed;
        private double signal;
        private double noise;
        private double valueEnergy;
        private double product;
        private double maxAbsErr;

        void add(float[] x, float[] v, int from, int to) {
            for (int i = from; i < to; i++) {
                if (!Float.isFinite(x[i]) || !Float.isFinite(v[i])) {
                    nonFinite++;
                    continue;
                }
                n++;
                double input = x[i];
                double value = v[i];
                double error = input - value;
                signal += input * input;
                noise += error * error;
                valueEnergy += value * value;
                product += input * value;
                maxAbsErr = Math.max(maxAbsErr, Math.abs(error));
                if (x[i] != 0f && v[i] == 0f) {
                    zeroed++;
                }
            }
        }

        void add(Sums other) {
            n += other.n;
            nonFinite += other.nonFinite;
            zeroed += other.zeroed;
            signal += other.signal;
            noise += other.noise;
            valueEnergy += other.valueEnergy;
            product += other.product;
            maxAbsErr = Math.max(maxAbsErr, other.maxAbsErr);
        }

        double sqnrDb() {
            return 10 * Math.log10(signal / noise);
        }

        QuantisationMetrics metrics(Double medianBlockSqnrDb, Long clipped, Long zeroScaleBlocks) {
            return new QuantisationMetrics(
                    n,
                    nonFinite,
                    share(noise),
                    finiteOrNull(sqnrDb()),
                    medianBlockSqnrDb,
                    finiteOrNull(product / Math.sqrt(signal * valueEnergy)),
                    n == 0 ? null : maxAbsErr,
                    share(zeroed),
                    clipped == null ? null : share(clipped),
                    zeroScaleBlocks);
        }

        private Double share(double sum) {
            return n == 0 ? null : sum / n;
        }
    }
}
