package io.joulestream.core.kpi;

/** The ids of the formulas, as figures carry them and {@code docs/method.md} explains them. */
public final class Methods {
    /** Version of all formulas together; it changes whenever the same inputs would give another figure. */
    public static final String VERSION = "2026.1";

    public static final String PUE_MEASURED = "ipue.measured-only";
    public static final String PUE_BEST_ESTIMATE = "ipue.best-estimate";
    public static final String ROLE_ENERGY = "energy.role";
    public static final String FACILITY_ENERGY = "energy.facility";
    public static final String FACILITY_BY_DESIGN_PUE = "energy.it-times-design-pue";
    public static final String DEMAND_PEAK = "demand.peak-15min-mean";
    public static final String VOLUME = "volume.metered";
    public static final String IT_ENERGY = "energy.it";
    public static final String ENERGY_DIFFERENCE = "energy.difference";
    public static final String BALANCE_LINE = "energy.balance-line";
    public static final String RUN_ENERGY = "energy.run";
    public static final String RUN_USE_ENERGY = "energy.run-use";
    public static final String RUN_REPORTED_ENERGY = "energy.run-reported";
    public static final String RUN_PUE = "ipue.energy-weighted";
    public static final String GOODPUT_ENERGY_FRACTION = "goodput-energy-fraction";
    public static final String LOST_WORK_ENERGY_FRACTION = "lost-work-energy-fraction";
    public static final String JOULES_PER_PROCESSED_TOKEN = "joules-per-token.processed";
    public static final String JOULES_PER_EFFECTIVE_TOKEN = "joules-per-token.effective";
    public static final String JOULES_PER_RETAINED_TOKEN = "joules-per-token.retained";
    public static final String FACILITY_JOULES_PER_PROCESSED_TOKEN = "joules-per-token.facility-processed";
    public static final String FACILITY_JOULES_PER_RETAINED_TOKEN = "joules-per-token.facility-retained";
    public static final String SCOPE2_LOCATION = "scope2.location-based";
    public static final String COST_FLAT = "cost.flat-tariff";

    private Methods() {}
}
