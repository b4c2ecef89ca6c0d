package io.joulestream.core.kpi;

import io.joulestream.core.inventory.Role;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Map;

/**
 * Standard uncertainties of summed energies. Meters are independent of each other, so variances add up; the readings of
 * one meter are not, so nothing gets better with their number. Estimated energy has its own relative uncertainty on top.
 */
final class Uncertainty {
    /** Of energy interpolated over a gap. */
    static final BigDecimal INTERPOLATION = new BigDecimal("0.10");
    /** Of a designed PUE. */
    static final BigDecimal DESIGN_PUE = new BigDecimal("0.30");

    private Uncertainty() {}

    /** The variance, in microjoules squared, of the (signed) sum of roles; null when the class of a meter is unknown. */
    static BigDecimal variance(SiteProfile profile, Map<Role, EnergyTotal> byRole, boolean bridgedIsMeasured) {
        BigDecimal variance = BigDecimal.ZERO;
        for (Map.Entry<Role, EnergyTotal> role : byRole.entrySet()) {
            BigDecimal relative = profile.relativeVariance(role.getKey());
            if (relative == null) {
                return null;
            }
            EnergyTotal energy = role.getValue();
            BigDecimal estimated =
                    new BigDecimal(energy.estimatedMicrojoules(bridgedIsMeasured)).multiply(INTERPOLATION);
            variance = variance.add(relative.multiply(squared(new BigDecimal(energy.microjoules()))), Numbers.CONTEXT)
                    .add(squared(estimated), Numbers.CONTEXT);
        }
        return variance;
    }

    /** The relative standard uncertainty of a value with this variance; null when unknown or the value is 0. */
    static BigDecimal relative(BigDecimal variance, BigInteger value) {
        return variance == null || value.signum() == 0
                ? null
                : variance.sqrt(Numbers.CONTEXT).divide(new BigDecimal(value.abs()), Numbers.CONTEXT);
    }

    /** The root of the sum of two squares; null when one is. */
    static BigDecimal combined(BigDecimal a, BigDecimal b) {
        return a == null || b == null ? null : squared(a).add(squared(b)).sqrt(Numbers.CONTEXT);
    }

    private static BigDecimal squared(BigDecimal number) {
        return number.multiply(number);
    }
}
