package io.joulestream.storage;

import static io.joulestream.storage.Rows.NOON;
import static io.joulestream.storage.Rows.channelMinute;
import static io.joulestream.storage.Rows.deadLetter;
import static io.joulestream.storage.Rows.demandInterval;
import static io.joulestream.storage.Rows.quantityStep;
import static io.joulestream.storage.Rows.runCheckpoint;
import static io.joulestream.storage.Rows.runExtent;
import static io.joulestream.storage.Rows.runMeterStep;
import static io.joulestream.storage.Rows.runPhase;
import static io.joulestream.storage.Rows.runStep;
import static io.joulestream.storage.Rows.sitePart;
import static io.joulestream.storage.Rows.siteStep;
import static io.joulestream.storage.Rows.trainingStep;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.joulestream.core.ledger.JobPhase;
import io.joulestream.storage.testing.LedgerServer;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From the run's server to plain PostgreSQL and back: on TimescaleDB that is from one edition to the other. */
class LedgerDumpIT {
    private static final int DAYS = 3;

    /** One ledger for all tests, which none of them changes, and its dump. */
    private static DatabaseAddress first;

    @TempDir
    private static Path shared;

    private static Path files;
    private static LedgerDump dump;

    @TempDir
    private Path folder;

    @BeforeAll
    static void dumpALedger() throws Exception {
        first = filled();
        files = Files.createDirectory(shared.resolve("dump"));
        dump = LedgerDump.write(first, files);
    }

    @Test
    void allRowsComeBackOnTheOtherEditionAndOnTheFirstAgain() throws Exception {
        DatabaseAddress plain = LedgerServer.newEmbeddedDatabase();
        dump.restore(plain, files);
        DatabaseAddress back = LedgerServer.newDatabase();
        LedgerDump again = dump(plain, "again");
        again.restore(back, folder.resolve("again"));

        Map<String, List<String>> rows = rows(first);
        assertThat(rows)
                .allSatisfy((table, ofTable) -> assertThat(ofTable).as(table).isNotEmpty());
        assertThat(rows(plain)).isEqualTo(rows);
        assertThat(rows(back)).isEqualTo(rows);
        assertThat(dump.edition()).hasToString(LedgerServer.edition());
        assertThat(again.edition()).isEqualTo(Edition.PLAIN);
        assertThat(again.tables())
                .extracting(LedgerDump.Table::rows)
                .isEqualTo(dump.tables().stream().map(LedgerDump.Table::rows).toList());
        DatabaseStatus status = DatabaseStatus.read(back);
        assertThat(status.edition()).hasToString(LedgerServer.edition());
        assertThat(status.tables())
                .filteredOn(table -> table.name().equals("channel_minute"))
                .singleElement()
                .extracting(DatabaseStatus.TableStatus::chunks)
                .isEqualTo(status.edition() == Edition.PLAIN ? 0 : DAYS);
    }

    @Test
    void aRestoredLedgerIsWrittenOnAsTheFirstOneWas() throws Exception {
        DatabaseAddress second = LedgerServer.newDatabase();
        dump.restore(second, files);
        Map<String, List<String>> before = ledger(second);

        fill(second);
        assertThat(ledger(second)).as("what is written again").isEqualTo(before);
        write(second, 99);
        assertThat(ledger(second)).as("what is newer").isNotEqualTo(before);
        try (LedgerWriter writer = LedgerWriter.open(second)) {
            writer.write(channelMinute("t", "a-new-node", NOON, 1, 1));
            writer.flush();
        }

        assertThat(ask(
                        second,
                        "select count(*) from channel where entity = 'a-new-node' and channel_id > all"
                                + " (select channel_id from channel where entity <> 'a-new-node')"))
                .isEqualTo("1");
    }

    /** As those that an extension such as PostGIS brings, or somebody's own. */
    @Test
    void tablesThatAreNotTheLedgersAreLeftOutAndNamed() throws Exception {
        DatabaseAddress shared = LedgerServer.newDatabase();
        Database.open(shared).close();
        execute(
                shared,
                "insert into site (tenant, site) values ('t', 'fra1'); create table of_theirs"
                        + " (id int4 generated always as identity primary key, of_site int4 references site);"
                        + " insert into of_theirs (of_site) select site_id from site");

        List<String> leftOut = LedgerDump.checkSource(shared);
        LedgerDump made = dump(shared, "dump");
        DatabaseAddress target = LedgerServer.newDatabase();
        made.restore(target, folder.resolve("dump"));

        assertThat(leftOut).containsExactly("of_theirs");
        assertThat(made.tables())
                .extracting(LedgerDump.Table::name)
                .as("all that a table of this schema is called")
                .containsExactlyInAnyOrderElementsOf(rows(first).keySet())
                .containsSubsequence("site", "channel")
                .containsSubsequence("site", "site_version");
        assertThat(made.sequences()).contains(new LedgerDump.Sequence("site", "site_id", 2));
        assertThat(ask(target, "select site from site")).isEqualTo("fra1");
        assertThat(LedgerDump.checkSource(target)).isEmpty();
    }

    @Test
    void aDumpThatLacksATableIsRefused() {
        LedgerDump less = new LedgerDump(
                dump.edition(),
                dump.schemaVersion(),
                dump.tables().subList(1, dump.tables().size()),
                dump.sequences());
        DatabaseAddress target = LedgerServer.newDatabase();

        assertThatThrownBy(() -> less.restore(target, files))
                .isInstanceOf(DumpRefusedException.class)
                .hasMessageContaining("the dump's tables are not those of schema version");
    }

    /** Rows of one transaction are all in a dump or none of them is, however long it takes. */
    @Test
    void aDumpIsOfOneInstant() throws Exception {
        DatabaseAddress written = LedgerServer.newDatabase();
        Database.open(written).close();
        AtomicBoolean ended = new AtomicBoolean();
        CompletableFuture<Void> started = new CompletableFuture<>();
        CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> {
            try (Connection connection = LedgerConnection.open(written);
                    Statement statement = connection.createStatement()) {
                for (int n = 0; !ended.get(); n++) {
                    statement.execute("begin; insert into site (tenant, site) values ('t', 's" + n + "');"
                            + " insert into run (tenant, run) values ('t', 'r" + n + "'); commit");
                    started.complete(null);
                }
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        });
        started.get(30, TimeUnit.SECONDS);

        LedgerDump dump = dump(written, "dump");
        ended.set(true);
        writer.get(30, TimeUnit.SECONDS);

        assertThat(count(dump, "site")).isPositive().isEqualTo(count(dump, "run"));
    }

    @Test
    void aLedgerIsNotReplaced() throws Exception {
        Map<String, List<String>> before = rows(first);

        assertThatThrownBy(() -> dump.restore(first, files))
                .isInstanceOf(DumpRefusedException.class)
                .hasMessageContaining("holds a ledger already (table ")
                .hasMessageContaining("give a new database");
        assertThat(rows(first)).isEqualTo(before);
    }

    @Test
    void whatIsNotOursIsLeftAlone() throws Exception {
        DatabaseAddress theirs = LedgerServer.newDatabase();
        execute(theirs, "create table somebody (id int4)");

        assertThatThrownBy(() -> dump.checkTarget(theirs))
                .isInstanceOf(DumpRefusedException.class)
                .hasMessageContaining("holds something else (table somebody)");
    }

    @Test
    void aNewerSchemaIsRefused() throws Exception {
        LedgerDump newer = new LedgerDump(dump.edition(), "99", dump.tables(), dump.sequences());
        DatabaseAddress target = LedgerServer.newDatabase();

        assertThatThrownBy(() -> newer.restore(target, files))
                .isInstanceOf(DumpRefusedException.class)
                .hasMessageContaining("the dump has schema version 99, which this product (")
                .hasMessageContaining("use a newer one");
        assertThat(DatabaseStatus.read(target).tables()).isEmpty();
    }

    @Test
    void aLedgerThatIsWrittenIsRefused() throws Exception {
        DatabaseAddress target = LedgerServer.newDatabase();
        Database.open(target).close();

        try (LedgerWriter writer = LedgerWriter.open(target)) {
            writer.write(channelMinute("t", "node-1", NOON, 1, 1));
            assertThatThrownBy(() -> dump.checkTarget(target))
                    .isInstanceOf(DumpRefusedException.class)
                    .hasMessageContaining("1 connections write the ledger of")
                    .hasMessageContaining("end the ledger job first");
        }
    }

    /** A dump of an older release goes into the schema of its time, which is then brought up to date. */
    @Test
    void aDumpOfAnOlderSchemaIsBroughtUpToDate() throws Exception {
        DatabaseAddress old = LedgerServer.newDatabase();
        Schema.migrateTo(old, "5");
        execute(old, "insert into site (tenant, site) values ('t', 'fra1')");
        DatabaseAddress target = LedgerServer.newDatabase();

        dump(old, "dump").restore(target, folder.resolve("dump"));

        DatabaseStatus status = DatabaseStatus.read(target);
        assertThat(status.migrationsPending()).isZero();
        assertThat(ask(target, "select site from site")).isEqualTo("fra1");
    }

    /** Of who owns the tables, as of a superuser, a policy that lets all rows through hides none; another one may. */
    @Test
    void whoDoesNotSeeEveryRowMakesNoDumpAndWhoDoesRestoresIt() throws Exception {
        DatabaseAddress owned = LedgerServer.newDatabase();
        String owner = owned.jdbcUrl().replaceFirst(".*/", "owner_of_");
        execute(
                owned,
                "create role " + owner + " login superuser password 'secret'; grant all on schema public to " + owner);
        DatabaseAddress asOwner = new DatabaseAddress(owned.jdbcUrl(), owner, "secret");
        Schema.migrateTo(asOwner, dump.schemaVersion());
        for (LedgerDump.Table table : dump.tables()) {
            execute(
                    asOwner,
                    table.name().equals("channel_minute")
                            ? "select 1"
                            : "create policy all_of_it on " + table.name() + " to " + owner
                                    + " using (true); alter table " + table.name()
                                    + " enable row level security, force row level security");
        }
        execute(owned, "alter role " + owner + " nosuperuser");

        dump.restore(asOwner, files);
        LedgerDump again = dump(asOwner, "again");

        assertThat(again.tables())
                .extracting(LedgerDump.Table::rows)
                .isEqualTo(dump.tables().stream().map(LedgerDump.Table::rows).toList());
        assertThat(ask(asOwner, "select count(*) from pg_class where relforcerowsecurity"))
                .isEqualTo(Integer.toString(dump.tables().size() - 1));
        execute(asOwner, "drop policy all_of_it on run; create policy some_of_it on run using (tenant = 't')");
        assertThatThrownBy(() -> LedgerDump.write(asOwner, folder))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("row-level security hides rows of run from " + owner)
                .hasMessageContaining("or as a superuser");
    }

    /** A standby of its own: what a server that was shut down has on disk, started as one. It has the primary's identity. */
    @Test
    void aReplicaIsNotDumped() throws Exception {
        Path data = folder.resolve("server");
        DatabaseIdentity primary;
        try (EmbeddedPostgres server = server(data)) {
            Database.open(address(server)).close();
            primary = DatabaseIdentity.of(address(server));
        }
        Files.createFile(data.resolve("standby.signal"));

        try (EmbeddedPostgres standby = server(data)) {
            assertThat(DatabaseIdentity.of(address(standby))).isEqualTo(primary);
            assertThatThrownBy(() -> dump(address(standby), "dump"))
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining("is a replica, which may lack rows that the job takes for stored")
                    .hasMessageEndingWith("dump the primary");
        }
        assertThat(folder.resolve("dump")).isEmptyDirectory();
    }

    private static EmbeddedPostgres server(Path data) throws IOException {
        return EmbeddedPostgres.builder()
                .setDataDirectory(data)
                .setCleanDataDirectory(false)
                .start();
    }

    private static DatabaseAddress address(EmbeddedPostgres server) {
        return new DatabaseAddress(
                "jdbc:postgresql://localhost:" + server.getPort() + "/postgres", "postgres", "postgres");
    }

    @Test
    void noLimitOfTheSessionEndsALongDump() throws Exception {
        try (Connection connection = LedgerConnection.open(first)) {
            DumpSession.prepare(connection);

            for (String limit : List.of("statement_timeout", "idle_in_transaction_session_timeout")) {
                try (Statement statement = connection.createStatement();
                        ResultSet value = statement.executeQuery("show " + limit)) {
                    value.next();
                    assertThat(value.getString(1)).as(limit).isEqualTo("0");
                }
            }
            assertThat(connection.getNetworkTimeout()).isZero();
        }
    }

    @Test
    void aDatabaseWithoutALedgerHasNothingToDump() {
        DatabaseAddress empty = LedgerServer.newDatabase();

        assertThatThrownBy(() -> LedgerDump.write(empty, folder))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("holds no ledger: there is nothing to dump");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void aFileThatIsShortLeavesNoRow() throws Exception {
        for (LedgerDump.Table table : dump.tables()) {
            Files.copy(files.resolve(table.file()), folder.resolve(table.file()));
        }
        Path file = folder.resolve("training_step.copy.gz");
        byte[] whole;
        try (GZIPInputStream in = new GZIPInputStream(Files.newInputStream(file))) {
            whole = in.readAllBytes();
        }
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write(whole, 0, whole.length - 9);
        }
        DatabaseAddress target = LedgerServer.newDatabase();

        assertThatThrownBy(() -> dump.restore(target, folder))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("the ledger was not restored into");
        assertThat(rows(target))
                .allSatisfy((table, rows) -> assertThat(rows).as(table).isEmpty());
    }

    private LedgerDump dump(DatabaseAddress address, String name) throws IOException {
        return LedgerDump.write(address, Files.createDirectory(folder.resolve(name)));
    }

    private static long count(LedgerDump dump, String table) {
        return dump.tables().stream()
                .filter(of -> of.name().equals(table))
                .findFirst()
                .orElseThrow()
                .rows();
    }

    private static DatabaseAddress filled() throws SQLException {
        DatabaseAddress address = LedgerServer.newDatabase();
        try (Database database = Database.open(address)) {
            database.sites().put("t", "fra1", NOON, "site: \u00e4\u0001\t\\N\n\"x\"");
            Identities.fill(database, "t");
            Alerts.fill(database.alerts(), "t");
        }
        fill(address);
        execute(
                address,
                "insert into generation select site_id, 1, 'topic', 'id', '2026-01-01', 'a reason', '2026-01-02',"
                        + " '2026-01-03', true, true from site;"
                        + " insert into history_import select site_id, 'o', 'p', '2026-01-01', '2026-01-02', now() from site;"
                        + " insert into minute_keeping values ('2026-01-01', now(), 'run_minute');"
                        + " insert into told_hours values (1, '{[2025-01-01 00:00Z,2025-01-01 05:00Z)}')");
        return address;
    }

    private static void fill(DatabaseAddress address) {
        write(address, 1);
    }

    private static void write(DatabaseAddress address, long revision) {
        try (LedgerWriter writer = LedgerWriter.open(address)) {
            for (int day = 0; day < DAYS; day++) {
                for (int node = 0; node < 5; node++) {
                    writer.write(channelMinute("t", "node-" + node, NOON.plus(Duration.ofDays(day)), node, revision));
                }
            }
            writer.write(siteStep("t", "fra1", "NODE_IN", NOON, 60, Long.MAX_VALUE / 4));
            writer.write(siteStep("t", "fra1", "NODE_IN", NOON, 3_600, -5));
            writer.write(sitePart("t", "fra1", "GPU//", NOON, 7, revision));
            writer.write(runStep("t", "fra1", "r", NOON, 60, 8));
            writer.write(runStep("t", "fra1", "r", NOON, 3_600, 8));
            writer.write(runMeterStep("t", "r", "node-1", true, NOON, 9));
            writer.write(runExtent("t", "fra1", "r", NOON, NOON.plusSeconds(9), revision));
            writer.write(trainingStep("t", "r", 1, 2, 3, revision));
            writer.write(runPhase("t", "r", 1, JobPhase.TRAIN, 20, revision));
            writer.write(runCheckpoint("t", "r", 1, 2, 30, revision));
            writer.write(demandInterval("t", "feed-1", NOON, 11, revision));
            writer.write(quantityStep("t", "water-1", NOON, 12, revision));
            writer.write(deadLetter("t", "SENTINEL", 5));
            writer.flush();
        }
    }

    /** Without the notes of when it was written. */
    private static Map<String, List<String>> ledger(DatabaseAddress address) throws SQLException {
        Map<String, List<String>> rows = rows(address);
        rows.remove("minute_day");
        return rows;
    }

    /** Every column of every row, by table, as text. */
    private static Map<String, List<String>> rows(DatabaseAddress address) throws SQLException {
        Map<String, List<String>> rows = new TreeMap<>();
        for (String table : texts(
                address,
                "select table_name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'"
                        + " and table_name not in ('schema_info', 'flyway_schema_history')")) {
            rows.put(table, texts(address, "select t::text from " + table + " as t order by 1"));
        }
        return rows;
    }

    private static String ask(DatabaseAddress address, String sql) throws SQLException {
        return texts(address, sql).get(0);
    }

    private static List<String> texts(DatabaseAddress address, String sql) throws SQLException {
        try (Connection connection = LedgerConnection.open(address);
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            List<String> texts = new ArrayList<>();
            while (result.next()) {
                texts.add(result.getString(1));
            }
            return texts;
        }
    }

    private static void execute(DatabaseAddress address, String sql) throws SQLException {
        try (Connection connection = LedgerConnection.open(address);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
