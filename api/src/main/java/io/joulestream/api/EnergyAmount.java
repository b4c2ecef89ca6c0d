package io.joulestream.api;

import io.joulestream.core.kpi.EnergyTotal;
import io.joulestream.core.kpi.MilliJoules;
import io.joulestream.core.kpi.PublishedEnergy;
import java.math.BigInteger;

/**
 * An energy as it is published: the figure in kilowatt-hours, beside it exact millijoules rounded once. Measured and
 * estimated add up to the energy. All millijoules are null when the figure has no value.
 *
 * @param energyMj decimal string
 * @param measuredMj by readings; bridged gaps included where the window is long enough for their shape not to matter
 * @param bridgedMj counter differences over gaps
 * @param estimatedMj everything else
 */
record EnergyAmount(String energyMj, FigureBody energyKwh, String measuredMj, String bridgedMj, String estimatedMj) {

    static EnergyAmount of(PublishedEnergy energy, EnergyTotal buckets, boolean bridgedIsMeasured) {
        FigureBody kwh = FigureBody.of(energy.kwh());
        if (energy.millijoules() == null) {
            return new EnergyAmount(null, kwh, null, null, null);
        }
        BigInteger measured = MilliJoules.ofMicrojoules(
                buckets.microjoules().subtract(buckets.estimatedMicrojoules(bridgedIsMeasured)));
        return new EnergyAmount(
                energy.energyMj(),
                kwh,
                MilliJoules.text(measured),
                MilliJoules.text(MilliJoules.ofMicrojoules(buckets.bridgedMicrojoules())),
                MilliJoules.text(energy.millijoules().subtract(measured)));
    }

    static EnergyTotal total(io.joulestream.storage.EnergyTotal energy) {
        return new EnergyTotal(
                energy.measuredMicrojoules(), energy.bridgedMicrojoules(), energy.estimatedMicrojoules());
    }
}
