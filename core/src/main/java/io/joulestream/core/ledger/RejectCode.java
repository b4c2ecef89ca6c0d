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
    /** The source's unit is none that is known. */
    UNIT_UNKNOWN,
    UNIT_MISMATCH,
    CLOCK_FUTURE,
    CLOCK_SKEW,
    TIME_IMPLAUSIBLE,
    /** A local time that never was, because clocks were set forward over it. An importer's: no frame has local times. */
    TIME_NONEXISTENT,
    TOO_OLD,
    OUT_OF_RANGE,
    /** NaN or infinity. An adapter's: a frame has whole numbers only. */
    NOT_FINITE,
    /** The device's way to say that it has no value. Counted, and taken as missing; there is nothing to send again. */
    SENTINEL,
    COUNTER_REGRESSION,
    RATE_IMPLAUSIBLE,
    DUP_CONFLICT,
    /** A sender began its numbers again without a new session. Taken, and marked SUSPECT; told once a frame. */
    SEQ_REGRESSION,
    LATE_REDUNDANT,
    CORRECTION_LATE,
    /** Before the first hour that the site's rebuilt ledger covers. */
    BEFORE_FLOOR,
    ALLOC_TOO_LATE,
    /** A Sparkplug alias before the birth that binds it. An adapter's. */
    UNKNOWN_ALIAS,
    TOKENS_REGRESSION;

    /**
     * Whether sending the same again can have another outcome. Of a conflict the better reading is held; what came too
     * late comes later still.
     */
    public boolean isReplayable() {
        return switch (this) {
            case DUP_CONFLICT, LATE_REDUNDANT, CORRECTION_LATE, TOO_OLD, BEFORE_FLOOR, SENTINEL, SEQ_REGRESSION ->
                false;
            default -> true;
        };
    }
}
