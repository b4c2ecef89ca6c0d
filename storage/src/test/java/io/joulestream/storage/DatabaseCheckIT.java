package io.joulestream.storage;

import static io.joulestream.storage.DatabaseCheck.Verdict.FAIL;
import static io.joulestream.storage.DatabaseCheck.Verdict.OK;
import static io.joulestream.storage.DatabaseCheck.Verdict.WARN;
import static io.joulestream.storage.Rows.channelMinute;
import static org.assertj.core.api.Assertions.assertThat;

import io.joulestream.storage.testing.LedgerServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is wrong is made so in databases of their own. */
class DatabaseCheckIT {
    @Test
    void ofALedgerThatIsWellEveryCheckIsOk() {
        DatabaseAddress address = ledger(Instant.now().truncatedTo(ChronoUnit.MINUTES));

        List<DatabaseCheck> checks = DatabaseCheck.all(address, Clock.systemUTC());

        assertThat(checks)
                .filteredOn(check -> !check.name().equals("chunks")) // of a server with small buffers
                .allSatisfy(check ->
                        assertThat(check.verdict()).as(check.toString()).isEqualTo(OK));
        assertThat(checks)
                .extracting(DatabaseCheck::name)
                .containsExactly(
                        "reachable",
                        "clock",
                        "time zone",
                        "fsync",
                        "full_page_writes",
                        "synchronous_commit",
                        "connections",
                        "transactions",
                        "schema",
                        "edition",
                        "dead rows",
                        "chunks",
                        "generations",
                        "newest minute",
                        "minutes kept");
        assertThat(of(checks, "edition").found())
                .startsWith(LedgerServer.edition().toLowerCase(java.util.Locale.ROOT) + ", PostgreSQL ");
        assertThat(of(checks, "time zone").found()).startsWith("this session UTC, ");
        assertThat(of(checks, "chunks").found())
                .startsWith(
                        LedgerServer.edition().equals("PLAIN")
                                ? "none on this edition"
                                : "channel_minute in chunks of 1 day");
    }

    @Test
    void whatIsWrongWithALedgerIsNamedWithARemedy() throws SQLException {
        DatabaseAddress address =
                ledger(Instant.now().minus(Duration.ofHours(3)).truncatedTo(ChronoUnit.MINUTES));
        execute(
                address,
                "alter role current_user in database " + databaseName(address) + " set synchronous_commit = off;"
                        + " insert into generation select site_id, 3, 't', 'i', now(), 'r', now() - interval '2 hours', now(),"
                        + " false from site");

        List<DatabaseCheck> checks =
                DatabaseCheck.all(address, Clock.offset(Clock.systemUTC(), Duration.ofSeconds(-9)));

        assertThat(of(checks, "clock")).satisfies(check -> {
            assertThat(check.verdict()).isEqualTo(WARN);
            assertThat(check.found()).containsPattern("is (89|90)\\d\\d ms ahead");
        });
        assertThat(of(checks, "synchronous_commit").verdict()).isEqualTo(FAIL);
        assertThat(of(checks, "generations")).satisfies(check -> {
            assertThat(check.verdict()).isEqualTo(WARN);
            assertThat(check.found()).startsWith("not in force: generation 3 of site fra1, made ");
        });
        assertThat(of(checks, "newest minute")).satisfies(check -> {
            assertThat(check.verdict()).isEqualTo(WARN);
            assertThat(check.found()).contains(" minutes before the database's clock");
        });
        assertThat(checks)
                .filteredOn(check -> check.verdict() != OK)
                .allSatisfy(check -> assertThat(check.remedy()).as(check.name()).isPresent());
    }

    /** It may take hours, and is as it should be. */
    @Test
    void aBackupIsNoTransactionToLookInto() throws SQLException {
        DatabaseAddress address = ledger(Instant.now().truncatedTo(ChronoUnit.MINUTES));
        try (Connection connection = LedgerConnection.open(address)) {
            connection.setAutoCommit(false);
            DumpSession.execute(connection, "select 1");
            assertThat(of(DatabaseCheck.all(address, Clock.systemUTC()), "transactions")
                            .found())
                    .startsWith("the oldest that is no backup is open for PT");
            connection.rollback();

            DumpSession.prepare(connection);

            assertThat(of(DatabaseCheck.all(address, Clock.systemUTC()), "transactions")
                            .found())
                    .isEqualTo("none is open");
        }
    }

    @Test
    void whatALoginMayNotSeeIsNotToldAsWell() throws SQLException {
        DatabaseAddress address = ledger(Instant.now().truncatedTo(ChronoUnit.MINUTES));
        String owner = "little_of_" + databaseName(address);
        execute(
                address,
                "create role " + owner + " login password 'secret';"
                        + " grant select on all tables in schema public to " + owner);

        List<DatabaseCheck> checks =
                DatabaseCheck.all(new DatabaseAddress(address.jdbcUrl(), owner, "secret"), Clock.systemUTC());

        assertThat(List.of(of(checks, "connections"), of(checks, "transactions")))
                .allSatisfy(check -> assertThat(check.found())
                        .isEqualTo("not known: what other logins do is visible to members of pg_read_all_stats only"));
    }

    @Test
    void deadRowsAreToldFromTheServersStatistics() throws SQLException {
        DatabaseAddress address = ledger(Instant.now().truncatedTo(ChronoUnit.MINUTES));
        execute(
                address,
                "alter table site set (autovacuum_enabled = off);"
                        + " insert into site (tenant, site) select 't', 's' || n from generate_series(1, 12000) as n;"
                        + " delete from site where site like 's%'; select pg_stat_force_next_flush()");

        DatabaseCheck check = of(DatabaseCheck.all(address, Clock.systemUTC()), "dead rows");

        assertThat(check.verdict()).isEqualTo(WARN);
        assertThat(check.found()).isEqualTo("12000 beside 1 in public.site");
    }

    @Test
    void minutesThatNobodyLooksAfterAreWarnedOfAfterADay() throws Exception {
        DatabaseAddress address = ledger(Instant.now().truncatedTo(ChronoUnit.MINUTES));
        execute(address, "update flyway_schema_history set installed_on = installed_on - interval '25 hours'");
        DatabaseCheck never = of(DatabaseCheck.all(address, Clock.systemUTC()), "minutes kept");
        MinuteKeeping.round(address, new MinuteRules(Duration.ofDays(90), Duration.ofDays(400)), Duration.ofDays(35));
        DatabaseCheck just = of(DatabaseCheck.all(address, Clock.systemUTC()), "minutes kept");
        execute(address, "update minute_keeping set looked_at = looked_at - interval '25 hours'");
        DatabaseCheck later = of(DatabaseCheck.all(address, Clock.systemUTC()), "minutes kept");

        assertThat(never.verdict()).isEqualTo(WARN);
        assertThat(never.found()).isEqualTo("nobody has looked after them yet");
        assertThat(just.verdict()).isEqualTo(OK);
        assertThat(later.verdict()).isEqualTo(WARN);
        assertThat(later.found()).startsWith("last looked after at ");
        assertThat(later.remedy().orElseThrow()).contains("joulestream db keep");
    }

    @Test
    void aDatabaseWithoutASchemaAndAnOldOneSayHowToGetIt() {
        DatabaseAddress empty = LedgerServer.newDatabase();
        DatabaseAddress old = LedgerServer.newDatabase();
        Schema.migrateTo(old, "5");

        assertThat(of(DatabaseCheck.all(empty, Clock.systemUTC()), "schema")).satisfies(check -> {
            assertThat(check.verdict()).isEqualTo(FAIL);
            assertThat(check.remedy()).contains("joulestream db migrate");
        });
        assertThat(of(DatabaseCheck.all(old, Clock.systemUTC()), "schema")).satisfies(check -> {
            assertThat(check.verdict()).isEqualTo(WARN);
            assertThat(check.found()).startsWith("version 5, ").endsWith(" migrations pending");
        });
        assertThat(DatabaseCheck.all(old, Clock.systemUTC()))
                .extracting(DatabaseCheck::name)
                .as("every check is made of an empty ledger, too")
                .endsWith("newest minute");
    }

    @Test
    void aLedgerOfHypertablesWithoutTheExtensionFails() throws SQLException {
        DatabaseAddress address = LedgerServer.newEmbeddedDatabase();
        Database.open(address).close();
        execute(address, "update schema_info set edition = 'APACHE'");

        DatabaseCheck check = of(DatabaseCheck.all(address, Clock.systemUTC()), "edition");

        assertThat(check.verdict()).isEqualTo(FAIL);
        assertThat(check.found()).endsWith("; the ledger was opened on apache");
        assertThat(check.remedy().orElseThrow()).contains("install the extension timescaledb again");
    }

    @Test
    void aDatabaseThatDoesNotAnswerIsTheOnlyCheck() {
        DatabaseAddress nobody = new DatabaseAddress("jdbc:postgresql://127.0.0.1:1/x", "u", "secret");

        assertThat(DatabaseCheck.all(nobody, Clock.systemUTC())).singleElement().satisfies(check -> {
            assertThat(check.name()).isEqualTo("reachable");
            assertThat(check.verdict()).isEqualTo(FAIL);
            assertThat(check.found()).startsWith("jdbc:postgresql://127.0.0.1:1/x as u does not answer: ");
            assertThat(check.toString()).doesNotContain("secret");
        });
    }

    private static DatabaseCheck of(List<DatabaseCheck> checks, String name) {
        return checks.stream()
                .filter(check -> check.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static DatabaseAddress ledger(Instant newest) {
        DatabaseAddress address = LedgerServer.newDatabase();
        Database.open(address).close();
        try (LedgerWriter writer = LedgerWriter.open(address)) {
            writer.write(channelMinute("t", "node-1", newest, 1, 1));
            writer.flush();
        }
        return address;
    }

    private static String databaseName(DatabaseAddress address) {
        return address.jdbcUrl().replaceFirst(".*/", "");
    }

    private static void execute(DatabaseAddress address, String sql) throws SQLException {
        try (Connection connection = LedgerConnection.open(address);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
