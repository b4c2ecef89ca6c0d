package io.joulestream.storage;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One real PostgreSQL for all tests of this module; each asks for a database of its own. Embedded, and stopped with the
 * JVM, unless {@code -Dledger.server=jdbc:postgresql://host:port/} names another: the same tests then show that
 * TimescaleDB, where template1 has the extension, behaves alike.
 */
final class LedgerServer {
    private static final String OTHER = System.getProperty("ledger.server");
    private static final AtomicInteger DATABASES = new AtomicInteger();

    private static final class Running {
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

    static DatabaseAddress newDatabase() throws SQLException {
        return OTHER == null ? newEmbeddedDatabase() : newDatabase(OTHER);
    }

    static DatabaseAddress newEmbeddedDatabase() throws SQLException {
        return newDatabase("jdbc:postgresql://localhost:" + Running.SERVER.getPort() + "/");
    }

    private static DatabaseAddress newDatabase(String server) throws SQLException {
        String name = "ledger_" + ProcessHandle.current().pid() + "_" + DATABASES.incrementAndGet();
        try (Connection connection = DriverManager.getConnection(server + "postgres", "postgres", "postgres");
                Statement statement = connection.createStatement()) {
            statement.execute("create database " + name);
        }
        return new DatabaseAddress(server + name, "postgres", "postgres");
    }

    /** What the server is, found in another way than the product does. */
    static Edition edition() {
        return OTHER == null ? Edition.PLAIN : Edition.APACHE;
    }
}
