package io.joulestream.storage;

import static io.joulestream.storage.Rows.NOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.joulestream.core.inventory.SiteGeneration;
import io.joulestream.storage.testing.LedgerServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class SiteStoreIT {
    private static Database database;
    private static SiteStore sites;

    @BeforeAll
    static void open() throws SQLException {
        database = Database.open(LedgerServer.newDatabase());
        sites = database.sites();
    }

    @AfterAll
    static void close() {
        database.close();
    }

    @Test
    void versionsCountFromOneAndKeepTheirText() {
        assertThat(sites.put("acme", "fra1", NOON, "zone: Europe/Berlin\n")).isEqualTo(1);
        assertThat(sites.put("acme", "fra1", NOON.plusSeconds(60), "zone: Türkiye\n"))
                .isEqualTo(2);

        List<SiteVersion> versions = sites.versions("acme", "fra1");

        assertThat(versions).extracting(SiteVersion::version).containsExactly(1, 2);
        assertThat(versions).extracting(SiteVersion::yaml).containsExactly("zone: Europe/Berlin\n", "zone: Türkiye\n");
        assertThat(versions).extracting(SiteVersion::effectiveFrom).containsExactly(NOON, NOON.plusSeconds(60));
        assertThat(versions.get(0).sha256())
                .isEqualTo("6e4f469917176f300c94b2c35ac8a3f5f84ff70b03b6fccf23774e21b27fbed9");
    }

    @Test
    void aVersionThatWasPublishedElsewhereKeepsItsNumber() {
        sites.put("acme", "restored", NOON, "a");

        assertThat(sites.adopt("acme", "restored", 1, NOON, "a", 0)).isFalse();
        assertThat(sites.adopt("acme", "restored", 2, NOON.plusSeconds(60), "b", 0))
                .isTrue();
        assertThat(sites.adopt("acme", "unknown", 7, NOON, "c", 0)).isTrue();

        assertThat(sites.versions("acme", "restored"))
                .extracting(SiteVersion::version, SiteVersion::yaml)
                .containsExactly(tuple(1, "a"), tuple(2, "b"));
        assertThat(sites.put("acme", "restored", NOON.plusSeconds(120), "d")).isEqualTo(3);
        assertThat(sites.put("acme", "unknown", NOON, "d")).isEqualTo(8);
    }

    @Test
    void theNewestTextAgainIsTheSameVersion() {
        sites.put("acme", "again", NOON, "a");
        sites.put("acme", "again", NOON, "b");

        assertThat(sites.put("acme", "again", NOON, "b")).isEqualTo(2);
        assertThat(sites.versions("acme", "again")).hasSize(2);
    }

    @Test
    void anOlderTextAgainIsANewVersion() {
        sites.put("acme", "back", NOON, "a");
        sites.put("acme", "back", NOON, "b");

        assertThat(sites.put("acme", "back", NOON, "a")).isEqualTo(3);
    }

    @Test
    void theListHoldsTheNewestVersionOfEachOfTheTenantsSites() {
        sites.put("lister", "b", NOON, "1");
        sites.put("lister", "a", NOON, "2");
        sites.put("lister", "a", NOON, "3");
        sites.put("lister-2", "c", NOON, "4");

        assertThat(sites.list("lister")).extracting(SiteVersion::site).containsExactly("a", "b");
        assertThat(sites.list("lister")).extracting(SiteVersion::version).containsExactly(2, 1);
        assertThat(sites.versions("lister", "c")).isEmpty();
    }

    /** A rebuild that ended between its version and its generation. */
    @Test
    void aVersionForAGenerationThatNeverCameAppliesToNobody() {
        sites.put("acme", "abandoned", NOON, "a");
        sites.putRetroactive("acme", "abandoned", NOON, "b", 1);

        assertThat(sites.versions("acme", "abandoned"))
                .extracting(SiteVersion::yaml)
                .containsExactly("a");
        assertThat(sites.list("acme"))
                .filteredOn(version -> version.site().equals("abandoned"))
                .extracting(SiteVersion::version)
                .containsExactly(1);
        assertThat(sites.putFirst("acme", "abandoned", NOON, "z").yaml()).isEqualTo("a");
        assertThat(sites.put("acme", "abandoned", NOON, "b")).isEqualTo(3);
        assertThat(sites.versions("acme", "abandoned"))
                .extracting(SiteVersion::sinceGeneration)
                .containsExactly(0, 0);
    }

    @Test
    void aVersionOfAGenerationInForceAppliesAndIsFoundAgainAsItWasPublished() {
        sites.put("acme", "kept", NOON, "a");
        sites.putRetroactive("acme", "kept", NOON, "b", 1);
        database.generations()
                .putInForce(new SiteGeneration("acme", "kept", 1, "t", "id", NOON, "", NOON, Instant.EPOCH, List.of()));

        SiteVersion again = sites.putRetroactive("acme", "kept", NOON, "b", 2);

        assertThat(again.version()).isEqualTo(2);
        assertThat(again.sinceGeneration()).isEqualTo(1);
        assertThat(sites.put("acme", "kept", NOON, "b")).isEqualTo(2);
        assertThat(sites.versions("acme", "kept"))
                .extracting(SiteVersion::sinceGeneration)
                .containsExactly(0, 1);
    }

    @Test
    void whoPutAtOnceGetVersionsOfTheirOwn() throws Exception {
        int publishers = 6;
        CyclicBarrier together = new CyclicBarrier(publishers);
        ExecutorService threads = Executors.newFixedThreadPool(publishers);
        List<Future<Integer>> puts = new ArrayList<>();
        for (int i = 0; i < publishers; i++) {
            String yaml = "text " + i;
            puts.add(threads.submit(() -> {
                together.await();
                return sites.put("acme", "busy", NOON, yaml);
            }));
        }
        threads.shutdown();

        List<Integer> versions = new ArrayList<>();
        for (Future<Integer> put : puts) {
            versions.add(put.get());
        }

        assertThat(versions)
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.rangeClosed(1, publishers).boxed().toList());
    }

    @Test
    void aStoredVersionDoesNotChange() throws SQLException {
        sites.put("acme", "stone", NOON, "a");

        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            assertThatThrownBy(() -> statement.execute("update site_version set yaml = 'forged'"))
                    .hasMessageContaining("site_version is append-only");
            assertThatThrownBy(() -> statement.execute("delete from site_version"))
                    .hasMessageContaining("site_version is append-only");
        }
    }

    @Test
    void aNameIsNotBlank() {
        assertThatThrownBy(() -> sites.put("acme", " ", NOON, "a")).hasMessage("site must not be blank");
    }

    @Test
    void aNameFitsAnIndex() {
        assertThatThrownBy(() -> sites.put("acme", "x".repeat(201), NOON, "a"))
                .hasMessageContaining("site must have at most 200 characters");
    }
}
