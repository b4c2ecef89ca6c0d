package io.joulestream.storage;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import org.postgresql.Driver;

/**
 * How a connection to the ledger behaves when something stops moving: a wait for a lock, a statement, a transaction
 * whose client froze, a peer that vanished. Each has a limit, because a frozen writer holds its locks and stops others.
 */
final class LedgerConnection {
    /** The server's side. The client's socket limit is longer, so that the server can say what went wrong. */
    static final String SESSION = "set lock_timeout = '15s'; set statement_timeout = '120s';"
            + " set idle_in_transaction_session_timeout = '60s';"
            + " set tcp_keepalives_idle = 30; set tcp_keepalives_interval = 10; set tcp_keepalives_count = 3;"
            + " set timezone = 'UTC'";

    /** Who reads is told soon that there is no answer now; who writes waits rather than begin anew. */
    static final String READING = SESSION + "; set lock_timeout = '5s'";

    /** As PostgreSQL's {@code pg_stat_activity} names what asks, and what writes the ledger. */
    private static final String READER = "joulestream";

    static final String WRITER = "joulestream ledger";

    private static final String KEEPER = "joulestream keeper";

    /** Late corrections of what lies in the columnstore are written, whatever that costs; only one licence has it. */
    private static final String CORRECTIONS =
            "select set_config('timescaledb.max_tuples_decompressed_per_dml_transaction',"
                    + " '0', false) where exists (select from pg_extension where extname = 'timescaledb')"
                    + " and current_setting('timescaledb.license', true) = 'timescale'";

    /** A statement may be about a whole chunk, which may be large. */
    private static final String LONG_STATEMENTS = "set statement_timeout = '30min'";

    private static final String LONGER_THAN_ANY_STATEMENT_SECONDS = "1860";

    /** A session that says nothing for so long is one that froze, and ends. */
    static final String LEASE = "set idle_session_timeout = '2min'";

    private static final String LEASE_ANSWER_SECONDS = "15";

    private LedgerConnection() {}

    /** As the login that the address names. By the driver itself: what DriverManager knows depends on which class loader asked it first. */
    static Connection open(DatabaseAddress address) throws SQLException {
        return open(address, WRITER, CORRECTIONS, clientProperties());
    }

    /** For who looks after tables, and takes longer for it. */
    static Connection openKeeper(DatabaseAddress address) throws SQLException {
        Properties properties = clientProperties();
        properties.setProperty("socketTimeout", LONGER_THAN_ANY_STATEMENT_SECONDS);
        return open(address, KEEPER, LONG_STATEMENTS, properties);
    }

    private static Connection open(DatabaseAddress address, String name, String also, Properties properties)
            throws SQLException {
        properties.setProperty("user", address.user());
        properties.setProperty("password", address.password());
        properties.setProperty("ApplicationName", name);
        Connection connection = new Driver().connect(address.jdbcUrl(), properties);
        try (Statement statement = connection.createStatement()) {
            statement.execute(SESSION + "; " + also);
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    /** For who only holds something, and is asked for it more often than every {@link #LEASE}. */
    static Connection openLease(DatabaseAddress address) throws SQLException {
        Properties properties = clientProperties();
        properties.setProperty("socketTimeout", LEASE_ANSWER_SECONDS);
        return open(address, KEEPER, LEASE, properties);
    }

    /** As one of the schema's roles, of which the login must be a member. */
    static Connection openAs(DatabaseAddress address, DatabaseRole role) throws SQLException {
        Connection connection = open(address);
        try {
            become(connection, role, address.user());
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    /** From now on the connection is one of the schema's roles. */
    static void become(Connection connection, DatabaseRole role, String login) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("set role " + role.sqlName());
        } catch (SQLException e) {
            throw role.explained(e, login);
        }
    }

    /** Seconds, as the driver wants them. */
    static Properties clientProperties() {
        Properties properties = new Properties();
        properties.setProperty("ApplicationName", READER);
        properties.setProperty("tcpKeepAlive", "true");
        properties.setProperty("connectTimeout", "10");
        properties.setProperty("loginTimeout", "20");
        properties.setProperty("socketTimeout", "150");
        return properties;
    }
}
