package io.joulestream.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What was seen of a service during each fault and after it, as the table that operations.md shows. */
final class FaultTable {
    private final List<String> lines = new ArrayList<>(List.of(
            "| fault | held, s | health | reasons | API during it: 200 / 503, longest, s | backlog at most, frames"
                    + " | sent meanwhile, frames | largest heap, MB | recovered after release, s | ledger |",
            "|---|---|---|---|---|---|---|---|---|---|"));

    /**
     * @param backlog frames in the topic that were not accounted for yet, at most
     * @param sent frames from the fault's begin to its recovery: what the backlog may not exceed, beside the steady lag
     * @param heapMegabytes before a collection, at most; 0 where none happened
     */
    record Row(
            String fault,
            double heldSeconds,
            Set<String> statuses,
            Set<String> reasons,
            long answered,
            long refused,
            double longestAnswerSeconds,
            long backlog,
            long sent,
            long heapMegabytes,
            double recoverySeconds,
            long rowsChecked) {}

    void add(Row row) {
        lines.add(String.format(
                Locale.ROOT,
                "| %s | %.1f | %s | %s | %d / %d, %.1f | %d | %d | %s | %.1f | equal, %d rows |",
                row.fault(),
                row.heldSeconds(),
                String.join(", ", row.statuses()),
                String.join(", ", row.reasons()),
                row.answered(),
                row.refused(),
                row.longestAnswerSeconds(),
                row.backlog(),
                row.sent(),
                row.heapMegabytes() == 0 ? "-" : Long.toString(row.heapMegabytes()),
                row.recoverySeconds(),
                row.rowsChecked()));
    }

    void write(Path file) throws IOException {
        Files.write(file, lines);
        lines.forEach(System.out::println);
    }
}
