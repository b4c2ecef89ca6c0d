package io.joulestream.storage;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jooq.DSLContext;
import org.jooq.exception.DataAccessException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does one thing as a role and for a tenant, in a transaction of its own; what is read {@link #asOfOneMoment} is read in one.
 *
 * <p>Role and tenant are set for the transaction only. However it ends, by commit, by rollback or with the connection, the
 * server takes them back, so a connection that returns to the pool carries nobody's. The tenant is what the policies on the
 * tables compare with; each query names it once more. Any number of threads may use it.
 */
final class TenantTransaction {
    private static final Logger LOG = LoggerFactory.getLogger(TenantTransaction.class);

    /** One statement, so that it costs one round trip; the driver sends BEGIN with it. */
    private static final String SET = "select set_config('joulestream.tenant', ?, true), set_config('role', ?, true)";

    private static final String SET_READ_ONLY = SET + ", set_config('transaction_read_only', 'on', true)";

    /** Has to come before the first statement; the driver sends both at once. */
    private static final String SET_SNAPSHOT = "set transaction isolation level repeatable read; " + SET_READ_ONLY;

    /** What this thread reads as of one moment; null where each question is of its own. */
    private static final ThreadLocal<Moment> MOMENT = new ThreadLocal<>();

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

    /**
     * Whatever is read meanwhile on this thread, from the same pool, as the same role and for the same tenant, is read from one
     * snapshot: that of the first question, before which no connection is taken. Moments inside of it are the same one.
     */
    <T> T asOfOneMoment(String tenant, Supplier<T> work) {
        Moment around = MOMENT.get();
        if (around != null) {
            if (!around.isOf(this, tenant)) {
                throw new IllegalStateException("a moment of " + tenant + " inside of one of " + around.tenant);
            }
            return work.get();
        }
        Moment moment = new Moment(tenant);
        MOMENT.set(moment);
        try {
            return work.get();
        } finally {
            MOMENT.remove();
            moment.end();
        }
    }

    /** @throws StorageException if it was not done; nothing of it is stored then */
    <T> T run(String tenant, Function<DSLContext, T> work) {
        Moment moment = MOMENT.get();
        try {
            return moment != null && moment.isOf(this, tenant)
                    ? work.apply(moment.database())
                    : inTransaction(tenant, work);
        } catch (SQLException | DataAccessException e) {
            throw new StorageException(work.getClass().getSimpleName() + " failed: " + e.getMessage(), e);
        }
    }

    private <T> T inTransaction(String tenant, Function<DSLContext, T> work) throws SQLException {
        try (Connection connection = begun(begin, tenant)) {
            try {
                T result = work.apply(Jooq.on(connection));
                connection.commit();
                connection.setAutoCommit(true);
                return result;
            } catch (SQLException | RuntimeException e) {
                undo(connection, e);
                throw e;
            }
        }
    }

    /** With a transaction of the role and the tenant: nobody is ever given one that acts as the login. */
    private Connection begun(String begin, String tenant) throws SQLException {
        Connection connection = pool.getConnection();
        try {
            connection.setAutoCommit(false);
            begin(connection, begin, tenant);
            return connection;
        } catch (SQLException | RuntimeException | Error e) {
            try (connection) {
                undo(connection, e);
            }
            throw e;
        }
    }

    private void begin(Connection connection, String begin, String tenant) throws SQLException {
        try (PreparedStatement set = connection.prepareStatement(begin)) {
            set.setString(1, Text.name(tenant));
            set.setString(2, role.sqlName());
            set.execute();
        } catch (SQLException e) {
            throw role.explained(e, connection.getMetaData().getUserName());
        }
    }

    private static void undo(Connection connection, Throwable cause) {
        try {
            connection.rollback();
            connection.setAutoCommit(true);
        } catch (SQLException e) {
            cause.addSuppressed(e);
        }
    }

    /** A snapshot of what one tenant may see, for the thread that asks. */
    private final class Moment {
        private final String tenant;
        /** Null until something is asked. */
        private Connection connection;

        Moment(String tenant) {
            this.tenant = tenant;
        }

        boolean isOf(TenantTransaction asking, String askingTenant) {
            return pool == asking.pool
                    && role == asking.role
                    && asking.begin.equals(SET_READ_ONLY)
                    && tenant.equals(askingTenant);
        }

        DSLContext database() throws SQLException {
            if (connection == null) {
                connection = begun(SET_SNAPSHOT, tenant);
            }
            return Jooq.on(connection);
        }

        /** What was read was read, also where this fails: then the pool gives the connection up. */
        void end() {
            if (connection == null) {
                return;
            }
            try (Connection lent = connection) {
                lent.rollback();
                lent.setAutoCommit(true);
            } catch (SQLException e) {
                LOG.warn("a moment did not end well: {}", e.getMessage());
            }
        }
    }
}
