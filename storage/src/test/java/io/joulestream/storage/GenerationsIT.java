package io.joulestream.storage;

import static io.joulestream.storage.Rows.NOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.joulestream.core.inventory.SiteGeneration;
import io.joulestream.core.ledger.ChannelMinute;
import io.joulestream.core.ledger.EnergyBuckets;
import io.joulestream.core.ledger.RunExtent;
import io.joulestream.core.ledger.SiteStep;
import io.joulestream.core.ledger.TrainingStep;
import io.joulestream.storage.testing.LedgerServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a generation may write, and what is left when it has. The floor is noon. */
class GenerationsIT {
    private static final Instant BEFORE = NOON.minusSeconds(3_600);
    private static final Instant LATER = NOON.plusSeconds(7_200);

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
    void eachGenerationWritesOnItsSideOfTheFloor() {
        String tenant = "sides";
        write(hour(tenant, "NODE_IN", BEFORE, 1, 0, 5), hour(tenant, "NODE_IN", NOON, 2, 0, 5));
        rebuilt(tenant, 1);

        write(hour(tenant, "NODE_IN", BEFORE, 10, 1, 1), hour(tenant, "NODE_IN", NOON, 20, 1, 1));
        write(hour(tenant, "NODE_IN", BEFORE, 100, 0, 6), hour(tenant, "NODE_IN", NOON, 200, 0, 6));

        assertThat(energies(tenant)).containsExactly(100L, 20L);
    }

    @Test
    void aGenerationThatIsOnlyPreparedStopsNobody() {
        String tenant = "prepared";
        database.generations().prepare(generation(tenant, 1));

        write(hour(tenant, "NODE_IN", NOON, 2, 0, 5));

        assertThat(energies(tenant)).containsExactly(2L);
        assertThat(database.generations().inForce(tenant, "s")).isZero();
        assertThat(database.generations().topicsInForce(tenant, "s")).isEmpty();
    }

    @Test
    void aRowThatTheNewGenerationDoesNotWriteGoesAndDoesNotComeBack() throws InterruptedException {
        String tenant = "stale";
        write(hour(tenant, "COOLING", BEFORE, 1, 0, 5), hour(tenant, "COOLING", NOON, 2, 0, 5));
        write(minute(tenant, "node-1", NOON.minusSeconds(60), 0), minute(tenant, "node-1", NOON, 0));
        write(step(tenant, 1, NOON.minusSeconds(1)), step(tenant, 2, NOON));
        rebuilt(tenant, 1);
        write(hour(tenant, "NODE_IN", NOON, 3, 1, 1));

        long removed = removeStale(tenant, 1);
        write(hour(tenant, "COOLING", NOON, 2, 0, 6));

        assertThat(removed).isEqualTo(3);
        assertThat(removeStale(tenant, 1)).isZero();
        assertThat(energies(tenant)).containsExactly(1L, 3L);
        assertThat(queries.channelMinutes(tenant, "s", "node-1", BEFORE, NOON.plusSeconds(60)))
                .extracting(ChannelMinute::minute)
                .containsExactly(NOON.minusSeconds(60));
        assertThat(queries.trainingTotals(tenant, "r").steps()).isEqualTo(1);
    }

    @Test
    void anotherSiteIsLeftAlone() throws InterruptedException {
        write(hour("other", "COOLING", NOON, 2, 0, 5));
        rebuilt("rebuilt", 1);

        removeStale("rebuilt", 1);
        write(hour("other", "COOLING", NOON, 4, 0, 6));

        assertThat(energies("other")).containsExactly(4L);
    }

    /** Of two sites that are rebuilt together one is settled first; what the other has not computed yet must stay. */
    @Test
    void theRowsOfASiteThatIsNotSettledStayUntilItIs() throws InterruptedException {
        for (String tenant : List.of("settled", "unsettled")) {
            write(hour(tenant, "COOLING", NOON, 2, 0, 5));
            write(minute(tenant, "node-1", NOON, 0), step(tenant, 1, NOON), extent(tenant, "r", NOON, LATER, 0));
            rebuilt(tenant, 1);
        }

        long removed = removeStale("settled", 1);

        assertThat(removed).isEqualTo(4);
        assertThat(rowsFromNoonOn("settled")).isZero();
        assertThat(rowsFromNoonOn("unsettled")).isEqualTo(4);
        assertThat(removeStale("unsettled", 1)).isEqualTo(4);
        assertThat(rowsFromNoonOn("unsettled")).isZero();
    }

    @Test
    void aGenerationThatIsNotInForceTakesNothingAway() throws InterruptedException {
        String tenant = "not-in-force";
        write(hour(tenant, "COOLING", NOON, 2, 0, 5));
        database.generations().prepare(generation(tenant, 1));

        assertThat(removeStale(tenant, 1)).isZero();

        assertThat(energies(tenant)).containsExactly(2L);
        assertThat(database.generations().mayHaveStaleRows(generation(tenant, 1)))
                .isTrue();
    }

    @Test
    void staleRowsOfManyDaysAndRunsAreFoundAndLookedForOnce() throws InterruptedException {
        String tenant = "long";
        for (int day = 0; day < 40; day += 13) {
            Instant time = NOON.plus(Duration.ofDays(day));
            write(hour(tenant, "COOLING", time, 1, 0, 5), minute(tenant, "node-1", time.plusSeconds(7_200), 0));
        }
        for (int run = 0; run < 250; run++) {
            write(extent(tenant, "run-" + run, NOON, LATER, 0));
        }
        rebuilt(tenant, 1);

        assertThat(removeStale(tenant, 1)).isEqualTo(4 + 4 + 250);

        assertThat(database.generations().mayHaveStaleRows(generation(tenant, 1)))
                .isFalse();
    }

    @Test
    void anInterruptedRemovalIsNotTakenForDone() throws InterruptedException {
        String tenant = "interrupted";
        write(hour(tenant, "COOLING", NOON, 2, 0, 5));
        rebuilt(tenant, 1);

        try (LedgerWriter writer = database.openWriter()) {
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> writer.removeStale(tenant, "s", 1)).isInstanceOf(InterruptedException.class);
        }

        assertThat(database.generations().mayHaveStaleRows(generation(tenant, 1)))
                .isTrue();
        assertThat(removeStale(tenant, 1)).isEqualTo(1);
    }

    @Test
    void ofARunsExtentOnlyWhatLiesBeforeTheFloorIsTheOldGenerations() throws InterruptedException {
        String tenant = "extents";
        Instant end = NOON.plusSeconds(7_200);
        write(extent(tenant, "goes-on", BEFORE, end, 0), extent(tenant, "was-not", NOON.plusSeconds(60), end, 0));
        write(extent(tenant, "ended", BEFORE, end, 0));
        rebuilt(tenant, 1);

        write(extent(tenant, "goes-on", NOON, NOON.plusSeconds(300), 1));
        removeStale(tenant, 1);

        assertThat(queries.runs(tenant, 10).runs())
                .extracting(run -> run.run() + " " + run.startedAt() + " " + run.endedAt())
                .containsExactlyInAnyOrder(
                        "goes-on " + BEFORE + " " + NOON.plusSeconds(300), "ended " + BEFORE + " " + NOON);
    }

    @Test
    void aSecondRebuildTakesOverFromItsOwnFloorOn() {
        String tenant = "twice";
        rebuilt(tenant, 1);
        write(hour(tenant, "NODE_IN", NOON, 1, 1, 5), hour(tenant, "NODE_IN", NOON.plusSeconds(3_600), 1, 1, 5));
        SiteGeneration second = new SiteGeneration(
                tenant, "s", 2, "t", "id", NOON.plusSeconds(3_600), "", NOON, Instant.EPOCH, List.of());
        database.generations().putInForce(second);

        write(hour(tenant, "NODE_IN", NOON, 7, 2, 1), hour(tenant, "NODE_IN", NOON.plusSeconds(3_600), 8, 2, 1));

        assertThat(energies(tenant)).containsExactly(1L, 8L);
        assertThat(database.generations().inForce(tenant, "s")).isEqualTo(2);
        assertThat(database.generations().topicsInForce(tenant, "s")).containsExactly("t", "t");
    }

    /** A new table of the ledger must say to which generation its rows belong, or it would keep what a rebuild undid. */
    @Test
    void everyTableWithGenerationsHeedsTheFloor() throws SQLException {
        try (LedgerWriter writer = database.openWriter()) {
            assertThat(new TreeSet<>(writer.tablesThatHeedTheFloor())).isEqualTo(tablesWithAGeneration());
        }
    }

    private static Set<String> tablesWithAGeneration() throws SQLException {
        Set<String> tables = new TreeSet<>();
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(
                        "select table_name from information_schema.columns"
                                + " join information_schema.tables using (table_schema, table_name) where table_schema = 'public'"
                                + " and table_type = 'BASE TABLE' and column_name = 'generation' and table_name <> 'generation'")) {
            while (found.next()) {
                tables.add(found.getString(1));
            }
        }
        return tables;
    }

    private static long rowsFromNoonOn(String tenant) {
        return energies(tenant).size()
                + queries.channelMinutes(tenant, "s", "node-1", NOON, LATER).size()
                + queries.trainingTotals(tenant, "r").steps()
                + queries.runs(tenant, 10).runs().size();
    }

    private static void rebuilt(String tenant, int number) {
        database.generations().prepare(generation(tenant, number));
        database.generations().putInForce(generation(tenant, number));
    }

    private static SiteGeneration generation(String tenant, int number) {
        return new SiteGeneration(tenant, "s", number, "t", "id", NOON, "why", NOON, NOON, List.of());
    }

    private static long removeStale(String tenant, int generation) throws InterruptedException {
        try (LedgerWriter writer = database.openWriter()) {
            return writer.removeStale(tenant, "s", generation);
        }
    }

    private static void write(Object... rows) {
        try (LedgerWriter writer = database.openWriter()) {
            for (Object row : rows) {
                if (row instanceof SiteStep step) {
                    writer.write(step);
                } else if (row instanceof ChannelMinute minute) {
                    writer.write(minute);
                } else if (row instanceof RunExtent extent) {
                    writer.write(extent);
                } else {
                    writer.write((TrainingStep) row);
                }
            }
            writer.flush();
        }
    }

    private static List<Long> energies(String tenant) {
        List<Long> energies = new ArrayList<>();
        queries.siteHours(tenant, "s", BEFORE, NOON.plusSeconds(86_400))
                .forEach(step -> energies.add(step.energy().measuredMicrojoules()));
        return energies;
    }

    private static SiteStep hour(
            String tenant, String role, Instant start, long energy, int generation, long revision) {
        return new SiteStep(
                tenant, "s", role, start, 3_600, new EnergyBuckets(energy, 0, 0), 1, 1, 0, generation, revision);
    }

    private static ChannelMinute minute(String tenant, String entity, Instant minute, int generation) {
        return new ChannelMinute(
                tenant,
                "s",
                entity,
                1,
                minute,
                new EnergyBuckets(1, 0, 0),
                0,
                0,
                0,
                60_000,
                60_000,
                1,
                0,
                generation,
                1);
    }

    private static RunExtent extent(String tenant, String run, Instant from, Instant to, int generation) {
        return new RunExtent(tenant, "s", run, from, to, generation, 1);
    }

    private static TrainingStep step(String tenant, long step, Instant to) {
        return new TrainingStep(tenant, "s", "r", 1, step, 0, to.minusSeconds(10), to, 1, 1, 1, 1, 0, 1);
    }
}
