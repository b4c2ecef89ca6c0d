package io.joulestream.bench;

import io.joulestream.storage.DatabaseAddress;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;

/** A database of its own for one benchmark, gone with it: on a given server, or on an embedded one that keeps what it commits. */
public final class BenchDatabase implements AutoCloseable {
    private static final String USER = "postgres";

    private final EmbeddedPostgres embedded;
    private final String server;
    private final String name = "bench_" + ProcessHandle.current().pid();

    private BenchDatabase(EmbeddedPostgres embedded, String server) throws SQLException {
        this.embedded = embedded;
        this.server = server;
        execute("create database " + name);
    }

    /** @param arguments of the benchmark: its {@code index}th names a server of a superuser postgres, if it is given */
    public static BenchDatabase of(String[] arguments, int index) throws IOException, SQLException {
        if (arguments.length > index) {
            return new BenchDatabase(null, arguments[index]);
        }
        EmbeddedPostgres embedded = EmbeddedPostgres.builder()
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                .setServerConfig("full_page_writes", "on")
                .setServerConfig("shared_buffers", "256MB")
                .setServerConfig("max_wal_size", "2GB")
                .start();
        return new BenchDatabase(embedded, "jdbc:postgresql://localhost:" + embedded.getPort() + "/");
    }

    public DatabaseAddress address() {
        return new DatabaseAddress(server + name, USER, USER);
    }

    public Connection connect() throws SQLException {
        return DriverManager.getConnection(server + name, USER, USER);
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(server + "postgres", USER, USER);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Override
    public void close() throws IOException, SQLException {
        if (embedded == null) {
            execute("drop database " + name + " with (force)");
        } else {
            embedded.close();
        }
    }
}
