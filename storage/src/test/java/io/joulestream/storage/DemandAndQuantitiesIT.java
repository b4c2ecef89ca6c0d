package io.joulestream.storage;

import static io.joulestream.storage.Rows.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import io.joulestream.core.ledger.DemandInterval;
import io.joulestream.core.ledger.EnergyBuckets;
import io.joulestream.core.ledger.QuantityStep;
import io.joulestream.core.ledger.VolumeBuckets;
import io.joulestream.storage.testing.LedgerServer;
import java.sql.SQLException;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class DemandAndQuantitiesIT {
    private static final String SITE = "fra1";

    private static Database database;
    private static LedgerQueries queries;

    @BeforeAll
    static void open() throws SQLException {
        database = Database.open(LedgerServer.newDatabase());
        queries = database.queries();
        try (LedgerWriter writer = database.openWriter()) {
            writer.write(demand("acme", "feed-b", false, NOON, 5, 1));
            writer.write(demand("acme", "feed-a", false, NOON, Long.MAX_VALUE, 1));
            writer.write(demand("acme", "feed-a", false, NOON.plusSeconds(900), 7, 1));
            writer.write(demand("acme", "feed-a", true, NOON, 11, 1));
            writer.write(demand("other", "feed-a", false, NOON, 13, 1));
            writer.write(volume("acme", "w", "RAIN", false, NOON, 1));
            writer.write(volume("acme", "w", "POTABLE", false, NOON, 1));
            writer.write(volume("acme", "w", "POTABLE", true, NOON, 1));
            writer.write(volume("other", "w", "POTABLE", false, NOON, 1));
            writer.flush();
        }
    }

    @AfterAll
    static void close() {
        database.close();
    }

    @Test
    void feedsAndRunsOfOneNameStandApart() {
        assertThat(queries.feedDemand("acme", SITE, NOON, NOON.plusSeconds(901)))
                .containsExactly(
                        demand("acme", "feed-a", false, NOON, Long.MAX_VALUE, 1),
                        demand("acme", "feed-b", false, NOON, 5, 1),
                        demand("acme", "feed-a", false, NOON.plusSeconds(900), 7, 1));
        assertThat(queries.runDemand("acme", SITE, NOON, NOON.plusSeconds(900)))
                .containsExactly(demand("acme", "feed-a", true, NOON, 11, 1));
    }

    @Test
    void intervalsAreHalfOpen() {
        assertThat(queries.feedDemand("acme", SITE, NOON.plusSeconds(1), NOON.plusSeconds(900)))
                .isEmpty();
        assertThat(queries.quantities("acme", SITE, NOON.minusSeconds(3_600), NOON))
                .isEmpty();
    }

    @Test
    void volumesAreReadByKindAndByWhetherTheyAreCountedElsewhere() {
        assertThat(queries.quantities("acme", SITE, NOON, NOON.plusSeconds(1)))
                .containsExactly(
                        volume("acme", "w", "POTABLE", false, NOON, 1),
                        volume("acme", "w", "POTABLE", true, NOON, 1),
                        volume("acme", "w", "RAIN", false, NOON, 1));
    }

    @Test
    void onlyAGreaterPairReplacesARow() {
        Instant at = NOON.plusSeconds(86_400);
        try (LedgerWriter writer = database.openWriter()) {
            writer.write(demand("acme", "feed-a", false, at, 5, 4));
            writer.write(volume("acme", "w", "SEA", false, at, 4));
            assertThat(writer.flush()).isEqualTo(2);
            writer.write(demand("acme", "feed-a", false, at, 6, 4));
            writer.write(volume("acme", "w", "SEA", false, at, 3));
            assertThat(writer.flush()).isZero();
            writer.write(demand("acme", "feed-a", false, at, 7, 5));
            writer.write(volume("acme", "w", "SEA", false, at, 5));
            assertThat(writer.flush()).isEqualTo(2);
        }

        assertThat(queries.feedDemand("acme", SITE, at, at.plusSeconds(1)))
                .containsExactly(demand("acme", "feed-a", false, at, 7, 5));
        assertThat(queries.quantities("acme", SITE, at, at.plusSeconds(1)))
                .containsExactly(volume("acme", "w", "SEA", false, at, 5));
    }

    private static DemandInterval demand(
            String tenant, String subject, boolean ofRun, Instant start, long microjoules, long revision) {
        return new DemandInterval(
                tenant, SITE, subject, ofRun, start, 900, new EnergyBuckets(microjoules, 1, 2), 3, 4, 5, 0, revision);
    }

    private static QuantityStep volume(
            String tenant, String entity, String kind, boolean check, Instant start, long revision) {
        return new QuantityStep(
                tenant, SITE, entity, 51, kind, check, start, 1_800, new VolumeBuckets(1, 2, -3), 4, 5, 6, 0, revision);
    }
}
