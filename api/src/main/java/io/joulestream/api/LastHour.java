package io.joulestream.api;

import java.math.BigDecimal;
import java.time.Instant;

/**
 * How well one site was read in the last UTC hour that is over.
 *
 * @param facilityCoverage share of the time in which the meters of the supply were read, 0 to 1; null where there are none
 * @param itCoverage the same of the meters of the IT
 * @param residualShare of the energy that entered, what lies in no line of the balance, signed; null where not all meters
 *     were read
 */
public record LastHour(
        String site,
        Instant start,
        Instant end,
        BigDecimal facilityCoverage,
        BigDecimal itCoverage,
        BigDecimal residualShare) {}
