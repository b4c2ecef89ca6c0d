package io.joulestream.storage;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool.PoolInitializationException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jooq.exception.DataAccessException;

/**
 * The ledger's database, with the schema of this product: pools for those who ask and for those who publish, an address for
 * those who write the ledger. What is done through it is done as the role that is meant for it, for one tenant.
 */
public final class Database implements AutoCloseable {
    /** For eight answers that are made at once, and what is streamed, told live and written beside them. */
    private static final int MAX_CONNECTIONS = 16;

    private final DatabaseAddress address;
    private final HikariDataSource pool;
    private final HikariDataSource readers;
    private final Edition edition;
    private final String schemaVersion;

    private Database(
            DatabaseAddress address,
            HikariDataSource pool,
            HikariDataSource readers,
            Edition edition,
            String schemaVersion) {
        this.address = address;
        this.pool = pool;
        this.readers = readers;
        this.edition = edition;
        this.schemaVersion = schemaVersion;
    }

    /**
     * Brings the schema up to this product's version and opens a pool.
     *
     * @throws SchemaRefusedException when the schema is newer than the product, or not Joulestream's, or is older and the
     *     login may not change it
     */
    public static Database open(DatabaseAddress address) {
        return open(address, address);
    }

    /**
     * As {@link #open(DatabaseAddress)}.
     *
     * @param readers the same database, by the login that asks the questions of tenants
     */
    public static Database open(DatabaseAddress address, DatabaseAddress readers) {
        Schema.migrate(address);
        HikariDataSource pool = pool(address, "login");
        try (Connection connection = pool.getConnection()) {
            Edition edition = Schema.edition(connection);
            Schema.note(connection, edition);
            String version = Schema.version(connection);
            return new Database(
                    address, pool, readers.equals(address) ? pool : pool(readers, "readers"), edition, version);
        } catch (SQLException e) {
            pool.close();
            throw new StorageException(address + " does not answer: " + e.getMessage(), e);
        } catch (StorageException e) {
            pool.close();
            throw e;
        }
    }

    private static HikariDataSource pool(DatabaseAddress address, String name) {
        HikariConfig config = new HikariConfig();
        config.setPoolName(name);
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

    /**
     * What somebody has made of the schema's version since it was opened; empty while it is as it was. Asked as those who
     * ask the questions of tenants, so that an answer means that these can be answered.
     *
     * @throws StorageException if there is none
     */
    public Optional<String> otherSchemaVersion() {
        try (Connection connection = readers.getConnection()) {
            return Optional.of(Schema.version(connection)).filter(version -> !version.equals(schemaVersion));
        } catch (SQLException e) {
            throw new StorageException("the schema's version cannot be told: " + e.getMessage(), e);
        }
    }

    /** How much of each pool is in use now; asks nobody. */
    public List<PoolUse> pools() {
        return Stream.of(pool, readers).distinct().map(PoolUse::of).toList();
    }

    /** Connections as the login itself, for what is no tenant's. */
    public DataSource dataSource() {
        return pool;
    }

    public SiteStore sites() {
        return new SiteStore(readers, pool);
    }

    public IdentityStore identity() {
        return new IdentityStore(readers, pool);
    }

    public SessionStore sessions() {
        return new SessionStore(readers, pool);
    }

    public AlertStore alerts() {
        return new AlertStore(readers, pool);
    }

    /** Which of the processes on this database looks at alerts and sends what is told of them. */
    public KeeperLease alertDuty() {
        return new KeeperLease(address, "alerts");
    }

    public AuditLog audit() {
        return new AuditLog(readers);
    }

    public GenerationStore generations() {
        return new GenerationStore(pool);
    }

    public HistoryImports historyImports() {
        return new HistoryImports(pool);
    }

    public LedgerQueries queries() {
        return new LedgerQueries(readers);
    }

    /**
     * Who has kept a writer of the ledger waiting for a lock for over a second; writers among themselves are left out. Empty
     * also where this user may not see what others wait for.
     */
    public List<LockHolder> lockHolders() {
        try (Connection connection = pool.getConnection()) {
            return new SelectLockHolders().apply(Jooq.on(connection));
        } catch (SQLException | DataAccessException e) {
            throw new StorageException("who holds locks cannot be told: " + e.getMessage(), e);
        }
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
        readers.close();
        pool.close();
    }
}
