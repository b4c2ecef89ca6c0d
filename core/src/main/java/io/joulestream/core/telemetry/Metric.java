package io.joulestream.core.telemetry;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The registry of what a series can measure. Numbers travel on the wire: they are append-only, and a change of meaning is
 * a new number.
 */
public enum Metric {
    GPU_POWER(1, "gpu.power", "W", ValueKind.GAUGE, Quantity.ELECTRICAL_POWER),
    GPU_ENERGY(2, "gpu.energy", "J", ValueKind.COUNTER, Quantity.ELECTRICAL_ENERGY),
    GPU_CLOCK_SM(3, "gpu.clock.sm", "Hz", ValueKind.GAUGE),
    GPU_CLOCK_MEM(4, "gpu.clock.mem", "Hz", ValueKind.GAUGE),
    GPU_TEMP(5, "gpu.temp", "Cel", ValueKind.GAUGE),
    GPU_MEM_TEMP(6, "gpu.mem.temp", "Cel", ValueKind.GAUGE),
    GPU_UTIL(7, "gpu.util", "1", ValueKind.GAUGE),
    GPU_FB_USED(8, "gpu.fb.used", "By", ValueKind.GAUGE),
    GPU_FB_FREE(9, "gpu.fb.free", "By", ValueKind.GAUGE),
    GPU_GR_ACTIVE(10, "gpu.gr.active", "1", ValueKind.GAUGE),
    GPU_TENSOR_ACTIVE(11, "gpu.tensor.active", "1", ValueKind.GAUGE),
    GPU_DRAM_ACTIVE(12, "gpu.dram.active", "1", ValueKind.GAUGE),
    GPU_PCIE_TX(13, "gpu.pcie.tx", "By/s", ValueKind.GAUGE),
    GPU_PCIE_RX(14, "gpu.pcie.rx", "By/s", ValueKind.GAUGE),
    /** The exporter does not state the unit, so the number is kept as it came. */
    GPU_NVLINK_BYTES(15, "gpu.nvlink.bytes", "{raw}", ValueKind.COUNTER),
    /** The last error code, not a count of errors. */
    GPU_XID_LAST(16, "gpu.xid.last", "{code}", ValueKind.STATE),
    GPU_THROTTLE_POWER_NS(17, "gpu.throttle.power_ns", "ns", ValueKind.COUNTER),

    NODE_POWER(20, "node.power", "W", ValueKind.GAUGE, Quantity.ELECTRICAL_POWER),
    NODE_ENERGY(21, "node.energy", "J", ValueKind.COUNTER, Quantity.ELECTRICAL_ENERGY),
    CPU_PACKAGE_ENERGY(22, "cpu.package.energy", "J", ValueKind.COUNTER, Quantity.ELECTRICAL_ENERGY),

    METER_POWER_ACTIVE(30, "meter.power.active", "W", ValueKind.GAUGE, Quantity.ELECTRICAL_POWER),
    METER_ENERGY_ACTIVE(31, "meter.energy.active", "J", ValueKind.COUNTER, Quantity.ELECTRICAL_ENERGY),
    METER_POWER_APPARENT(32, "meter.power.apparent", "VA", ValueKind.GAUGE),
    METER_POWER_FACTOR(33, "meter.power_factor", "1", ValueKind.GAUGE),
    METER_VOLTAGE(34, "meter.voltage", "V", ValueKind.GAUGE),
    METER_CURRENT(35, "meter.current", "A", ValueKind.GAUGE),
    METER_FREQUENCY(36, "meter.frequency", "Hz", ValueKind.GAUGE),

    COOL_FLOW(40, "cool.flow", "m3/h", ValueKind.GAUGE),
    COOL_TEMP_SUPPLY(41, "cool.temp.supply", "Cel", ValueKind.GAUGE),
    COOL_TEMP_RETURN(42, "cool.temp.return", "Cel", ValueKind.GAUGE),
    COOL_HEAT(43, "cool.heat", "W", ValueKind.GAUGE, Quantity.THERMAL_POWER),
    COOL_HEAT_ENERGY(44, "cool.heat.energy", "J", ValueKind.COUNTER, Quantity.THERMAL_ENERGY),
    COOL_PRESSURE_SUPPLY(45, "cool.pressure.supply", "kPa", ValueKind.GAUGE),
    COOL_PRESSURE_RETURN(46, "cool.pressure.return", "kPa", ValueKind.GAUGE),
    COOL_PUMP_SPEED(47, "cool.pump.speed", "1", ValueKind.GAUGE),
    COOL_LEAK(48, "cool.leak", "{code}", ValueKind.STATE),
    ENV_TEMP_OUTDOOR(49, "env.temp.outdoor", "Cel", ValueKind.GAUGE),
    ENV_HUMIDITY(50, "env.humidity", "1", ValueKind.GAUGE),
    WATER_VOLUME(51, "water.volume", "L", ValueKind.COUNTER, Quantity.VOLUME),
    FUEL_VOLUME(52, "fuel.volume", "L", ValueKind.COUNTER, Quantity.VOLUME),
    /** Stored energy at an instant: a level, not a flow, so it is no electrical energy to be summed. */
    STORAGE_SOC(53, "storage.soc", "J", ValueKind.GAUGE, Quantity.STORED_ENERGY),

    JOB_TOKENS(60, "job.tokens", "{token}", ValueKind.DELTA),
    JOB_SAMPLES(61, "job.samples", "{sample}", ValueKind.DELTA),
    JOB_STEP(62, "job.step", "{step}", ValueKind.COUNTER),
    JOB_STEP_TIME(63, "job.step_time", "ms", ValueKind.GAUGE),
    /** What a training log claims it used. It repeats what meters read, so it is never summed with them. */
    JOB_ENERGY_REPORTED(64, "job.energy.reported", "J", ValueKind.DELTA),
    JOB_PRECISION(65, "job.precision", "{code}", ValueKind.STATE),
    JOB_TOKENS_EFFECTIVE(66, "job.tokens.effective", "{token}", ValueKind.DELTA),
    JOB_ATTEMPT(67, "job.attempt", "{n}", ValueKind.STATE),
    JOB_PHASE(68, "job.phase", "{code}", ValueKind.STATE),
    JOB_CHECKPOINT_STEP(69, "job.checkpoint_step", "{step}", ValueKind.STATE);

    /** How the values of a series relate to time. */
    public enum ValueKind {
        /** A value at an instant, or the mean since the previous one. */
        GAUGE,
        /** Cumulative, monotonic inside one epoch. */
        COUNTER,
        /** An amount in (previous sample, this sample]. */
        DELTA,
        /** A code; never integrated or averaged. */
        STATE
    }

    private enum Quantity {
        ELECTRICAL_POWER,
        ELECTRICAL_ENERGY,
        THERMAL_POWER,
        THERMAL_ENERGY,
        VOLUME,
        STORED_ENERGY,
        OTHER
    }

    private static final Metric[] BY_NUMBER = byNumberTable();
    private static final Map<String, Metric> BY_NAME =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(Metric::dottedName, Function.identity()));

    private final int number;
    private final String dottedName;
    private final String unit;
    private final ValueKind valueKind;
    private final Quantity quantity;

    Metric(int number, String dottedName, String unit, ValueKind valueKind) {
        this(number, dottedName, unit, valueKind, Quantity.OTHER);
    }

    Metric(int number, String dottedName, String unit, ValueKind valueKind, Quantity quantity) {
        this.number = number;
        this.dottedName = dottedName;
        this.unit = unit;
        this.valueKind = valueKind;
        this.quantity = quantity;
    }

    /** The metric of a wire number; empty when this build does not know the number. */
    public static Optional<Metric> byNumber(int number) {
        return number >= 0 && number < BY_NUMBER.length ? Optional.ofNullable(BY_NUMBER[number]) : Optional.empty();
    }

    /** The metric of a dotted name such as {@code meter.energy.active}; case matters; empty when there is none. */
    public static Optional<Metric> byName(String dottedName) {
        return Optional.ofNullable(BY_NAME.get(dottedName));
    }

    /** The number on the wire; 1 or greater. */
    public int number() {
        return number;
    }

    /** The name people write, such as {@code gpu.power}. */
    public String dottedName() {
        return dottedName;
    }

    /** The canonical unit, in UCUM spelling: W, J, Cel, m3/h, kPa, 1, By, By/s, Hz, L, {token} ... */
    public String unit() {
        return unit;
    }

    public ValueKind valueKind() {
        return valueKind;
    }

    /** Watts of electricity at a device or meter. Thermal watts are another quantity and never join these. */
    public boolean isElectricalPower() {
        return quantity == Quantity.ELECTRICAL_POWER;
    }

    /** A cumulative register of electrical joules at a device or meter. */
    public boolean isElectricalEnergy() {
        return quantity == Quantity.ELECTRICAL_ENERGY;
    }

    /** Watts of heat. */
    public boolean isThermalPower() {
        return quantity == Quantity.THERMAL_POWER;
    }

    /** A cumulative register of joules of heat. */
    public boolean isThermalEnergy() {
        return quantity == Quantity.THERMAL_ENERGY;
    }

    /** A cumulative register of litres of water or fuel. No energy: never added to joules. */
    public boolean isVolume() {
        return quantity == Quantity.VOLUME;
    }

    /** Joules that a store holds at an instant. Only the difference of two readings is energy that flowed. */
    public boolean isStoredEnergy() {
        return quantity == Quantity.STORED_ENERGY;
    }

    private static Metric[] byNumberTable() {
        int greatest = Arrays.stream(values()).mapToInt(Metric::number).max().orElseThrow();
        Metric[] table = new Metric[greatest + 1];
        for (Metric metric : values()) {
            table[metric.number] = metric;
        }
        return table;
    }
}
