package io.joulestream.core.nvfp4.oracle;

import static java.math.BigInteger.ONE;
import static java.math.BigInteger.ZERO;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * The error of a quantised tensor (SPEC 13): sums of whole numbers without rounding, turned into a {@code double} last.
 *
 * <p>Null is a figure that cannot be computed, as in {@code QuantisationMetrics}.
 *
 * @param blockSqnr signal over error energy of every 16 elements that hold a signal, ascending; null, at the end, is no error
 */
record ExactMetrics(
        long n,
        long nonFinite,
        Double mse,
        Double sqnrDb,
        Double cosine,
        Double maxAbsErr,
        Double zeroedShare,
        Double clippedShare,
        Long zeroScaleBlocks,
        List<Ratio> blockSqnr) {

    /** What implementations may differ by, relative; of decibels below one, absolute. */
    static final double TOLERANCE = 1e-9;

    private static final int BLOCK = 16;
    /** Energies are counted in squares of the least subnormal, {@code 2^-298}. */
    private static final BigInteger UNITS = ONE.shiftLeft(149);
    /** Bits that a square root gets beyond its whole part, so that a small one is as exact as a large one. */
    private static final int ROOT_BITS = 128;

    static ExactMetrics of(OracleTensor tensor) {
        boolean isNvfp4 = tensor.recipe().scaling().isNvfp4();
        Sums all = new Sums();
        List<Sums> blocks = new ArrayList<>();
        long zeroed = 0;
        long clipped = 0;
        for (int row = 0; row < tensor.rows(); row++) {
            for (int col = 0; col < tensor.cols(); col++) {
                if (col % BLOCK == 0) {
                    blocks.add(new Sums());
                }
                int i = row * tensor.paddedCols() + col;
                int x = tensor.input()[i];
                int v = tensor.values()[i];
                all.add(x, v);
                blocks.get(blocks.size() - 1).add(x, v);
                if (Binary32.isFinite(x) && Binary32.isFinite(v)) {
                    zeroed += !Binary32.isZero(x) && Binary32.isZero(v) ? 1 : 0;
                    clipped += isNvfp4 && isClipped(tensor.scaled()[i]) && tensor.scaleOf(row, col) != 0 ? 1 : 0;
                }
            }
        }
        return new ExactMetrics(
                all.n,
                (long) tensor.rows() * tensor.cols() - all.n,
                all.n == 0 ? null : all.meanSquaredError().toDouble(),
                all.signalToNoise() == null ? null : all.signalToNoise().toDecibels(),
                all.cosine(),
                all.n == 0 ? null : new Ratio(all.largestError, UNITS).toDouble(),
                all.n == 0 ? null : Ratio.of(zeroed, all.n).toDouble(),
                all.n == 0 || !isNvfp4 ? null : Ratio.of(clipped, all.n).toDouble(),
                isNvfp4 ? zeros(tensor.scales()) : null,
                blockSqnr(blocks));
    }

    static boolean isClose(Double actual, Double exact) {
        return actual == null || exact == null
                ? Objects.equals(actual, exact)
                : Math.abs(actual - exact) <= TOLERANCE * Math.abs(exact);
    }

    static boolean isCloseInDecibels(Double actual, Double exact) {
        return actual == null || exact == null
                ? Objects.equals(actual, exact)
                : Math.abs(actual - exact) <= TOLERANCE * Math.max(Math.abs(exact), 1);
    }

    /** Whether a median lies at the middle block's ratio, or, of an even number, between the two in the middle. */
    boolean isMedianBlockSqnr(Double actual) {
        if (blockSqnr.isEmpty()) {
            return actual == null;
        }
        Ratio low = blockSqnr.get((blockSqnr.size() - 1) / 2);
        Ratio high = blockSqnr.get(blockSqnr.size() / 2);
        if (actual == null || low == null) {
            return actual == null && high == null;
        }
        double slack = TOLERANCE * Math.max(Math.abs(actual), 1);
        return actual >= low.toDecibels() - slack && (high == null || actual <= high.toDecibels() + slack);
    }

    private static boolean isClipped(int scaled) {
        return Binary32.magnitude(scaled) > Binary32.of(6);
    }

    private static long zeros(int[] scales) {
        long zeros = 0;
        for (int scale : scales) {
            zeros += scale == 0 ? 1 : 0;
        }
        return zeros;
    }

    private static List<Ratio> blockSqnr(List<Sums> blocks) {
        List<Ratio> ratios = new ArrayList<>();
        int exact = 0;
        for (Sums block : blocks) {
            if (block.signal.signum() > 0) {
                if (block.error.signum() == 0) {
                    exact++;
                } else {
                    ratios.add(block.signalToNoise());
                }
            }
        }
        ratios.sort(null);
        for (int i = 0; i < exact; i++) {
            ratios.add(null);
        }
        return ratios;
    }

    /** Over the pairs that are finite, in units of the least subnormal or its square. */
    private static final class Sums {
        private long n;
        private BigInteger signal = ZERO;
        private BigInteger kept = ZERO;
        private BigInteger both = ZERO;
        private BigInteger error = ZERO;
        private BigInteger largestError = ZERO;

        void add(int xBits, int vBits) {
            if (!Binary32.isFinite(xBits) || !Binary32.isFinite(vBits)) {
                return;
            }
            BigInteger x = Binary32.inLeastUnits(xBits);
            BigInteger v = Binary32.inLeastUnits(vBits);
            BigInteger difference = x.subtract(v);
            n++;
            signal = signal.add(x.multiply(x));
            kept = kept.add(v.multiply(v));
            both = both.add(x.multiply(v));
            error = error.add(difference.multiply(difference));
            largestError = largestError.max(difference.abs());
        }

        Ratio meanSquaredError() {
            return new Ratio(error, UNITS.multiply(UNITS).multiply(BigInteger.valueOf(n)));
        }

        /** Null if there is no signal or no error. */
        Ratio signalToNoise() {
            return signal.signum() == 0 || error.signum() == 0 ? null : new Ratio(signal, error);
        }

        /** Null if either side is all zero. */
        Double cosine() {
            if (signal.signum() == 0 || kept.signum() == 0) {
                return null;
            }
            BigInteger lengths = signal.multiply(kept).shiftLeft(2 * ROOT_BITS).sqrt();
            return new Ratio(both.shiftLeft(ROOT_BITS), lengths).toDouble();
        }
    }
}
