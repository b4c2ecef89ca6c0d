package io.joulestream.app.truth;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Compares what the product stored of a capture with the boards' own counters: between two readings a counter advances evenly,
 * and is cut at minutes and at the edges of each run by floors of what it has advanced, so pieces add up.
 *
 * <p>Written from the method and the files alone; it shares no arithmetic and no reader with the product. For captures whose
 * counters never start again. Used once.
 */
public final class CaptureCheck {
    private static final long MINUTE_MILLIS = 60_000;
    private static final int WRONG_ROWS_SHOWN = 100;
    private static final ObjectMapper JSON = new ObjectMapper();

    /** What a run must have used and done. */
    private static final class Truth {
        long fromMillis;
        long toMillis;
        long processed;
        final TreeMap<Long, Long> kept = new TreeMap<>();
        final Map<Instant, Energy> minutes = new HashMap<>();

        long energy() {
            return minutes.values().stream().mapToLong(Energy::total).sum();
        }

        long retained() {
            return kept.values().stream().mapToLong(Long::longValue).sum();
        }
    }

    private record Energy(long measured, long bridged, long estimated) {
        long total() {
            return measured + bridged + estimated;
        }

        Energy plus(Energy other) {
            return new Energy(measured + other.measured, bridged + other.bridged, estimated + other.estimated);
        }
    }

    /**
     * What came of it.
     *
     * @param rowsChecked stored rows compared, and true rows that are not stored
     * @param rowsWrong of these
     * @param firstWrong at most 100 of them
     * @param runs in the order of their times
     */
    public record Result(long rowsChecked, long rowsWrong, List<CheckReport.WrongRow> firstWrong, List<Run> runs) {}

    /** @param retainedTruth tokens that no restart discarded */
    public record Run(CheckReport.RunFigures figures, long retainedTruth) {}

    private final String tenant;
    private final String site;
    private final Connection database;
    private final Map<String, Truth> runs = new LinkedHashMap<>();
    private final List<CheckReport.WrongRow> firstWrong = new ArrayList<>();
    private long rowsChecked;
    private long rowsWrong;

    private CaptureCheck(String tenant, String site, Connection database) {
        this.tenant = tenant;
        this.site = site;
        this.database = database;
    }

    /**
     * Compares all rows of a site that has one capture and nothing else. Only reads.
     *
     * @param directory with nvml.csv and steps.jsonl
     * @param maxGap of the site's counters: over a longer pause their advance is bridged
     */
    public static Result compare(Path directory, String tenant, String site, Duration maxGap, Connection database)
            throws IOException, SQLException {
        CaptureCheck check = new CaptureCheck(tenant, site, database);
        check.readEvents(directory.resolve("steps.jsonl"));
        check.readCounters(directory.resolve("nvml.csv"), maxGap.toMillis());
        check.compareMinutes();
        Map<String, CheckReport.RunFigures> figures = check.compareHours();
        check.compareExtents();
        check.compareDeadLetters();
        return new Result(
                check.rowsChecked,
                check.rowsWrong,
                List.copyOf(check.firstWrong),
                check.runs.entrySet().stream()
                        .map(run -> new Run(
                                figures.get(run.getKey()), run.getValue().retained()))
                        .toList());
    }

    private void readEvents(Path file) throws IOException {
        for (String line : Files.readAllLines(file)) {
            JsonNode event = JSON.readTree(line);
            long at = event.path("unix_ms").asLong();
            String run = site + "-" + event.path("phase").asText();
            switch (event.path("event").asText()) {
                case "phase_start" -> {
                    runs.put(run, new Truth());
                    runs.get(run).fromMillis = at;
                }
                case "phase_end" -> runs.get(run).toMillis = at;
                case "step" -> {
                    runs.get(run).processed += event.path("tokens").asLong();
                    runs.get(run)
                            .kept
                            .put(
                                    event.path("step").asLong(),
                                    event.path("tokens").asLong());
                }
                case "restart" ->
                    runs.get(run)
                            .kept
                            .tailMap(event.path("from_step").asLong(), false)
                            .clear();
                default -> {}
            }
        }
    }

    private void readCounters(Path file, long maxGapMillis) throws IOException {
        Map<String, long[]> before = new HashMap<>();
        try (CsvReader<NamedCsvRecord> table = CsvReader.builder().ofNamedCsvRecord(file)) {
            for (NamedCsvRecord row : table) {
                long at = Long.parseLong(row.getField("unix_ms"));
                long millijoules = Long.parseLong(row.getField("energy_mj"));
                long[] last = before.put(row.getField("gpu"), new long[] {at, millijoules});
                if (last != null) {
                    long microjoules = Math.multiplyExact(1_000L, millijoules - last[1]);
                    runs.values().forEach(run -> add(run, last[0], at, microjoules, at - last[0] > maxGapMillis));
                }
            }
        }
    }

    private static void add(Truth run, long fromMillis, long toMillis, long microjoules, boolean bridged) {
        long end = Math.min(toMillis, run.toMillis);
        for (long start = Math.max(fromMillis, run.fromMillis); start < end; ) {
            long minute = Math.floorDiv(start, MINUTE_MILLIS) * MINUTE_MILLIS;
            long next = Math.min(end, minute + MINUTE_MILLIS);
            long piece = advanced(microjoules, next - fromMillis, toMillis - fromMillis)
                    - advanced(microjoules, start - fromMillis, toMillis - fromMillis);
            run.minutes.merge(
                    Instant.ofEpochMilli(minute),
                    bridged ? new Energy(0, piece, 0) : new Energy(piece, 0, 0),
                    Energy::plus);
            start = next;
        }
    }

    /** Rounded down. */
    private static long advanced(long microjoules, long millis, long ofMillis) {
        return BigInteger.valueOf(microjoules)
                .multiply(BigInteger.valueOf(millis))
                .divide(BigInteger.valueOf(ofMillis))
                .longValueExact();
    }

    private void compareMinutes() throws SQLException {
        Map<String, Energy> stored = new HashMap<>();
        forEachRow(
                "select r.run, t.minute, t.energy_measured_uj, t.energy_bridged_uj, t.energy_estimated_uj from run_minute t"
                        + " join run r using (run_key) join site s using (site_id) where s.tenant = ? and s.site = ?",
                row -> stored.put(
                        row.getString(1) + " " + instant(row, 2),
                        new Energy(row.getLong(3), row.getLong(4), row.getLong(5))));
        runs.forEach((run, truth) -> truth.minutes.forEach((minute, energy) ->
                judge("run_minute", run + " " + minute, energy, stored.remove(run + " " + minute))));
        stored.forEach((key, energy) -> judge("run_minute", key, null, energy));
    }

    private Map<String, CheckReport.RunFigures> compareHours() throws SQLException {
        Map<String, long[]> stored = new HashMap<>();
        forEachRow(
                "select r.run, sum(t.energy_measured_uj + t.energy_bridged_uj + t.energy_estimated_uj), sum(t.tokens)"
                        + " from run_hour t join run r using (run_key) join site s using (site_id)"
                        + " where s.tenant = ? and s.site = ? group by r.run",
                row -> stored.put(row.getString(1), new long[] {row.getLong(2), row.getLong(3)}));
        Map<String, CheckReport.RunFigures> figures = new HashMap<>();
        runs.forEach((run, truth) -> {
            long[] found = stored.getOrDefault(run, new long[2]);
            judge("run_hour", run + " uJ", truth.energy(), found[0]);
            judge("run_hour", run + " tokens", truth.processed, found[1]);
            figures.put(
                    run,
                    new CheckReport.RunFigures(
                            site,
                            run,
                            millijoules(found[0]),
                            millijoules(truth.energy()),
                            found[1],
                            truth.processed,
                            found[1] == 0
                                    ? null
                                    : BigDecimal.valueOf(found[0], 6)
                                            .divide(BigDecimal.valueOf(found[1]), 9, RoundingMode.HALF_EVEN)));
        });
        return figures;
    }

    private void compareExtents() throws SQLException {
        Map<String, String> stored = new HashMap<>();
        forEachRow(
                "select r.run, t.started_at, t.ended_at from run_extent t join run r using (run_key)"
                        + " join site s using (site_id) where s.tenant = ? and s.site = ?",
                row -> stored.put(row.getString(1), instant(row, 2) + " to " + instant(row, 3)));
        runs.forEach((run, truth) -> judge(
                "run_extent",
                run,
                Instant.ofEpochMilli(truth.fromMillis) + " to " + Instant.ofEpochMilli(truth.toMillis),
                stored.remove(run)));
        stored.forEach((run, extent) -> judge("run_extent", run, null, extent));
    }

    private void compareDeadLetters() throws SQLException {
        forEachRow(
                "select code, count(*) from dead_letter where tenant = ? and site = ? group by code",
                row -> judge("dead_letter", site + " " + row.getString(1), 0L, row.getLong(2)));
    }

    /** @param right null where there must be no row; found likewise */
    private void judge(String table, String key, Object right, Object found) {
        rowsChecked++;
        if (right == null || !right.equals(found)) {
            rowsWrong++;
            if (firstWrong.size() < WRONG_ROWS_SHOWN) {
                firstWrong.add(new CheckReport.WrongRow(
                        table,
                        key,
                        right == null ? "no row" : right.toString(),
                        found == null ? "no row" : found.toString()));
            }
        }
    }

    /** Rounded half up. */
    private static long millijoules(long microjoules) {
        return BigDecimal.valueOf(microjoules, 3)
                .setScale(0, RoundingMode.HALF_UP)
                .longValueExact();
    }

    private static Instant instant(ResultSet row, int column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }

    private interface RowReader {
        void read(ResultSet row) throws SQLException;
    }

    private void forEachRow(String sql, RowReader reader) throws SQLException {
        try (PreparedStatement statement = database.prepareStatement(sql)) {
            statement.setString(1, tenant);
            statement.setString(2, site);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    reader.read(rows);
                }
            }
        }
    }
}
