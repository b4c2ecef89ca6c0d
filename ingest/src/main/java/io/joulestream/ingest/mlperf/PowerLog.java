package io.joulestream.ingest.mlperf;

import io.joulestream.ingest.PowerOutcome;
import io.joulestream.ingest.PowerReading;
import io.joulestream.ingest.PowerReadings;
import io.joulestream.ingest.Problem;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A power log: {@code power_reading} entries, in watts at their time_ms. Other keys are passed over, also
 * power_measurement_stop: logs were seen whose stop carries the start's time.
 */
public final class PowerLog {
    static final String READING = "power_reading";

    private PowerLog() {}

    /** Reads the file whole or says what is wrong with it; throws for no content. */
    public static PowerOutcome read(Path path) {
        String file = path.toString();
        List<PowerReading> readings = new ArrayList<>();
        MllogReader.Outcome outcome = MllogReader.read(path, entry -> take(entry, file, readings));
        if (outcome instanceof MllogReader.Outcome.Broken broken) {
            return PowerOutcome.Refused.of(broken.problem());
        }
        if (readings.isEmpty()) {
            return PowerOutcome.Refused.of(
                    new Problem(file, "no '" + READING + "' in this log", "give the power log of a node or a meter"));
        }
        return PowerReadings.of(file, ((MllogReader.Outcome.Complete) outcome).sha256(), readings);
    }

    private static Optional<Problem> take(MllogEntry entry, String file, List<PowerReading> readings) {
        if (!entry.key().equals(READING)) {
            return Optional.empty();
        }
        Optional<BigDecimal> watts = MllogEntry.number(entry.value());
        OptionalLong nanowatts = watts.map(PowerReading::nanowatts).orElse(OptionalLong.empty());
        if (nanowatts.isEmpty()) {
            String found = watts.isPresent() ? "more watts than any meter reads" : "no number: " + entry.value();
            return Optional.of(Problem.at(file, entry.line(), READING + " is " + found, "repair or remove the line"));
        }
        if (readings.size() == PowerReadings.MAX_READINGS) {
            return Optional.of(Problem.at(
                    file,
                    entry.line(),
                    "more than " + PowerReadings.MAX_READINGS + " readings",
                    "split the file and import the parts"));
        }
        readings.add(new PowerReading(entry.timeMs(), nanowatts.getAsLong(), false));
        return Optional.empty();
    }
}
