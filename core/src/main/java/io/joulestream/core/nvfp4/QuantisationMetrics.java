package io.joulestream.core.nvfp4;

/**
 * How far quantised values are from what they stand for (SPEC 13). Summed in {@code double}; agreement between
 * implementations is asked to 1e-9 relative.
 *
 * <p>A figure that cannot be computed is null. For the two signal-to-noise ratios null also means an exact result; {@link
 * #exact()} tells it of {@code sqnrDb}, {@link #medianBlockExact()} of {@code medianBlockSqnrDb}.
 *
 * @param n elements whose input and value are both finite; all errors and shares are over these
 * @param nonFinite the other elements; any of them makes the whole row of figures {@link #suspect()}
 * @param mse mean of the squared error; null if n is 0
 * @param sqnrDb 10 log10 of signal energy over error energy; null if exact or if there is no signal
 * @param medianBlockSqnrDb the median over blocks of 16 elements that hold a signal, for the ratio of a whole tensor is
 *     that of its largest values; null if the median block is exact or no block holds a signal. Exact up to 2^16 such blocks
 *     (1 Mi elements), at most 1/100 dB off beyond
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

    /** Whether the input or the values held anything that is not finite. */
    public boolean suspect() {
        return nonFinite > 0;
    }

    /** Whether there are elements and every one came back unchanged. */
    public boolean exact() {
        return n > 0 && maxAbsErr == 0;
    }

    /**
     * Whether the median block came back unchanged, though others may not have. There is a cosine only where there is a signal,
     * and with a signal there is a median block.
     */
    public boolean medianBlockExact() {
        return medianBlockSqnrDb == null && cosine != null;
    }

    /** The error of any values against any reference of the same shape; the NVFP4 figures are null. */
    public static QuantisationMetrics between(float[] reference, float[] values, int rows, int cols) {
        if (rows < 0 || cols < 0 || reference.length != (long) rows * cols || values.length != reference.length) {
            throw new IllegalArgumentException("reference has " + reference.length + " values, the other has "
                    + values.length + ", rows * cols is " + rows + " * " + cols);
        }
        ErrorSums sums = ErrorSums.ofAnyValues();
        sums.add(reference, values, rows, cols, cols);
        return sums.metrics();
    }
}
