package io.joulestream.core.kpi;

import java.math.BigInteger;

/** A running sum of longs that may exceed a long, and seldom does: adding makes no object. For one thread. */
final class ExactSum {
    private BigInteger carried = BigInteger.ZERO;
    private long rest;

    void add(long summand) {
        long sum = rest + summand;
        boolean overflows = ((rest ^ sum) & (summand ^ sum)) < 0;
        if (overflows) {
            carried = total();
            sum = summand;
        }
        rest = sum;
    }

    BigInteger total() {
        return carried.add(BigInteger.valueOf(rest));
    }
}
