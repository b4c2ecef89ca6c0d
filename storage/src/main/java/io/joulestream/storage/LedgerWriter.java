package io.joulestream.storage;

import io.joulestream.core.ledger.ChannelMinute;
import io.joulestream.core.ledger.DeadLetter;
import io.joulestream.core.ledger.DemandInterval;
import io.joulestream.core.ledger.QuantityStep;
import io.joulestream.core.ledger.RunCheckpoint;
import io.joulestream.core.ledger.RunExtent;
import io.joulestream.core.ledger.RunMeterStep;
import io.joulestream.core.ledger.RunPhase;
import io.joulestream.core.ledger.RunStep;
import io.joulestream.core.ledger.SitePart;
import io.joulestream.core.ledger.SiteStep;
import io.joulestream.core.ledger.TrainingStep;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes rows of every kind over one connection. For one thread.
 *
 * <p>A row replaces a stored one only when its (generation, revision) is greater, so writing the same rows again changes
 * nothing and a late writer undoes nothing. Rows wait until {@link #flush}, which stores them all in one transaction;
 * when {@value #MAX_WAITING_ROWS} wait they are stored before the next, which only makes the transaction smaller. After a
 * {@link StorageException} nothing of the transaction is stored and the rows still wait.
 */
public final class LedgerWriter implements AutoCloseable {
    static final int MAX_WAITING_ROWS = 25_000;
    private static final int MIN_ROWS_TO_ASK = 500;
    private static final long MAX_WAITING_PAYLOAD_BYTES = 32L << 20;

    private static final Logger LOG = LoggerFactory.getLogger(LedgerWriter.class);

    private final Connection connection;
    private final NameIds names = new NameIds();
    private final WrittenDays days;
    private final StagedUpsert<ChannelMinute> channelMinutes;
    private final StagedUpsert<SiteStep> siteMinutes = new StagedUpsert<>(SiteStepRow.minutes(), names);
    private final StagedUpsert<SiteStep> siteHours = new StagedUpsert<>(SiteStepRow.hours(), names);
    private final StagedUpsert<SitePart> siteParts = new StagedUpsert<>(new SitePartRow(), names);
    private final StagedUpsert<RunStep> runMinutes = new StagedUpsert<>(RunStepRow.minutes(), names);
    private final StagedUpsert<RunStep> runHours = new StagedUpsert<>(RunStepRow.hours(), names);
    private final StagedUpsert<RunMeterStep> runMeterHours = new StagedUpsert<>(new RunMeterStepRow(), names);
    private final StagedUpsert<RunExtent> runExtents = new StagedUpsert<>(new RunExtentRow(), names);
    private final StagedUpsert<TrainingStep> trainingSteps = new StagedUpsert<>(new TrainingStepRow(), names);
    private final StagedUpsert<RunPhase> runPhases = new StagedUpsert<>(new RunPhaseRow(), names);
    private final StagedUpsert<RunCheckpoint> runCheckpoints = new StagedUpsert<>(new RunCheckpointRow(), names);
    private final StagedUpsert<DemandInterval> demand = new StagedUpsert<>(new DemandIntervalRow(), names);
    private final StagedUpsert<QuantityStep> quantities = new StagedUpsert<>(new QuantityStepRow(), names);
    private final StagedUpsert<DeadLetter> deadLetters = new StagedUpsert<>(new DeadLetterRow(), names);

    /**
     * In the one order in which every writer locks rows; within a table that is the key's. Only minutes that are copied come
     * before those that are upserted: where a writer that was given up still writes the same minutes, one of the two may fail
     * of a deadlock, and then tries again as after any failure.
     */
    private final List<StagedUpsert<?>> tables;

    private int waitingRows;
    private long waitingPayloadBytes;
    private int changedByFullBuffer;

    LedgerWriter(Connection connection) {
        this(connection, MIN_ROWS_TO_ASK);
    }

    LedgerWriter(Connection connection, int minRowsToAsk) {
        this(connection, minRowsToAsk, Clock.systemUTC());
    }

    /**
     * @param minRowsToAsk so many minutes are worth asking whether they are all new, or stored as they are: {@link NewMinutes}
     * @param clock decides nothing but how often it is noted that a day was written to
     */
    LedgerWriter(Connection connection, int minRowsToAsk, Clock clock) {
        this.connection = connection;
        this.days = new WrittenDays(clock);
        ChannelMinuteRow minutes = new ChannelMinuteRow();
        channelMinutes = new StagedUpsert<>(minutes, names, new NewMinutes(minutes, names, minRowsToAsk));
        tables = List.of(
                channelMinutes,
                siteMinutes,
                siteHours,
                siteParts,
                runMinutes,
                runHours,
                runMeterHours,
                runExtents,
                trainingSteps,
                runPhases,
                runCheckpoints,
                demand,
                quantities,
                deadLetters);
    }

    public static LedgerWriter open(DatabaseAddress address) {
        try {
            return new LedgerWriter(LedgerConnection.openAs(address, DatabaseRole.JOB));
        } catch (SQLException e) {
            throw new StorageException("no connection to " + address + ": " + e.getMessage(), e);
        }
    }

    public void write(ChannelMinute row) {
        addMinute(channelMinutes, row, row.minute());
    }

    /** A step of 60 s is a minute, a longer one an hour. */
    public void write(SiteStep row) {
        if (row.lengthSeconds() == 60) {
            addMinute(siteMinutes, row, row.start());
        } else {
            add(siteHours, row);
        }
    }

    public void write(SitePart row) {
        add(siteParts, row);
    }

    /** A step of 60 s is a minute, a longer one an hour. */
    public void write(RunStep row) {
        if (row.lengthSeconds() == 60) {
            addMinute(runMinutes, row, row.start());
        } else {
            add(runHours, row);
        }
    }

    public void write(RunMeterStep row) {
        add(runMeterHours, row);
    }

    public void write(RunExtent row) {
        add(runExtents, row);
    }

    public void write(TrainingStep row) {
        add(trainingSteps, row);
    }

    public void write(RunPhase row) {
        add(runPhases, row);
    }

    public void write(RunCheckpoint row) {
        add(runCheckpoints, row);
    }

    public void write(DemandInterval row) {
        add(demand, row);
    }

    public void write(QuantityStep row) {
        add(quantities, row);
    }

    public void write(DeadLetter row) {
        add(deadLetters, row);
        waitingPayloadBytes += row.payload().length;
    }

    private <T> void addMinute(StagedUpsert<T> table, T row, Instant minute) {
        add(table, row);
        days.want(table.shape().table(), minute);
    }

    private <T> void add(StagedUpsert<T> table, T row) {
        if (waitingRows >= MAX_WAITING_ROWS || waitingPayloadBytes >= MAX_WAITING_PAYLOAD_BYTES) {
            changedByFullBuffer = Math.addExact(changedByFullBuffer, store());
        }
        table.add(row);
        waitingRows++;
    }

    /** Stores what waits, in one transaction. Returns how many stored rows changed since the last flush. */
    public int flush() {
        int changed = Math.addExact(changedByFullBuffer, store());
        changedByFullBuffer = 0;
        return changed;
    }

    private int store() {
        if (waitingRows == 0) {
            return 0;
        }
        try {
            names.resolve(connection);
            days.note(connection);
            for (StagedUpsert<?> table : tables) {
                table.prepare(connection);
            }
            int changed = storeInTransaction();
            tables.forEach(StagedUpsert::committed);
            names.wantNone();
            days.wantNone();
            waitingRows = 0;
            waitingPayloadBytes = 0;
            return changed;
        } catch (SQLException e) {
            throw new StorageException(waitingRows + " ledger rows were not stored: " + e.getMessage(), e);
        }
    }

    /**
     * Takes away the rows of a site that a generation of it should have written and did not: those of an entity, role or run
     * that, as is known now, was not there. To be asked for once all that the generation was filled with is settled. Rows go
     * in many small transactions: asked again after a failure it goes on, and asked again after its end it does nothing. A
     * generation that is not in force takes nothing away.
     *
     * @return how many rows were taken away, or shortened
     * @throws InterruptedException between two transactions
     */
    public long removeStale(String tenant, String site, int generation) throws InterruptedException {
        try {
            return new StaleRows(connection, tenant, site, generation)
                    .remove(tables.stream().map(StagedUpsert::shape).toList());
        } catch (SQLException e) {
            throw new StorageException("stale rows of site " + site + " were not removed: " + e.getMessage(), e);
        }
    }

    /** The tables in which a generation's rows lie between floors. */
    List<String> tablesThatHeedTheFloor() {
        return tables.stream()
                .map(StagedUpsert::shape)
                .filter(shape -> !shape.removeStale().isEmpty())
                .map(RowShape::table)
                .toList();
    }

    private int storeInTransaction() throws SQLException {
        connection.setAutoCommit(false);
        try {
            int changed = 0;
            for (StagedUpsert<?> table : tables) {
                changed = Math.addExact(changed, table.store(connection));
            }
            connection.commit();
            connection.setAutoCommit(true);
            return changed;
        } catch (SQLException | RuntimeException e) {
            undo(e);
            throw e;
        }
    }

    private void undo(Exception cause) {
        try {
            connection.rollback();
            connection.setAutoCommit(true);
        } catch (SQLException e) {
            cause.addSuppressed(e);
        }
    }

    /**
     * Gives the connection up. Rows that still wait are not stored.
     *
     * <p>Throws nothing, also where the connection is broken: Flink closes a sink while it deals with the sink's failure, and
     * takes a second one as a reason to end the whole task manager.
     */
    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            LOG.info("a connection that was given up did not close: {}", e.getMessage());
        }
    }
}
