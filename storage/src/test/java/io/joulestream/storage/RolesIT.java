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
import static io.joulestream.storage.generated.Tables.SITE;
import static io.joulestream.storage.generated.Tables.SITE_HOUR;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.joulestream.core.inventory.SiteGeneration;
import io.joulestream.core.ledger.JobPhase;
import io.joulestream.storage.testing.LedgerServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.flywaydb.core.Flyway;
import org.jooq.DSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Who sees and who writes what, for every table that the server's catalogue knows, so that none can be forgotten. */
class RolesIT {
    private static final List<String> OF_ONE_TENANT = List.of("js_api", "js_seal", "js_admin");
    private static final List<String> TENANTS = List.of("acme", "other");
    private static final String OF_NO_TENANT = "'schema_info', 'minute_day', 'minute_keeping'";
    private static final String REFUSED = "42501";

    private static Database database;
    private static Connection owner;

    @BeforeAll
    static void open() throws SQLException {
        database = Database.open(LedgerServer.newDatabase());
        owner = connect(database.address());
        for (String tenant : TENANTS) {
            fill(tenant);
        }
        try (LedgerWriter writer = database.openWriter()) {
            writer.write(deadLetter("", "DECODE_ERROR", 1_000));
            writer.flush();
        }
        texts(owner, "insert into told_hours select channel_id, '{[2025-01-01,2025-01-02)}' from channel");
    }

    /** A row in every table, by whoever writes it in the product. */
    private static void fill(String tenant) {
        database.sites().put(tenant, "fra1", NOON, "site: fra1");
        database.generations()
                .prepare(new SiteGeneration(tenant, "fra1", 1, "t", "id", NOON, "why", NOON, NOON, List.of()));
        Identities.fill(database, tenant);
        Alerts.fill(database.alerts(), tenant);
        assertThat(database.historyImports()
                        .record(
                                tenant,
                                "fra1",
                                List.of(new ToldHistory("node-9", List.of(), "p", NOON, NOON)),
                                OldHours.of(NOON, Duration.ofDays(35)),
                                NOON))
                .isEmpty();
        try (LedgerWriter writer = database.openWriter()) {
            writer.write(channelMinute(tenant, "node-1", NOON, 1, 1));
            writer.write(siteStep(tenant, "fra1", "IT_IN", NOON, 60, 1));
            writer.write(siteStep(tenant, "fra1", "IT_IN", NOON, 3_600, 1));
            writer.write(sitePart(tenant, "fra1", "GPU//", NOON, 1, 1));
            writer.write(runStep(tenant, "fra1", "llm", NOON, 60, 1));
            writer.write(runStep(tenant, "fra1", "llm", NOON, 3_600, 1));
            writer.write(runMeterStep(tenant, "llm", "node-1", false, NOON, 1));
            writer.write(runExtent(tenant, "fra1", "llm", NOON, NOON.plusSeconds(1), 1));
            writer.write(trainingStep(tenant, "llm", 1, 1, 1, 1));
            writer.write(runPhase(tenant, "llm", 1, JobPhase.TRAIN, 1, 1));
            writer.write(runCheckpoint(tenant, "llm", 1, 1, 1, 1));
            writer.write(demandInterval(tenant, "feed-a", NOON, 1, 1));
            writer.write(quantityStep(tenant, "water-1", NOON, 1, 1));
            writer.write(deadLetter(tenant, "TOO_OLD", tenant.length()));
            writer.flush();
        }
    }

    @AfterAll
    static void close() throws SQLException {
        owner.close();
        database.close();
    }

    /** What holds rows of tenants. */
    static List<String> relations() throws SQLException {
        return relations("relkind in ('r', 'p', 'v', 'm', 'f') and relname not in (" + OF_NO_TENANT + ")");
    }

    static List<String> tablesOfTenants() throws SQLException {
        return relations("relkind in ('r', 'p', 'f') and relname not in (" + OF_NO_TENANT + ")");
    }

    static List<String> tables() throws SQLException {
        return relations("relkind in ('r', 'p', 'f')");
    }

    static List<String> views() throws SQLException {
        return relations("relkind in ('v', 'm')");
    }

    private static List<String> relations(String which) throws SQLException {
        return texts(
                owner,
                "select relname from pg_class where relnamespace = 'public'::regnamespace and " + which
                        + " and relname <> 'flyway_schema_history' order by 1");
    }

    // ---- rows

    @ParameterizedTest
    @MethodSource("relations")
    void aTenantSeesItsOwnRowsAndWithoutOneNothingIsSeen(String table) throws SQLException {
        String rows = table.replaceFirst("_of_tenant$|^own_", "");
        int unattributed = rows.equals("dead_letter") ? 1 : 0;
        int attributed = count(database.address().user(), null, rows) - unattributed;
        int nobodys = table.equals("dead_letter") ? unattributed : 0;

        for (String role : OF_ONE_TENANT) {
            if (!mayRead(role, table)) {
                assertRefused(role, "select count(*) from " + table);
                continue;
            }
            assertThat(count(role, null, table)).as("no tenant").isZero();
            assertThat(count(role, "", table)).as("an empty tenant").isZero();
            assertThat(count(role, "nobody", table)).as("a tenant without rows").isEqualTo(nobodys);
            int acme = count(role, "acme", table);
            int other = count(role, "other", table);
            assertThat(acme).as("%s of acme", table).isGreaterThan(nobodys).isEqualTo(other);
            assertThat(acme + other).as("%s of all", table).isEqualTo(attributed + 2 * nobodys);
        }
    }

    /** It may name another tenant: of a frame under a wrong key, which belongs to nobody, it tells whose that claims to be. */
    @Test
    void whyWhatIsNobodysWasRefusedIsToldToNoTenant() throws SQLException {
        for (String column : List.of("detail", "entity", "topic", "payload")) {
            assertRefused("js_api", "select " + column + " from dead_letter");
        }
        assertThat(as("js_api", "acme", "select distinct tenant from own_dead_letter"))
                .containsExactly("acme");
    }

    @ParameterizedTest
    @MethodSource("tablesOfTenants")
    void aTableThatTenantsReadHasPoliciesThatBindItsOwnerToo(String table) throws SQLException {
        if (OF_ONE_TENANT.stream().noneMatch(role -> mayRead(role, table))) {
            assertThat(table).as("is read by no tenant").isEqualTo("channel_minute");
            return;
        }
        assertThat(texts(
                        owner,
                        "select relrowsecurity and relforcerowsecurity from pg_class where oid = '" + table
                                + "'::regclass"))
                .containsExactly("t");
    }

    @ParameterizedTest
    @MethodSource("views")
    void aViewIsABarrierAndNothingIsWrittenThroughIt(String view) throws SQLException {
        assertThat(texts(owner, "select reloptions::text from pg_class where oid = '" + view + "'::regclass"))
                .containsExactly("{security_barrier=true}");
        assertThat(texts(owner, "select pg_relation_is_updatable('" + view + "', true)"))
                .containsExactly("0");
    }

    /** One that was asked for every row would make a month of a site slow. */
    @ParameterizedTest
    @MethodSource("relations")
    void aPolicyIsAskedOncePerQuestion(String table) throws SQLException {
        if (!mayRead("js_api", table) || table.equals("quantity_hour")) {
            return;
        }
        String plan = String.join("\n", as("js_api", "acme", "explain (costs off) select count(*) from " + table));

        assertThat(plan)
                .doesNotContain("asking_tenant", "current_setting")
                .doesNotContainPattern("(?<!hashed )SubPlan \\d+\\)");
    }

    // ---- what a role may not do

    @ParameterizedTest
    @MethodSource("tables")
    void whoReadsCannotWrite(String table) throws SQLException {
        for (String role : List.of("js_api", "js_seal")) {
            assertRefused(role, "insert into " + table + " default values");
            assertRefused(role, "update " + table + " set " + firstColumn(table) + " = default");
            assertRefused(role, "delete from " + table);
            assertRefused(role, "truncate " + table);
        }
    }

    @ParameterizedTest
    @MethodSource("tables")
    void nobodyButTheOwnerChangesATable(String table) throws SQLException {
        for (String role : List.of("js_job", "js_admin")) {
            assertRefused(role, "alter table " + table + " rename to " + table + "_");
            assertRefused(role, "alter table " + table + " disable row level security");
            assertRefused(role, "create policy mine on " + table + " using (true)");
            assertRefused(role, "drop table " + table);
            assertRefused(role, "truncate " + table);
        }
    }

    @Test
    void nobodyButTheOwnerAddsToTheSchema() {
        for (String role : List.of("js_job", "js_api", "js_seal", "js_admin")) {
            assertRefused(role, "create table more ()");
            assertRefused(role, "create function more() returns int language sql return 1");
        }
    }

    @Test
    void noTenantComesToAHypertableOrItsChunks() throws SQLException {
        List<String> hot = new ArrayList<>(List.of("public.channel_minute"));
        if (database.edition() != Edition.PLAIN) {
            hot.addAll(texts(
                    owner,
                    "select format('%I.%I', hypertable_schema, hypertable_name)"
                            + " from timescaledb_information.hypertables"));
            List<String> chunks = texts(
                    owner, "select format('%I.%I', chunk_schema, chunk_name) from timescaledb_information.chunks");
            assertThat(chunks).isNotEmpty();
            hot.addAll(chunks);
        }

        for (String table : hot) {
            for (String role : OF_ONE_TENANT) {
                assertThat(mayRead(role, table)).as("%s reads %s", role, table).isFalse();
                assertRefused(role, "select * from " + table);
            }
        }
    }

    @Test
    void whoCommandsWritesNoLedgerAndOnlyForItsTenant() throws SQLException {
        assertRefused("js_admin", "delete from site_hour");
        assertRefused("js_admin", "insert into run (tenant, run) values ('acme', 'x')");

        assertThatThrownBy(() -> as("js_admin", "acme", "insert into site (tenant, site) values ('other', 'x')"))
                .hasMessageContaining("violates row-level security policy");
        assertThatThrownBy(() -> as("js_admin", "acme", "update site set site_id = default where site = 'fra1'"))
                .hasMessageContaining("violates foreign key constraint");
        assertThat(as("js_admin", "acme", "update generation set reason = 'mine' returning reason"))
                .hasSize(1);
    }

    /** Whoever does something for each tenant learns their names by it, and nothing else of those that are not set. */
    @Test
    void whoLooksAfterAllTenantsLearnsTheirNamesOnly() throws SQLException {
        assertThat(as("js_admin", null, "select * from tenant_list()")).containsExactly("acme", "other");
        assertThat(as("js_admin", "acme", "select tenant from tenant")).containsExactly("acme");
        for (String role : List.of("js_job", "js_api", "js_seal")) {
            assertRefused(role, "select * from tenant_list()");
        }
    }

    /** What runs with the rights of the tables' owner is little, and says in which schema it looks. */
    @Test
    void whatRunsAsTheOwnerIsKnown() throws SQLException {
        assertThat(texts(
                        owner,
                        "select proname, proconfig::text from pg_proc where prosecdef"
                                + " and pronamespace = 'public'::regnamespace and probin is null order by 1"))
                .containsExactly(
                        "chain_audit|{\"search_path=public, pg_temp\"}",
                        "tenant_list|{\"search_path=public, pg_temp\"}",
                        "tenant_of_subject|{\"search_path=public, pg_temp\"}");
    }

    // ---- the pool

    enum End {
        COMMIT,
        MOMENT,
        FAILURE,
        CANCELLED
    }

    @ParameterizedTest
    @EnumSource
    void aConnectionComesBackWithoutTenantAndRole(End end) throws SQLException {
        HikariConfig one = new HikariConfig();
        one.setJdbcUrl(database.address().jdbcUrl());
        one.setUsername(database.address().user());
        one.setPassword(database.address().password());
        one.setMaximumPoolSize(1);
        String state =
                "select pg_backend_pid(), current_user, coalesce(current_setting('joulestream.tenant', true), ''),"
                        + " current_setting('transaction_isolation'), current_setting('transaction_read_only')";
        try (HikariDataSource pool = new HikariDataSource(one)) {
            String before = text(pool, state);
            TenantTransaction questions = TenantTransaction.reading(pool, DatabaseRole.API);

            if (end == End.COMMIT) {
                assertThat(questions.<Object>run("acme", db -> db.fetchValue(state.substring(0, 23))))
                        .hasToString(before.substring(0, before.indexOf('|')));
                assertThat(questions.<Integer>run("acme", db -> db.fetchCount(SITE)))
                        .isEqualTo(1);
            } else if (end == End.MOMENT) {
                assertThat(questions.<Integer>asOfOneMoment(
                                "acme", () -> questions.run("acme", db -> db.fetchCount(SITE))))
                        .isEqualTo(1);
            } else if (end == End.FAILURE) {
                assertThatThrownBy(() -> questions.run("acme", db -> db.fetchCount(SITE) / 0))
                        .isInstanceOf(ArithmeticException.class);
                assertThatThrownBy(() -> questions.run("acme", db -> db.fetch("select 1 / 0")))
                        .isInstanceOf(StorageException.class);
            } else {
                assertThatThrownBy(() -> whileLocked(7, () -> questions.run("acme", db -> waitFor(db, 7))))
                        .isInstanceOf(StorageException.class)
                        .hasMessageContaining("statement timeout");
            }

            assertThat(text(pool, state)).as("the same connection").isEqualTo(before);
            assertThat(before).endsWith("|" + database.address().user() + "||read committed|off");
        }
    }

    private static int waitFor(DSLContext db, long lock) {
        db.execute("set local statement_timeout = '50ms'");
        return db.execute("select pg_advisory_xact_lock(" + lock + ")");
    }

    private static void whileLocked(long lock, Runnable action) throws SQLException {
        try (Connection holder = connect(database.address());
                Statement statement = holder.createStatement()) {
            statement.execute("select pg_advisory_lock(" + lock + ")");
            action.run();
        }
    }

    @Test
    void aQuestionThatForgetsItsTenantFindsNoOthersRows() {
        TenantTransaction questions = TenantTransaction.reading(database.dataSource(), DatabaseRole.API);

        assertThat(questions.<Integer>run("acme", db -> db.fetchCount(SITE_HOUR)))
                .isEqualTo(1);
        assertThat(questions.<Integer>run("", db -> db.fetchCount(SITE_HOUR))).isZero();
    }

    @Test
    void aQuestionWritesNothingAlsoWhereTheRoleMay() {
        TenantTransaction questions = TenantTransaction.reading(database.dataSource(), DatabaseRole.ADMIN);
        Function<DSLContext, Integer> write = db ->
                db.insertInto(SITE, SITE.TENANT, SITE.SITE_).values("acme", "x").execute();

        assertThatThrownBy(() -> questions.run("acme", write)).hasMessageContaining("read-only transaction");
        assertThat(database.sites().list("acme")).hasSize(1);
    }

    @Test
    void whatCouldNotBeAttributedIsCountedByWhoeverAsks() {
        LedgerQueries queries = database.queries();

        assertThat(queries.unattributedDeadLetterCounts("acme"))
                .containsExactly(new DeadLetterCount("", "fra1", "DECODE_ERROR", 1));
        assertThat(queries.unattributedDeadLetterCounts("")).isEmpty();
        assertThat(queries.deadLetterTotal("acme")).isEqualTo(1);
    }

    // ---- migration, and what is told of it

    @Test
    void aDatabaseOfTheVersionBeforeIsMigratedWithItsRows() throws SQLException {
        DatabaseAddress address = LedgerServer.newDatabase();
        Flyway.configure()
                .dataSource(address.jdbcUrl(), address.user(), address.password())
                .locations("classpath:db/common")
                .target("6")
                .load()
                .migrate();
        try (Connection before = connect(address)) {
            texts(before, """
                    insert into site (tenant, site) values ('acme', 'fra1');
                    insert into channel (site_id, entity, metric) values (1, 'node-1', %1$d);
                    insert into channel_minute values ('%2$s', 1, 0, 0, 1, 1, 1, 1, 1, 60000, 60000, 6, 0, 0);
                    insert into site_hour values ('%2$s', 1, 0, 0, 1, 1, 1, 1, 3600, 0, 0, 'IT_IN');
                    """.formatted(Rows.POWER, NOON));
        }

        try (Database migrated = Database.open(address);
                LedgerWriter writer = migrated.openWriter()) {
            for (Duration later : List.of(Duration.ZERO, Duration.ofMinutes(1), Duration.ofDays(9))) {
                writer.write(channelMinute("acme", "node-1", NOON.plus(later), 2, 2));
            }
            assertThat(writer.flush()).isEqualTo(3);
            assertThat(migrated.queries()
                            .channelMinutes("acme", "fra1", "node-1", NOON, NOON.plus(Duration.ofDays(10))))
                    .hasSize(3);
            assertThat(migrated.queries().siteHours("acme", "fra1", NOON, NOON.plusSeconds(3_600)))
                    .hasSize(1);
            assertThat(migrated.queries().siteHours("other", "fra1", NOON, NOON.plusSeconds(3_600)))
                    .isEmpty();
        }
    }

    @Test
    void whoMayReadAndWriteWhatIsAsTheManualSays() throws SQLException, IOException {
        String manual = Files.readString(Path.of("../docs/storage.md"));

        assertThat(manual).as("the table in docs/storage.md").contains(privileges());
    }

    /** A row of Markdown for each table, a column for each role. */
    private static String privileges() throws SQLException {
        List<String> roles = List.of("js_job", "js_api", "js_seal", "js_admin");
        StringBuilder table =
                new StringBuilder("| table | " + String.join(" | ", roles) + " |\n|---|---|---|---|---|\n");
        for (String relation : relations("relkind in ('r', 'p', 'v', 'm', 'f')")) {
            table.append("| `").append(relation).append("` |");
            for (String role : roles) {
                table.append(' ').append(privileges(relation, role)).append(" |");
            }
            table.append('\n');
        }
        return table.toString();
    }

    private static String privileges(String relation, String role) throws SQLException {
        List<String> granted = texts(owner, """
                select lower(privilege_type) || coalesce(' of ' || string_agg(attname, ', ' order by attnum), '') from (
                    select null as attname, null::int2 as attnum, relacl as acl from pg_class where oid = '%1$s'::regclass
                    union all select attname, attnum, attacl from pg_attribute where attrelid = '%1$s'::regclass
                ) as object cross join aclexplode(acl) where grantee = '%2$s'::regrole
                group by privilege_type, attname is null
                order by array_position(array['SELECT', 'INSERT', 'UPDATE', 'DELETE'], privilege_type)
                """.formatted(relation, role));
        return granted.isEmpty() ? "-" : String.join(", ", granted);
    }

    // ---- asking

    private static boolean mayRead(String role, String table) {
        try {
            return texts(owner, "select has_any_column_privilege('" + role + "', '" + table + "', 'select')")
                    .contains("t");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String firstColumn(String table) throws SQLException {
        return texts(
                        owner,
                        "select attname from pg_attribute where attrelid = '" + table + "'::regclass and attnum = 1")
                .get(0);
    }

    private static int count(String role, String tenant, String table) throws SQLException {
        return Integer.parseInt(
                as(role, tenant, "select count(*) from " + table).get(0));
    }

    private static void assertRefused(String role, String sql) {
        assertThatThrownBy(() -> as(role, "acme", sql))
                .as("%s: %s", role, sql)
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo(REFUSED));
    }

    /** On a connection of its own, as one of a new session. */
    private static List<String> as(String role, String tenant, String sql) throws SQLException {
        owner.setAutoCommit(false);
        try (Statement statement = owner.createStatement()) {
            statement.execute("set local role " + role);
            if (tenant != null) {
                statement.execute("set local joulestream.tenant = '" + tenant + "'");
            }
            return texts(owner, sql);
        } finally {
            owner.rollback();
            owner.setAutoCommit(true);
        }
    }

    private static String text(HikariDataSource pool, String sql) throws SQLException {
        try (Connection connection = pool.getConnection()) {
            return texts(connection, sql).get(0);
        }
    }

    /** The rows that a statement gives, the columns with a bar between. */
    private static List<String> texts(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            if (!statement.execute(sql)) {
                return List.of();
            }
            List<String> rows = new ArrayList<>();
            try (ResultSet result = statement.getResultSet()) {
                int columns = result.getMetaData().getColumnCount();
                while (result.next()) {
                    List<String> row = new ArrayList<>();
                    for (int column = 1; column <= columns; column++) {
                        row.add(result.getString(column));
                    }
                    rows.add(row.stream().map(String::valueOf).collect(joining("|")));
                }
            }
            return rows;
        }
    }

    private static Connection connect(DatabaseAddress address) throws SQLException {
        return DriverManager.getConnection(address.jdbcUrl(), address.user(), address.password());
    }
}
