package io.joulestream.core.kpi;

/** What a reader of a figure should know about it. The names are part of the API: never rename, only add. */
public enum FigureFlag {
    /** The value was set to its limit, because the excess is within the meters' uncertainty. */
    AT_LIMIT,
    /** The estimated share is above 5 %. */
    ESTIMATED_SHARE_HIGH,
    /** The estimated share is above 20 %; a month with it closes only by an approval that names it. */
    ESTIMATED_SHARE_BLOCKS_CLOSING,
    /** Coverage is below what a report of this length asks for; the value is that of what is known. */
    COVERAGE_BELOW_REPORTABLE,
    /** A window under one hour: for display only, and biased, because cooling follows IT with a lag. */
    DISPLAY_ONLY,
    /** The window is shorter than five of the longest sample periods. */
    WINDOW_TOO_SHORT,
    /** No interval is given: a meter's accuracy class is unknown, or the figure's inputs do not say which meters are behind it. */
    ACCURACY_UNKNOWN,
    /** The site has a battery, and the change of its stored energy is not measured; it was taken as 0. */
    STORAGE_LEVEL_UNMEASURED,
    /** Heat bought from outside is part of the facility's energy, one kWh of heat as one kWh. */
    THERMAL_INPUT,
    /** Inventory knows an energy input of the facility that has no energy reading; it is not in the value. */
    INPUT_UNMETERED,
    /** Inventory knows IT equipment at the measuring place that has no energy reading; it is not in the value. */
    IT_UNMETERED,
    /** The facility's energy is IT energy times the designed PUE, for want of a meter. */
    DESIGN_PUE,
    /** No emission factor exists for the year; the nearest earlier year's was used. */
    FACTOR_YEAR_EARLIER,
    /** The period is not over; the figure is of its part up to the data's end. */
    PERIOD_OPEN,
    /** A counter's difference over a gap is part of the energy. */
    BRIDGED,
    /** The energy of a shared meter was divided by allocated time. */
    SHARED_BY_TIME,
    /** GPUs stand for nodes whose other parts nothing measures; the value is that of the GPUs alone. */
    REST_UNMETERED,
    /** For part of the time no assertion says which run held the equipment. */
    ALLOC_UNKNOWN,
    /** Who held the equipment was told after readings were settled: whole minutes moved, that of the change by time. */
    ALLOC_LATE,
    /** A restart falls inside a logging interval, which was discarded whole. */
    RESTART_INSIDE_INTERVAL,
    /** The run's log tells no phases: what was neither a step nor discarded is in the line "other". */
    PHASES_NOT_TOLD,
    /** Network and storage have no part in the value. */
    SHARED_IT_EXCLUDED
}
