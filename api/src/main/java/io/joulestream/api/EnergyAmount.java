package io.joulestream.api;

import io.joulestream.core.kpi.EnergyTotal;
import io.joulestream.core.kpi.MilliJoules;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;

/**
 * An energy as it is published: rounded once to whole millijoules, and the same in kilowatt-hours. Measured and estimated
 * add up to the energy.
 *
 * @param energyMj decimal string, exact; like all others null when unknown
 * @param energyKwh decimal string of up to nine decimals
 * @param measuredMj by readings; bridged gaps included where the window is long enough for their shape not to matter
 * @param bridgedMj counter differences over gaps
 * @param estimatedMj everything else
 */
record EnergyAmount(String energyMj, String energyKwh, String measuredMj, String bridgedMj, String estimatedMj) {
    static final EnergyAmount UNKNOWN = new EnergyAmount(null, null, null, null, null);

    private static final int KWH_DECIMALS = 9;

    static EnergyAmount of(EnergyTotal energy, boolean bridgedIsMeasured) {
        BigInteger all = MilliJoules.ofMicrojoules(energy.microjoules());
        BigInteger measured = MilliJoules.ofMicrojoules(
                bridgedIsMeasured
                        ? energy.measuredMicrojoules().add(energy.bridgedMicrojoules())
                        : energy.measuredMicrojoules());
        return new EnergyAmount(
                all.toString(),
                kwh(all),
                measured.toString(),
                MilliJoules.ofMicrojoules(energy.bridgedMicrojoules()).toString(),
                all.subtract(measured).toString());
    }

    static EnergyTotal total(io.joulestream.storage.EnergyTotal energy) {
        return new EnergyTotal(
                energy.measuredMicrojoules(), energy.bridgedMicrojoules(), energy.estimatedMicrojoules());
    }

    static String kwh(BigInteger millijoules) {
        BigDecimal kwh = MilliJoules.toKwh(millijoules)
                .setScale(KWH_DECIMALS, RoundingMode.HALF_UP)
                .stripTrailingZeros();
        return kwh.toPlainString();
    }
}
