package io.joulestream.ingest;

import java.util.List;

/** What came of a file of power readings. */
public sealed interface PowerOutcome {
    /** @param readings at least one */
    record Read(PowerReadings readings) implements PowerOutcome {}

    /**
     * @param shown the first problems, at least one
     * @param total how many there are, shown or not
     */
    record Refused(List<Problem> shown, int total) implements PowerOutcome {
        public Refused {
            shown = List.copyOf(shown);
        }

        public static Refused of(Problem problem) {
            return new Refused(List.of(problem), 1);
        }
    }
}
