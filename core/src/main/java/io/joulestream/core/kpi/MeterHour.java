package io.joulestream.core.kpi;

import static java.util.Objects.requireNonNull;

import io.joulestream.core.telemetry.Metric;
import java.time.Instant;

/**
 * What one channel said in one UTC hour, from its stored minutes.
 *
 * @param coveredMillis 0 to 3,600,000
 * @param powerMaxMilliwatts over the covered minutes with a reading
 * @param powerMinMilliwatts the same; greater than the maximum where there is none
 * @param samples usable readings
 * @param flags bits of {@link io.joulestream.core.ledger.LedgerFlag} set in any minute
 */
public record MeterHour(
        String entity,
        Metric metric,
        Instant start,
        EnergyTotal energy,
        long coveredMillis,
        long powerMaxMilliwatts,
        long powerMinMilliwatts,
        long samples,
        int flags) {
    public MeterHour {
        requireNonNull(entity, "entity");
        requireNonNull(metric, "metric");
        requireNonNull(start, "start");
        requireNonNull(energy, "energy");
    }
}
