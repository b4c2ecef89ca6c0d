package io.joulestream.app.truth;

import io.joulestream.ingest.world.FaultEntry;
import io.joulestream.ingest.world.TruthFile;
import io.joulestream.ingest.world.TruthFile.Table;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Compares what the product stored with a truth file, both ways: each stored row of the truth's sites with what is true,
 * and each true row with what is stored.
 *
 * <p>Written from the meaning of the tables alone; it shares no arithmetic with the product. A row whose time is not over
 * at the truth's end is not looked at, so a product that goes on meanwhile does not disturb it. Where readings cannot tell
 * a cell, the truth file says so and the row is held to the bounds that it gives. A gauge beside a counter is held to the
 * least and greatest power of its device. One snapshot of the database is read, as a stream.
 */
public final class LedgerCheck {
    private static final int FETCH_ROWS = 10_000;
    private static final int WRONG_ROWS_SHOWN = 100;
    private static final int MILLIS_PER_MINUTE = 60_000;
    /** A role's minute is measured when this share of its device-seconds is covered. */
    private static final int MEASURED_PERCENT = 99;

    /** What nothing is known of may wait for an inventory instead, so until the input ends fewer may be dead letters. */
    private static final Set<String> MAY_WAIT = Set.of("UNKNOWN_SITE", "UNKNOWN_ENTITY");

    private static final Set<String> ADDED_TO_FACILITY =
            Set.of("GRID_IMPORT", "ONSITE_GEN", "BACKUP_GEN", "THERMAL_IN");
    private static final Set<String> TAKEN_FROM_FACILITY = Set.of("GRID_EXPORT", "NON_DC");
    private static final String IT = "NODE_IN";

    private final TruthFile truth;
    private final Connection database;
    private final boolean inputEnded;
    private final Map<String, Expected> expected = new HashMap<>();
    private final Map<String, TruthFile.Gauge> gauges = new HashMap<>();
    private final Map<Integer, String> siteNames = new HashMap<>();
    private final Map<Integer, Channel> channels = new HashMap<>();
    private final Map<Integer, String> runNames = new HashMap<>();
    private final Map<String, BigInteger> siteTotals = new HashMap<>();
    private final Map<String, long[]> runTotals = new HashMap<>();
    private final Map<String, BitSet> measured = new HashMap<>();
    private final List<CheckReport.WrongRow> firstWrong = new ArrayList<>();
    private final List<Long> boundWidths = new ArrayList<>();
    private long outsideBounds;
    private long rowsChecked;
    private long rowsWrong;

    private record Channel(String site, String entity, int metric) {}

    private LedgerCheck(TruthFile truth, Connection database, boolean inputEnded) {
        this.truth = truth;
        this.database = database;
        this.inputEnded = inputEnded;
    }

    /**
     * Compares all rows of the truth's sites whose time is over at the truth's end. Only reads.
     *
     * @param database of the product, without an open transaction; left as it was
     */
    public static CheckReport compare(TruthFile truth, Connection database) throws SQLException {
        return compare(truth, database, false);
    }

    /** The same after the job was told that no input comes any more: nothing waits for an inventory then. */
    public static CheckReport compareAtEnd(TruthFile truth, Connection database) throws SQLException {
        return compare(truth, database, true);
    }

    private static CheckReport compare(TruthFile truth, Connection database, boolean inputEnded) throws SQLException {
        boolean autoCommit = database.getAutoCommit();
        int isolation = database.getTransactionIsolation();
        database.setAutoCommit(false);
        try {
            database.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            return new LedgerCheck(truth, database, inputEnded).compare();
        } finally {
            database.rollback();
            database.setTransactionIsolation(isolation);
            database.setAutoCommit(autoCommit);
        }
    }

    private CheckReport compare() throws SQLException {
        index();
        readNames();
        compareChannelMinutes();
        compareSites("site_minute", "minute", Table.SITE_MINUTE);
        compareSites("site_hour", "start", Table.SITE_HOUR);
        compareRuns("run_minute", "minute", Table.RUN_MINUTE);
        compareRuns("run_hour", "start", Table.RUN_HOUR);
        compareRunMeters();
        compareExtents();
        compareSteps();
        compareSharing();
        for (Expected series : expected.values()) {
            for (Instant missing : series.missing()) {
                rowsChecked++;
                wrong(
                        series.cells().table().name().toLowerCase(Locale.ROOT),
                        nameOf(series.cells()) + " " + missing,
                        series.trueEnergyAt(missing) + " uJ",
                        "no row");
            }
        }
        List<CheckReport.DeadLetters> deadLetters = compareDeadLetters();
        boundWidths.sort(null);
        CheckReport.Unknowable unknowable = new CheckReport.Unknowable(
                boundWidths.size(),
                outsideBounds,
                boundWidths.isEmpty() ? null : boundWidths.get(boundWidths.size() / 2));
        return new CheckReport(
                rowsChecked, rowsWrong, List.copyOf(firstWrong), unknowable, deadLetters, siteFigures(), runFigures());
    }

    /** What was refused, by code: each fault that must leave a dead letter has left it, and nothing else has. */
    private List<CheckReport.DeadLetters> compareDeadLetters() throws SQLException {
        Map<String, Long> right = new TreeMap<>();
        Map<String, Long> found = new TreeMap<>();
        Set<String> sites = new HashSet<>(Set.of(""));
        truth.sites().forEach(site -> sites.add(site.id()));
        for (FaultEntry fault : truth.faults()) {
            if (!fault.deadLetter().isEmpty()) {
                right.merge(fault.deadLetter(), fault.count(), Long::sum);
                sites.add(fault.site());
            }
        }
        forEachRow("select code, site, count(*) from dead_letter where tenant in (?, '') group by code, site", row -> {
            if (sites.contains(row.getString(2))) {
                found.merge(row.getString(1), row.getLong(3), Long::sum);
            }
        });
        Set<String> codes = new TreeSet<>(right.keySet());
        codes.addAll(found.keySet());
        List<CheckReport.DeadLetters> all = new ArrayList<>();
        for (String code : codes) {
            long expectedOfCode = right.getOrDefault(code, 0L);
            long foundOfCode = found.getOrDefault(code, 0L);
            all.add(new CheckReport.DeadLetters(code, expectedOfCode, foundOfCode));
            rowsChecked += Math.max(expectedOfCode, foundOfCode);
            boolean mayWait = !inputEnded && MAY_WAIT.contains(code) && foundOfCode < expectedOfCode;
            if (expectedOfCode != foundOfCode && !mayWait) {
                wrong("dead_letter", code, expectedOfCode + " of them", foundOfCode + " of them");
            }
        }
        return all;
    }

    private void index() {
        Map<String, TruthFile.Cells> tokens = new HashMap<>();
        for (TruthFile.Cells cells : truth.cells()) {
            if (cells.table() == Table.RUN_MINUTE_TOKENS) {
                tokens.put(key(Table.RUN_MINUTE, cells.site(), cells.run(), "", 0), cells);
            } else if (cells.table() == Table.RUN_HOUR_TOKENS) {
                tokens.put(key(Table.RUN_HOUR, cells.site(), cells.run(), "", 0), cells);
            }
        }
        for (TruthFile.Cells cells : truth.cells()) {
            if (cells.table() != Table.RUN_MINUTE_TOKENS && cells.table() != Table.RUN_HOUR_TOKENS) {
                String key = key(cells.table(), cells.site(), cells.run(), cells.subject(), cells.metric());
                expected.put(key, new Expected(cells, tokens.get(key)));
            }
        }
        for (TruthFile.Unknowable cell : truth.unknowable()) {
            expected.get(key(cell.table(), cell.site(), cell.run(), cell.subject(), cell.metric()))
                    .cannotKnow(cell);
        }
        for (TruthFile.Gauge gauge : truth.gauges()) {
            gauges.put(key(Table.CHANNEL_MINUTE, gauge.site(), "", gauge.entity(), gauge.metric()), gauge);
        }
    }

    private static String key(Table table, String site, String run, String subject, int metric) {
        return table + "\t" + site + "\t" + run + "\t" + subject + "\t" + metric;
    }

    private static String nameOf(TruthFile.Cells cells) {
        return String.join(
                        " ",
                        List.of(
                                cells.site(),
                                cells.run(),
                                cells.subject(),
                                cells.metric() == 0 ? "" : "" + cells.metric()))
                .replaceAll(" +", " ")
                .trim();
    }

    private void readNames() throws SQLException {
        Set<String> sites = new HashSet<>();
        truth.sites().forEach(site -> sites.add(site.id()));
        forEachRow("select site_id, site from site where tenant = ?", row -> {
            if (sites.contains(row.getString(2))) {
                siteNames.put(row.getInt(1), row.getString(2));
            }
        });
        forEachRow(
                "select c.channel_id, c.site_id, c.entity, c.metric from channel c join site s using (site_id)"
                        + " where s.tenant = ?",
                row -> {
                    String site = siteNames.get(row.getInt(2));
                    if (site != null) {
                        channels.put(row.getInt(1), new Channel(site, row.getString(3), row.getInt(4)));
                    }
                });
        forEachRow(
                "select run_key, run from run where tenant = ?", row -> runNames.put(row.getInt(1), row.getString(2)));
    }

    private void compareChannelMinutes() throws SQLException {
        forEachRow(
                "select m.channel_id, m.minute, m.energy_measured_uj, m.energy_bridged_uj, m.energy_estimated_uj,"
                        + " m.accounted_ms, m.covered_ms from channel_minute m join channel c using (channel_id)"
                        + " join site s using (site_id) where s.tenant = ?",
                row -> {
                    Channel channel = channels.get(row.getInt(1));
                    Instant minute = instant(row, 2);
                    if (channel == null || !isOver(minute, 60)) {
                        return;
                    }
                    String key = key(Table.CHANNEL_MINUTE, channel.site(), "", channel.entity(), channel.metric());
                    Energy energy = new Energy(row.getLong(3), row.getLong(4), row.getLong(5));
                    TruthFile.Gauge gauge = gauges.get(key);
                    String name = channel.site() + " " + channel.entity() + " " + channel.metric() + " " + minute;
                    if (gauge == null) {
                        judge("channel_minute", expected.get(key), name, minute, null, energy, null);
                        judgeCoverage(expected.get(key), name, minute, row.getInt(7));
                    } else {
                        judgeGauge(gauge, name, minute, energy, row.getLong(6));
                    }
                });
    }

    /** A register that stands still says nothing before its sample period is over, so its last minute may be open yet. */
    private void judgeCoverage(Expected series, String name, Instant minute, int coveredMillis) {
        boolean open = series == null
                || !series.contains(minute)
                || series.trueEnergyAt(minute) == 0 && minute.plusSeconds(60).equals(truth.until());
        int right = open ? coveredMillis : series.coveredMillisAt(minute);
        if (right != TruthFile.COVERAGE_OPEN && right != coveredMillis) {
            wrong("channel_minute", name, right + " ms covered", coveredMillis + " ms covered");
        }
    }

    private void judgeGauge(TruthFile.Gauge gauge, String name, Instant minute, Energy energy, long accountedMillis) {
        rowsChecked++;
        boolean inTime = !minute.isBefore(gauge.from()) && minute.isBefore(gauge.to()) || energy.total() == 0;
        long least = gauge.leastMilliwatts() * accountedMillis - 1;
        long greatest = gauge.greatestMilliwatts() * accountedMillis + 1;
        if (!inTime || energy.total() < least || energy.total() > greatest) {
            wrong("channel_minute", name, inTime ? least + ".." + greatest + " uJ" : "no row", energy.toString());
        }
    }

    private void compareSites(String table, String time, Table kind) throws SQLException {
        boolean minutes = kind == Table.SITE_MINUTE;
        forEachRow(
                "select t.site_id, t.role, t." + time + ", t.energy_measured_uj, t.energy_bridged_uj,"
                        + " t.energy_estimated_uj, t.covered_w_ms" + (minutes ? "" : ", t.length_s") + " from " + table
                        + " t join site s using (site_id) where s.tenant = ?",
                row -> {
                    String site = siteNames.get(row.getInt(1));
                    Instant start = instant(row, 3);
                    int length = minutes ? 60 : row.getInt(8);
                    if (site == null || !isOver(start, length)) {
                        return;
                    }
                    String role = row.getString(2);
                    Energy energy = new Energy(row.getLong(4), row.getLong(5), row.getLong(6));
                    if (minutes) {
                        noteCoverage(site, role, start, row.getLong(7));
                    } else {
                        siteTotals.merge(site + "\t" + role, BigInteger.valueOf(energy.total()), BigInteger::add);
                    }
                    judge(
                            table,
                            expected.get(key(kind, site, "", role, 0)),
                            site + " " + role + " " + start,
                            start,
                            length,
                            energy,
                            null);
                });
    }

    private void noteCoverage(String site, String role, Instant minute, long coveredWattMillis) {
        for (TruthFile.RoleNameplate plate : truth.roles()) {
            boolean enough = plate.site().equals(site)
                    && plate.role().equals(role)
                    && coveredWattMillis * 100 >= plate.nameplateWatts() * MILLIS_PER_MINUTE * MEASURED_PERCENT;
            long index = (minute.getEpochSecond() - truth.start().getEpochSecond()) / 60;
            if (enough && index >= 0) {
                measured.computeIfAbsent(site + "\t" + role, k -> new BitSet()).set((int) index);
            }
        }
    }

    private void compareRuns(String table, String time, Table kind) throws SQLException {
        boolean minutes = kind == Table.RUN_MINUTE;
        forEachRow(
                "select t.site_id, t.run_key, t." + time + ", t.energy_measured_uj, t.energy_bridged_uj,"
                        + " t.energy_estimated_uj, t.tokens" + (minutes ? "" : ", t.length_s") + " from " + table
                        + " t join site s using (site_id) where s.tenant = ?",
                row -> {
                    String site = siteNames.get(row.getInt(1));
                    Instant start = instant(row, 3);
                    int length = minutes ? 60 : row.getInt(8);
                    if (site == null || !isOver(start, length)) {
                        return;
                    }
                    String run = runNames.get(row.getInt(2));
                    Energy energy = new Energy(row.getLong(4), row.getLong(5), row.getLong(6));
                    if (!minutes) {
                        long[] totals = runTotals.computeIfAbsent(site + "\t" + run, k -> new long[2]);
                        totals[0] += energy.total();
                        totals[1] += row.getLong(7);
                    }
                    judge(
                            table,
                            expected.get(key(kind, site, run, "", 0)),
                            site + " " + run + " " + start,
                            start,
                            length,
                            energy,
                            row.getLong(7));
                });
    }

    private void compareRunMeters() throws SQLException {
        forEachRow(
                "select t.channel_id, t.run_key, t.start, t.energy_measured_uj, t.energy_bridged_uj,"
                        + " t.energy_estimated_uj, t.length_s from run_meter_hour t join channel c using (channel_id)"
                        + " join site s using (site_id) where s.tenant = ?",
                row -> {
                    Channel channel = channels.get(row.getInt(1));
                    Instant start = instant(row, 3);
                    if (channel == null || !isOver(start, row.getInt(7))) {
                        return;
                    }
                    String run = runNames.get(row.getInt(2));
                    String name =
                            channel.site() + " " + run + " " + channel.entity() + " " + channel.metric() + " " + start;
                    if (gauges.containsKey(
                            key(Table.CHANNEL_MINUTE, channel.site(), "", channel.entity(), channel.metric()))) {
                        return;
                    }
                    judge(
                            "run_meter_hour",
                            expected.get(
                                    key(Table.RUN_METER_HOUR, channel.site(), run, channel.entity(), channel.metric())),
                            name,
                            start,
                            row.getInt(7),
                            new Energy(row.getLong(4), row.getLong(5), row.getLong(6)),
                            null);
                });
    }

    private void compareExtents() throws SQLException {
        Map<String, TruthFile.Run> missing = new TreeMap<>();
        truth.runs().forEach(run -> missing.put(run.site() + "\t" + run.run(), run));
        forEachRow(
                "select t.site_id, t.run_key, t.started_at, t.ended_at from run_extent t join site s using (site_id)"
                        + " where s.tenant = ?",
                row -> {
                    String site = siteNames.get(row.getInt(1));
                    Instant start = instant(row, 3);
                    Instant end = instant(row, 4);
                    if (site == null || !start.isBefore(truth.until())) {
                        return;
                    }
                    String run = runNames.get(row.getInt(2));
                    TruthFile.Run known = missing.remove(site + "\t" + run);
                    rowsChecked++;
                    boolean goesOn = known != null && known.end().equals(truth.until());
                    if (known == null
                            || !known.start().equals(start)
                            || (goesOn ? end.isBefore(known.end()) : !end.equals(known.end()))) {
                        wrong(
                                "run_extent",
                                site + " " + run,
                                known == null ? "no row" : known.start() + " to " + known.end(),
                                start + " to " + end);
                    }
                });
        missing.values().forEach(run -> {
            rowsChecked++;
            wrong("run_extent", run.site() + " " + run.run(), run.start() + " to " + run.end(), "no row");
        });
    }

    private void compareSteps() throws SQLException {
        Map<String, TruthFile.Step> missing = new HashMap<>();
        truth.steps()
                .forEach(step ->
                        missing.put(step.site() + " " + step.run() + " " + step.attempt() + " " + step.step(), step));
        forEachRow(
                "select t.site_id, t.run_key, t.attempt, t.step, t.started_at, t.ended_at, t.tokens, t.samples"
                        + " from training_step t join site s using (site_id) where s.tenant = ?",
                row -> {
                    String site = siteNames.get(row.getInt(1));
                    Instant end = instant(row, 6);
                    if (site == null || end.isAfter(truth.until())) {
                        return;
                    }
                    String name = site + " " + runNames.get(row.getInt(2)) + " " + row.getInt(3) + " " + row.getLong(4);
                    TruthFile.Step step = missing.remove(name);
                    rowsChecked++;
                    String found = instant(row, 5) + " to " + end + ", " + row.getLong(7) + " tokens, " + row.getLong(8)
                            + " samples";
                    String right = step == null ? "no row" : describe(step);
                    if (!right.equals(found)) {
                        wrong("training_step", name, right, found);
                    }
                });
        missing.forEach((name, step) -> {
            rowsChecked++;
            wrong("training_step", name, describe(step), "no row");
        });
    }

    private static String describe(TruthFile.Step step) {
        return step.from() + " to " + step.to() + ", " + step.tokens() + " tokens, " + step.samples() + " samples";
    }

    private record Energy(long measured, long bridged, long estimated) {
        long total() {
            return measured + bridged + estimated;
        }

        @Override
        public String toString() {
            return total() + " uJ (" + measured + " measured, " + bridged + " bridged, " + estimated + " estimated)";
        }
    }

    private void judge(
            String table,
            Expected series,
            String name,
            Instant start,
            Integer lengthSeconds,
            Energy energy,
            Long tokens) {
        rowsChecked++;
        TruthFile.Unknowable bounds = series == null ? null : series.boundsAt(start);
        if (bounds != null) {
            boundWidths.add(bounds.greatestMicrojoules() - bounds.leastMicrojoules());
        }
        String expectedInstead = series == null
                ? "no such series"
                : series.judge(start, lengthSeconds, energy.measured(), energy.bridged(), energy.estimated(), tokens);
        if (expectedInstead != null) {
            outsideBounds += bounds == null ? 0 : 1;
            String found = energy + (tokens == null ? "" : ", " + tokens + " tokens");
            wrong(table, name, expectedInstead, found);
        }
    }

    /** In every step the runs and what nobody held must be what the power groups had, to the microjoule. */
    private void compareSharing() throws SQLException {
        String energy = "sum(energy_measured_uj::numeric + energy_bridged_uj + energy_estimated_uj) as uj";
        forEachRow(
                "select g.site_id, g.start, g.length_s, g.uj, coalesce(u.uj, 0) + coalesce(r.uj, 0) from (select site_id,"
                        + " start, length_s, " + energy + " from site_part_hour where part like 'GROUP/%'"
                        + " group by site_id, start, length_s) g left join (select site_id, start, " + energy
                        + " from site_part_hour where part = 'UNALLOCATED//' group by site_id, start) u"
                        + " using (site_id, start) left join (select site_id, start, " + energy
                        + " from run_hour group by site_id, start) r using (site_id, start)"
                        + " join site s using (site_id) where s.tenant = ?",
                row -> {
                    String site = siteNames.get(row.getInt(1));
                    Instant start = instant(row, 2);
                    if (site == null || !isOver(start, row.getInt(3))) {
                        return;
                    }
                    rowsChecked++;
                    if (row.getBigDecimal(4).compareTo(row.getBigDecimal(5)) != 0) {
                        wrong(
                                "site_part_hour",
                                site + " runs and unallocated " + start,
                                row.getBigDecimal(4) + " uJ",
                                row.getBigDecimal(5) + " uJ");
                    }
                });
    }

    private void wrong(String table, String key, String right, String found) {
        rowsWrong++;
        if (firstWrong.size() < WRONG_ROWS_SHOWN) {
            firstWrong.add(new CheckReport.WrongRow(table, key, right, found));
        }
    }

    private List<CheckReport.SiteFigures> siteFigures() {
        List<CheckReport.SiteFigures> figures = new ArrayList<>();
        for (TruthFile.Site site : truth.sites()) {
            BigInteger facility = BigInteger.ZERO;
            for (String role : ADDED_TO_FACILITY) {
                facility = facility.add(total(site, role));
            }
            for (String role : TAKEN_FROM_FACILITY) {
                facility = facility.subtract(total(site, role));
            }
            BigInteger it = total(site, IT);
            figures.add(new CheckReport.SiteFigures(
                    site.id(),
                    site.facilityMeter() ? millijoules(facility) : null,
                    site.facilityMillijoules(),
                    millijoules(it),
                    site.itMillijoules(),
                    site.facilityMeter() && it.signum() > 0
                            ? new BigDecimal(facility).divide(new BigDecimal(it), 6, RoundingMode.HALF_EVEN)
                            : null,
                    coverage(site)));
        }
        return figures;
    }

    private BigInteger total(TruthFile.Site site, String role) {
        return siteTotals.getOrDefault(site.id() + "\t" + role, BigInteger.ZERO);
    }

    private BigDecimal coverage(TruthFile.Site site) {
        int minutes = (int) ((truth.until().getEpochSecond() - truth.start().getEpochSecond()) / 60);
        BitSet common = new BitSet();
        common.set(0, minutes);
        for (TruthFile.RoleNameplate plate : truth.roles()) {
            boolean needed = plate.role().equals(IT)
                    || ADDED_TO_FACILITY.contains(plate.role())
                    || TAKEN_FROM_FACILITY.contains(plate.role());
            if (plate.site().equals(site.id()) && needed) {
                common.and(measured.getOrDefault(site.id() + "\t" + plate.role(), new BitSet()));
            }
        }
        return minutes == 0
                ? null
                : BigDecimal.valueOf(common.cardinality()).divide(BigDecimal.valueOf(minutes), 6, RoundingMode.DOWN);
    }

    private List<CheckReport.RunFigures> runFigures() {
        List<CheckReport.RunFigures> figures = new ArrayList<>();
        for (TruthFile.Run run : truth.runs()) {
            Expected series = expected.get(key(Table.RUN_HOUR, run.site(), run.run(), "", 0));
            long[] totals = runTotals.getOrDefault(run.site() + "\t" + run.run(), new long[2]);
            figures.add(new CheckReport.RunFigures(
                    run.site(),
                    run.run(),
                    millijoules(totals[0]),
                    series == null ? 0 : millijoules(series.sum()),
                    totals[1],
                    series == null ? 0 : series.sumOfTokens(),
                    totals[1] == 0
                            ? null
                            : BigDecimal.valueOf(totals[0])
                                    .divide(BigDecimal.valueOf(totals[1]), 3, RoundingMode.HALF_EVEN)
                                    .movePointLeft(6)));
        }
        return figures;
    }

    /** Rounded half up. */
    private static long millijoules(BigInteger microjoules) {
        return new BigDecimal(microjoules, 3).setScale(0, RoundingMode.HALF_UP).longValueExact();
    }

    private static long millijoules(long microjoules) {
        return millijoules(BigInteger.valueOf(microjoules));
    }

    private boolean isOver(Instant start, int lengthSeconds) {
        return !start.plusSeconds(lengthSeconds).isAfter(truth.until());
    }

    private static Instant instant(ResultSet row, int column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class)
                .withOffsetSameInstant(ZoneOffset.UTC)
                .toInstant();
    }

    private interface RowReader {
        void read(ResultSet row) throws SQLException;
    }

    private void forEachRow(String sql, RowReader reader) throws SQLException {
        try (PreparedStatement statement = database.prepareStatement(sql)) {
            statement.setString(1, truth.tenant());
            statement.setFetchSize(FETCH_ROWS);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    reader.read(rows);
                }
            }
        }
    }
}
