package io.joulestream.ingest.world;

import io.joulestream.wire.v1.ValueKind;

/**
 * One series of an entity.
 *
 * @param metric number in the registry
 * @param exp10 the reading's unit is 10^exp10 of the metric's
 * @param quantum every reading is a whole multiple of it
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
        boolean ofRecord,
        Value value) {
    interface Value {
        long at(Moment moment);
    }

    long read(Moment moment) {
        return Math.floorDiv(value.at(moment), quantum) * quantum;
    }

    static Sensor counter(int metric, String metricName, Load load, long first) {
        return new Sensor(
                metric, metricName, ValueKind.COUNTER, -3, "mJ", 1, true, moment -> first + load.millijoules(moment));
    }

    /** To a whole watt. */
    static Sensor power(int metric, String metricName, Load load) {
        return new Sensor(
                metric, metricName, ValueKind.GAUGE, -3, "W", 1_000, false, moment -> 10 * load.centiwatts(moment));
    }

    /** To half a degree. */
    static Sensor temperature(int metric, String metricName, Value milliCelsius) {
        return new Sensor(metric, metricName, ValueKind.GAUGE, -3, "Cel", 500, false, milliCelsius);
    }

    /** To 10 litres an hour. */
    static Sensor flow(Value litresPerHour) {
        return new Sensor(40, "cool.flow", ValueKind.GAUGE, -3, "m3/h", 10, false, litresPerHour);
    }
}
