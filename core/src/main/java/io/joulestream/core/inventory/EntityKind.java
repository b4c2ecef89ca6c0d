package io.joulestream.core.inventory;

/** What an entity is. The names are those of the telemetry frame. */
public enum EntityKind {
    SITE,
    HALL,
    ROW,
    RACK,
    NODE,
    GPU,
    GPU_SLICE,
    CPU,
    METER,
    PDU,
    OUTLET,
    CIRCUIT,
    POWER_SHELF,
    UPS,
    COOLING_UNIT,
    COOLING_LOOP,
    CHILLER,
    PUMP,
    FAN,
    TOWER,
    JOB;

    /**
     * Whether such an entity is read through the device that holds it, so that this device owns its readings unless the
     * site says otherwise: a GPU through its node, an outlet through its PDU.
     */
    public boolean isPartOfADevice() {
        return switch (this) {
            case GPU, GPU_SLICE, CPU, OUTLET, CIRCUIT -> true;
            default -> false;
        };
    }
}
