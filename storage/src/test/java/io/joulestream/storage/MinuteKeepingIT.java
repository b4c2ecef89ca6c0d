package io.joulestream.storage;

import static io.joulestream.storage.Rows.channelMinute;
import static io.joulestream.storage.Rows.runStep;
import static io.joulestream.storage.Rows.siteStep;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.joulestream.storage.FailingConnection.Failure;
import io.joulestream.storage.testing.LedgerServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MinuteKeepingIT {
    private static final Duration ACCEPTED = Duration.ofDays(35);
    private static final MinuteRules RULES = new MinuteRules(Duration.ofDays(90), Duration.ofDays(400));
    private static final Instant NOW = Instant.now();
    private static final Instant TODAY = NOW.truncatedTo(ChronoUnit.DAYS);
    /** Beyond what is kept of channels, and of sites and runs. */
    private static final Instant LONG_AGO = TODAY.minus(Duration.ofDays(95)).plus(Duration.ofHours(9));

    private static final Instant VERY_LONG_AGO =
            TODAY.minus(Duration.ofDays(405)).plus(Duration.ofHours(9));
    private static final String WRITTEN_LONG_AGO = "update minute_day set written_at = now() - interval '8 days'";

    private static Database database;

    @BeforeAll
    static void open() throws SQLException {
        database = Database.open(LedgerServer.newDatabase());
        // what a crash of the server would lose is not looked at here
        execute("alter database " + texts("select current_database()").get(0) + " set synchronous_commit = off");
    }

    @AfterAll
    static void close() {
        database.close();
    }

    @BeforeEach
    void empty() throws SQLException {
        execute("truncate channel_minute, site_minute, run_minute, site_hour, run_hour, minute_day, minute_keeping,"
                + " told_hours");
    }

    @Test
    void minutesBeyondWhatIsKeptAreRemovedAndHoursStay() throws Exception {
        write(LONG_AGO, VERY_LONG_AGO, NOW);
        execute(WRITTEN_LONG_AGO);

        KeptMinutes kept = round();

        assertThat(kept.channelMinutesFrom()).isEqualTo(TODAY.minus(Duration.ofDays(90)));
        assertThat(kept.minutesFrom()).isEqualTo(TODAY.minus(Duration.ofDays(400)));
        assertThat(minutes("channel_minute")).containsExactly(minute(NOW));
        assertThat(minutes("site_minute")).containsExactly(minute(LONG_AGO), minute(NOW));
        assertThat(minutes("run_minute")).containsExactly(minute(LONG_AGO), minute(NOW));
        assertThat(count("site_hour")).isEqualTo(3);
        assertThat(count("run_hour")).isEqualTo(3);
        boolean byChunks = database.edition() != Edition.PLAIN;
        assertThat(kept.chunksRemoved()).isEqualTo(byChunks ? 2 : 0);
        assertThat(kept.rowsRemoved()).isEqualTo(byChunks ? 2 : 4);
        assertThat(count("minute_day"))
                .as("notes of days without rows are forgotten")
                .isEqualTo(5);
    }

    /** So an import of an old log can be read. */
    @Test
    void whatWasWrittenInTheLastSevenDaysStaysHoweverOldItIs() throws Exception {
        write(VERY_LONG_AGO, NOW);
        execute("update minute_day set written_at = now() - interval '7 days'");

        round();

        assertThat(minutes("channel_minute")).containsExactly(minute(VERY_LONG_AGO), minute(NOW));
        assertThat(minutes("site_minute")).containsExactly(minute(VERY_LONG_AGO), minute(NOW));
        assertThat(minutes("run_minute")).containsExactly(minute(VERY_LONG_AGO), minute(NOW));
    }

    @Test
    void aDayThatNobodyNotedIsTakenAsWrittenNow() throws Exception {
        write(VERY_LONG_AGO, NOW);
        execute("delete from minute_day");

        round();
        assertThat(minutes("channel_minute")).hasSize(2);

        execute(WRITTEN_LONG_AGO);
        round();
        assertThat(minutes("channel_minute")).hasSize(1);
    }

    /** Else its figures would no longer be told as of the end of its data. */
    @Test
    void theNewestMinuteOfASiteStays() throws Exception {
        write(VERY_LONG_AGO, VERY_LONG_AGO.plus(Duration.ofMinutes(1)));
        execute(WRITTEN_LONG_AGO);

        round();

        Instant newest = minute(VERY_LONG_AGO.plus(Duration.ofMinutes(1)));
        assertThat(minutes("site_minute")).containsExactly(newest);
        assertThat(database.queries().lastMinutes("keep")).containsEntry("fra1", newest);
        assertThat(minutes("run_minute")).isEmpty();
    }

    @Test
    void manyRowsGoInManyTransactions() throws Exception {
        int rows = 25_000;
        execute("insert into run_minute select minute, 1, 0, 0, 0, 0, 0, 1, run, 1, 0, 1 from"
                + " (values (timestamptz '" + VERY_LONG_AGO + "', " + rows + "), (timestamptz '"
                + VERY_LONG_AGO.plusSeconds(60) + "', 10)) as m (minute, runs)"
                + " cross join generate_series(1, m.runs) as run");
        execute("insert into minute_day (minute_table, day, written_at) select distinct 'run_minute', minute::date,"
                + " now() - interval '8 days' from run_minute");
        long before = transactions();

        KeptMinutes kept = round();

        assertThat(kept.rowsRemoved()).isEqualTo(rows + 10);
        assertThat(count("run_minute")).isZero();
        assertThat(transactions() - before)
                .as("one for all the rows of a minute, another for the next")
                .isGreaterThanOrEqualTo(2);
    }

    @Test
    void moreIsKeptWhereASiteAcceptsOlderReadings() throws Exception {
        write(LONG_AGO, NOW);
        execute(WRITTEN_LONG_AGO);

        KeptMinutes kept = round(RULES, Duration.ofDays(91));

        assertThat(kept.channelMinutesFrom()).isEqualTo(TODAY.minus(Duration.ofDays(96)));
        assertThat(minutes("channel_minute")).hasSize(2);
    }

    @Test
    void whatIsGoneStaysToldAsGoneWhenMoreIsToBeKept() throws Exception {
        round();

        KeptMinutes kept = round(new MinuteRules(Duration.ofDays(200), Duration.ofDays(800)), ACCEPTED);

        assertThat(kept.channelMinutesFrom()).isEqualTo(TODAY.minus(Duration.ofDays(90)));
        assertThat(kept.minutesFrom()).isEqualTo(TODAY.minus(Duration.ofDays(400)));
    }

    @Test
    void ofSeveralProcessesOneWorks() throws Exception {
        try (Connection other = database.dataSource().getConnection();
                Statement statement = other.createStatement()) {
            statement.execute("select pg_advisory_lock(hashtext('keep minutes'))");

            assertThat(database.keepMinutes(RULES, ACCEPTED)).isEmpty();

            statement.execute("select pg_advisory_unlock(hashtext('keep minutes'))");
            assertThat(database.keepMinutes(RULES, ACCEPTED)).isPresent();
        }
    }

    @Test
    void aRoundThatIsToldToStopIsFinishedByTheNext() throws Exception {
        write(VERY_LONG_AGO, NOW);
        execute(WRITTEN_LONG_AGO);

        try (Connection keeper = LedgerConnection.openKeeper(database.address())) {
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> MinuteKeeping.round(keeper, RULES, ACCEPTED))
                    .isInstanceOf(InterruptedException.class);
        }
        assertThat(minutes("channel_minute")).hasSize(2);

        round();
        assertThat(minutes("channel_minute")).hasSize(1);
    }

    @Test
    void whicheverCallOfARoundFailsTheNextRoundFinishesIt() throws Exception {
        write(LONG_AGO, VERY_LONG_AGO, NOW);
        execute(WRITTEN_LONG_AGO);
        int calls = failingRound(0);
        List<String> undisturbed = left();
        assertThat(calls).isGreaterThan(20);

        for (int n = 1; n <= calls; n++) {
            empty();
            write(LONG_AGO, VERY_LONG_AGO, NOW);
            execute(WRITTEN_LONG_AGO);
            failingRound(n);
            round();
            assertThat(left()).as("call %d of %d", n, calls).isEqualTo(undisturbed);
        }
    }

    @Test
    void aTableThatSomebodyHasLockedIsLeftAndToldAndTheOthersAreLookedAfter() throws Exception {
        write(LONG_AGO, VERY_LONG_AGO, NOW);
        execute(WRITTEN_LONG_AGO);
        try (Connection other = database.dataSource().getConnection();
                Statement statement = other.createStatement();
                Connection keeper = LedgerConnection.openKeeper(database.address());
                Statement settings = keeper.createStatement()) {
            settings.execute("set lock_timeout = '200ms'");
            other.setAutoCommit(false);
            statement.execute("select from channel_minute where minute = '" + minute(VERY_LONG_AGO) + "' for update");

            assertThatThrownBy(() -> MinuteKeeping.round(keeper, RULES, ACCEPTED))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("lock timeout");
            other.rollback();
            other.setAutoCommit(true);
        }

        assertThat(minutes("channel_minute")).hasSize(3);
        assertThat(minutes("site_minute")).containsExactly(minute(LONG_AGO), minute(NOW));
        assertThat(minutes("run_minute")).containsExactly(minute(LONG_AGO), minute(NOW));
        round();
        assertThat(minutes("channel_minute")).containsExactly(minute(NOW));
    }

    private static int failingRound(int n) throws Exception {
        try (Connection server = LedgerConnection.openKeeper(database.address())) {
            FailingConnection failing = FailingConnection.of(server, n, Failure.NO_ANSWER);
            try {
                MinuteKeeping.round(failing.connection(), RULES, ACCEPTED);
                assertThat(n).as("an error is told").isZero();
            } catch (SQLException e) {
                assertThat(failing.hasFailed()).as("%s", e).isTrue();
            }
            return failing.calls();
        }
    }

    private static List<String> left() throws SQLException {
        return texts(
                "select 'channel ' || minute from channel_minute union all select 'site ' || minute from site_minute"
                        + " union all select 'run ' || minute from run_minute union all select 'day ' || minute_table || day from"
                        + " minute_day union all select 'told ' || hours from told_hours order by 1");
    }

    /** Rows written while a day is removed would go with it, so who writes waits until that is done. */
    @Test
    void whoComesBackToADayWaitsUntilItsRemovalIsDone() throws Exception {
        write(VERY_LONG_AGO);
        execute(WRITTEN_LONG_AGO);
        try (Connection remover = LedgerConnection.openKeeper(database.address());
                LedgerWriter writer = database.openWriter()) {
            remover.setAutoCommit(false);
            DayNotes notes = new DayNotes(remover, MinuteTable.CHANNEL_MINUTE, NOW.minus(Duration.ofDays(7)));
            Instant day = VERY_LONG_AGO.truncatedTo(ChronoUnit.DAYS);
            assertThat(notes.lockWhereOld(day, day.plus(1, ChronoUnit.DAYS))).isTrue();
            writer.write(channelMinute("keep", "node-1", VERY_LONG_AGO.plusSeconds(60), 5, 1));

            CompletableFuture<Integer> stored = CompletableFuture.supplyAsync(writer::flush);
            while (texts("select pid::text from pg_locks where not granted").isEmpty()) {
                assertThat(stored).isNotDone();
            }
            remover.commit();

            assertThat(stored.get()).isEqualTo(1);
            assertThat(notes.lockWhereOld(day, day.plus(1, ChronoUnit.DAYS)))
                    .as("and the day is no longer one that nobody writes to")
                    .isFalse();
        }
    }

    @Test
    void aWriterNotesADayOnceInAnHour() throws SQLException {
        TestClock clock = new TestClock();
        try (LedgerWriter writer = new LedgerWriter(LedgerConnection.open(database.address()), 1, clock)) {
            flush(writer, 1);
            String noted = texts("select written_at::text from minute_day").get(0);

            clock.millis += WrittenDays.NOTED_AGAIN_AFTER_MILLIS - 1;
            flush(writer, 2);
            assertThat(texts("select written_at::text from minute_day")).containsExactly(noted);

            clock.millis += 1;
            flush(writer, 3);
            assertThat(texts("select written_at::text from minute_day"))
                    .hasSize(1)
                    .doesNotContain(noted);
        }
    }

    private static void flush(LedgerWriter writer, int revision) {
        writer.write(channelMinute("keep", "node-1", LONG_AGO, 5, revision));
        assertThat(writer.flush()).isEqualTo(1);
    }

    @Test
    void hoursWhoseMinutesAreGoneAreNotToldAgainByAnImport() throws Exception {
        Instant hour = LONG_AGO.truncatedTo(ChronoUnit.HOURS);
        write(LONG_AGO, LONG_AGO.plus(Duration.ofHours(2)), NOW);
        execute(WRITTEN_LONG_AGO);
        OldHours old = OldHours.of(NOW, ACCEPTED);
        ToldHistory told = new ToldHistory("node-1", List.of("node-1"), "p", hour, hour.plus(Duration.ofHours(4)));
        List<HistoryOverlap> before = database.historyImports().record("keep", "fra1", List.of(told), old, NOW);

        round();

        assertThat(minutes("channel_minute")).hasSize(1);
        assertThat(database.historyImports().record("keep", "fra1", List.of(told), old, NOW))
                .hasSize(2)
                .isEqualTo(before);
        ToldHistory other = new ToldHistory("node-2", List.of("node-2"), "p", told.first(), told.last());
        assertThat(database.historyImports().record("keep", "fra1", List.of(other), old, NOW))
                .isEmpty();
    }

    /** On plain PostgreSQL the table has no partitions that would have to be there before. */
    @Test
    void minutesOfAnyTimeAreStored() throws SQLException {
        Instant long2001 = Instant.parse("2001-02-03T04:05:00Z");
        Instant inTwoYears = minute(NOW.plus(Duration.ofDays(730)));

        write(long2001, inTwoYears);

        assertThat(minutes("channel_minute")).containsExactly(long2001, inTwoYears);
        assertThat(database.queries().channelMinutes("keep", "fra1", "node-1", long2001, inTwoYears.plusSeconds(60)))
                .hasSize(2);
    }

    @Test
    void newChunksAreShorterTheLargerTheFleet() throws Exception {
        try {
            assertThat(round().chunkLength()).isEmpty();
            fleet(20_001);
            assertThat(round().chunkLength()).isEqualTo(onTimescaledb(Duration.ofHours(6)));
            assertThat(round().chunkLength()).as("no change").isEmpty();
            fleet(100_001);
            assertThat(round().chunkLength()).isEqualTo(onTimescaledb(Duration.ofHours(1)));
            if (database.edition() != Edition.PLAIN) {
                write(NOW);
                assertThat(texts("select (range_end - range_start)::text from timescaledb_information.chunks"
                                + " where hypertable_name = 'channel_minute'"))
                        .containsExactly("01:00:00");
            }
        } finally {
            execute("delete from channel where entity like 'many-%'");
            if (database.edition() != Edition.PLAIN) {
                execute("select set_chunk_time_interval('channel_minute', interval '1 day')");
            }
        }
    }

    private static Optional<Duration> onTimescaledb(Duration length) {
        return database.edition() == Edition.PLAIN ? Optional.empty() : Optional.of(length);
    }

    private static void fleet(int channels) throws SQLException {
        database.sites().put("keep", "fra1", NOW, "site: fra1\n");
        execute("insert into channel (site_id, entity, metric) select site_id, 'many-' || n, 7 from site"
                + " cross join generate_series(1, " + channels
                + ") as n where tenant = 'keep' on conflict do nothing");
    }

    /** Only with the Timescale licence: name such a server by JOULESTREAM_TEST_SERVER. */
    @Test
    void oldChunksLieInTheColumnstoreAndLateCorrectionsStillWork() throws Exception {
        assumeThat(database.edition())
                .as("the columnstore needs TimescaleDB under the Timescale licence")
                .isEqualTo(Edition.TIMESCALE);
        Instant day = TODAY.minus(Duration.ofDays(50));
        int channels = 150; // so many that a correction of each is beyond the server's own limit
        try (LedgerWriter writer = database.openWriter()) {
            for (int minute = 0; minute < 24 * 60; minute++) {
                for (int channel = 0; channel < channels; channel++) {
                    writer.write(channelMinute("keep", "node-" + channel, day.plusSeconds(60L * minute), 5, 1));
                }
            }
            writer.write(channelMinute("keep", "node-1", TODAY, 5, 1));
            writer.write(channelMinute("keep", "node-1", TODAY.minus(Duration.ofDays(39)), 5, 1));
            writer.flush();
        }

        assertThat(round().chunksCompressed()).as("written lately").isZero();
        execute(WRITTEN_LONG_AGO);
        assertThat(round().chunksCompressed())
                .as("the one beyond acceptHistory and five days")
                .isEqualTo(1);
        assertThat(round().chunksCompressed()).as("it is there already").isZero();

        try (LedgerWriter writer = database.openWriter()) {
            for (int channel = 0; channel < channels; channel++) {
                writer.write(channelMinute("keep", "node-" + channel, day.plusSeconds(600), 6, 2));
            }
            assertThat(writer.flush()).isEqualTo(channels);
        }
        assertThat(
                        database
                                .queries()
                                .channelMinutes("keep", "fra1", "node-3", day, day.plus(Duration.ofDays(1)))
                                .stream()
                                .mapToLong(row -> row.energy().measuredMicrojoules())
                                .sum())
                .isEqualTo(5 * 24 * 60 + 1);
    }

    private static KeptMinutes round() throws InterruptedException {
        return round(RULES, ACCEPTED);
    }

    /** Once the session of a round before has ended, which the server does in its own time. */
    private static KeptMinutes round(MinuteRules rules, Duration acceptHistory) throws InterruptedException {
        Optional<KeptMinutes> kept;
        do {
            kept = database.keepMinutes(rules, acceptHistory);
        } while (kept.isEmpty());
        return kept.get();
    }

    /** Of channel, site and run a minute and an hour at each of these times. */
    private static void write(Instant... times) {
        try (LedgerWriter writer = database.openWriter()) {
            for (Instant time : times) {
                writer.write(channelMinute("keep", "node-1", minute(time), 5, 1));
                writer.write(siteStep("keep", "fra1", "IT", minute(time), 60, 5));
                writer.write(runStep("keep", "fra1", "r1", minute(time), 60, 5));
                Instant hour = time.truncatedTo(ChronoUnit.HOURS);
                writer.write(siteStep("keep", "fra1", "IT", hour, 3_600, 5));
                writer.write(runStep("keep", "fra1", "r1", hour, 3_600, 5));
            }
            writer.flush();
        }
    }

    private static Instant minute(Instant time) {
        return time.truncatedTo(ChronoUnit.MINUTES);
    }

    private static List<Instant> minutes(String table) throws SQLException {
        return texts("select to_char(minute, 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"') from " + table + " order by minute")
                .stream()
                .map(Instant::parse)
                .toList();
    }

    private static long count(String table) throws SQLException {
        return Long.parseLong(texts("select count(*)::text from " + table).get(0));
    }

    /** Those that have changed something. */
    private static long transactions() throws SQLException {
        return Long.parseLong(texts("select pg_current_xact_id()::text").get(0));
    }

    private static void execute(String sql) throws SQLException {
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static List<String> texts(String sql) throws SQLException {
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            List<String> texts = new ArrayList<>();
            while (result.next()) {
                texts.add(result.getString(1));
            }
            return texts;
        }
    }

    private static final class TestClock extends Clock {
        private long millis = 1_800_000_000_000L;

        @Override
        public long millis() {
            return millis;
        }

        @Override
        public Instant instant() {
            return Instant.ofEpochMilli(millis);
        }

        @Override
        public ZoneOffset getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException();
        }
    }
}
