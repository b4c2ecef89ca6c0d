package io.joulestream.storage.testing;

import io.joulestream.storage.DatabaseAddress;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Assumptions;

/**
 * The real server of a test run, shared by all its tests; each asks for databases of its own. The embedded PostgreSQL, which
 * stops with the JVM; or the one that the file named by {@code -Dledger.server.file} tells of, which the build starts and
 * stops: the same tests then show that TimescaleDB behaves alike. Thread-safe.
 */
public final class LedgerServer {
    private static final String FILE = System.getProperty("ledger.server.file");
    private static final String NONE = "none: ";
    private static final String USER = "postgres";
    /** Two runs on one server must not meet. */
    private static final String RUN = UUID.randomUUID().toString().substring(0, 8);

    private static final AtomicInteger DATABASES = new AtomicInteger();

    private static final class Embedded {
        static final EmbeddedPostgres SERVER = start();

        private static EmbeddedPostgres start() {
            try {
                return EmbeddedPostgres.builder()
                        .setServerConfig("fsync", "on")
                        .setServerConfig("synchronous_commit", "on")
                        .setServerConfig("full_page_writes", "on")
                        .start();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private LedgerServer() {}

    /** An empty database on the server of this run. Where the run's server cannot be had here, the test is skipped. */
    public static DatabaseAddress newDatabase() {
        return FILE == null ? newEmbeddedDatabase() : newDatabase(told());
    }

    /** An empty database on plain PostgreSQL, whatever the run's server is. */
    public static DatabaseAddress newEmbeddedDatabase() {
        return newDatabase("jdbc:postgresql://localhost:" + Embedded.SERVER.getPort() + "/?user=" + USER);
    }

    /** What "timescaledb start" has written: an URL with the superuser, or why there is none. */
    private static String told() {
        try {
            String line = Files.readString(Path.of(FILE)).strip();
            Assumptions.assumeFalse(line.startsWith(NONE), line);
            return line;
        } catch (IOException e) {
            throw new UncheckedIOException("the build has started no server", e);
        }
    }

    /** Skips a check of what a whole run did where only chosen tests ran, or where there was no server. */
    public static void assumeAllTestsRan() {
        Assumptions.assumeTrue(System.getProperty("it.test") == null, "a chosen test is not all tests");
        told();
    }

    private static DatabaseAddress newDatabase(String server) {
        String name = "test_" + RUN + "_" + DATABASES.incrementAndGet();
        try (Connection connection = DriverManager.getConnection(database(server, "postgres"));
                Statement statement = connection.createStatement()) {
            statement.execute("create database " + name);
            return new DatabaseAddress(
                    database(server, name).replaceFirst("\\?.*", ""),
                    parameter(server, "user", USER),
                    parameter(server, "password", USER));
        } catch (SQLException e) {
            throw new IllegalStateException(name + " cannot be created", e);
        }
    }

    /** {@code jdbc:postgresql://host:port/?user=postgres} with a database before its question mark. */
    private static String database(String server, String name) {
        return server.contains("/?") ? server.replace("/?", "/" + name + "?") : server + name;
    }

    private static String parameter(String server, String name, String otherwise) {
        String before = name + "=";
        int at = server.indexOf(before);
        return at < 0 ? otherwise : server.substring(at + before.length()).replaceFirst("&.*", "");
    }

    /** The name of the edition that the server is, found in another way than the product does. */
    public static String edition() {
        if (FILE == null) {
            return "PLAIN";
        }
        try (Connection connection = DriverManager.getConnection(database(told(), "template1"));
                Statement statement = connection.createStatement();
                ResultSet license =
                        statement.executeQuery("select setting from pg_settings where name = 'timescaledb.license'")) {
            return !license.next() ? "PLAIN" : license.getString(1).equals("apache") ? "APACHE" : "TIMESCALE";
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
