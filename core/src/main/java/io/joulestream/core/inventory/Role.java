package io.joulestream.core.inventory;

import java.time.Duration;

/** What an entity's readings count as in the site's energy balance. */
public enum Role {
    /** Electricity bought, at the supply point, one per feed. */
    GRID_IMPORT(Sums.FACILITY),
    GRID_EXPORT(Sums.FACILITY),
    /** Output of PV, fuel cell or CHP. */
    ONSITE_GEN(Sums.FACILITY),
    BACKUP_GEN(Sums.FACILITY),
    STORAGE_CHARGE(Sums.FACILITY),
    STORAGE_DISCHARGE(Sums.FACILITY),
    STORAGE_SOC(Sums.FACILITY),
    /** Chilled water or steam bought from outside; heat, not electricity. */
    THERMAL_IN(Sums.FACILITY),
    UPS_OUT(Sums.IT),
    PDU_OUT(Sums.IT),
    IT_IN(Sums.IT),
    COOLING_ELEC(Sums.FACILITY),
    /** Heat taken away by the cooling system; heat, not electricity. */
    HEAT_REMOVED(Sums.FACILITY),
    /** Heat handed over at the boundary; heat, not electricity. */
    HEAT_EXPORT(Sums.FACILITY),
    WATER_IN(Sums.FACILITY),
    /** Loads inside the building that are not data centre. */
    NON_DC(Sums.FACILITY),
    /** The electrical input of one node. */
    NODE_IN(Sums.IT),
    GPU(Sums.IT),
    /** A finer view of an IT load that another entity already counts. */
    IT_SUB(Sums.NOTHING_OF_IT),
    /** Network gear, shared among runs by its allocation key. */
    NETWORK(Sums.IT),
    /** Storage gear, shared among runs by its allocation key. */
    STORAGE_IT(Sums.IT),
    /** Measures the same load as its parent; compared with it, never summed. */
    CHECK(Sums.NOTHING),
    /** Environment only. */
    SENSOR(Sums.NOTHING);

    private enum Sums {
        FACILITY,
        IT,
        NOTHING_OF_IT,
        NOTHING
    }

    private final Sums sums;

    Role(Sums sums) {
        this.sums = sums;
    }

    /** Whether the readings belong to IT equipment; for {@link #CHECK} and {@link #SENSOR} the answer is no. */
    public boolean isIt() {
        return sums == Sums.IT || sums == Sums.NOTHING_OF_IT;
    }

    /** Whether entities of this role are added up, so that one may not lie below another of the same role. */
    public boolean isSummed() {
        return sums == Sums.FACILITY || sums == Sums.IT;
    }

    /** Whether the energy of this role is heat. Thermal and electrical joules are never added. */
    public boolean isThermal() {
        return this == THERMAL_IN || this == HEAT_REMOVED || this == HEAT_EXPORT;
    }

    /** Whether this role is one of the four places where a site may measure its IT energy. */
    public boolean isItMeasuringPlace() {
        return switch (this) {
            case UPS_OUT, PDU_OUT, IT_IN, NODE_IN -> true;
            default -> false;
        };
    }

    /**
     * How this role enters the energy that crosses the site's boundary: 1 added, -1 subtracted, 0 not part of it. For
     * {@link #STORAGE_SOC} it is the change of the level that is subtracted.
     */
    public int facilitySign() {
        return switch (this) {
            case GRID_IMPORT, ONSITE_GEN, BACKUP_GEN, THERMAL_IN -> 1;
            case GRID_EXPORT, NON_DC, STORAGE_SOC -> -1;
            default -> 0;
        };
    }

    /** Above this, three sample periods no longer extend the longest gap that counts as covered. */
    Duration gapCap() {
        return isIt() ? Duration.ofMinutes(5) : Duration.ofMinutes(15);
    }
}
