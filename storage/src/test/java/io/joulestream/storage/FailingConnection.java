package io.joulestream.storage;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.postgresql.copy.CopyManager;
import org.postgresql.core.BaseConnection;

/**
 * A connection to a real server that fails at the n-th call which reaches it, once. For one thread.
 *
 * <p>A call that is answered by a deadlock or a timeout gets the server's own error, so that its transaction is in the
 * state that such an error leaves behind.
 */
final class FailingConnection {
    /** How the call fails. */
    enum Failure {
        /** The connection breaks before the server hears of the call. */
        NOT_SENT,
        /** The server does as it is told, then the connection breaks: the caller does not know. */
        NO_ANSWER,
        /** The server chose this transaction as a deadlock's victim. The connection lives. */
        DEADLOCK,
        /** The server gave up after its limit for a statement. The connection lives. */
        TIMEOUT
    }

    private static final Set<String> REACH_THE_SERVER = Set.of(
            "execute",
            "executeUpdate",
            "executeQuery",
            "commit",
            "rollback",
            "setSavepoint",
            "copyIn",
            "writeToCopy",
            "endCopy");

    private final Connection server;
    private final int failAt;
    private final Failure failure;
    private CopyIn copying;
    private int calls;

    private FailingConnection(Connection server, int failAt, Failure failure) {
        this.server = server;
        this.failAt = failAt;
        this.failure = failure;
    }

    /** @param failAt the first call is 1; 0: none fails */
    static FailingConnection of(Connection server, int failAt, Failure failure) {
        return new FailingConnection(server, failAt, failure);
    }

    /** How many calls have reached the server, the failed one included. */
    int calls() {
        return calls;
    }

    boolean hasFailed() {
        return failAt > 0 && calls >= failAt;
    }

    Connection connection() {
        return proxy(Connection.class, server);
    }

    private <T> T proxy(Class<T> type, Object real) {
        Object proxy =
                Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> {
                    Call call = () -> method.invoke(real, arguments);
                    if (method.getName().equals("unwrap")) {
                        return proxy(PGConnection.class, real);
                    }
                    if (method.getName().equals("getCopyAPI")) {
                        return new Copies();
                    }
                    Object answer = REACH_THE_SERVER.contains(method.getName()) ? reach(call) : plain(call);
                    if (answer instanceof PreparedStatement statement) {
                        return proxy(PreparedStatement.class, statement);
                    }
                    return answer instanceof Statement statement ? proxy(Statement.class, statement) : answer;
                });
        return type.cast(proxy);
    }

    private final class Copies extends CopyManager {
        Copies() throws SQLException {
            super(server.unwrap(BaseConnection.class));
        }

        @Override
        public CopyIn copyIn(String sql) throws SQLException {
            try {
                copying = (CopyIn) reach(() -> Copies.super.copyIn(sql));
                return proxy(CopyIn.class, copying);
            } catch (SQLException e) {
                throw e;
            } catch (Throwable e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private interface Call {
        Object make() throws Throwable;
    }

    private Object reach(Call call) throws Throwable {
        calls++;
        if (calls != failAt) {
            return plain(call);
        }
        switch (failure) {
            case NOT_SENT -> server.close();
            case NO_ANSWER -> {
                plain(call);
                server.close();
            }
            case DEADLOCK -> provoke("do $$ begin raise exception 'deadlock detected' using errcode = '40P01'; end $$");
            case TIMEOUT -> {
                endCopy();
                try (Statement statement = server.createStatement()) {
                    statement.execute("set statement_timeout = '5ms'");
                }
                provoke("select pg_sleep(10)");
            }
        }
        throw new SQLException("the connection is broken", "08006");
    }

    private void provoke(String sql) throws SQLException {
        endCopy();
        try (Statement statement = server.createStatement()) {
            statement.execute(sql);
        }
        throw new IllegalStateException("the server did not mind: " + sql);
    }

    /** The server speaks of nothing else while it is sent rows. */
    private void endCopy() throws SQLException {
        if (copying != null && copying.isActive()) {
            copying.cancelCopy();
        }
    }

    private static Object plain(Call call) throws Throwable {
        try {
            return call.make();
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
