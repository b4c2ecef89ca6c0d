package io.joulestream.core.ledger;

/**
 * Energy by how it came to be known (kpi method, "Gap filling"). The three add up to the best estimate.
 *
 * @param measuredMicrojoules between neighbouring readings no further apart than the channel's max gap
 * @param bridgedMicrojoules a counter's difference over a longer gap: the energy is measured, its shape in time is not
 * @param estimatedMicrojoules interpolated over a gap of a gauge or across a counter's reset
 */
public record EnergyBuckets(long measuredMicrojoules, long bridgedMicrojoules, long estimatedMicrojoules) {
    public static final EnergyBuckets NONE = new EnergyBuckets(0, 0, 0);

    public EnergyBuckets plus(EnergyBuckets other) {
        return new EnergyBuckets(
                Math.addExact(measuredMicrojoules, other.measuredMicrojoules),
                Math.addExact(bridgedMicrojoules, other.bridgedMicrojoules),
                Math.addExact(estimatedMicrojoules, other.estimatedMicrojoules));
    }

    public EnergyBuckets negated() {
        return new EnergyBuckets(
                Math.negateExact(measuredMicrojoules),
                Math.negateExact(bridgedMicrojoules),
                Math.negateExact(estimatedMicrojoules));
    }

    public long totalMicrojoules() {
        return Math.addExact(Math.addExact(measuredMicrojoules, bridgedMicrojoules), estimatedMicrojoules);
    }
}
