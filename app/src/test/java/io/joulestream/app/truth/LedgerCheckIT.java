package io.joulestream.app.truth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.joulestream.ingest.world.FaultEntry;
import io.joulestream.ingest.world.FeedPlan;
import io.joulestream.ingest.world.TruthFile;
import io.joulestream.ingest.world.TruthFile.Cells;
import io.joulestream.ingest.world.TruthFile.Table;
import io.joulestream.ingest.world.TruthFile.Unknowable;
import io.joulestream.ingest.world.World;
import io.joulestream.ingest.world.WorldPreset;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Rows as a perfect product would write them, then each kind of error. */
class LedgerCheckIT {
    private static final Instant END = Instant.parse("2026-10-25T12:00:00Z");
    private static final World WORLD = World.of(
            List.of(WorldPreset.EDGE_2RACK, WorldPreset.EDGE_NOMETER), 42, END.minus(Duration.ofHours(9)), END);
    private static final FeedPlan PLAN =
            new FeedPlan(END.minus(Duration.ofHours(1)), END.minus(Duration.ofHours(4)), true);
    private static final TruthFile TRUTH = TruthFile.of(WORLD, PLAN, END);

    private static EmbeddedPostgres server;
    private static Connection database;

    @BeforeAll
    static void storeTheTruth() throws IOException, SQLException {
        server = EmbeddedPostgres.start();
        database = server.getPostgresDatabase().getConnection();
        for (String migration : List.of("V1__ledger.sql", "V3__site_parts.sql")) {
            try (InputStream schema = LedgerCheckIT.class.getResourceAsStream("/db/common/" + migration);
                    Statement statement = database.createStatement()) {
                statement.execute(new String(schema.readAllBytes(), StandardCharsets.UTF_8));
            }
        }
        new PerfectRows().insert();
        database.setAutoCommit(false);
    }

    @AfterAll
    static void stop() throws IOException, SQLException {
        database.close();
        server.close();
    }

    @BeforeEach
    void mark() throws SQLException {
        database.commit();
    }

    @AfterEach
    void undo() throws SQLException {
        restore();
    }

    @Test
    void perfectRowsAreAllRight() throws SQLException {
        CheckReport report = LedgerCheck.compare(TRUTH, database);

        assertThat(report.firstWrong()).isEmpty();
        assertThat(report.rowsWrong()).isZero();
        assertThat(report.rowsChecked()).isEqualTo(storedRows());
        assertThat(report.sites()).hasSize(2);
        CheckReport.SiteFigures metered = report.sites().get(0);
        assertThat(metered.site()).isEqualTo("edge-2rack");
        assertThat(metered.facilityMj()).isEqualTo(metered.facilityTruthMj()).isPositive();
        assertThat(metered.itMj()).isEqualTo(metered.itTruthMj()).isPositive();
        assertThat(metered.pue())
                .isEqualTo(BigDecimal.valueOf(metered.facilityTruthMj())
                        .divide(BigDecimal.valueOf(metered.itTruthMj()), 6, RoundingMode.HALF_EVEN));
        assertThat(metered.coverage()).isEqualByComparingTo("1");
        CheckReport.SiteFigures unmetered = report.sites().get(1);
        assertThat(unmetered.facilityMj()).isNull();
        assertThat(unmetered.pue()).isNull();
        assertThat(unmetered.facilityTruthMj()).isGreaterThan(unmetered.itTruthMj());
        assertThat(unmetered.itMj()).isEqualTo(unmetered.itTruthMj());
        assertThat(report.runs()).hasSameSizeAs(TRUTH.runs()).allSatisfy(run -> {
            assertThat(run.energyMj()).isEqualTo(run.truthMj()).isPositive();
            assertThat(run.tokens()).isEqualTo(run.tokensTruth());
        });
        assertThat(report.runs().get(0).joulesPerToken())
                .isCloseTo(
                        BigDecimal.valueOf(report.runs().get(0).energyMj(), 3)
                                .divide(BigDecimal.valueOf(report.runs().get(0).tokens()), 9, RoundingMode.HALF_EVEN),
                        within(new BigDecimal("0.000001")));
        assertThat(database.getAutoCommit()).isFalse();
    }

    @Test
    void aMicrojouleTooMuchIsFoundInEveryTable() throws SQLException {
        for (String table :
                List.of("channel_minute", "site_minute", "site_hour", "run_minute", "run_hour", "run_meter_hour")) {
            String time = table.endsWith("minute") ? "minute" : "start";
            change("update " + table + " set energy_measured_uj = energy_measured_uj + 1 where ctid ="
                    + " (select min(ctid) from " + table + " where " + time + " < timestamptz '2026-10-25 04:00Z')");

            assertOneWrong(table);
            restore();
        }
    }

    @Test
    void aMicrojouleOfAGroupThatNeitherARunNorNobodyHasIsFound() throws SQLException {
        String group = "insert into site_part_hour select start, sum(energy_measured_uj), 0, %d, 0, 0, 1, site_id,"
                + " 3600, 0, 'GROUP//' from run_hour where (site_id, start) = (select site_id, min(start) from run_hour"
                + " group by site_id order by site_id limit 1) group by site_id, start";
        change(group.formatted(0));
        assertThat(LedgerCheck.compare(TRUTH, database).rowsWrong()).isZero();
        restore();

        change(group.formatted(1));
        assertOneWrong("site_part_hour");
    }

    @Test
    void energyInTheWrongBucketIsFound() throws SQLException {
        change("update site_hour set energy_measured_uj = energy_measured_uj - 5, energy_estimated_uj = 5"
                + " where ctid = (select min(ctid) from site_hour)");

        assertOneWrong("site_hour");
    }

    @Test
    void aRowTooFewOrTooManyIsFoundInEveryTable() throws SQLException {
        for (String table : List.of(
                "channel_minute",
                "site_minute",
                "site_hour",
                "run_minute",
                "run_hour",
                "run_meter_hour",
                "training_step",
                "run_extent")) {
            change("delete from " + table + " where ctid = (select min(ctid) from " + table + ")");

            assertOneWrong(table);
            restore();
        }
        change("insert into channel_minute select minute - interval '1 year', 7, 0, 0, 0, 0, 0, 1, channel_id, 0, 0, 0,"
                + " 0, 0 from channel_minute limit 1");

        assertOneWrong("channel_minute");
    }

    @Test
    void aRowOfNothingKnownIsFound() throws SQLException {
        change("with c as (insert into channel (site_id, entity, metric) select site_id, 'meter/poison', 31 from site"
                + " limit 1 returning channel_id) insert into channel_minute select timestamptz '2026-10-25 05:00Z',"
                + " 1, 0, 0, 0, 0, 0, 1, channel_id, 0, 0, 0, 0, 0 from c");

        assertOneWrong("channel_minute");
    }

    @Test
    void wrongTokensStepsAndExtentsAreFound() throws SQLException {
        for (String update : List.of(
                "run_minute set tokens = tokens + 1",
                "run_hour set tokens = tokens + 1",
                "training_step set tokens = tokens + 1",
                "training_step set samples = samples - 1",
                "training_step set started_at = started_at - interval '1 s'",
                "run_extent set started_at = started_at + interval '1 minute'",
                "run_extent set ended_at = ended_at - interval '1 minute'")) {
            String table = update.substring(0, update.indexOf(' '));
            change("update " + update + " where ctid = (select min(ctid) from " + table + ")");

            assertOneWrong(table);
            restore();
        }
    }

    @Test
    void anUnknowableCellIsHeldToItsBounds() throws SQLException {
        Unknowable cell = TRUTH.unknowable().stream()
                .filter(u -> u.table() == Table.SITE_MINUTE && u.reason().contains("bridged"))
                .findFirst()
                .orElseThrow();
        String where = " where role = '" + cell.subject() + "' and minute = '" + cell.from() + "'";

        change("update site_minute set energy_measured_uj = 0, energy_bridged_uj = " + cell.greatestMicrojoules()
                + where);
        assertThat(LedgerCheck.compare(TRUTH, database).rowsWrong()).isZero();
        restore();

        change("update site_minute set energy_measured_uj = 0, energy_bridged_uj = " + (cell.greatestMicrojoules() + 1)
                + where);
        assertOneWrong("site_minute");
    }

    @Test
    void coverageThatIsNotThereIsFoundInKnownAndInUnknowableMinutes() throws SQLException {
        change("update channel_minute set covered_ms = 59999 where ctid = (select min(ctid) from channel_minute)");
        assertOneWrong("channel_minute");
        restore();

        change("update channel_minute set covered_ms = 60000 where ctid = (select min(ctid) from channel_minute where"
                + " covered_ms = 0)");
        assertOneWrong("channel_minute");
    }

    @Test
    void whatIsUnknowableIsToldWithTheWidthOfItsBounds() throws SQLException {
        CheckReport.Unknowable unknowable = LedgerCheck.compare(TRUTH, database).unknowable();

        assertThat(unknowable.rows())
                .isEqualTo(TRUTH.unknowable().stream()
                        .filter(u -> u.rule() == TruthFile.Rule.BOUNDS)
                        .count());
        assertThat(unknowable.outsideBounds()).isZero();
        assertThat(unknowable.medianWidthMicrojoules()).isPositive();
    }

    @Test
    void deadLettersAreHeldToTheFaultsThatLeaveThem() throws SQLException {
        TruthFile faulty = TRUTH.withFaults(List.of(
                new FaultEntry("CLOCK_2Y", "edge-2rack", "", END, END, 1, "CLOCK_SKEW", "refused"),
                new FaultEntry("POISON", "no-such-site", "", END, END, 2, "UNKNOWN_SITE", "waits")));
        assertThat(LedgerCheck.compare(faulty, database).firstWrong())
                .singleElement()
                .satisfies(row -> assertThat(row.key()).isEqualTo("CLOCK_SKEW"));
        assertThat(LedgerCheck.compareAtEnd(faulty, database).firstWrong())
                .extracting(CheckReport.WrongRow::key)
                .containsExactly("CLOCK_SKEW", "UNKNOWN_SITE");

        try (Statement statement = database.createStatement()) {
            statement.execute("insert into dead_letter values (sha256('a'), now(), 0, 0, 0, -1, 0, 't', 'default',"
                    + " 'edge-2rack', '', 'CLOCK_SKEW', '', '')");
        }
        database.commit();
        CheckReport report = LedgerCheck.compare(faulty, database);
        CheckReport unexpected = LedgerCheck.compare(TRUTH, database);
        try (Statement statement = database.createStatement()) {
            statement.execute("truncate dead_letter");
        }
        database.commit();

        assertThat(report.rowsWrong()).isZero();
        assertThat(report.deadLetters())
                .containsExactly(
                        new CheckReport.DeadLetters("CLOCK_SKEW", 1, 1),
                        new CheckReport.DeadLetters("UNKNOWN_SITE", 2, 0));
        assertThat(unexpected.rowsWrong()).isEqualTo(1);
    }

    @Test
    void aGaugeBesideACounterIsHeldToItsDevice() throws SQLException {
        TruthFile.Gauge gauge = TRUTH.gauges().get(0);
        long most = gauge.greatestMilliwatts() * 60_000;
        String insert = "with c as (insert into channel (site_id, entity, metric) select site_id, '" + gauge.entity()
                + "', " + gauge.metric() + " from site where site = '" + gauge.site() + "' returning channel_id)"
                + " insert into channel_minute select timestamptz '" + gauge.from() + "', %d, 0, 0, 0, 0, 0, 1,"
                + " channel_id, 60000, 60000, 1, 0, 0 from c";

        change(insert.formatted(most));
        assertThat(LedgerCheck.compare(TRUTH, database).rowsWrong()).isZero();
        restore();

        change(insert.formatted(most + 2));
        assertOneWrong("channel_minute");
    }

    @Test
    void rowsThatAreNotOverAreLeftAlone() throws SQLException {
        change("insert into site_minute select timestamptz '" + END + "', 9, 9, 9, 0, 0, 1, site_id, 0, 0, 'NODE_IN'"
                + " from site where site = 'edge-2rack'");

        assertThat(LedgerCheck.compare(TRUTH, database).rowsWrong()).isZero();
    }

    private static void assertOneWrong(String table) throws SQLException {
        CheckReport report = LedgerCheck.compare(TRUTH, database);
        assertThat(report.rowsWrong()).as("%s", report.firstWrong()).isEqualTo(1);
        assertThat(report.firstWrong())
                .singleElement()
                .satisfies(row -> assertThat(row.table()).isEqualTo(table));
    }

    /** The check rolls back, so what it is to see must be committed and taken back afterwards. */
    private static void change(String sql) throws SQLException {
        try (Statement statement = database.createStatement()) {
            for (String table : TABLES) {
                statement.execute("create table kept_" + table + " as table " + table);
            }
            assertThat(statement.executeUpdate(sql)).as(sql).isEqualTo(1);
        }
        database.commit();
    }

    private static final List<String> TABLES = List.of(
            "channel_minute",
            "site_minute",
            "site_hour",
            "run_minute",
            "run_hour",
            "run_meter_hour",
            "run_extent",
            "training_step",
            "site_part_hour");

    private static void restore() throws SQLException {
        try (Statement statement = database.createStatement()) {
            try (ResultSet kept = statement.executeQuery("select to_regclass('kept_site_hour') is not null")) {
                kept.next();
                if (!kept.getBoolean(1)) {
                    return;
                }
            }
            for (String table : TABLES) {
                statement.execute("truncate " + table);
                statement.execute("insert into " + table + " select * from kept_" + table);
                statement.execute("drop table kept_" + table);
            }
            statement.execute("delete from channel where entity = 'meter/poison' or metric in (1, 20)");
        }
        database.commit();
    }

    private static long storedRows() throws SQLException {
        long rows = 0;
        for (String table : TABLES) {
            try (Statement statement = database.createStatement();
                    ResultSet count = statement.executeQuery("select count(*) from " + table)) {
                count.next();
                rows += count.getLong(1);
            }
        }
        return rows;
    }

    /** Writes each true value as a row that is measured and covered as a whole. */
    private static final class PerfectRows {
        private final Map<String, Integer> sites = new HashMap<>();
        private final Map<String, Integer> channels = new HashMap<>();
        private final Map<String, Integer> runs = new HashMap<>();

        void insert() throws SQLException {
            for (Cells cells : TRUTH.cells()) {
                int site = site(cells.site());
                for (int i = 0; i < cells.values().length; i++) {
                    insert(cells, site, i);
                }
            }
            for (TruthFile.Run run : TRUTH.runs()) {
                execute(
                        "insert into run_extent values (?, ?, 1, ?, ?, 0)",
                        at(run.start()),
                        at(run.end()),
                        run(run.run()),
                        site(run.site()));
            }
            for (TruthFile.Step step : TRUTH.steps()) {
                execute(
                        "insert into training_step values (?, ?, ?, ?, ?, 1, ?, ?, ?, 0)",
                        step.step(),
                        at(step.from()),
                        at(step.to()),
                        step.tokens(),
                        step.samples(),
                        run(step.run()),
                        step.attempt(),
                        site(step.site()));
            }
        }

        private void insert(Cells cells, int site, int i) throws SQLException {
            OffsetDateTime start = at(cells.start().plusSeconds((long) i * cells.stepSeconds()));
            long value = cells.values()[i];
            switch (cells.table()) {
                case CHANNEL_MINUTE ->
                    execute(
                            "insert into channel_minute values (?, ?, 0, 0, 0, 0, 0, 1, ?, ?, 60000, 1, 0, 0)",
                            start,
                            value,
                            channel(site, cells),
                            coveredMillis(cells, start.toInstant()));
                case SITE_MINUTE ->
                    execute(
                            "insert into site_minute values (?, ?, 0, 0, ?, 0, 1, ?, 0, 0, ?)",
                            start,
                            value,
                            nameplate(cells) * 60_000,
                            site,
                            cells.subject());
                case SITE_HOUR ->
                    execute(
                            "insert into site_hour values (?, ?, 0, 0, 0, 0, 1, ?, ?, 0, 0, ?)",
                            start,
                            value,
                            site,
                            cells.stepSeconds(),
                            cells.subject());
                case RUN_MINUTE ->
                    execute(
                            "insert into run_minute values (?, ?, 0, 0, 0, 0, ?, 1, ?, ?, 0, 0)",
                            start,
                            value,
                            tokens(Table.RUN_MINUTE_TOKENS, cells, i),
                            run(cells.run()),
                            site);
                case RUN_HOUR ->
                    execute(
                            "insert into run_hour values (?, ?, 0, 0, 0, 0, ?, 1, ?, ?, ?, 0, 0)",
                            start,
                            value,
                            tokens(Table.RUN_HOUR_TOKENS, cells, i),
                            run(cells.run()),
                            site,
                            cells.stepSeconds());
                case RUN_METER_HOUR ->
                    execute(
                            "insert into run_meter_hour values (?, ?, 0, 0, 0, 0, 1, ?, ?, ?, 0, false)",
                            start,
                            value,
                            run(cells.run()),
                            channel(site, cells),
                            cells.stepSeconds());
                case RUN_MINUTE_TOKENS, RUN_HOUR_TOKENS -> {}
            }
        }

        private static long tokens(Table table, Cells energy, int i) {
            return TRUTH.cells().stream()
                    .filter(c -> c.table() == table && c.run().equals(energy.run()))
                    .findFirst()
                    .orElseThrow()
                    .values()[i];
        }

        private static int coveredMillis(Cells cells, Instant minute) {
            return TRUTH.unknowable().stream()
                    .filter(u -> u.table() == cells.table() && u.subject().equals(cells.subject()))
                    .filter(u -> u.site().equals(cells.site()) && u.metric() == cells.metric())
                    .filter(u -> u.from().equals(minute))
                    .mapToInt(Unknowable::coveredMillis)
                    .findFirst()
                    .orElse(60_000);
        }

        private static long nameplate(Cells cells) {
            return TRUTH.roles().stream()
                    .filter(r -> r.site().equals(cells.site()) && r.role().equals(cells.subject()))
                    .findFirst()
                    .orElseThrow()
                    .nameplateWatts();
        }

        private int site(String name) throws SQLException {
            return id(sites, "insert into site (tenant, site) values ('default', ?) returning site_id", name, name);
        }

        private int run(String name) throws SQLException {
            return id(runs, "insert into run (tenant, run) values ('default', ?) returning run_key", name, name);
        }

        private int channel(int site, Cells cells) throws SQLException {
            return id(
                    channels,
                    "insert into channel (site_id, entity, metric) values (?, ?, ?) returning channel_id",
                    site + " " + cells.subject() + " " + cells.metric(),
                    site,
                    cells.subject(),
                    cells.metric());
        }

        private static int id(Map<String, Integer> known, String sql, String key, Object... values)
                throws SQLException {
            Integer id = known.get(key);
            if (id == null) {
                try (PreparedStatement insert = database.prepareStatement(sql)) {
                    set(insert, values);
                    try (ResultSet generated = insert.executeQuery()) {
                        generated.next();
                        id = generated.getInt(1);
                    }
                }
                known.put(key, id);
            }
            return id;
        }

        private static void execute(String sql, Object... values) throws SQLException {
            try (PreparedStatement insert = database.prepareStatement(sql)) {
                set(insert, values);
                insert.executeUpdate();
            }
        }

        private static void set(PreparedStatement statement, Object... values) throws SQLException {
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
        }

        private static OffsetDateTime at(Instant instant) {
            return instant.atOffset(ZoneOffset.UTC);
        }
    }
}
