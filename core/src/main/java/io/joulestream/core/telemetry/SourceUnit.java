package io.joulestream.core.telemetry;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The units in which sources read, as they are spelled, and which canonical unit each converts to. A sender states it as
 * {@code source_unit}; a series of kilowatts under a metric of joules is then seen, whatever its numbers.
 */
public final class SourceUnit {
    private static final Map<String, String> CANONICAL = new HashMap<>();

    static {
        spell("W", "mW", "W", "kW", "MW", "GW", "BTU/h", "Btu/h", "[Btu_IT]/h", "ton", "tons", "[ton_refrig]");
        spell(
                "J",
                List.of("uJ", "µJ", "mJ", "J", "kJ", "MJ", "GJ"),
                List.of("Wh", "kWh", "MWh", "GWh", "W.h", "kW.h", "MW.h", "GW.h", "W·h", "kW·h", "MW·h"),
                List.of("BTU", "Btu", "[Btu_IT]", "kBTU", "MMBTU", "ton-hour", "ton.h", "ton-hours"));
        spell("VA", "VA", "V.A", "kVA", "MVA");
        spell("V", "mV", "V", "kV");
        spell("A", "mA", "A", "kA");
        spell("Hz", "Hz", "kHz", "MHz", "GHz");
        spell("Cel", "Cel", "C", "°C", "degC", "degF", "[degF]", "°F", "F", "K");
        spell("m3/h", "m3/h", "m³/h", "m3/s", "L/min", "l/min", "L/s", "l/s", "gpm", "[gal_us]/min");
        spell("kPa", "Pa", "kPa", "MPa", "bar", "mbar", "psi", "[psi]");
        spell("1", "1", "%", "ratio");
        spell("By", "By", "B", "KiB", "KiBy", "MiB", "MiBy", "GiB", "GiBy", "kB", "MB", "GB");
        spell("By/s", "By/s", "B/s", "KiB/s", "MiB/s", "GiB/s", "kB/s", "MB/s", "GB/s");
        spell("ns", "ns", "us", "µs", "ms", "s");
        spell("ms", "ns", "us", "µs", "ms", "s");
        spell("L", "mL", "L", "l", "m3", "m³", "gal", "[gal_us]");
    }

    private SourceUnit() {}

    /** Whether any quantity is read in a unit so spelled. */
    public static boolean isKnown(String spelling) {
        return CANONICAL.containsKey(spelling);
    }

    /** Whether readings in this unit can become values of the metric; a metric of codes or counts takes any unit. */
    public static boolean fits(String spelling, Metric metric) {
        String unit = metric.unit();
        return unit.startsWith("{")
                || Optional.ofNullable(CANONICAL.get(spelling))
                        .map(units -> Arrays.asList(units.split(" ")).contains(unit))
                        .orElse(false);
    }

    private static void spell(String canonical, String... spellings) {
        spell(canonical, Arrays.asList(spellings));
    }

    @SafeVarargs
    private static void spell(String canonical, List<String>... spellings) {
        for (List<String> some : spellings) {
            some.forEach(spelling -> CANONICAL.merge(spelling, canonical, (a, b) -> a + " " + b));
        }
    }
}
