package io.joulestream.storage;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.function.Function;
import javax.sql.DataSource;
import org.jooq.DSLContext;
import org.jooq.exception.DataAccessException;

/**
 * Does one thing as a role and for a tenant, in a transaction of its own.
 *
 * <p>Role and tenant are set for the transaction only. However it ends, by commit, by rollback or with the connection, the
 * server takes them back, so a connection that returns to the pool carries nobody's. The tenant is what the policies on the
 * tables compare with; each query names it once more. Any number of threads may use it.
 */
final class TenantTransaction {
    /** One statement, so that it costs one round trip; the driver sends BEGIN with it. */
    private static final String SET = "select set_config('joulestream.tenant', ?, true), set_config('role', ?, true)";

    private static final String SET_READ_ONLY = SET + ", set_config('transaction_read_only', 'on', true)";

    private final DataSource pool;
    private final DatabaseRole role;
    private final String begin;

    private TenantTransaction(DataSource pool, DatabaseRole role, String begin) {
        this.pool = pool;
        this.role = role;
        this.begin = begin;
    }

    static TenantTransaction reading(DataSource pool, DatabaseRole role) {
        return new TenantTransaction(pool, role, SET_READ_ONLY);
    }

    static TenantTransaction writing(DataSource pool, DatabaseRole role) {
        return new TenantTransaction(pool, role, SET);
    }

    /** @throws StorageException if it was not done; nothing of it is stored then */
    <T> T run(String tenant, Function<DSLContext, T> work) {
        try (Connection connection = pool.getConnection()) {
            connection.setAutoCommit(false);
            try {
                begin(connection, tenant);
                T result = work.apply(Jooq.on(connection));
                connection.commit();
                connection.setAutoCommit(true);
                return result;
            } catch (SQLException | RuntimeException e) {
                undo(connection, e);
                throw e;
            }
        } catch (SQLException | DataAccessException e) {
            throw new StorageException(work.getClass().getSimpleName() + " failed: " + e.getMessage(), e);
        }
    }

    private void begin(Connection connection, String tenant) throws SQLException {
        try (PreparedStatement set = connection.prepareStatement(begin)) {
            set.setString(1, Text.name(tenant));
            set.setString(2, role.sqlName());
            set.execute();
        } catch (SQLException e) {
            throw role.explained(e, connection.getMetaData().getUserName());
        }
    }

    private static void undo(Connection connection, Exception cause) {
        try {
            connection.rollback();
            connection.setAutoCommit(true);
        } catch (SQLException e) {
            cause.addSuppressed(e);
        }
    }
}
