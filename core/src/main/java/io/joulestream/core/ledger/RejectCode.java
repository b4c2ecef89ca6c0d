package io.joulestream.core.ledger;

/** Why a frame or a sample was refused. The names are part of the wire contract: never rename, only add. */
public enum RejectCode {
    DECODE_ERROR,
    SCHEMA_UNSUPPORTED,
    TENANT_MISMATCH,
    UNKNOWN_SITE,
    UNKNOWN_ENTITY,
    FRAME_TOO_LARGE,
    SLOT_MISMATCH,
    UNKNOWN_METRIC,
    UNIT_MISMATCH,
    CLOCK_FUTURE,
    CLOCK_SKEW,
    TIME_IMPLAUSIBLE,
    TOO_OLD,
    OUT_OF_RANGE,
    COUNTER_REGRESSION,
    RATE_IMPLAUSIBLE,
    DUP_CONFLICT,
    LATE_REDUNDANT,
    CORRECTION_LATE,
    ALLOC_TOO_LATE,
    TOKENS_REGRESSION
}
