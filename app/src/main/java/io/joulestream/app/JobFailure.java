package io.joulestream.app;

import io.joulestream.storage.DatabaseTrouble;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Why the ledger job stopped, until it was started again.
 *
 * @param at when
 * @param trouble empty where it was not the database
 * @param reason on one line
 */
record JobFailure(Instant at, Optional<DatabaseTrouble> trouble, String reason) {
    private static final String CAUSED_BY = "Caused by: ";

    /** @param stackTrace as Flink tells it */
    static JobFailure of(Instant at, String stackTrace) {
        return new JobFailure(at, DatabaseTrouble.namedIn(stackTrace), rootOf(stackTrace));
    }

    /** The last cause of a stack trace as Flink sends it, on one line. */
    static String rootOf(String stackTrace) {
        List<String> causes = stackTrace
                .lines()
                .flatMap(line -> Arrays.stream(line.split("\\\\n")))
                .filter(line -> line.startsWith(CAUSED_BY))
                .map(line -> line.substring(CAUSED_BY.length()))
                .toList();
        return causes.isEmpty()
                ? stackTrace.lines().findFirst().orElse("no reason given")
                : causes.get(causes.size() - 1);
    }
}
