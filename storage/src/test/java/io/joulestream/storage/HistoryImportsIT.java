package io.joulestream.storage;

import static io.joulestream.storage.Rows.NOON;
import static io.joulestream.storage.Rows.channelMinute;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.joulestream.core.ledger.ChannelMinute;
import io.joulestream.core.ledger.EnergyBuckets;
import io.joulestream.storage.testing.LedgerServer;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** All at site fra1, a tenant for each test. Everything before midnight is old. */
class HistoryImportsIT {
    private static final OldHours OLD = new OldHours(NOON.plusSeconds(12 * 3_600));
    private static final HourSpan NOON_TO_ONE = new HourSpan(NOON, NOON.plusSeconds(3_600));
    private static final Instant AT = Instant.parse("2026-09-01T08:00:00Z");

    private static Database database;
    private static HistoryImports imports;

    @BeforeAll
    static void open() throws SQLException {
        database = Database.open(LedgerServer.newDatabase());
        imports = database.historyImports();
    }

    @AfterAll
    static void close() {
        database.close();
    }

    @Test
    void whatAnotherImportToldOfAnOwnerIsNotToldAgain() {
        site("again");
        assertThat(record("again", told("node-1", "a", 0, 1_800))).isEmpty();

        assertThat(record("again", told("node-1", "b", 1_800, 9_000)))
                .containsExactly(new HistoryOverlap("node-1", NOON_TO_ONE, "a", AT));
        assertThat(record("again", told("node-1", "b", 1_800, 9_000)))
                .as("was not recorded")
                .isNotEmpty();
        assertThat(record("again", told("node-1", "c", 1_801, 9_000)))
                .as("another part of the log")
                .isEmpty();
        assertThat(record("again", told("node-2", "b", 0, 9_000)))
                .as("another owner")
                .isEmpty();
    }

    @Test
    void theSameProducerIsNeverInItsOwnWayNorInThatOfWhomItMetBefore() {
        site("same");
        record("same", told("node-1", "a", 0, 1_800));
        imports.recordEvenIfToldAgain("same", "fra1", List.of(told("node-1", "b", 0, 900)), OLD, AT);

        assertThat(record("same", told("node-1", "a", 0, 1_800))).isEmpty();
        assertThat(record("same", told("node-1", "b", 0, 900))).isEmpty();
        assertThat(record("same", told("node-1", "c", 0, 900)))
                .extracting(HistoryOverlap::producer)
                .containsExactly("a", "b");
    }

    @Test
    void anImportOfSeveralOwnersIsRecordedWholeOrNotAtAll() {
        site("whole");
        record("whole", told("node-1", "a", 0, 1_800));

        assertThat(record("whole", told("node-2", "b", 0, 1_800), told("node-1", "b", 0, 1_800)))
                .extracting(HistoryOverlap::owner)
                .containsExactly("node-1");

        assertThat(record("whole", told("node-2", "c", 0, 1_800))).isEmpty();
    }

    @Test
    void hoursThatAreNotOldMayBeToldAgain() {
        site("young");
        OldHours none = new OldHours(NOON);
        imports.record("young", "fra1", List.of(told("node-1", "a", 0, 1_800)), none, AT);

        assertThat(imports.record("young", "fra1", List.of(told("node-1", "b", 0, 1_800)), none, AT))
                .isEmpty();
    }

    @Test
    void minutesWithReadingsOfNoRecordedImportWereToldToo() throws SQLException {
        write(
                channelMinute("live", "node-1", NOON, 7, 1),
                channelMinute("live", "node-1/gpu0", NOON.plusSeconds(2 * 3_600), 7, 1),
                channelMinute("live", "node-2", NOON.plusSeconds(3_600), 7, 1));
        ToldHistory told = new ToldHistory(
                "node-1", List.of("node-1", "node-1/gpu0"), "a", NOON.plusSeconds(30), NOON.plusSeconds(9_000));

        assertThat(record("live", told))
                .containsExactly(
                        new HistoryOverlap("node-1", NOON_TO_ONE, null, null),
                        new HistoryOverlap(
                                "node-1",
                                new HourSpan(NOON.plusSeconds(2 * 3_600), NOON.plusSeconds(3 * 3_600)),
                                null,
                                null));
        assertThat(record("live", told("node-1", "b", 60, 3_600)))
                .as("between them")
                .isEmpty();
        OldHours beforeNoon = new OldHours(NOON);
        assertThat(imports.record("live", "fra1", List.of(told("node-1", "c", 0, 30)), beforeNoon, AT))
                .as("not old")
                .isEmpty();
    }

    /** Two parts of a log lie apart by less than a minute, or by hours that the ledger has bridged. */
    @Test
    void neitherTheMinutesOfARecordedImportNorThoseWithoutReadingsAreHeldAgainstTheRestOfItsLog() throws SQLException {
        site("rest");
        record("rest", told("node-1", "first", 0, 30));
        record("rest", told("node-1", "last", 7_200, 7_230));
        write(
                channelMinute("rest", "node-1", NOON, 7, 1),
                withoutReadings(channelMinute("rest", "node-1", NOON.plusSeconds(3_600), 7, 1)),
                channelMinute("rest", "node-1", NOON.plusSeconds(7_200), 7, 1));

        assertThat(record("rest", told("node-1", "middle", 31, 7_199))).isEmpty();
    }

    @Test
    void ofImportsThatTellTheSameAtOnceOneIsRecorded() throws Exception {
        site("race");
        int importers = 6;
        CyclicBarrier together = new CyclicBarrier(importers);
        ExecutorService threads = Executors.newFixedThreadPool(importers);
        List<Future<List<HistoryOverlap>>> answers = new ArrayList<>();
        for (int i = 0; i < importers; i++) {
            ToldHistory told = told("node-1", "producer-" + i, i, 1_800);
            answers.add(threads.submit(() -> {
                together.await();
                return record("race", told);
            }));
        }
        threads.shutdown();

        int recorded = 0;
        for (Future<List<HistoryOverlap>> answer : answers) {
            recorded += answer.get().isEmpty() ? 1 : 0;
        }

        assertThat(recorded).isEqualTo(1);
    }

    @Test
    void anUnknownSiteHasNoHistory() {
        assertThatThrownBy(() -> record("nobody", told("node-1", "a", 0, 1))).isInstanceOf(StorageException.class);
    }

    private static List<HistoryOverlap> record(String tenant, ToldHistory... told) {
        return imports.record(tenant, "fra1", List.of(told), OLD, AT);
    }

    private static ToldHistory told(String owner, String producer, int firstSecond, int lastSecond) {
        return new ToldHistory(
                owner, List.of(owner), producer, NOON.plusSeconds(firstSecond), NOON.plusSeconds(lastSecond));
    }

    private static void site(String tenant) {
        database.sites().put(tenant, "fra1", NOON, "site: fra1\n");
    }

    private static void write(ChannelMinute... minutes) throws SQLException {
        try (LedgerWriter writer = database.openWriter()) {
            for (ChannelMinute minute : minutes) {
                writer.write(minute);
            }
            writer.flush();
        }
    }

    private static ChannelMinute withoutReadings(ChannelMinute m) {
        return new ChannelMinute(
                m.tenant(),
                m.site(),
                m.entity(),
                m.metric(),
                m.minute(),
                new EnergyBuckets(0, 0, 9),
                m.powerMaxMilliwatts(),
                m.powerMinMilliwatts(),
                m.rampMaxMilliwattsPerSecond(),
                0,
                60_000,
                0,
                m.flags(),
                m.generation(),
                m.revision());
    }
}
