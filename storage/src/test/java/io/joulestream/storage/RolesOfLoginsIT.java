package io.joulestream.storage;

import static io.joulestream.storage.Rows.NOON;
import static io.joulestream.storage.Rows.channelMinute;
import static io.joulestream.storage.Rows.siteStep;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.joulestream.core.inventory.SiteGeneration;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Logins that are no superuser's, on servers of their own, for roles are a server's. */
class RolesOfLoginsIT {
    private static final String ROLES = "create role js_migrate; create role js_job; create role js_seal;"
            + " create role js_api; create role js_admin;";

    private static EmbeddedPostgres server;

    @BeforeAll
    static void start() throws IOException {
        server = EmbeddedPostgres.start();
    }

    @AfterAll
    static void stop() throws IOException {
        server.close();
    }

    /** The roles of the test before are gone. */
    @BeforeEach
    void forgetRoles() throws SQLException {
        for (String database :
                names("select datname from pg_database where not datistemplate and datname <> 'postgres'")) {
            execute("drop database " + database);
        }
        for (String role : names("select rolname from pg_roles where rolname not like 'pg%' and not rolsuper")) {
            execute("drop role " + role);
        }
    }

    @Test
    void databasesMayBeMigratedAtOnceByALoginThatMakesTheRoles() throws Exception {
        execute("create role maker login createrole");
        List<Callable<Integer>> all = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            DatabaseAddress address = newDatabase("at_once_" + i, "maker");
            all.add(() -> {
                try (Database database = Database.open(address)) {
                    return writtenAndRead(database, database);
                }
            });
        }
        ExecutorService threads = Executors.newFixedThreadPool(all.size());

        List<Future<Integer>> read = threads.invokeAll(all);
        threads.shutdown();

        for (Future<Integer> rows : read) {
            assertThat(rows.get()).isEqualTo(2);
        }
        assertThatTheOwnerSeesAllRows(new DatabaseAddress(url("at_once_0"), "maker", "maker"));
    }

    /** Policies bind an owner; a migration, and who looks after the database, must see all rows all the same. */
    private static void assertThatTheOwnerSeesAllRows(DatabaseAddress owner) {
        assertThat(DatabaseStatus.read(owner).tables())
                .filteredOn(table -> table.name().equals("site_hour"))
                .allSatisfy(table -> assertThat(table.newest()).contains(NOON))
                .hasSize(1);
    }

    @Test
    void aLoginThatMayNotMakeRolesIsToldWhatAnAdministratorRunsAndThatHelps() throws SQLException {
        DatabaseAddress address = newDatabase("ledger", "joule");
        String refusal = refusal(address);
        assertThat(refusal)
                .startsWith("the schema of " + address + " is not usable: ")
                .contains("joule may not make the roles that are missing")
                .doesNotContain("\n");

        execute(refusal.substring(refusal.indexOf("runs: ") + 6));

        try (Database database = Database.open(address)) {
            assertThat(writtenAndRead(database, database)).isEqualTo(2);
        }
    }

    @Test
    void anOwnerOutsideTheRolesIsToldWhatAnAdministratorRuns() throws SQLException {
        execute(ROLES);
        DatabaseAddress address = newDatabase("ledger", "joule");

        assertThat(refusal(address))
                .contains("joule is no member of js_migrate; an administrator of the server runs: grant js_migrate,");
        execute("grant js_migrate to joule; alter role js_api bypassrls");
        assertThat(refusal(address)).contains("no row is kept from a superuser or BYPASSRLS role, and js_api must not");
    }

    @Test
    void eachProcessMayHaveALoginThatCanNoMore() throws SQLException {
        execute(ROLES);
        DatabaseAddress owner = newDatabase("ledger", "owner");
        execute("grant js_migrate to owner; create role job login in role js_job; create role api login in role js_api;"
                + "create role publisher login in role js_admin");
        Database.open(owner).close();
        DatabaseAddress api = as(owner, "api");

        try (Database publisher = Database.open(as(owner, "publisher"), api);
                Database job = Database.open(as(owner, "job"), api);
                Database reader = Database.open(api)) {
            assertThat(writtenAndRead(job, publisher)).isEqualTo(2);
            assertThat(reader.sites().list("acme")).hasSize(1);
            assertThat(reader.queries().siteHours("acme", "fra1", NOON, NOON.plusSeconds(3_600)))
                    .hasSize(1);
            assertThatThrownBy(reader::openWriter)
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining(
                            "api may not act as js_job; an administrator of the server runs: grant js_job");
            assertThatThrownBy(() -> reader.sites().put("acme", "fra2", NOON, "x"))
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining("api may not act as js_admin");
            assertThatThrownBy(() -> job.sites().put("acme", "fra2", NOON, "x"))
                    .hasMessageContaining("job may not act as js_admin");
        }
        try (Connection connection = DriverManager.getConnection(api.jdbcUrl(), api.user(), api.password());
                Statement statement = connection.createStatement()) {
            assertThatThrownBy(() -> statement.execute("reset role; set role js_job"))
                    .hasMessageContaining("permission denied");
        }
    }

    @Test
    void anOwnerThatIsNoSuperuserCopiesRowsAndIsBoundByPoliciesAgain() throws SQLException {
        execute(ROLES);
        DatabaseAddress owner = newDatabase("ledger", "owner");
        execute("grant js_migrate, js_api to owner");

        try (Database database = Database.open(owner);
                LedgerCopy copy = LedgerCopy.open(owner)) {
            copy.add(channelMinute("acme", "node-1", NOON, 1, 1));
            copy.addHour(siteStep("acme", "fra1", "IT_IN", NOON, 3_600, 1));
            assertThat(copy.store()).isEqualTo(2);
            copy.addHour(siteStep("acme", "fra1", "IT_IN", NOON, 3_600, 1));
            assertThatThrownBy(copy::store).hasMessageContaining("1 rows were not copied");

            assertThat(database.queries().siteHours("acme", "fra1", NOON, NOON.plusSeconds(3_600)))
                    .hasSize(1);
        }
        assertThat(namesIn(
                        owner,
                        "select relname from pg_class join pg_policy on polrelid = pg_class.oid"
                                + " where relkind in ('r', 'p') and not relforcerowsecurity"))
                .isEmpty();
    }

    /** The login that docs/operations.md makes for the commands: a rebuild of theirs removes rows of the ledger. */
    @Test
    void theLoginOfTheCommandsRemovesWhatARebuildFoundToBeOtherwiseOnlyAsTheJob() throws Exception {
        execute(ROLES);
        DatabaseAddress owner = newDatabase("ledger", "owner");
        execute("grant js_migrate to owner; create role commands login in role js_admin, js_api");
        Database.open(owner).close();

        try (Database commands = Database.open(as(owner, "commands"))) {
            commands.sites().put("acme", "fra1", NOON, "site: fra1");
            assertThatThrownBy(commands::openWriter).hasMessageContaining("commands may not act as js_job");
            execute("grant js_job to commands");
            try (LedgerWriter writer = commands.openWriter()) {
                writer.write(siteStep("acme", "fra1", "IT_IN", NOON, 3_600, 1));
                writer.flush();
                commands.generations()
                        .putInForce(
                                new SiteGeneration("acme", "fra1", 2, "t", "i", NOON, "a test", NOON, NOON, List.of()));
                assertThat(writer.removeStale("acme", "fra1", 2)).isEqualTo(1);
            }
        }
    }

    /** Of the processes on a cluster those that may do no more than read leave the alerts to one that may. */
    @Test
    void alertsAreLookedAtByALoginOfTheApiOnlyWhereItMayWriteThem() throws SQLException {
        execute(ROLES);
        DatabaseAddress owner = newDatabase("ledger", "owner");
        execute("grant js_migrate, js_admin to owner; create role reader login in role js_api;"
                + "create role api login in role js_api, js_admin");
        try (Database database = Database.open(owner)) {
            Alerts.fill(database.alerts(), "acme");
        }

        try (Database reader = Database.open(as(owner, "reader"));
                Database api = Database.open(as(owner, "api"));
                KeeperLease ofReader = reader.alertDuty();
                KeeperLease ofApi = api.alertDuty()) {
            assertThatThrownBy(ofReader::isMine)
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining("reader may not act as js_admin");
            assertThat(ofApi.isMine()).as("nobody keeps it from that").isTrue();
            assertThat(ofReader.isMine()).as("somebody does it").isFalse();
            assertThat(api.identity().tenants()).containsExactly("acme");
            assertThat(api.alerts().due("acme", Instant.parse("2090-01-01T00:00:00Z"), 1))
                    .hasSize(1);
            assertThatThrownBy(() -> reader.identity().tenants())
                    .hasMessageContaining("reader may not act as js_admin");
        }
    }

    @Test
    void anOlderSchemaIsRefusedToALoginThatMayNotChangeIt() throws SQLException {
        DatabaseAddress owner = newDatabase("ledger", "owner");
        execute(ROLES + "grant js_migrate to owner; create role api login in role js_api");
        Database.open(owner).close();
        try (Connection connection = DriverManager.getConnection(owner.jdbcUrl(), owner.user(), owner.password());
                Statement statement = connection.createStatement()) {
            statement.execute("delete from flyway_schema_history where version::int >= 7");
        }

        assertThatThrownBy(() -> Database.open(as(owner, "api")))
                .isInstanceOf(SchemaRefusedException.class)
                .hasMessageContaining("is older than this product")
                .hasMessageContaining("api does not own it: its owner runs joulestream db migrate");
    }

    @Test
    void whatASuperuserMigratesStaysTheOwners() throws SQLException {
        execute(ROLES);
        DatabaseAddress owner = newDatabase("ledger", "owner");
        execute("grant js_migrate to owner");
        Schema.migrateTo(owner, "7");

        Database.open(as(owner, "postgres")).close();

        assertThat(Schema.state(owner).pending()).isZero();
        assertThat(
                        namesIn(
                                owner,
                                "select distinct relowner::regrole::text from pg_class"
                                        + " where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v', 'S', 'i')"))
                .containsExactly("owner");
    }

    /** By which roles a ledger is written and read, whatever the logins. */
    private static int writtenAndRead(Database job, Database publisher) {
        publisher.sites().put("acme", "fra1", NOON, "site: fra1");
        try (LedgerWriter writer = job.openWriter()) {
            writer.write(channelMinute("acme", "node-1", NOON, 1, 1));
            writer.write(siteStep("acme", "fra1", "IT_IN", NOON, 3_600, 1));
            writer.flush();
        }
        LedgerQueries queries = publisher.queries();
        assertThat(queries.siteHours("other", "fra1", NOON, NOON.plusSeconds(3_600)))
                .isEmpty();
        return queries.siteHours("acme", "fra1", NOON, NOON.plusSeconds(3_600)).size()
                + queries.channelMinutes("acme", "fra1", "node-1", NOON, NOON.plusSeconds(60))
                        .size();
    }

    private static String refusal(DatabaseAddress address) {
        try {
            Database.open(address).close();
            throw new AssertionError(address + " was opened");
        } catch (SchemaRefusedException e) {
            return e.getMessage();
        }
    }

    private static DatabaseAddress newDatabase(String name, String login) throws SQLException {
        execute("do $$ begin if not exists (select from pg_roles where rolname = '" + login + "') then create role "
                + login + " login; end if; end $$");
        execute("create database " + name + " owner " + login);
        return new DatabaseAddress(url(name), login, login);
    }

    private static String url(String database) {
        return "jdbc:postgresql://localhost:" + server.getPort() + "/" + database;
    }

    private static DatabaseAddress as(DatabaseAddress address, String login) {
        return new DatabaseAddress(address.jdbcUrl(), login, login);
    }

    private static void execute(String sql) throws SQLException {
        try (Connection connection = server.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static List<String> names(String sql) throws SQLException {
        return namesIn(new DatabaseAddress(url("postgres"), "postgres", "postgres"), sql);
    }

    private static List<String> namesIn(DatabaseAddress address, String sql) throws SQLException {
        List<String> names = new ArrayList<>();
        try (Connection connection =
                        DriverManager.getConnection(address.jdbcUrl(), address.user(), address.password());
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            while (result.next()) {
                names.add(result.getString(1));
            }
        }
        return names;
    }
}
