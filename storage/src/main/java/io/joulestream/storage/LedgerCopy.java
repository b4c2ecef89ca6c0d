package io.joulestream.storage;

import io.joulestream.core.ledger.ChannelMinute;
import io.joulestream.core.ledger.RunMeterStep;
import io.joulestream.core.ledger.RunStep;
import io.joulestream.core.ledger.SitePart;
import io.joulestream.core.ledger.SiteStep;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Copies rows into the ledger's tables as fast as one connection can, without the guard of {@link LedgerWriter}: for a made-up
 * history, which nobody else writes. Rows wait until {@link #store}, which stores them all in one transaction; one whose key
 * is stored already is an error. Rows in the order of their time are stored fastest. The login owns the tables, or is a
 * superuser; nobody else sees them meanwhile. For one thread.
 */
public final class LedgerCopy implements AutoCloseable {
    private final Connection connection;
    private final NameIds names = new NameIds();
    private final WrittenDays days = new WrittenDays(Clock.systemUTC());
    private final Waiting<ChannelMinute> channelMinutes = new Waiting<>(new ChannelMinuteRow());
    private final Waiting<SiteStep> siteHours = new Waiting<>(SiteStepRow.hours());
    private final Waiting<SitePart> siteParts = new Waiting<>(new SitePartRow());
    private final Waiting<RunStep> runHours = new Waiting<>(RunStepRow.hours());
    private final Waiting<RunMeterStep> runMeterHours = new Waiting<>(new RunMeterStepRow());
    private final List<Waiting<?>> tables = List.of(channelMinutes, siteHours, siteParts, runHours, runMeterHours);

    private LedgerCopy(Connection connection) {
        this.connection = connection;
    }

    public static LedgerCopy open(DatabaseAddress address) {
        try {
            return new LedgerCopy(LedgerConnection.open(address));
        } catch (SQLException e) {
            throw new StorageException("no connection to " + address + ": " + e.getMessage(), e);
        }
    }

    public void add(ChannelMinute row) {
        channelMinutes.add(row);
        days.want(channelMinutes.shape.table(), row.minute());
    }

    /** An hour, that is a step of the site's ledger. */
    public void addHour(SiteStep row) {
        siteHours.add(row);
    }

    public void add(SitePart row) {
        siteParts.add(row);
    }

    /** An hour, that is a step of the site's ledger. */
    public void addHour(RunStep row) {
        runHours.add(row);
    }

    public void add(RunMeterStep row) {
        runMeterHours.add(row);
    }

    /** How many rows wait. */
    public int waiting() {
        return tables.stream().mapToInt(table -> table.rows.size()).sum();
    }

    /** Returns how many rows were stored. After a {@link StorageException} none was, and they still wait. */
    public int store() {
        int rows = waiting();
        try {
            names.resolve(connection);
            days.note(connection);
            storeInTransaction();
        } catch (SQLException e) {
            throw new StorageException(rows + " rows were not copied: " + e.getMessage(), e);
        }
        tables.forEach(table -> table.rows.clear());
        names.wantNone();
        days.wantNone();
        return rows;
    }

    private void storeInTransaction() throws SQLException {
        connection.setAutoCommit(false);
        try {
            String bindAgain = DumpSession.unbindOwner(connection);
            for (Waiting<?> table : tables) {
                table.copy();
            }
            DumpSession.execute(connection, bindAgain);
            connection.commit();
        } catch (SQLException e) {
            connection.rollback();
            throw e;
        } finally {
            connection.setAutoCommit(true);
        }
    }

    /** The last minute of a channel in {@code [from, to)}; empty where it has none. */
    public Optional<Instant> lastMinute(
            String tenant, String site, String entity, int metric, Instant from, Instant to) {
        String sql = "select max(minute) from channel_minute where minute >= ? and minute < ? and channel_id = (select"
                + " c.channel_id from channel as c join site as s using (site_id)"
                + " where s.tenant = ? and s.site = ? and c.entity = ? and c.metric = ?)";
        try (PreparedStatement ask = connection.prepareStatement(sql)) {
            ask.setTimestamp(1, Timestamp.from(from));
            ask.setTimestamp(2, Timestamp.from(to));
            ask.setString(3, tenant);
            ask.setString(4, site);
            ask.setString(5, entity);
            ask.setInt(6, metric);
            try (ResultSet answer = ask.executeQuery()) {
                answer.next();
                return Optional.ofNullable(answer.getTimestamp(1)).map(Timestamp::toInstant);
            }
        } catch (SQLException e) {
            throw new StorageException("the last minute of " + entity + " is not known: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            throw new StorageException("a connection did not close: " + e.getMessage(), e);
        }
    }

    /** What waits for one table. */
    private final class Waiting<T> {
        private final RowShape<T> shape;
        private final BinaryCopy<T> copy;
        private final List<T> rows = new ArrayList<>();

        Waiting(RowShape<T> shape) {
            this.shape = shape;
            this.copy = new BinaryCopy<>(shape, names, shape.table());
        }

        void add(T row) {
            shape.want(row, names);
            rows.add(row);
        }

        void copy() throws SQLException {
            if (!rows.isEmpty()) {
                copy.copy(connection, rows);
            }
        }
    }
}
