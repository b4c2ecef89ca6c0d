package io.joulestream.storage;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool.PoolInitializationException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;

/** The ledger's database, with the schema of this product: a pool for those who read, an address for those who write. */
public final class Database implements AutoCloseable {
    private static final int MAX_CONNECTIONS = 8;

    private final DatabaseAddress address;
    private final HikariDataSource pool;
    private final Edition edition;

    private Database(DatabaseAddress address, HikariDataSource pool, Edition edition) {
        this.address = address;
        this.pool = pool;
        this.edition = edition;
    }

    /**
     * Brings the schema up to this product's version and opens a pool.
     *
     * @throws SchemaRefusedException when the schema is newer than the product, or not Joulestream's
     */
    public static Database open(DatabaseAddress address) {
        Schema.migrate(address);
        HikariDataSource pool = pool(address);
        try (Connection connection = pool.getConnection()) {
            Edition edition = Schema.edition(connection);
            Schema.note(connection, edition);
            return new Database(address, pool, edition);
        } catch (SQLException e) {
            pool.close();
            throw new StorageException(address + " does not answer: " + e.getMessage(), e);
        }
    }

    private static HikariDataSource pool(DatabaseAddress address) {
        HikariConfig config = new HikariConfig();
        config.setPoolName("joulestream");
        config.setJdbcUrl(address.jdbcUrl());
        config.setUsername(address.user());
        config.setPassword(address.password());
        config.setDataSourceProperties(LedgerConnection.clientProperties());
        config.setConnectionInitSql(LedgerConnection.READING);
        config.setMaximumPoolSize(MAX_CONNECTIONS);
        config.setMinimumIdle(1);
        // whoever asks is told soon that there is none; who can wait asks again
        config.setConnectionTimeout(4_000);
        try {
            return new HikariDataSource(config);
        } catch (PoolInitializationException e) {
            throw new StorageException("no connection to " + address + ": " + e.getMessage(), e);
        }
    }

    public DatabaseAddress address() {
        return address;
    }

    public Edition edition() {
        return edition;
    }

    public DataSource dataSource() {
        return pool;
    }

    public SiteStore sites() {
        return new SiteStore(pool);
    }

    public GenerationStore generations() {
        return new GenerationStore(pool);
    }

    public HistoryImports historyImports() {
        return new HistoryImports(pool);
    }

    public LedgerQueries queries() {
        return new LedgerQueries(pool);
    }

    /**
     * Who has kept a writer of the ledger waiting for a lock for over a second; writers among themselves are left out. Empty
     * also where this user may not see what others wait for.
     */
    public List<LockHolder> lockHolders() {
        return Jooq.ask(Jooq.on(pool), new SelectLockHolders());
    }

    /** Over a connection of its own, not one of the pool's. */
    public LedgerWriter openWriter() {
        return LedgerWriter.open(address);
    }

    /**
     * One round of looking after the tables of minutes, over a connection of its own.
     *
     * @param acceptHistory the longest that any version of any site of any tenant grants
     * @return empty while another process is at it
     * @throws InterruptedException between two transactions; what was done stays done
     */
    public Optional<KeptMinutes> keepMinutes(MinuteRules rules, Duration acceptHistory) throws InterruptedException {
        return MinuteKeeping.round(address, rules, acceptHistory);
    }

    @Override
    public void close() {
        pool.close();
    }
}
