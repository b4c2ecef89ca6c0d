package io.joulestream.storage;

import static io.joulestream.storage.Rows.NOON;
import static io.joulestream.storage.Rows.channelMinute;
import static io.joulestream.storage.Rows.deadLetter;
import static io.joulestream.storage.Rows.runCheckpoint;
import static io.joulestream.storage.Rows.runExtent;
import static io.joulestream.storage.Rows.runMeterStep;
import static io.joulestream.storage.Rows.runPhase;
import static io.joulestream.storage.Rows.runStep;
import static io.joulestream.storage.Rows.siteStep;
import static io.joulestream.storage.Rows.trainingStep;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.joulestream.core.ledger.ChannelMinute;
import io.joulestream.core.ledger.DeadLetter;
import io.joulestream.core.ledger.JobPhase;
import io.joulestream.core.ledger.TrainingStep;
import io.joulestream.storage.testing.LedgerServer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TimeZone;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LedgerWriterIT {
    private static Database database;
    private static LedgerQueries queries;

    @BeforeAll
    static void open() throws SQLException {
        database = Database.open(LedgerServer.newDatabase());
        queries = database.queries();
    }

    @AfterAll
    static void close() {
        database.close();
    }

    @Test
    void whatIsWrittenIsRead() {
        ChannelMinute row = channelMinute("read", "hall/node-1", NOON, 1_234_567_890_123L, 7);

        assertThat(write(row)).isEqualTo(1);

        assertThat(channelMinutes("read")).containsExactly(row);
    }

    @Test
    void aReplayOfEveryKindOfRowChangesNothing() throws SQLException {
        try (Connection connection = LedgerConnection.open(database.address());
                LedgerWriter writer = new LedgerWriter(connection)) {
            writeOneOfEach(writer, "replay");
            assertThat(writer.flush()).isEqualTo(11);
            List<String> stored = rowVersions(connection);
            String statistics = statistics(connection);

            writeOneOfEach(writer, "replay");
            int changed = writer.flush();

            assertThat(changed).isZero();
            assertThat(rowVersions(connection)).isEqualTo(stored);
            assertThat(statistics(connection)).isEqualTo(statistics);
        }
    }

    @Test
    void anAdvancedPairIsOneUpdate() throws SQLException {
        write(channelMinute("advance", "n", NOON, 1, 1, 9));

        int changed = write(channelMinute("advance", "n", NOON, 2, 2, 0));

        assertThat(changed).isEqualTo(1);
        assertThat(channelMinutes("advance")).containsExactly(channelMinute("advance", "n", NOON, 2, 2, 0));
    }

    @ParameterizedTest
    @CsvSource({"2, 4", "1, 9", "2, 5"})
    void aLowerOrEqualPairNeverOverwrites(int generation, long revision) {
        String tenant = "lower-" + generation + "-" + revision;
        ChannelMinute stored = channelMinute(tenant, "n", NOON, 100, 2, 5);
        write(stored);

        int changed = write(channelMinute(tenant, "n", NOON, 999, generation, revision));

        assertThat(changed).isZero();
        assertThat(channelMinutes(tenant)).containsExactly(stored);
    }

    @Test
    void ofTwoRowsOfOneKeyInOneBatchTheHighestIsKept() {
        int changed = write(
                channelMinute("batch", "n", NOON, 1, 1, 5),
                channelMinute("batch", "n", NOON, 3, 2, 1),
                channelMinute("batch", "n", NOON, 2, 1, 6));

        assertThat(changed).isEqualTo(1);
        assertThat(channelMinutes("batch")).containsExactly(channelMinute("batch", "n", NOON, 3, 2, 1));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void inAnyOrderAndAnyBatchesTheHighestPairOfEachKeyRemains(long seed) {
        Random random = new Random(seed);
        String tenant = "random-" + seed;
        List<ChannelMinute> rows = new ArrayList<>();
        Map<Integer, ChannelMinute> highest = new HashMap<>();
        for (int entity = 0; entity < 20; entity++) {
            for (int i = 0; i < 10; i++) {
                rows.add(channelMinute(tenant, "n" + (entity + 100), NOON, i, 1 + i / 5, i % 5));
            }
            highest.put(entity, rows.get(rows.size() - 1));
        }
        Collections.shuffle(rows, random);

        try (LedgerWriter one = database.openWriter();
                LedgerWriter other = database.openWriter()) {
            for (ChannelMinute row : rows) {
                LedgerWriter writer = random.nextBoolean() ? one : other;
                writer.write(row);
                if (random.nextInt(20) == 0) {
                    writer.flush();
                }
            }
            one.flush();
            other.flush();
        }

        List<ChannelMinute> stored = new ArrayList<>();
        for (int entity = 0; entity < 20; entity++) {
            stored.addAll(queries.channelMinutes(tenant, "fra1", "n" + (entity + 100), NOON, NOON.plusSeconds(60)));
        }
        assertThat(stored).as("seed %d", seed).containsExactlyInAnyOrderElementsOf(highest.values());
    }

    @Test
    void aLargeBatchIsStoredAndItsReplayIsNot() {
        try (LedgerWriter writer = database.openWriter()) {
            for (int round = 0; round < 2; round++) {
                for (int i = 0; i < 50_000; i++) {
                    writer.write(
                            channelMinute("large", "node-" + i % 1_000, NOON.plusSeconds(60L * (i / 1_000)), i, 1));
                }
                assertThat(writer.flush()).isEqualTo(round == 0 ? 50_000 : 0);
            }
        }
    }

    @Test
    void aBatchAfterAReplayStoresWhatIsNewAndWhatIsGreater() throws SQLException {
        try (LedgerWriter writer = new LedgerWriter(LedgerConnection.open(database.address()), 1)) {
            ChannelMinute stored = channelMinute("after", "stored", NOON, 1, 2, 5);
            ChannelMinute revised = channelMinute("after", "revised", NOON, 1, 2, 5);
            for (int round = 0; round < 3; round++) {
                writer.write(stored);
                writer.write(revised);
                assertThat(writer.flush()).isEqualTo(round == 0 ? 2 : 0);
            }

            ChannelMinute greater = channelMinute("after", "revised", NOON, 7, 2, 6);
            ChannelMinute fresh = channelMinute("after", "fresh", NOON, 8, 1, 1);
            writer.write(channelMinute("after", "stored", NOON, 9, 1, 9));
            writer.write(greater);
            writer.write(fresh);

            assertThat(writer.flush()).isEqualTo(2);
            assertThat(queries.channelMinutes("after", "fra1", "stored", NOON, NOON.plusSeconds(60)))
                    .containsExactly(stored);
            assertThat(queries.channelMinutes("after", "fra1", "revised", NOON, NOON.plusSeconds(60)))
                    .containsExactly(greater);
            assertThat(queries.channelMinutes("after", "fra1", "fresh", NOON, NOON.plusSeconds(60)))
                    .containsExactly(fresh);
        }
    }

    @Test
    void aFullBufferIsStoredBeforeTheFlushAndCountedByIt() throws SQLException {
        int rows = LedgerWriter.MAX_WAITING_ROWS + 1;
        try (LedgerWriter writer = database.openWriter()) {
            for (int i = 0; i < rows; i++) {
                writer.write(channelMinute("full", "node-" + i % 100, NOON.plusSeconds(60L * (i / 100)), i, 1));
            }
            assertThat(queries.channelMinutes("full", "fra1", "node-0", NOON, NOON.plusSeconds(60)))
                    .hasSize(1);

            assertThat(writer.flush()).isEqualTo(rows);
            assertThat(writer.flush()).isZero();
        }
    }

    @Test
    void writersThatMeetTheSameNewNamesDoNotFail() throws Exception {
        int writers = 4;
        int names = 2_000;
        CyclicBarrier together = new CyclicBarrier(writers);
        ExecutorService threads = Executors.newFixedThreadPool(writers);
        List<Future<Integer>> flushes = new ArrayList<>();
        for (int w = 0; w < writers; w++) {
            Random random = new Random(w);
            flushes.add(threads.submit(() -> {
                List<Integer> order = new ArrayList<>();
                for (int i = 0; i < names; i++) {
                    order.add(i);
                }
                Collections.shuffle(order, random);
                try (LedgerWriter writer = database.openWriter()) {
                    for (int i : order) {
                        writer.write(channelMinute("together", "node-" + i, NOON, i, 1));
                        writer.write(runExtent("together", "site-" + i % 50, "run-" + i, NOON, NOON.plusSeconds(1), 1));
                    }
                    together.await();
                    return writer.flush();
                }
            }));
        }
        threads.shutdown();

        int changed = 0;
        for (Future<Integer> flush : flushes) {
            changed += flush.get();
        }

        assertThat(changed).isEqualTo(2 * names);
        assertThat(queries.runs("together", names).runs()).hasSize(names);
    }

    @ParameterizedTest
    @CsvSource({"tr-TR, Asia/Kathmandu", "ar-EG, Pacific/Apia", "th-TH, America/St_Johns", "en-IE, Europe/Berlin"})
    void neitherLocaleNorZoneOfTheJvmChangesWhatIsStored(String language, String zone) throws SQLException {
        Locale locale = Locale.getDefault();
        TimeZone timeZone = TimeZone.getDefault();
        List<ChannelMinute> rows = new ArrayList<>();
        for (String minute : List.of(
                "1969-12-31T23:59:00Z",
                "2026-03-29T01:00:00Z",
                "2026-03-29T02:30:00Z",
                "2026-10-25T00:30:00Z",
                "2026-10-25T01:30:00Z")) {
            rows.add(channelMinute(zone, "İIıi", Instant.parse(minute), 1, 1));
        }
        try {
            Locale.setDefault(Locale.forLanguageTag(language));
            TimeZone.setDefault(TimeZone.getTimeZone(zone));

            try (Database opened = Database.open(LedgerServer.newDatabase());
                    LedgerWriter writer = opened.openWriter();
                    Connection connection = opened.dataSource().getConnection()) {
                rows.forEach(writer::write);
                writer.flush();

                List<ChannelMinute> stored = opened.queries()
                        .channelMinutes(
                                zone, "fra1", "İIıi", Instant.EPOCH.minusSeconds(60), NOON.plusSeconds(99_999_999));
                assertThat(stored).isEqualTo(rows);
                assertThat(texts(connection, "select extract(epoch from minute)::int8 from channel_minute order by 1"))
                        .isEqualTo(rows.stream()
                                .map(row -> "" + row.minute().getEpochSecond())
                                .toList());
            }
        } finally {
            Locale.setDefault(locale);
            TimeZone.setDefault(timeZone);
        }
    }

    @Test
    void stepsOfSixtySecondsAreMinutesAndOthersHours() {
        try (LedgerWriter writer = database.openWriter()) {
            writer.write(siteStep("steps", "fra1", "IT_IN", NOON, 60, 1));
            writer.write(siteStep("steps", "fra1", "IT_IN", NOON, 900, 2));
            writer.write(runStep("steps", "fra1", "r", NOON, 60, 3));
            writer.write(runStep("steps", "fra1", "r", NOON, 1_800, 4));
            assertThat(writer.flush()).isEqualTo(4);
        }

        Instant end = NOON.plusSeconds(1);
        assertThat(queries.siteMinutes("steps", "fra1", NOON, end))
                .containsExactly(siteStep("steps", "fra1", "IT_IN", NOON, 60, 1));
        assertThat(queries.siteHours("steps", "fra1", NOON, end))
                .containsExactly(siteStep("steps", "fra1", "IT_IN", NOON, 900, 2));
        assertThat(queries.runMinutes("steps", "r", NOON, end))
                .containsExactly(runStep("steps", "fra1", "r", NOON, 60, 3));
        assertThat(queries.runHours("steps", "r", NOON, end))
                .containsExactly(runStep("steps", "fra1", "r", NOON, 1_800, 4));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anExtentOnlyGrowsAndOnlyByAGreaterPair(boolean oneBatch) {
        String tenant = "extent-" + oneBatch;
        try (LedgerWriter writer = database.openWriter()) {
            for (var row : List.of(
                    runExtent(tenant, "fra1", "r", NOON, NOON.plusSeconds(100), 1),
                    runExtent(tenant, "fra1", "r", NOON.plusSeconds(50), NOON.plusSeconds(200), 3),
                    runExtent(tenant, "fra1", "r", NOON.minusSeconds(999), NOON.plusSeconds(999), 2))) {
                writer.write(row);
                if (!oneBatch) {
                    writer.flush();
                }
            }
            writer.flush();
        }

        assertThat(queries.run(tenant, "r").orElseThrow().extents())
                .containsExactly(runExtent(tenant, "fra1", "r", NOON, NOON.plusSeconds(200), 3));
    }

    @Test
    void ofOneTrainingStepTheGreaterPairWins() {
        try (LedgerWriter writer = database.openWriter()) {
            writer.write(trainingStep("steps", "t", 1, 10, 800, 2));
            writer.flush();
            writer.write(trainingStep("steps", "t", 1, 10, 900, 1));
            writer.write(trainingStep("steps", "t", 2, 10, 1_600, 1));
            assertThat(writer.flush()).isEqualTo(1);
        }

        assertThat(queries.trainingTotals("steps", "t")).isEqualTo(new TrainingTotals(2, 2, 2_400, 300));
        assertThat(queries.trainingSteps("steps", "t"))
                .containsExactly(
                        trainingStep("steps", "t", 1, 10, 800, 2), trainingStep("steps", "t", 2, 10, 1_600, 1));
    }

    @Test
    void whatAStepDoesNotTellIsStoredAsNothing() {
        TrainingStep silent = new TrainingStep(
                "silent",
                "fra1",
                "t",
                1,
                10,
                TrainingStep.NOT_TOLD,
                NOON,
                NOON.plusSeconds(9),
                800,
                TrainingStep.NOT_TOLD,
                100,
                TrainingStep.NOT_TOLD,
                1,
                1);

        try (LedgerWriter writer = database.openWriter()) {
            writer.write(silent);
            writer.flush();
        }

        assertThat(queries.trainingSteps("silent", "t")).containsExactly(silent);
    }

    @Test
    void ofOneIntervalAndOfOneCheckpointTheGreaterPairWins() {
        try (LedgerWriter writer = database.openWriter()) {
            writer.write(runPhase("phases", "t", 1, JobPhase.EVAL, 60, 2));
            writer.write(runCheckpoint("phases", "t", 1, 100, 60, 2));
            writer.flush();
            writer.write(runPhase("phases", "t", 1, JobPhase.TRAIN, 60, 1));
            writer.write(runPhase("phases", "t", 1, JobPhase.TRAIN, 50, 1));
            writer.write(runCheckpoint("phases", "t", 1, 100, 99, 1));
            writer.write(runCheckpoint("phases", "t", 2, 100, 99, 1));
            assertThat(writer.flush()).isEqualTo(2);
        }

        assertThat(queries.runPhases("phases", "t"))
                .containsExactly(
                        runPhase("phases", "t", 1, JobPhase.TRAIN, 50, 1),
                        runPhase("phases", "t", 1, JobPhase.EVAL, 60, 2));
        assertThat(queries.runCheckpoints("phases", "t"))
                .containsExactly(
                        runCheckpoint("phases", "t", 1, 100, 60, 2), runCheckpoint("phases", "t", 2, 100, 99, 1));
    }

    @Test
    void whatCameFromBytesNobodyValidatedIsStoredUpToALimit() {
        String zero = "a\0b";
        String tooLong = "x".repeat(20_000);
        DeadLetter hostile = new DeadLetter(
                "frames",
                0,
                1,
                "hostile",
                zero,
                tooLong,
                0,
                -1,
                "DECODE_ERROR",
                zero + tooLong,
                NOON,
                new byte[200_000]);

        try (LedgerWriter writer = database.openWriter()) {
            writer.write(hostile);
            writer.write(hostile);
            assertThat(writer.flush()).isEqualTo(1);
            writer.write(channelMinute(zero, zero, NOON, 1, 1));
            assertThat(writer.flush()).isEqualTo(1);
        }

        KeptDeadLetter kept = queries.deadLetter("hostile", hostile.identity()).orElseThrow();
        DeadLetter stored = kept.letter();
        assertThat(kept.payloadBytes()).isEqualTo(200_000);
        assertThat(stored.site()).isEqualTo("a\ufffdb");
        assertThat(stored.entity()).hasSize(DeadLetterRow.MAX_TEXT_CHARS);
        assertThat(stored.detail()).hasSize(DeadLetterRow.MAX_TEXT_CHARS);
        assertThat(stored.payload()).hasSize(DeadLetterRow.MAX_PAYLOAD_BYTES);
    }

    @Test
    void noNameStopsAWriterAndDifferentNamesStayDifferent() {
        List<String> runs = List.of("r", "r\0", "r\ufffd", "r\ud800", "r?", "r".repeat(5_000), "r".repeat(5_001));
        try (LedgerWriter writer = database.openWriter()) {
            for (String run : runs) {
                writer.write(runExtent("names", "fra1", run, NOON, NOON.plusSeconds(1), 1));
                writer.write(runStep("names", "fra1", run, NOON, 3_600, run.length()));
            }
            assertThat(writer.flush()).isEqualTo(2 * runs.size());
        }

        for (String run : runs) {
            assertThat(queries.run("names", run).orElseThrow().energy().measuredMicrojoules())
                    .isEqualTo(run.length());
        }
        assertThat(queries.runs("names", 100).runs()).hasSize(runs.size());
    }

    @Test
    void aFlushThatWaitsTooLongForALockStoresNothingAndMayBeTriedAgain() throws SQLException {
        write(channelMinute("lock", "a", NOON, 1, 1));
        try (Connection connection = LedgerConnection.openAs(database.address(), DatabaseRole.JOB);
                LedgerWriter writer = new LedgerWriter(connection);
                Connection holder = database.dataSource().getConnection();
                Statement statement = holder.createStatement()) {
            execute(connection, "set lock_timeout = '50ms'");
            holder.setAutoCommit(false);
            statement.execute("select from channel_minute join channel using (channel_id) join site using (site_id)"
                    + " where tenant = 'lock' for update of channel_minute");
            writer.write(channelMinute("lock", "a", NOON, 2, 2));
            writer.write(siteStep("lock", "fra1", "IT_IN", NOON, 60, 1));

            assertThatThrownBy(writer::flush)
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining("2 ledger rows were not stored")
                    .hasMessageContaining("lock timeout");
            assertThat(queries.siteMinutes("lock", "fra1", NOON, NOON.plusSeconds(60)))
                    .isEmpty();
            holder.rollback();

            assertThat(writer.flush()).isEqualTo(2);
        }
    }

    @Test
    void aConnectionHasALimitForEveryWait() throws SQLException {
        try (Connection writer = LedgerConnection.open(database.address());
                Connection reader = database.dataSource().getConnection()) {
            assertThat(texts(writer, "show lock_timeout")).containsExactly("15s");
            assertThat(texts(reader, "show lock_timeout")).containsExactly("5s");
            for (Connection connection : List.of(writer, reader)) {
                assertThat(texts(connection, "show statement_timeout")).containsExactly("2min");
                assertThat(texts(connection, "show idle_in_transaction_session_timeout"))
                        .containsExactly("1min");
                assertThat(connection.getNetworkTimeout()).isEqualTo(150_000);
                assertThat(texts(connection, "show tcp_keepalives_idle")).containsExactly("30");
                assertThat(texts(connection, "show tcp_keepalives_interval")).containsExactly("10");
                assertThat(texts(connection, "show tcp_keepalives_count")).containsExactly("3");
            }
        }
    }

    @Test
    void aTableTravelsToWhereItsWriterIsOpened() throws Exception {
        LedgerTable<DeadLetter> table = travelled(LedgerTables.deadLetters());
        DatabaseAddress address = travelled(database.address());

        try (RowWriter<DeadLetter> writer = table.openWriter(address)) {
            writer.add(deadLetter("travel", "TOO_OLD", 1));
            assertThat(writer.flush()).isEqualTo(1);
        }

        assertThat(queries.deadLetterTotal("travel")).isEqualTo(1);
    }

    @Test
    void everyTableHasAWriter() {
        DatabaseAddress address = database.address();

        assertThat(List.of(
                        stored(LedgerTables.channelMinutes(), address, channelMinute("each", "n", NOON, 1, 1)),
                        stored(LedgerTables.siteSteps(), address, siteStep("each", "s", "IT_IN", NOON, 60, 1)),
                        stored(LedgerTables.runSteps(), address, runStep("each", "s", "r", NOON, 60, 1)),
                        stored(LedgerTables.runMeterSteps(), address, runMeterStep("each", "r", "n", false, NOON, 1)),
                        stored(LedgerTables.runExtents(), address, runExtent("each", "s", "r", NOON, NOON, 1)),
                        stored(LedgerTables.trainingSteps(), address, trainingStep("each", "r", 1, 1, 1, 1)),
                        stored(LedgerTables.runPhases(), address, runPhase("each", "r", 1, JobPhase.IDLE, 9, 1)),
                        stored(LedgerTables.runCheckpoints(), address, runCheckpoint("each", "r", 1, 1, 9, 1)),
                        stored(LedgerTables.deadLetters(), address, deadLetter("each", "TOO_OLD", 2))))
                .containsOnly(1);
    }

    private static <T> int stored(LedgerTable<T> table, DatabaseAddress address, T row) {
        try (RowWriter<T> writer = table.openWriter(address)) {
            writer.add(row);
            return writer.flush();
        }
    }

    private static int write(ChannelMinute... rows) {
        try (LedgerWriter writer = database.openWriter()) {
            List.of(rows).forEach(writer::write);
            return writer.flush();
        }
    }

    private static void writeOneOfEach(LedgerWriter writer, String tenant) {
        writer.write(channelMinute(tenant, "n", NOON, 1, 1));
        writer.write(siteStep(tenant, "fra1", "IT_IN", NOON, 60, 1));
        writer.write(siteStep(tenant, "fra1", "IT_IN", NOON, 3_600, 1));
        writer.write(runStep(tenant, "fra1", "r", NOON, 60, 1));
        writer.write(runStep(tenant, "fra1", "r", NOON, 3_600, 1));
        writer.write(runMeterStep(tenant, "r", "n", true, NOON, 1));
        writer.write(runExtent(tenant, "fra1", "r", NOON, NOON.plusSeconds(1), 1));
        writer.write(trainingStep(tenant, "r", 1, 1, 100, 1));
        writer.write(runPhase(tenant, "r", 1, JobPhase.RESTORE, 9, 1));
        writer.write(runCheckpoint(tenant, "r", 1, 1, 9, 1));
        writer.write(deadLetter(tenant, "TOO_OLD", 99));
    }

    private static List<ChannelMinute> channelMinutes(String tenant) {
        List<ChannelMinute> found = new ArrayList<>();
        for (String entity : List.of("n", "hall/node-1")) {
            found.addAll(queries.channelMinutes(tenant, "fra1", entity, NOON, NOON.plusSeconds(60)));
        }
        return found;
    }

    /** Which transaction wrote each row, and where it lies. */
    private static List<String> rowVersions(Connection connection) throws SQLException {
        List<String> versions = new ArrayList<>();
        for (String table : List.of(
                "channel_minute",
                "site_minute",
                "site_hour",
                "run_minute",
                "run_hour",
                "run_meter_hour",
                "run_extent",
                "training_step",
                "run_phase",
                "run_checkpoint",
                "dead_letter",
                "site",
                "channel",
                "run")) {
            versions.addAll(texts(connection, "select tableoid || ' ' || ctid || ' ' || xmin from " + table));
        }
        Collections.sort(versions);
        return versions;
    }

    private static String statistics(Connection connection) throws SQLException {
        execute(connection, "select pg_stat_force_next_flush()");
        return texts(
                        connection,
                        "select sum(n_dead_tup) || ' dead, ' || sum(n_tup_ins) || ' inserted, ' || sum(n_tup_upd)"
                                + " || ' updated' from pg_stat_user_tables where schemaname = 'public'")
                .get(0);
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static List<String> texts(Connection connection, String sql) throws SQLException {
        List<String> texts = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            while (result.next()) {
                texts.add(result.getString(1));
            }
        }
        return texts;
    }

    @SuppressWarnings("unchecked")
    private static <T> T travelled(T object) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(object);
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            return (T) in.readObject();
        }
    }
}
