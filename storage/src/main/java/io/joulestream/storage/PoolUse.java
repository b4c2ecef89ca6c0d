package io.joulestream.storage;

import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;

/**
 * How much of a pool of connections is in use.
 *
 * @param pool {@code login} or, where those who ask the questions of tenants have one of their own, {@code readers}
 * @param active connections that are lent
 * @param idle connections that wait to be
 * @param waiting threads that wait for one
 * @param most connections it may have
 */
public record PoolUse(String pool, int active, int idle, int waiting, int most) {
    static PoolUse of(HikariDataSource pool) {
        HikariPoolMXBean now = pool.getHikariPoolMXBean();
        return new PoolUse(
                pool.getPoolName(),
                now.getActiveConnections(),
                now.getIdleConnections(),
                now.getThreadsAwaitingConnection(),
                pool.getMaximumPoolSize());
    }
}
