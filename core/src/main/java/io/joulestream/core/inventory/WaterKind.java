package io.joulestream.core.inventory;

/** What water a {@link Role#WATER_IN} meter counts. */
public enum WaterKind {
    POTABLE,
    FRESH_OTHER,
    RECLAIMED,
    RAIN,
    SEA
}
