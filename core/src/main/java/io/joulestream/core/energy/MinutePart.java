package io.joulestream.core.energy;

import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * What is known of one channel in one minute: amounts by run, and extremes of power. Parts of one
 * minute merge into the minute's row. Mutable while it is built; not thread-safe.
 */
final class MinutePart {
    final NavigableMap<String, Amount> byRun = new TreeMap<>();
    long powerMaxMilliwatts = Long.MIN_VALUE;
    long powerMinMilliwatts = Long.MAX_VALUE;
    long rampMaxMilliwattsPerSecond;
    int samples;
    int flags;

    void add(String run, Amount amount) {
        if (!amount.isNone()) {
            byRun.merge(run, amount, Amount::plus);
        }
    }

    void see(long milliwatts) {
        powerMaxMilliwatts = Math.max(powerMaxMilliwatts, milliwatts);
        powerMinMilliwatts = Math.min(powerMinMilliwatts, milliwatts);
    }

    void seeRamp(long milliwattsPerSecond) {
        rampMaxMilliwattsPerSecond = Math.max(rampMaxMilliwattsPerSecond, milliwattsPerSecond);
    }

    void merge(MinutePart other) {
        for (Map.Entry<String, Amount> amount : other.byRun.entrySet()) {
            add(amount.getKey(), amount.getValue());
        }
        mergeAllButAmounts(other);
    }

    private void mergeAllButAmounts(MinutePart other) {
        powerMaxMilliwatts = Math.max(powerMaxMilliwatts, other.powerMaxMilliwatts);
        powerMinMilliwatts = Math.min(powerMinMilliwatts, other.powerMinMilliwatts);
        seeRamp(other.rampMaxMilliwattsPerSecond);
        samples += other.samples;
        flags |= other.flags;
    }

    /** The same minute with other amounts. */
    MinutePart with(NavigableMap<String, Amount> amounts) {
        MinutePart other = new MinutePart();
        other.mergeAllButAmounts(this);
        other.byRun.putAll(amounts);
        return other;
    }

    Amount total() {
        return Amount.sum(byRun.values());
    }

    boolean sawPower() {
        return powerMaxMilliwatts != Long.MIN_VALUE;
    }
}
