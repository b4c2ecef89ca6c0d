package io.joulestream.app;

import io.joulestream.storage.HistoryImports;
import io.joulestream.storage.HistoryOverlap;
import io.joulestream.storage.OldHours;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Records an import before it sends anything, and refuses one that would tell old history again: the job need not keep
 * readings of it any more, so it could not tell which of two files is right. For one thread.
 */
final class HistoryRecord {
    private static final String CODE = "HISTORY_OVERLAP";
    private static final int SHOWN = 10;
    private static final int PRODUCER_CHARS = 12;

    private final HistoryImports imports;
    private final Clock clock;

    HistoryRecord(HistoryImports imports, Clock clock) {
        this.imports = imports;
        this.clock = clock;
    }

    /**
     * @param acceptHistory the longest that any version of the site grants
     * @throws UserError if old history would be told again; nothing is recorded then
     */
    void add(ImportedHistory history, Duration acceptHistory) {
        Instant now = clock.instant();
        List<HistoryOverlap> overlaps =
                imports.record(history.tenant(), history.site(), history.told(), OldHours.of(now, acceptHistory), now);
        if (!overlaps.isEmpty()) {
            throw new UserError(CODE + ": hours of site " + history.site() + " older than its acceptHistory of "
                    + acceptHistory + " were told already; nothing was sent" + lines(overlaps)
                    + "\nto compute them anew out of both: import again with --for-rebuild, then "
                    + rebuild(history, overlaps));
        }
    }

    /** The same for an import that a rebuild will follow: where it tells old history again, a note says so. */
    void addForRebuild(ImportedHistory history, Duration acceptHistory, List<String> notes) {
        Instant now = clock.instant();
        List<HistoryOverlap> overlaps = imports.recordEvenIfToldAgain(
                history.tenant(), history.site(), history.told(), OldHours.of(now, acceptHistory), now);
        if (!overlaps.isEmpty()) {
            notes.add(CODE + ": hours of site " + history.site() + " were told already" + lines(overlaps)
                    + "\nthey are right only after: " + rebuild(history, overlaps));
        }
    }

    private static String lines(List<HistoryOverlap> overlaps) {
        String more = overlaps.size() > SHOWN ? "\n  and " + (overlaps.size() - SHOWN) + " more" : "";
        return overlaps.stream()
                        .limit(SHOWN)
                        .map(overlap -> "\n  " + line(overlap))
                        .collect(Collectors.joining())
                + more;
    }

    private static String line(HistoryOverlap overlap) {
        long hours = overlap.hours().hours();
        String told = overlap.producer() == null
                ? "readings that no recorded import told"
                : "the import of producer " + shortened(overlap.producer()) + " at "
                        + overlap.importedAt().truncatedTo(ChronoUnit.SECONDS);
        return overlap.owner() + ", " + overlap.hours().from() + " to "
                + overlap.hours().to() + " (" + hours + (hours == 1 ? " hour): " : " hours): ") + told;
    }

    private static String shortened(String producer) {
        return producer.length() > PRODUCER_CHARS ? producer.substring(0, PRODUCER_CHARS) : producer;
    }

    private static String rebuild(ImportedHistory history, List<HistoryOverlap> overlaps) {
        Instant from = overlaps.stream()
                .map(overlap -> overlap.hours().from())
                .min(Comparator.naturalOrder())
                .orElseThrow();
        return "joulestream site rebuild " + history.site() + " --from " + from;
    }
}
