package io.joulestream.storage;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;

/** One real PostgreSQL for all tests of this module; each asks for a database of its own. Stops with the JVM. */
final class LedgerServer {
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
        String name = "ledger_" + DATABASES.incrementAndGet();
        try (Connection connection = DriverManager.getConnection(url("postgres"), "postgres", "postgres");
                Statement statement = connection.createStatement()) {
            statement.execute("create database " + name);
        }
        return new DatabaseAddress(url(name), "postgres", "postgres");
    }

    private static String url(String database) {
        return "jdbc:postgresql://localhost:" + Running.SERVER.getPort() + "/" + database;
    }
}
