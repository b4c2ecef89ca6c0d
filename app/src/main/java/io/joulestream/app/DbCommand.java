package io.joulestream.app;

import io.joulestream.storage.Database;
import io.joulestream.storage.DatabaseAddress;
import io.joulestream.storage.DatabaseStatus;
import io.joulestream.storage.DatabaseStatus.TableStatus;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "db",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            DbDoctorCommand.class,
            DbBackupCommand.class,
            DbRestoreCommand.class,
            DbKeepCommand.class,
            DbFillCommand.class
        },
        description = {
            "Looks after the ledger's database: that of the running service, of the settings, or of --url.",
            "The password of --url is the setting joulestream.database.password or .password-file."
        })
final class DbCommand {
    @Spec
    private CommandSpec spec;

    @Command(
            name = "status",
            mixinStandardHelpOptions = true,
            description = {
                "Tells edition, versions, tables, sizes, and how far the newest minute lies behind the clock. Changes nothing.",
                "Rows are about so many, as the server's statistics say."
            })
    int status(
            @Mixin SharedOptions shared,
            @Mixin DatabaseOptions database,
            @Option(names = "--json", description = "One JSON object on one line.") boolean json) {
        DatabaseAddress address = database.address(shared.config());
        DatabaseStatus status = DatabaseStatus.read(address);
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(Json.line(body(status)));
        } else {
            print(out, address, status);
        }
        return 0;
    }

    @Command(
            name = "migrate",
            mixinStandardHelpOptions = true,
            description =
                    "Brings the schema up to this product's version; a newer one, or one of something else, is refused.")
    int migrate(
            @Mixin SharedOptions shared,
            @Mixin DatabaseOptions database,
            @Option(names = "--json", description = "One JSON object on one line.") boolean json) {
        DatabaseAddress address = database.address(shared.config());
        Optional<String> before = DatabaseStatus.read(address).schemaVersion();
        Database.open(address).close();
        String now = DatabaseStatus.read(address).schemaVersion().orElseThrow();
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            Map<String, Object> body = new LinkedHashMap<>();
            body.put("schema_version_before", before.orElse(null));
            body.put("schema_version", now);
            out.println(Json.line(body));
            return 0;
        }
        out.println(
                before.equals(Optional.of(now))
                        ? "the schema has version " + now + " already"
                        : "the schema had "
                                + before.map(version -> "version " + version).orElse("nothing") + " and has version "
                                + now);
        return 0;
    }

    private static Optional<Instant> newestMinute(DatabaseStatus status) {
        return status.tables().stream()
                .filter(table -> table.name().endsWith("_minute"))
                .flatMap(table -> table.newest().stream())
                .max(Comparator.naturalOrder());
    }

    private static Optional<Duration> lag(DatabaseStatus status) {
        return newestMinute(status).map(minute -> Duration.between(minute, status.readAt()));
    }

    // ---- for a person

    private static void print(PrintWriter out, DatabaseAddress address, DatabaseStatus status) {
        say(out, "database", address.toString());
        say(
                out,
                "edition",
                edition(status) + ": PostgreSQL " + status.postgresVersion()
                        + status.timescaledbVersion()
                                .map(version -> ", TimescaleDB " + version)
                                .orElse(""));
        say(
                out,
                "schema",
                status.schemaVersion().map(version -> "version " + version).orElse("none")
                        + (status.migrationsPending() == 0
                                ? ""
                                : ", " + status.migrationsPending() + " migrations pending: joulestream db migrate"));
        say(out, "size", mebibytes(status.databaseBytes()));
        status.chunkLength().ifPresent(length -> say(out, "chunks", "new ones of channel_minute hold " + length));
        say(
                out,
                "lag",
                newestMinute(status)
                        .map(minute -> "the newest minute is " + minute + ", "
                                + lag(status).orElseThrow() + " before the database's clock")
                        .orElse("no minute is stored"));
        if (status.tables().isEmpty()) {
            return;
        }
        out.println();
        out.println(String.format(
                Locale.ROOT,
                "%-16s %14s %9s %12s %12s  %-20s  %-20s  %s",
                "table",
                "rows, about",
                "chunks",
                "table",
                "indexes",
                "kept from",
                "oldest",
                "newest"));
        for (TableStatus table : status.tables()) {
            out.println(String.format(
                            Locale.ROOT,
                            "%-16s %14s %9s %12s %12s  %-20s  %-20s  %s",
                            table.name(),
                            table.rows().map(Object::toString).orElse("?"),
                            chunks(table),
                            mebibytes(table.tableBytes()),
                            mebibytes(table.indexBytes()),
                            table.keptFrom().map(Instant::toString).orElse(""),
                            table.oldest().map(Instant::toString).orElse(""),
                            table.newest().map(Instant::toString).orElse(""))
                    .stripTrailing());
        }
    }

    /** How many, and how many of them lie in the columnstore. */
    private static String chunks(TableStatus table) {
        if (table.chunks() == 0) {
            return "-";
        }
        return table.chunks() + (table.compressedChunks() == 0 ? "" : " (" + table.compressedChunks() + ")");
    }

    private static void say(PrintWriter out, String what, String text) {
        out.println(String.format(Locale.ROOT, "%-10s %s", what, text));
    }

    private static String mebibytes(long bytes) {
        return String.format(Locale.ROOT, "%.1f MiB", bytes / (double) (1L << 20));
    }

    private static String edition(DatabaseStatus status) {
        return status.edition().name().toLowerCase(Locale.ROOT);
    }

    // ---- for a program

    private static Map<String, Object> body(DatabaseStatus status) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("edition", edition(status));
        body.put("postgres_version", status.postgresVersion());
        body.put("timescaledb_version", status.timescaledbVersion().orElse(null));
        body.put("schema_version", status.schemaVersion().orElse(null));
        body.put("migrations_pending", status.migrationsPending());
        body.put("read_at", status.readAt().toString());
        body.put("database_bytes", status.databaseBytes());
        body.put("chunk_seconds", status.chunkLength().map(Duration::toSeconds).orElse(null));
        body.put("newest_minute", newestMinute(status).map(Instant::toString).orElse(null));
        body.put("lag_seconds", lag(status).map(Duration::toSeconds).orElse(null));
        body.put("tables", status.tables().stream().map(DbCommand::body).toList());
        return body;
    }

    private static Map<String, Object> body(TableStatus table) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("name", table.name());
        body.put("chunks", table.chunks());
        body.put("chunks_compressed", table.compressedChunks());
        body.put("rows_estimated", table.rows().orElse(null));
        body.put("table_bytes", table.tableBytes());
        body.put("index_bytes", table.indexBytes());
        body.put("kept_from", table.keptFrom().map(Instant::toString).orElse(null));
        body.put("oldest", table.oldest().map(Instant::toString).orElse(null));
        body.put("newest", table.newest().map(Instant::toString).orElse(null));
        return body;
    }
}
