package io.joulestream.wire;

import java.util.OptionalLong;

/**
 * A wire value, v x 10^exp10 in the metric's unit, as whole thousandths or millionths of that unit.
 *
 * <p>Exact, except that digits below the target are rounded half-even. Empty where the result leaves the range of a long
 * or exp10 is not -9..9: such a sample is OUT_OF_RANGE, never clipped. Stateless; any thread.
 */
public final class Scale {
    private static final int MAX_EXP10 = 9;
    private static final long[] POWERS = {
        1L,
        10L,
        100L,
        1_000L,
        10_000L,
        100_000L,
        1_000_000L,
        10_000_000L,
        100_000_000L,
        1_000_000_000L,
        10_000_000_000L,
        100_000_000_000L,
        1_000_000_000_000L,
        10_000_000_000_000L,
        100_000_000_000_000L,
        1_000_000_000_000_000L
    };

    private Scale() {}

    /** Watts to milliwatts, for one. */
    public static OptionalLong toMilli(long value, int exp10) {
        return to(3, value, exp10);
    }

    /** Joules to microjoules, for one. */
    public static OptionalLong toMicro(long value, int exp10) {
        return to(6, value, exp10);
    }

    private static OptionalLong to(int targetDigits, long value, int exp10) {
        if (exp10 < -MAX_EXP10 || exp10 > MAX_EXP10) {
            return OptionalLong.empty();
        }
        int shift = targetDigits + exp10;
        if (shift < 0) {
            return OptionalLong.of(divideHalfEven(value, POWERS[-shift]));
        }
        long factor = POWERS[shift];
        long product = value * factor;
        long high = Math.multiplyHigh(value, factor);
        return high == product >> 63 ? OptionalLong.of(product) : OptionalLong.empty();
    }

    private static long divideHalfEven(long value, long divisor) {
        long quotient = Math.floorDiv(value, divisor);
        long twiceRest = 2 * Math.floorMod(value, divisor);
        boolean up = twiceRest > divisor || (twiceRest == divisor && (quotient & 1) != 0);
        return up ? quotient + 1 : quotient;
    }
}
