package io.joulestream.storage;

import java.util.List;
import java.util.Optional;

/**
 * Some of a tenant's runs, newest first.
 *
 * @param more whether there are older ones
 */
public record RunPage(List<RunSummary> runs, boolean more) {
    public RunPage {
        runs = List.copyOf(runs);
    }

    /** Where the next page begins. */
    public Optional<RunCursor> next() {
        if (!more) {
            return Optional.empty();
        }
        RunSummary last = runs.get(runs.size() - 1);
        return Optional.of(new RunCursor(last.startedAt(), last.run()));
    }
}
