package io.joulestream.ingest.world;

import io.joulestream.wire.v1.ValueKind;

/**
 * One series of an entity.
 *
 * @param metric number in the registry
 * @param exp10 the reading's unit is 10^exp10 of the metric's
 * @param quantum every reading is a whole multiple of it
 * @param modulus at which the register begins again from zero; 0 where it is wide enough for ever
 * @param ofRecord whether the entity's energy is accounted from it: a counter of whole millijoules
 * @param value what a perfect instrument would read
 */
record Sensor(
        int metric,
        String metricName,
        ValueKind kind,
        int exp10,
        String unit,
        long quantum,
        long modulus,
        boolean ofRecord,
        Value value) {
    interface Value {
        long at(Moment moment);
    }

    long read(Moment moment) {
        long shown = Math.floorDiv(value.at(moment), quantum) * quantum;
        return modulus == 0 ? shown : Math.floorMod(shown, modulus);
    }

    /** How often the register has begun again before it shows what it shows. */
    long wraps(Moment moment) {
        return modulus == 0 ? 0 : Math.floorDiv(value.at(moment), modulus);
    }

    static Sensor counter(int metric, String metricName, Load load, long first) {
        return counter(metric, metricName, load, first, 0);
    }

    static Sensor counter(int metric, String metricName, Load load, long first, long modulus) {
        return new Sensor(
                metric,
                metricName,
                ValueKind.COUNTER,
                -3,
                "mJ",
                1,
                modulus,
                true,
                moment -> first + load.millijoules(moment));
    }

    /** In thousandths. */
    static Sensor ratio(int metric, String metricName, Value perMille) {
        return new Sensor(metric, metricName, ValueKind.GAUGE, -3, "1", 1, 0, false, perMille);
    }

    /** To a whole watt. */
    static Sensor power(int metric, String metricName, Load load) {
        return new Sensor(
                metric, metricName, ValueKind.GAUGE, -3, "W", 1_000, 0, false, moment -> 10 * load.centiwatts(moment));
    }

    /** To half a degree. */
    static Sensor temperature(int metric, String metricName, Value milliCelsius) {
        return new Sensor(metric, metricName, ValueKind.GAUGE, -3, "Cel", 500, 0, false, milliCelsius);
    }

    /** To 10 litres an hour. */
    static Sensor flow(Value litresPerHour) {
        return new Sensor(40, "cool.flow", ValueKind.GAUGE, -3, "m3/h", 10, 0, false, litresPerHour);
    }
}
