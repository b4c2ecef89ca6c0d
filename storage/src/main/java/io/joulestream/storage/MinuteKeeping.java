package io.joulestream.storage;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * Looks after the tables of minutes: on every edition removes what is older than what is kept; on TimescaleDB lets the length
 * of chunks follow the fleet; and where its licence allows it, puts into the columnstore what no late reading may change.
 *
 * <p>All of it may be done any number of times, by any number of processes: while one is at it the others find the lock taken.
 * A round that fails leaves the rest to the next. A table that somebody else has locked is left, the others are looked
 * after, and the round then fails all the same. Its chunks are not tried one by one: TimescaleDB locks the whole hypertable to
 * drop one, and each try would hold up all who use it.
 */
final class MinuteKeeping {
    private static final String LOCK = "keep minutes";
    private static final Duration CLOCK_OF_NOTES = Duration.ofMillis(WrittenDays.NOTED_AGAIN_AFTER_MILLIS);

    private final Connection connection;
    private final MinuteRules rules;
    private final Duration acceptHistory;
    private final Instant now;

    private MinuteKeeping(Connection connection, MinuteRules rules, Duration acceptHistory) throws SQLException {
        this.connection = connection;
        this.rules = rules.atLeast(acceptHistory);
        this.acceptHistory = acceptHistory;
        this.now = now(connection);
    }

    /**
     * One round.
     *
     * @param rules lengthened where a site accepts older readings
     * @param acceptHistory the longest that any version of any site grants
     * @return empty while another process is at it
     * @throws InterruptedException between two transactions; what was done stays done
     * @throws StorageException if the database does not answer, or refuses
     */
    static Optional<KeptMinutes> round(DatabaseAddress address, MinuteRules rules, Duration acceptHistory)
            throws InterruptedException {
        try (Connection connection = LedgerConnection.openKeeper(address)) {
            try {
                return round(connection, rules, acceptHistory);
            } finally {
                KeeperLock.release(connection);
            }
        } catch (SQLException e) {
            throw new StorageException("minutes beyond what is to be kept are not removed: " + e.getMessage(), e);
        }
    }

    /** On a connection in auto-commit, which is closed afterwards: only then others may. */
    static Optional<KeptMinutes> round(Connection connection, MinuteRules rules, Duration acceptHistory)
            throws SQLException, InterruptedException {
        return KeeperLock.isTaken(connection, LOCK)
                ? Optional.of(new MinuteKeeping(connection, rules, acceptHistory).round())
                : Optional.empty();
    }

    private static Instant now(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet answer = statement.executeQuery("select clock_timestamp()")) {
            answer.next();
            return answer.getTimestamp(1).toInstant();
        }
    }

    private KeptMinutes round() throws SQLException, InterruptedException {
        Edition edition = Schema.edition(connection);
        boolean hasChunks =
                edition != Edition.PLAIN && ChunkLength.of(connection).isPresent();
        Optional<Duration> chunkLength = hasChunks ? ChunkLength.follow(connection) : Optional.empty();
        Map<MinuteTable, Instant> keptFrom = new EnumMap<>(MinuteTable.class);
        LeftLocked locked = new LeftLocked();
        long rows = 0;
        long chunks = 0;
        for (MinuteTable table : MinuteTable.values()) {
            Instant from = now.minus(table.kept(rules)).truncatedTo(ChronoUnit.DAYS);
            keptFrom.put(table, noteKeptFrom(table, from));
            OldMinutes old = new OldMinutes(connection, table, from, notes(table));
            if (hasChunks && table == MinuteTable.CHANNEL_MINUTE) {
                chunks += locked.tried(old::removeChunks);
            } else {
                rows += locked.tried(old::removeRows);
            }
        }
        long compressed = hasChunks && edition == Edition.TIMESCALE
                ? locked.tried(() -> new Columnstore(connection, notes(MinuteTable.CHANNEL_MINUTE))
                        .put(now.minus(MinuteRules.least(acceptHistory))))
                : 0;
        locked.tell();
        return new KeptMinutes(
                keptFrom.get(MinuteTable.CHANNEL_MINUTE),
                keptFrom.get(MinuteTable.SITE_MINUTE),
                rows,
                Math.toIntExact(chunks),
                chunkLength,
                Math.toIntExact(compressed));
    }

    private DayNotes notes(MinuteTable table) {
        return new DayNotes(
                connection, table, now.minus(MinuteRules.AFTER_WRITING).minus(CLOCK_OF_NOTES));
    }

    /** Told before anything is removed. It never goes back: what is gone stays so when more is to be kept. */
    private Instant noteKeptFrom(MinuteTable table, Instant from) throws SQLException {
        String sql = "insert into minute_keeping as k (minute_table, kept_from, looked_at) values (?, ?, ?)"
                + " on conflict (minute_table) do update set kept_from = greatest(k.kept_from, excluded.kept_from),"
                + " looked_at = excluded.looked_at returning kept_from";
        try (PreparedStatement note = connection.prepareStatement(sql)) {
            note.setString(1, table.sql());
            note.setTimestamp(2, Timestamp.from(from));
            note.setTimestamp(3, Timestamp.from(now));
            try (ResultSet noted = note.executeQuery()) {
                noted.next();
                return noted.getTimestamp(1).toInstant();
            }
        }
    }
}
