package io.joulestream.core.kpi;

/** Why a figure has no value. The names are part of the API: never rename, only add. */
public enum ReasonCode {
    /** No row of the inputs exists in the window. */
    NO_DATA,
    /** Less of the window is covered than the threshold for its length asks for. */
    COVERAGE_BELOW_MIN,
    /** The IT energy is too small against the installed power, or against the resolution of its meters. */
    IT_BELOW_MIN,
    /** The facility reads less than its IT, by more than both meters' uncertainty explains. */
    METER_INVERSION,
    /** The inputs do not belong to one boundary, as when the IT measuring place changes inside the window. */
    BOUNDARY_MISMATCH,
    NO_FACILITY_METER,
    FACTOR_MISSING,
    UNIT_UNKNOWN,
    OUT_OF_SCOPE,
    PERIOD_OPEN,
    TARIFF_MISSING,
    NO_BASELINE,
    NO_FP4_UNITS,
    NOT_COMPARABLE,
    QUALITY_UNMATCHED,
    /** No tokens were reported, so nothing can be divided by them. */
    NO_TOKENS,
    /** The meters do not account for the whole of what the other inputs span. */
    METER_DOES_NOT_COVER,
    EVIDENCE_EXPIRED,
    UNDECIDED
}
