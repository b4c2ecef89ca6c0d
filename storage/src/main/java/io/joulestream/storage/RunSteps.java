package io.joulestream.storage;

import static io.joulestream.storage.Jooq.energy;
import static io.joulestream.storage.generated.Tables.RUN_HOUR;
import static io.joulestream.storage.generated.Tables.RUN_MINUTE;

import io.joulestream.core.ledger.RunStep;
import org.jooq.Record;

/** A run's step from a row of {@code run_minute} or {@code run_hour}. */
final class RunSteps {
    private RunSteps() {}

    static RunStep minute(Record row, String tenant, String site, String run) {
        return new RunStep(
                tenant,
                site,
                run,
                row.get(RUN_MINUTE.MINUTE),
                60,
                energy(
                        row,
                        RUN_MINUTE.ENERGY_MEASURED_UJ,
                        RUN_MINUTE.ENERGY_BRIDGED_UJ,
                        RUN_MINUTE.ENERGY_ESTIMATED_UJ),
                row.get(RUN_MINUTE.COVERED_MS),
                row.get(RUN_MINUTE.ACCOUNTED_MS),
                row.get(RUN_MINUTE.TOKENS),
                row.get(RUN_MINUTE.FLAGS),
                row.get(RUN_MINUTE.GENERATION),
                row.get(RUN_MINUTE.REVISION));
    }

    static RunStep hour(Record row, String tenant, String site, String run) {
        return new RunStep(
                tenant,
                site,
                run,
                row.get(RUN_HOUR.START),
                row.get(RUN_HOUR.LENGTH_S),
                energy(row, RUN_HOUR.ENERGY_MEASURED_UJ, RUN_HOUR.ENERGY_BRIDGED_UJ, RUN_HOUR.ENERGY_ESTIMATED_UJ),
                row.get(RUN_HOUR.COVERED_MS),
                row.get(RUN_HOUR.ACCOUNTED_MS),
                row.get(RUN_HOUR.TOKENS),
                row.get(RUN_HOUR.FLAGS),
                row.get(RUN_HOUR.GENERATION),
                row.get(RUN_HOUR.REVISION));
    }
}
