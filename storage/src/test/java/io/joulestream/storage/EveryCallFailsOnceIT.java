package io.joulestream.storage;

import static io.joulestream.storage.Rows.NOON;
import static io.joulestream.storage.Rows.channelMinute;
import static io.joulestream.storage.Rows.deadLetter;
import static io.joulestream.storage.Rows.demandInterval;
import static io.joulestream.storage.Rows.quantityStep;
import static io.joulestream.storage.Rows.runCheckpoint;
import static io.joulestream.storage.Rows.runExtent;
import static io.joulestream.storage.Rows.runMeterStep;
import static io.joulestream.storage.Rows.runPhase;
import static io.joulestream.storage.Rows.runStep;
import static io.joulestream.storage.Rows.sitePart;
import static io.joulestream.storage.Rows.siteStep;
import static io.joulestream.storage.Rows.trainingStep;
import static org.assertj.core.api.Assertions.assertThat;

import io.joulestream.core.ledger.JobPhase;
import io.joulestream.storage.FailingConnection.Failure;
import io.joulestream.storage.testing.LedgerServer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Whichever call to the database fails, and however: after a restart the ledger is the one of a writer to which nothing
 * happened. What is written is what the job writes between checkpoints: some rows anew, of which one is copied, some again
 * with a greater revision; and at last the minutes that came last once more. As Flink does, a restart gives the failed
 * writer up and writes again what came after the last checkpoint.
 */
class EveryCallFailsOnceIT {
    private static final int CHECKPOINTS = 2;
    /** The last one repeats the minutes of the one before. */
    private static final int FLUSHES = CHECKPOINTS + 1;
    /** A query for each table; ids depend on failures, because a failed statement uses up numbers, so it tells names. */
    private static final String TABLES = """
            select 'select ''' || table_name || ' '' || (to_jsonb(t) - ''site_id'' - ''run_key'' - ''channel_id'')::text'
                || ' || s.site' || case when of_channel then ' || c.entity' else '' end
                || case when of_run then ' || r.run' else '' end || ' from ' || table_name || ' t'
                || case when of_channel then ' join channel c using (channel_id) join site s on s.site_id = c.site_id'
                        else ' join site s using (site_id)' end
                || case when of_run then ' join run r using (run_key)' else '' end
            from (select table_name, bool_or(column_name = 'channel_id') as of_channel,
                         bool_or(column_name = 'run_key') as of_run
                  from information_schema.columns join information_schema.tables using (table_schema, table_name)
                  where table_schema = 'public' and table_type = 'BASE TABLE' group by table_name
                  having bool_or(column_name = 'generation') and bool_or(column_name = 'revision')) as ledger
            order by table_name
            """;

    private static Database database;
    private static Connection reader;
    private static List<String> tables;
    private static PreparedStatement ledger;
    /** Goes on where a failed one was given up; one for all, because it makes tables of its own when it first writes. */
    private static LedgerWriter successor;

    @BeforeAll
    static void open() throws SQLException {
        database = Database.open(LedgerServer.newDatabase());
        reader = database.dataSource().getConnection();
        tables = texts(TABLES);
        successor = new LedgerWriter(LedgerConnection.open(database.address()), 1);
        // one statement, prepared once: the ledger is read some hundred times
        ledger = reader.prepareStatement(
                String.join(" where s.tenant = ? union all ", tables) + " where s.tenant = ? order by 1");
        // what a crash of the server would lose is not looked at here
        try (Statement statement = reader.createStatement()) {
            statement.execute("alter database " + reader.getCatalog() + " set synchronous_commit = off");
        }
    }

    @AfterAll
    static void close() throws SQLException {
        successor.close();
        ledger.close();
        reader.close();
        database.close();
    }

    @ParameterizedTest
    @EnumSource
    void theLedgerIsTheSameWhicheverCallFails(Failure failure) throws SQLException {
        int calls = write("undisturbed-" + failure, 0, failure, false);
        List<String> undisturbed = ledgerOf("undisturbed-" + failure);
        assertThat(undisturbed).hasSize(6 * CHECKPOINTS + 12);
        for (String table : tables) {
            assertThat(texts(table + " where s.tenant = 'undisturbed-" + failure + "'"))
                    .as(table)
                    .isNotEmpty();
        }
        assertThat(calls).isGreaterThan(50);

        for (int n = 1; n <= calls; n++) {
            String tenant = failure + "-" + n;
            write(tenant, n, failure, false);
            assertThat(ledgerOf(tenant))
                    .as("%s at call %d of %d", failure, n, calls)
                    .isEqualTo(undisturbed);
        }
    }

    /** The checkpoint after a flush may fail though the flush did not: then rows of one flush more are written again. */
    @ParameterizedTest
    @EnumSource
    void theLedgerIsTheSameWhenARestartGoesBackOneCheckpointMore(Failure failure) throws SQLException {
        int calls = write("undisturbed-more-" + failure, 0, failure, true);
        List<String> undisturbed = ledgerOf("undisturbed-more-" + failure);

        for (int n = 1; n <= calls; n += 3) {
            String tenant = failure + "-more-" + n;
            write(tenant, n, failure, true);
            assertThat(ledgerOf(tenant))
                    .as("%s at call %d of %d", failure, n, calls)
                    .isEqualTo(undisturbed);
        }
    }

    @Test
    void aWriterWhoseConnectionLivesMayFlushAgain() throws SQLException {
        int calls = write("undisturbed-again", 0, Failure.DEADLOCK, false);
        List<String> undisturbed = ledgerOf("undisturbed-again");

        for (int n = 1; n <= calls; n++) {
            String tenant = "again-" + n;
            FailingConnection connection = FailingConnection.of(
                    LedgerConnection.openAs(database.address(), DatabaseRole.JOB), n, Failure.DEADLOCK);
            try (LedgerWriter writer = new LedgerWriter(connection.connection(), 1)) {
                for (int flush = 0; flush < FLUSHES; flush++) {
                    addRows(writer, tenant, flush);
                    boolean failedBefore = connection.hasFailed();
                    try {
                        writer.flush();
                    } catch (StorageException e) {
                        assertThat(failedBefore).as("fails once").isFalse();
                        writer.flush();
                    }
                }
            }
            assertThat(ledgerOf(tenant)).as("call %d of %d", n, calls).isEqualTo(undisturbed);
        }
    }

    /** The n-th call fails, if n is not 0; then another writer goes on. Returns how many calls the first writer made. */
    private static int write(String tenant, int n, Failure failure, boolean oneCheckpointMore) throws SQLException {
        FailingConnection failing =
                FailingConnection.of(LedgerConnection.openAs(database.address(), DatabaseRole.JOB), n, failure);
        int complete = 0;
        LedgerWriter writer = new LedgerWriter(failing.connection(), 1);
        try {
            for (; complete < FLUSHES; complete++) {
                addRows(writer, tenant, complete);
                writer.flush();
            }
        } catch (StorageException e) {
            assertThat(failing.hasFailed())
                    .as("fails only when it is told to: %s", e)
                    .isTrue();
        } finally {
            writer.close();
        }
        assertThat(complete == FLUSHES).as("an error at call %d is told", n).isEqualTo(n == 0);
        int from = oneCheckpointMore ? Math.max(0, complete - 1) : complete;
        for (int flush = from; flush < FLUSHES; flush++) {
            addRows(successor, tenant, flush);
            successor.flush();
        }
        return failing.calls();
    }

    /** What the job has to say between two checkpoints. */
    private static void addRows(LedgerWriter writer, String tenant, int flush) {
        int checkpoint = Math.min(flush, CHECKPOINTS - 1);
        long revision = checkpoint + 1L;
        writer.write(channelMinute(tenant, "node-1", NOON, 100 + checkpoint, revision));
        writer.write(channelMinute(tenant, "node-1", NOON.plusSeconds(60 * revision), 8, 1));
        writer.write(channelMinute(tenant, "node-" + (10 + checkpoint), NOON, 7, 1));
        if (flush > checkpoint) {
            return;
        }
        writer.write(runExtent(tenant, "fra1", "r1", NOON, NOON.plusSeconds(60 * revision), revision));
        writer.write(trainingStep(tenant, "r1", 1, 1, 10 * revision, revision));
        writer.write(trainingStep(tenant, "r1", 1, 100 + checkpoint, 5, 1));
        writer.write(siteStep(tenant, "fra1", "IT", NOON.plusSeconds(60L * checkpoint), 60, 9));
        writer.write(siteStep(tenant, "fra1", "IT", NOON, 3_600, 10));
        writer.write(sitePart(tenant, "fra1", "GPU//", NOON, 14, revision));
        writer.write(runStep(tenant, "fra1", "r1", NOON, 60, 11));
        writer.write(runStep(tenant, "fra1", "r1", NOON, 3_600, 12));
        writer.write(runMeterStep(tenant, "r1", "node-1", false, NOON, 13));
        writer.write(runPhase(tenant, "r1", 1, JobPhase.RESTORE, 9 + checkpoint, 1));
        writer.write(runCheckpoint(tenant, "r1", 1, 1 + checkpoint, 9, 1));
        writer.write(demandInterval(tenant, "feed-a", NOON, 15 + checkpoint, revision));
        writer.write(quantityStep(tenant, "water-1", NOON, 16 + checkpoint, revision));
        writer.write(deadLetter(tenant, "TOO_OLD", checkpoint + 1_000L * Math.abs(tenant.hashCode())));
    }

    /** All rows of a tenant in every table with a generation and a revision, and how many dead letters and names. */
    private static List<String> ledgerOf(String tenant) throws SQLException {
        for (int i = 1; i <= tables.size(); i++) {
            ledger.setString(i, tenant);
        }
        List<String> rows = new ArrayList<>(texts(ledger.executeQuery()));
        rows.addAll(texts("select 'dead letters ' || count(*) from dead_letter where tenant = '" + tenant + "'"));
        rows.addAll(texts("select 'names ' || (select count(*) from site where tenant = '" + tenant + "') || ' '"
                + " || (select count(*) from run where tenant = '" + tenant + "')"));
        return rows;
    }

    private static List<String> texts(String sql) throws SQLException {
        try (Statement statement = reader.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            return texts(result);
        }
    }

    private static List<String> texts(ResultSet result) throws SQLException {
        try (result) {
            List<String> texts = new ArrayList<>();
            while (result.next()) {
                texts.add(result.getString(1));
            }
            return texts;
        }
    }
}
