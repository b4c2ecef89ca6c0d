package io.joulestream.core.ledger;

/**
 * A volume of water or fuel by how it came to be known, as {@link EnergyBuckets} say of energy. The three add up to the
 * best estimate.
 *
 * @param measuredMillilitres between neighbouring readings no further apart than the channel's max gap
 * @param bridgedMillilitres a register's difference over a longer gap
 * @param estimatedMillilitres across a register's restart
 */
public record VolumeBuckets(long measuredMillilitres, long bridgedMillilitres, long estimatedMillilitres) {
    public static final VolumeBuckets NONE = new VolumeBuckets(0, 0, 0);

    public VolumeBuckets plus(VolumeBuckets other) {
        return new VolumeBuckets(
                Math.addExact(measuredMillilitres, other.measuredMillilitres),
                Math.addExact(bridgedMillilitres, other.bridgedMillilitres),
                Math.addExact(estimatedMillilitres, other.estimatedMillilitres));
    }

    public long totalMillilitres() {
        return Math.addExact(Math.addExact(measuredMillilitres, bridgedMillilitres), estimatedMillilitres);
    }
}
