package io.joulestream.storage;

import java.io.IOException;
import java.io.InputStream;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Stream;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.CoreErrorCode;
import org.flywaydb.core.api.ErrorCode;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationInfoService;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** The schema's own state: brought up to this product's version, or refused. */
final class Schema {
    private static final String EDITION = """
            select case
                when not exists (select from pg_extension where extname = 'timescaledb') then 'plain'
                when current_setting('timescaledb.license', true) = 'timescale' then 'timescale'
                else 'apache'
            end
            """;

    private static final Set<ErrorCode> REFUSED =
            Set.of(CoreErrorCode.NON_EMPTY_SCHEMA_WITHOUT_SCHEMA_HISTORY_TABLE, CoreErrorCode.VALIDATE_ERROR);

    private static final String MIGRATIONS = "classpath:db/common";

    static final String HISTORY_TABLE = "flyway_schema_history";

    private Schema() {}

    /** Migrations run on a connection of their own, without the ledger's statement limit. */
    static void migrate(DatabaseAddress address) {
        try {
            if (isWhole(address)) {
                return; // a login that owns nothing may do no more than that
            }
            Flyway flyway = flyway(address);
            MigrationInfoService info = flyway.info();
            refuseNewer(address, info);
            if (info.pending().length == 0) {
                flyway.validate();
            } else {
                asOwner(address, info).migrate();
            }
        } catch (FlywayException e) {
            throw unusable(address, e);
        }
    }

    /** Whether all of this product's migrations were applied as they are, and no other; the one question of most starts. */
    private static boolean isWhole(DatabaseAddress address) {
        return configured(address)
                .ignoreMigrationPatterns(new String[0])
                .load()
                .validateWithResult()
                .validationSuccessful;
    }

    /** As {@link #migrate}, up to a version that this product knows; one that is there already is left. */
    static void migrateTo(DatabaseAddress address, String version) {
        try {
            configured(address).target(version).load().migrate();
        } catch (FlywayException e) {
            throw unusable(address, e);
        }
    }

    /** Whether this product has the migration to a version. */
    static boolean knows(DatabaseAddress address, String version) {
        return Arrays.stream(flyway(address).info().all())
                .filter(migration -> migration.getState().isResolved())
                .anyMatch(migration -> version.equals(String.valueOf(migration.getVersion())));
    }

    private static Flyway flyway(DatabaseAddress address) {
        return configured(address).load();
    }

    private static FluentConfiguration configured(DatabaseAddress address) {
        return Flyway.configure(Schema.class.getClassLoader())
                .dataSource(address.jdbcUrl(), address.user(), address.password())
                .table(HISTORY_TABLE)
                .locations(MIGRATIONS);
    }

    /** @param version of the newest migration that was applied; empty for none */
    record State(Optional<String> version, int pending) {}

    /** Changes nothing. */
    static State state(DatabaseAddress address) {
        try {
            MigrationInfoService info = flyway(address).info();
            return new State(
                    Optional.ofNullable(info.current())
                            .map(MigrationInfo::getVersion)
                            .map(Object::toString),
                    info.pending().length);
        } catch (FlywayException e) {
            throw new StorageException("the schema of " + address + " is not readable: " + firstLine(e), e);
        }
    }

    private static void refuseNewer(DatabaseAddress address, MigrationInfoService info) {
        Arrays.stream(info.applied())
                .filter(migration -> !migration.getState().isResolved())
                .map(MigrationInfo::getVersion)
                .findFirst()
                .ifPresent(version -> {
                    throw new SchemaRefusedException(
                            "the schema of " + address + " has version " + version + ", which this product ("
                                    + productVersion() + ") does not know; use a newer one",
                            null);
                });
    }

    /**
     * A schema is changed as its owner only, also by a superuser, so that all of it is one login's; others, who serve one
     * process each, wait for that.
     */
    private static Flyway asOwner(DatabaseAddress address, MigrationInfoService info) {
        if (info.current() == null) {
            return flyway(address);
        }
        String sql = "select pg_has_role(relowner, 'usage'), relowner::regrole::text, relowner::regrole::text"
                + " = quote_ident(current_user) from pg_class where oid = '" + HISTORY_TABLE + "'::regclass";
        try (Connection connection = LedgerConnection.open(address);
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            result.next();
            if (!result.getBoolean(1)) {
                throw new SchemaRefusedException(
                        "the schema of " + address + " is older than this product (" + productVersion() + "), and "
                                + address.user() + " does not own it: its owner runs joulestream db migrate",
                        null);
            }
            return result.getBoolean(3)
                    ? flyway(address)
                    : configured(address)
                            .initSql("set role " + result.getString(2))
                            .load();
        } catch (SQLException e) {
            throw new StorageException(address + " does not answer: " + e.getMessage(), e);
        }
    }

    static Edition edition(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(EDITION)) {
            result.next();
            return Edition.valueOf(result.getString(1).toUpperCase(Locale.ROOT));
        }
    }

    /** Of the newest migration that was applied. */
    static String version(Connection connection) throws SQLException {
        String sql = "select version from " + HISTORY_TABLE + " where success order by installed_rank desc limit 1";
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            result.next();
            return result.getString(1);
        }
    }

    /** Writes only when something is new and the login may, so that a restart leaves no trace. */
    static void note(Connection connection, Edition edition) throws SQLException {
        String sql = """
                insert into schema_info as t (product_version, edition, migrated_at) values (?, ?, now())
                on conflict (only_row) do update
                    set product_version = excluded.product_version, edition = excluded.edition, migrated_at = now()
                    where (t.product_version, t.edition) <> (excluded.product_version, excluded.edition)
                """;
        if (!mayNote(connection)) {
            return;
        }
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, productVersion());
            statement.setString(2, edition.name());
            statement.executeUpdate();
        }
    }

    private static boolean mayNote(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("select has_table_privilege('schema_info', 'insert')")) {
            result.next();
            return result.getBoolean(1);
        }
    }

    static String productVersion() {
        try (InputStream in = Schema.class.getResourceAsStream("/joulestream-storage.properties")) {
            Properties properties = new Properties();
            properties.load(in);
            return properties.getProperty("version");
        } catch (IOException e) {
            throw new IllegalStateException("joulestream-storage.properties is not readable", e);
        }
    }

    private static StorageException unusable(DatabaseAddress address, FlywayException e) {
        String message = "the schema of " + address + " is not usable: " + reason(e);
        return REFUSED.contains(e.getErrorCode()) || isNotAllowed(e)
                ? new SchemaRefusedException(message, e)
                : new StorageException(message, e);
    }

    /** What the server said, where it was the server that refused. */
    private static String reason(FlywayException e) {
        return serverError(e).map(ServerErrorMessage::getMessage).orElseGet(() -> firstLine(e));
    }

    private static boolean isNotAllowed(FlywayException e) {
        return serverError(e)
                .map(ServerErrorMessage::getSQLState)
                .filter(DatabaseRole.INSUFFICIENT_PRIVILEGE::equals)
                .isPresent();
    }

    private static Optional<ServerErrorMessage> serverError(FlywayException e) {
        return Stream.<Throwable>iterate(e, Objects::nonNull, Throwable::getCause)
                .filter(PSQLException.class::isInstance)
                .map(cause -> ((PSQLException) cause).getServerErrorMessage())
                .filter(Objects::nonNull)
                .findFirst();
    }

    /** That of a failed validation says only that it failed. */
    private static String firstLine(FlywayException e) {
        return String.valueOf(e.getMessage())
                .strip()
                .lines()
                .skip(e.getErrorCode() == CoreErrorCode.VALIDATE_ERROR ? 1 : 0)
                .findFirst()
                .orElse("");
    }
}
