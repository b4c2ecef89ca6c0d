package io.joulestream.core.energy;

import static java.util.Objects.requireNonNull;

import java.math.BigInteger;

/**
 * An instant from which on a counter's values are of another register, or of the same one under another ratio. A reading
 * at that instant belongs to what comes after.
 *
 * <p>Of an exchange both registers were read, so the energy across it is known exactly. A new ratio changes the worth of
 * each step and nothing was read: the advance of the register is divided by time, and each part has its own worth.
 *
 * @param oldFinalMicrojoules what the old register showed at the instant; null for a ratio
 * @param newInitialMicrojoules what the new register showed at the instant; null for a ratio
 * @param scaleNumerator of new ratio to old ratio, in lowest terms or not; 1 for an exchange
 * @param scaleDenominator the same
 */
public record RegisterChange(
        long atMillis,
        BigInteger oldFinalMicrojoules,
        BigInteger newInitialMicrojoules,
        BigInteger scaleNumerator,
        BigInteger scaleDenominator) {
    public RegisterChange {
        requireNonNull(scaleNumerator, "scaleNumerator");
        requireNonNull(scaleDenominator, "scaleDenominator");
        if (scaleNumerator.signum() <= 0 || scaleDenominator.signum() <= 0) {
            throw new IllegalArgumentException(
                    "scale must be positive, was " + scaleNumerator + "/" + scaleDenominator);
        }
    }

    /** Another meter in the place of one; both values as the ledger counts them, behind the transformer's ratio. */
    public static RegisterChange exchange(
            long atMillis, BigInteger oldFinalMicrojoules, BigInteger newInitialMicrojoules) {
        return new RegisterChange(
                atMillis,
                requireNonNull(oldFinalMicrojoules, "oldFinalMicrojoules"),
                requireNonNull(newInitialMicrojoules, "newInitialMicrojoules"),
                BigInteger.ONE,
                BigInteger.ONE);
    }

    /** The same register, each step of which is now worth {@code numerator / denominator} of what it was. */
    public static RegisterChange ratio(long atMillis, BigInteger numerator, BigInteger denominator) {
        return new RegisterChange(atMillis, null, null, numerator, denominator);
    }

    boolean isExchange() {
        return oldFinalMicrojoules != null;
    }

    /** What a value from before the change is worth after it, rounded down. */
    BigInteger toNew(BigInteger microjoules) {
        return ExactMath.floorDivide(microjoules.multiply(scaleNumerator), scaleDenominator);
    }

    /** What a value from after the change was worth before it, rounded down. */
    BigInteger toOld(BigInteger microjoules) {
        return ExactMath.floorDivide(microjoules.multiply(scaleDenominator), scaleNumerator);
    }

    /** By how much the rounding of both values may make an advance of nothing look like a fall, before the change. */
    BigInteger roundingBefore() {
        return scaleDenominator.divide(scaleNumerator).add(BigInteger.TWO);
    }

    /** The same after the change. */
    BigInteger roundingAfter() {
        return scaleNumerator.divide(scaleDenominator).add(BigInteger.TWO);
    }
}
