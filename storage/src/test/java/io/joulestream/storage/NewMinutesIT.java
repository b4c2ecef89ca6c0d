package io.joulestream.storage;

import static io.joulestream.storage.Rows.NOON;
import static io.joulestream.storage.Rows.channelMinute;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import io.joulestream.core.inventory.SiteGeneration;
import io.joulestream.core.ledger.ChannelMinute;
import io.joulestream.storage.testing.LedgerServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which minutes go straight into the table, and that the table is the same whichever way they go. */
class NewMinutesIT {
    private static Database shared;
    private static int tests;

    /** One for each test: they share a database. */
    private final String tenant = "t" + tests++;

    private final NameIds names = new NameIds();
    private final ChannelMinuteRow shape = new ChannelMinuteRow();
    private final NewMinutes minutes = new NewMinutes(shape, names, 1);

    private Database database = shared;
    private Connection connection;

    @BeforeAll
    static void open() throws SQLException {
        shared = Database.open(LedgerServer.newDatabase());
    }

    @AfterAll
    static void close() {
        shared.close();
    }

    @BeforeEach
    void connect() throws SQLException {
        connection = LedgerConnection.open(database.address());
    }

    @AfterEach
    void disconnect() throws SQLException {
        connection.close();
    }

    @Test
    void minutesAfterTheChannelsLastAreCopiedAndTheOthersAreLeft() throws SQLException {
        committed(List.of(row("a", 5, 1)));

        assertThat(left(List.of(row("a", 7, 1), row("a", 5, 2), row("a", 4, 1), row("b", 6, 1), row("a", 6, 1))))
                .containsExactly(row("a", 5, 2), row("a", 4, 1), row("b", 6, 1));
        assertThat(stored()).containsExactly("5 1", "6 1", "7 1");
    }

    @Test
    void nothingIsCopiedWhereTheseRowsAreStoredAlready() throws SQLException {
        committed(List.of(row("a", 0, 1)));
        List<ChannelMinute> hour =
                IntStream.range(1, 60).mapToObj(minute -> row("a", minute, 1)).toList();
        anotherWriterStores(hour);
        List<ChannelMinute> replay = hour.stream()
                .map(row -> channelMinute(tenant, "a", row.minute(), 9, 2))
                .toList();

        FailingConnection counting = FailingConnection.of(connection, 0, FailingConnection.Failure.NOT_SENT);
        resolve(replay);

        assertThat(minutes.store(counting.connection(), replay).left()).isEqualTo(replay);
        assertThat(counting.calls()).as("three questions, no copy that fails").isEqualTo(3);
    }

    @Test
    void minutesThatAreStoredAsTheyAreOrGreaterAreLeftOut() throws SQLException {
        anotherWriterStores(
                List.of(row("a", 1, 5), row("a", 2, 5), row("b", 1, 5), row("b", 2, 5), inGeneration(2, "b", 3, 1)));

        Shortcut.Outcome<ChannelMinute> outcome = outcome(List.of(
                row("a", 1, 5),
                row("a", 2, 6),
                row("a", 3, 1),
                row("b", 1, 4),
                row("b", 2, 5),
                row("b", 3, 9),
                inGeneration(2, "b", 1, 1)));

        assertThat(outcome.stored()).isZero();
        assertThat(outcome.left()).containsExactly(row("a", 2, 6), row("a", 3, 1), inGeneration(2, "b", 1, 1));
    }

    @Test
    void minutesThatLieTooFarApartAreNotLookedFor() throws SQLException {
        List<ChannelMinute> rows =
                IntStream.range(0, 9).mapToObj(i -> row("e" + i, 100 * i, 1)).toList();
        anotherWriterStores(rows);

        assertThat(left(rows)).isEqualTo(rows);
    }

    @Test
    void aReplayChangesNothingHoweverItsBatchesAreCut() throws SQLException {
        List<ChannelMinute> rows = IntStream.range(0, 600)
                .mapToObj(i -> row("abc".substring(i % 3, i % 3 + 1), i / 3, 1))
                .toList();
        anotherWriterStores(rows);

        try (LedgerWriter writer = new LedgerWriter(LedgerConnection.open(database.address()), 1)) {
            for (int i = 0; i < rows.size(); i++) {
                writer.write(rows.get(i));
                if (i % 70 == 0) {
                    assertThat(writer.flush()).isZero();
                }
            }
            writer.write(row("a", 300, 1));
            assertThat(writer.flush()).isEqualTo(1);
        }
        assertThat(stored()).hasSize(601);
    }

    /** The 16 that are looked for are the first, the last and some between: of 40 rows not the fourth. */
    @Test
    void nothingOfACopyStaysWhereOneOfItsRowsIsStored() throws SQLException {
        committed(List.of(row("a", 0, 1)));
        anotherWriterStores(List.of(row("a", 4, 9)));
        List<ChannelMinute> rows = IntStream.rangeClosed(1, 40)
                .mapToObj(minute -> row("a", minute, 1))
                .toList();

        assertThat(left(rows)).isEqualTo(rows);

        assertThat(stored()).containsExactly("0 1", "4 9");
    }

    @Test
    void aWriterGoesOnAsGuardedWhereAnotherHasBeen() throws SQLException {
        try (LedgerWriter writer = new LedgerWriter(LedgerConnection.open(database.address()), 1)) {
            writer.write(row("a", 0, 1));
            writer.flush();
            anotherWriterStores(List.of(row("a", 3, 9), row("a", 4, 1)));
            IntStream.rangeClosed(1, 40).forEach(minute -> writer.write(row("a", minute, 5)));

            assertThat(writer.flush()).isEqualTo(39);
        }

        assertThat(stored()).hasSize(41).contains("1 5", "2 5", "3 9", "4 5", "5 5");
    }

    @Test
    void nothingIsCopiedOnceASiteWasRebuilt() throws SQLException {
        try (Database ofItsOwn = Database.open(LedgerServer.newDatabase());
                Connection there = LedgerConnection.open(ofItsOwn.address())) {
            database = ofItsOwn;
            connection.close();
            connection = there;
            committed(List.of(row("a", 0, 1)));
            database.generations()
                    .prepare(new SiteGeneration(tenant, "fra1", 1, "t", "id", NOON, "why", NOON, NOON, List.of()));

            assertThat(left(List.of(row("a", 1, 1)))).containsExactly(row("a", 1, 1));
        }
    }

    @Test
    void fewRowsAreNotWorthTheQuestions() throws SQLException {
        NewMinutes patient = new NewMinutes(shape, names, 2);
        resolve(List.of(row("a", 0, 1)));
        patient.committed(List.of(row("a", 0, 1)));

        connection.setAutoCommit(false);
        FailingConnection counting = FailingConnection.of(connection, 0, FailingConnection.Failure.NOT_SENT);
        assertThat(patient.store(counting.connection(), List.of(row("a", 1, 1))).left())
                .hasSize(1);
        assertThat(counting.calls()).isZero();
        assertThat(patient.store(connection, List.of(row("a", 1, 1), row("a", 2, 1))))
                .isEqualTo(new Shortcut.Outcome<>(2, List.of()));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void whicheverWayRowsGoTheHighestPairOfEachMinuteRemains(long seed) throws SQLException {
        Random random = new Random(seed);
        List<ChannelMinute> rows = new ArrayList<>();
        for (int minute = 0; minute < 120; minute++) {
            for (String entity : List.of("a", "b", "c")) {
                for (int revision = 1; revision <= 1 + random.nextInt(3); revision++) {
                    rows.add(channelMinute(tenant, entity, at(minute), 10L * minute + revision, revision));
                }
            }
        }
        // nearly in order, as a job tells them, with some that come late
        for (int i = 0; i < 40; i++) {
            Collections.swap(rows, random.nextInt(rows.size()), random.nextInt(rows.size()));
        }

        try (LedgerWriter one = new LedgerWriter(LedgerConnection.open(database.address()), 1);
                LedgerWriter other = new LedgerWriter(LedgerConnection.open(database.address()), 3)) {
            for (ChannelMinute row : rows) {
                LedgerWriter writer = random.nextInt(10) == 0 ? other : one;
                writer.write(row);
                if (random.nextInt(12) == 0) {
                    writer.flush();
                }
            }
            one.flush();
            other.flush();
        }

        Map<String, ChannelMinute> highest = rows.stream()
                .collect(toMap(
                        row -> row.entity() + row.minute(),
                        row -> row,
                        (first, second) -> second.supersedes(first) ? second : first));
        List<ChannelMinute> read = new ArrayList<>();
        for (String entity : List.of("a", "b", "c")) {
            read.addAll(database.queries().channelMinutes(tenant, "fra1", entity, at(0), at(120)));
        }
        assertThat(read).as("seed %d", seed).containsExactlyInAnyOrderElementsOf(highest.values());
    }

    private ChannelMinute row(String entity, int minute, long revision) {
        return channelMinute(tenant, entity, at(minute), 100, revision);
    }

    private ChannelMinute inGeneration(int generation, String entity, int minute, long revision) {
        return channelMinute(tenant, entity, at(minute), 100, generation, revision);
    }

    private static Instant at(int minute) {
        return NOON.plusSeconds(60L * minute);
    }

    /** By this writer: it knows of them. */
    private void committed(List<ChannelMinute> rows) throws SQLException {
        anotherWriterStores(rows);
        resolve(rows);
        minutes.committed(rows);
    }

    private void anotherWriterStores(List<ChannelMinute> rows) {
        try (LedgerWriter writer = database.openWriter()) {
            rows.forEach(writer::write);
            writer.flush();
        }
    }

    private Collection<ChannelMinute> left(List<ChannelMinute> rows) throws SQLException {
        return outcome(rows).left();
    }

    private Shortcut.Outcome<ChannelMinute> outcome(List<ChannelMinute> rows) throws SQLException {
        resolve(rows);
        connection.setAutoCommit(false);
        Shortcut.Outcome<ChannelMinute> outcome = minutes.store(connection, rows);
        connection.commit();
        connection.setAutoCommit(true);
        return outcome;
    }

    private void resolve(List<ChannelMinute> rows) throws SQLException {
        rows.forEach(row -> shape.want(row, names));
        names.resolve(connection);
        names.wantNone();
    }

    /** Minutes after noon and revisions. */
    private List<String> stored() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("select extract(epoch from minute - '" + NOON
                        + "')::int / 60 || ' ' || revision from channel_minute join channel using (channel_id)"
                        + " join site using (site_id) where tenant = '" + tenant + "' order by minute, channel_id")) {
            List<String> rows = new ArrayList<>();
            while (result.next()) {
                rows.add(result.getString(1));
            }
            return rows;
        }
    }
}
