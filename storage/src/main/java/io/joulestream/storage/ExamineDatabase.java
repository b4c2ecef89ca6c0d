package io.joulestream.storage;

import static io.joulestream.storage.DatabaseCheck.fail;
import static io.joulestream.storage.DatabaseCheck.ok;
import static io.joulestream.storage.DatabaseCheck.warn;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/** Looks at a ledger's database, one check after the other, over one connection. */
final class ExamineDatabase {
    private static final Duration MOST_CLOCK_DIFFERENCE = Duration.ofSeconds(2);
    private static final Duration FRESH = Duration.ofMinutes(10);
    private static final Duration REBUILD = Duration.ofHours(1);
    private static final Duration LOOKED_AFTER = Duration.ofDays(1);
    private static final Duration LONG_TRANSACTION = Duration.ofMinutes(10);
    private static final int MANY_CONNECTIONS_PERCENT = 80;
    private static final long MANY_DEAD_ROWS = 10_000;
    private static final int DEAD_PERCENT = 20;
    /** A chunk and its indexes should stay in memory while they are written. */
    private static final int CHUNK_PERCENT_OF_BUFFERS = 50;

    private static final String DEAD_ROWS = """
            select schemaname || '.' || relname, n_dead_tup, n_live_tup from pg_stat_user_tables
            where n_dead_tup > %d and n_dead_tup * 100 > %d * (n_dead_tup + n_live_tup)
            order by n_dead_tup desc limit 1
            """.formatted(MANY_DEAD_ROWS, DEAD_PERCENT);

    private static final String CHUNKS = """
            select d.hypertable_name, d.time_interval::text, coalesce(max(case when c.chunk_name is not null then
                    pg_total_relation_size(format('%I.%I', c.chunk_schema, c.chunk_name)::regclass) end), 0),
                (select setting::int8 * 8192 from pg_settings where name = 'shared_buffers')
            from timescaledb_information.dimensions as d
            left join timescaledb_information.chunks as c using (hypertable_schema, hypertable_name)
            group by d.hypertable_name, d.time_interval order by d.hypertable_name
            """;

    private static final String NOT_IN_FORCE = """
            select s.site, g.generation, g.made_at from generation as g join site as s using (site_id)
            where not g.in_force and g.made_at < clock_timestamp() - interval '%d seconds' order by g.made_at
            """.formatted(REBUILD.toSeconds());

    /** Of the table that was looked after the longest ago; and since when there is a schema that is to be. */
    private static final String MINUTES_KEPT = "select min(looked_at),"
            + " (select max(installed_on)::timestamptz from " + Schema.HISTORY_TABLE + ") from minute_keeping";

    private static final String OLDEST_TRANSACTION = """
            select extract(epoch from clock_timestamp() - min(xact_start))::int8 from pg_stat_activity
            where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'
                and application_name <> '%s'
            """.formatted(DumpSession.NAME);

    /** Without that right the activity of other logins is null. */
    private static final String SEES_OTHERS = "select pg_has_role('pg_read_all_stats', 'usage')";

    private static final String NOT_VISIBLE =
            "not known: what other logins do is visible to members of pg_read_all_stats only";

    private static final String CONNECTIONS = """
            select (select count(*) from pg_stat_activity where backend_type = 'client backend'),
                current_setting('max_connections')::int8 - current_setting('superuser_reserved_connections')::int8
            """;

    private final Connection connection;
    private final DatabaseAddress address;
    private final Clock clock;
    private final Consumer<DatabaseCheck> checks;

    ExamineDatabase(Connection connection, DatabaseAddress address, Clock clock, Consumer<DatabaseCheck> checks) {
        this.connection = connection;
        this.address = address;
        this.clock = clock;
        this.checks = checks;
    }

    void run() throws SQLException {
        checks.accept(ok("reachable", address.toString()));
        clock();
        timeZone();
        durability();
        connections();
        transactions();
        DatabaseStatus status = DatabaseStatus.read(address);
        schema(status);
        edition(status);
        if (status.schemaVersion().isPresent()) {
            deadRows();
            chunks(status);
            generations();
            newest(status);
            minutesKept(status);
        }
    }

    private void clock() throws SQLException {
        Instant before = clock.instant();
        Instant database;
        try (Statement statement = connection.createStatement();
                ResultSet now = statement.executeQuery("select clock_timestamp()")) {
            now.next();
            database = now.getTimestamp(1).toInstant();
        }
        Instant middle = before.plus(Duration.between(before, clock.instant()).dividedBy(2));
        Duration ahead = Duration.between(middle, database);
        String found = "the database's is " + ahead.toMillis() + " ms ahead of this machine's";
        checks.accept(
                ahead.abs().compareTo(MOST_CLOCK_DIFFERENCE) <= 0
                        ? ok("clock", found)
                        : warn("clock", found, "set both by a time server: what is told as newest or late is wrong"));
    }

    /** Each session sets its own; what others see who look at the tables by hand depends on the server's. */
    private void timeZone() throws SQLException {
        checks.accept(ok(
                "time zone",
                "this session " + text("show timezone") + ", the server "
                        + text("select reset_val from pg_settings where name = 'TimeZone'")));
    }

    private void durability() throws SQLException {
        for (String setting : List.of("fsync", "full_page_writes", "synchronous_commit")) {
            String value = text("show " + setting);
            checks.accept(
                    value.equals("off")
                            ? fail(
                                    setting,
                                    "off",
                                    "set it on: after a crash rows may be missing that the job will not write again")
                            : ok(setting, value));
        }
    }

    private void connections() throws SQLException {
        if (!seesOthers()) {
            checks.accept(ok("connections", NOT_VISIBLE));
            return;
        }
        try (Statement statement = connection.createStatement();
                ResultSet counted = statement.executeQuery(CONNECTIONS)) {
            counted.next();
            long used = counted.getLong(1);
            long most = counted.getLong(2);
            String found = used + " of " + most;
            checks.accept(
                    used * 100 <= most * MANY_CONNECTIONS_PERCENT
                            ? ok("connections", found)
                            : warn(
                                    "connections",
                                    found,
                                    "raise max_connections, or see who holds them: a job that restarts gets none"));
        }
    }

    private boolean seesOthers() throws SQLException {
        return text(SEES_OTHERS).equals("t");
    }

    private void transactions() throws SQLException {
        if (!seesOthers()) {
            checks.accept(ok("transactions", NOT_VISIBLE));
            return;
        }
        String seconds = text(OLDEST_TRANSACTION);
        Duration oldest = Duration.ofSeconds(seconds == null ? 0 : Long.parseLong(seconds));
        String found = seconds == null ? "none is open" : "the oldest that is no backup is open for " + oldest;
        checks.accept(
                oldest.compareTo(LONG_TRANSACTION) <= 0
                        ? ok("transactions", found)
                        : warn("transactions", found, "see pg_stat_activity: dead rows are kept for it"));
    }

    private void schema(DatabaseStatus status) {
        if (status.schemaVersion().isEmpty()) {
            checks.accept(fail("schema", "there is none", "joulestream db migrate"));
            return;
        }
        String version = status.schemaVersion().get();
        if (!Schema.knows(address, version)) {
            checks.accept(fail(
                    "schema",
                    "version " + version + ", which this product (" + Schema.productVersion() + ") does not know",
                    "use a newer one"));
        } else if (status.migrationsPending() > 0) {
            checks.accept(warn(
                    "schema",
                    "version " + version + ", " + status.migrationsPending() + " migrations pending",
                    "joulestream db migrate"));
        } else {
            checks.accept(ok("schema", "version " + version));
        }
    }

    private void edition(DatabaseStatus status) throws SQLException {
        String found = status.edition().name().toLowerCase(Locale.ROOT) + ", PostgreSQL " + status.postgresVersion()
                + status.timescaledbVersion()
                        .map(version -> ", TimescaleDB " + version)
                        .orElse("");
        boolean isNoted = status.schemaVersion().isPresent()
                && text("select to_regclass('schema_info') is not null").equals("t");
        String noted = isNoted ? text("select (select edition from schema_info)") : null;
        if (noted != null && !noted.equals("PLAIN") && status.edition() == Edition.PLAIN) {
            checks.accept(fail(
                    "edition",
                    found + "; the ledger was opened on " + noted.toLowerCase(Locale.ROOT),
                    "install the extension timescaledb again: without it hypertables cannot be read"));
        } else {
            checks.accept(ok("edition", found));
        }
    }

    private void deadRows() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet worst = statement.executeQuery(DEAD_ROWS)) {
            checks.accept(
                    worst.next()
                            ? warn(
                                    "dead rows",
                                    worst.getLong(2) + " beside " + worst.getLong(3) + " in " + worst.getString(1),
                                    "vacuum it, and see whether autovacuum is on and no transaction is open for long")
                            : ok(
                                    "dead rows",
                                    "in no table more than " + DEAD_PERCENT + " % and more than " + MANY_DEAD_ROWS));
        }
    }

    private void chunks(DatabaseStatus status) throws SQLException {
        if (status.edition() == Edition.PLAIN) {
            checks.accept(ok("chunks", "none on this edition"));
            return;
        }
        boolean any = false;
        try (Statement statement = connection.createStatement();
                ResultSet table = statement.executeQuery(CHUNKS)) {
            while (table.next()) {
                any = true;
                long largest = table.getLong(3);
                long buffers = table.getLong(4);
                String found = table.getString(1) + " in chunks of " + table.getString(2) + ", the largest "
                        + mebibytes(largest) + ", shared_buffers " + mebibytes(buffers);
                checks.accept(
                        largest * 100 <= buffers * CHUNK_PERCENT_OF_BUFFERS
                                ? ok("chunks", found)
                                : warn(
                                        "chunks",
                                        found,
                                        "raise shared_buffers, or make new chunks shorter: select set_chunk_time_interval('"
                                                + table.getString(1) + "', interval '6 hours')"));
            }
        }
        if (!any) {
            checks.accept(warn(
                    "chunks",
                    "the extension is there and no table is a hypertable: it came after the schema",
                    "joulestream db backup, then restore into a new database that has the extension"));
        }
    }

    private void generations() throws SQLException {
        if (text("select to_regclass('generation') is not null").equals("f")) {
            return; // a schema of before there were any
        }
        List<String> waiting = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet generation = statement.executeQuery(NOT_IN_FORCE)) {
            while (generation.next()) {
                waiting.add("generation " + generation.getInt(2) + " of site " + generation.getString(1) + ", made "
                        + generation.getTimestamp(3).toInstant());
            }
        }
        checks.accept(
                waiting.isEmpty()
                        ? ok("generations", "all that were made over an hour ago are in force")
                        : warn(
                                "generations",
                                "not in force: " + String.join("; ", waiting),
                                "a rebuild was interrupted before it was published and changed nothing: joulestream site"
                                        + " rebuild again"));
    }

    private void newest(DatabaseStatus status) {
        Optional<Instant> newest = status.tables().stream()
                .filter(table -> table.name().endsWith("_minute"))
                .flatMap(table -> table.newest().stream())
                .max(Comparator.naturalOrder());
        if (newest.isEmpty()) {
            checks.accept(ok("newest minute", "none is stored"));
            return;
        }
        Duration age = Duration.between(newest.get(), status.readAt());
        String found = newest.get() + ", " + age.toMinutes() + " minutes before the database's clock";
        checks.accept(
                age.compareTo(FRESH) <= 0
                        ? ok("newest minute", found)
                        : warn(
                                "newest minute",
                                found,
                                "if sites send now: see whether the job runs (/v1/health), and what it refused"));
    }

    private void minutesKept(DatabaseStatus status) throws SQLException {
        if (text("select to_regclass('minute_keeping') is not null").equals("f")) {
            return; // a schema of before they were removed
        }
        try (Statement statement = connection.createStatement();
                ResultSet answer = statement.executeQuery(MINUTES_KEPT)) {
            answer.next();
            Optional<Instant> looked =
                    Optional.ofNullable(answer.getTimestamp(1)).map(Timestamp::toInstant);
            Instant since = looked.orElse(answer.getTimestamp(2).toInstant());
            String found = looked.map(at -> "last looked after at " + at.truncatedTo(ChronoUnit.SECONDS))
                    .orElse("nobody has looked after them yet");
            checks.accept(
                    Duration.between(since, status.readAt()).compareTo(LOOKED_AFTER) <= 0
                            ? ok("minutes kept", found)
                            : warn(
                                    "minutes kept",
                                    found,
                                    "old minutes are not removed and the disk fills: let up run, or joulestream db keep"
                                            + " every hour or so, and see what it says"));
        }
    }

    private static String mebibytes(long bytes) {
        return String.format(Locale.ROOT, "%.1f MiB", bytes / (double) (1L << 20));
    }

    private String text(String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            result.next();
            return result.getString(1);
        }
    }
}
