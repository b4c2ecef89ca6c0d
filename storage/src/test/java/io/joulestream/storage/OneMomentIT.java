package io.joulestream.storage;

import static io.joulestream.storage.Rows.NOON;
import static io.joulestream.storage.Rows.sitePart;
import static io.joulestream.storage.Rows.siteStep;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.joulestream.core.ledger.SiteStep;
import io.joulestream.storage.testing.LedgerServer;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jooq.DSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is asked as of one moment is answered from one snapshot, whatever is written meanwhile. */
class OneMomentIT {
    private static final Instant HOUR_LATER = NOON.plusSeconds(3_600);

    private Database database;
    private LedgerQueries queries;

    @BeforeEach
    void open() {
        database = Database.open(LedgerServer.newDatabase());
        queries = database.queries();
        writeHour(1);
    }

    @AfterEach
    void close() {
        database.close();
    }

    private void writeHour(long energy) {
        try (LedgerWriter writer = database.openWriter()) {
            Instant start = NOON.plusSeconds(3_600 * (energy - 1));
            writer.write(siteStep("acme", "fra1", "IT_IN", start, 3_600, energy));
            writer.write(sitePart("acme", "fra1", "GPU//", start, energy, 1));
            writer.flush();
        }
    }

    private List<SiteStep> hours() {
        return queries.siteHours("acme", "fra1", NOON, NOON.plusSeconds(86_400));
    }

    @Test
    void whatIsWrittenMeanwhileIsSeenAfterwards() {
        boolean ofOneMoment = queries.asOfOneMoment("acme", () -> {
            assertThat(hours()).hasSize(1);
            writeHour(2);
            database.sites().put("acme", "muc1", NOON, "site: muc1");

            assertThat(hours()).hasSize(1);
            assertThat(queries.siteParts("acme", "fra1", NOON, HOUR_LATER.plusSeconds(1)))
                    .hasSize(1);
            assertThat(database.sites().list("acme")).isEmpty();
            return true;
        });

        assertThat(ofOneMoment).isTrue();
        assertThat(hours()).hasSize(2);
        assertThat(database.sites().list("acme")).hasSize(1);
    }

    @Test
    void allIsAskedOverOneConnection() {
        TenantTransaction reading = TenantTransaction.reading(database.dataSource(), DatabaseRole.API);
        String who = "select pg_backend_pid() || ' ' || pg_current_snapshot() || ' ' || now()";

        List<Object> asked = reading.asOfOneMoment("acme", () -> {
            Object first = reading.<Object>run("acme", db -> db.fetchValue(who));
            writeHour(2);
            return List.of(first, reading.<Object>run("acme", db -> db.fetchValue(who)));
        });

        assertThat(asked.get(0)).isEqualTo(asked.get(1));
        assertThat(reading.<Object>run("acme", db -> db.fetchValue(who))).isNotEqualTo(asked.get(0));
    }

    @Test
    void whoAsksNothingTakesNoConnection() {
        queries.asOfOneMoment("acme", () -> {
            assertThat(inUse()).isZero();
            hours();
            assertThat(inUse()).isOne();
            hours();
            assertThat(inUse()).isOne();
            return null;
        });

        assertThat(inUse()).isZero();
    }

    private int inUse() {
        return database.pools().stream().mapToInt(PoolUse::active).sum();
    }

    @Test
    void anotherThreadIsNotInIt() {
        queries.asOfOneMoment("acme", () -> {
            assertThat(hours()).hasSize(1);
            writeHour(2);
            assertThat(CompletableFuture.supplyAsync(this::hours).join()).hasSize(2);
            return null;
        });
    }

    @Test
    void aMomentInsideOfAnotherIsThatOne() {
        queries.asOfOneMoment("acme", () -> {
            assertThat(hours()).hasSize(1);
            writeHour(2);
            assertThat(queries.<List<SiteStep>>asOfOneMoment("acme", this::hours))
                    .hasSize(1);
            assertThat(hours()).as("the outer one goes on").hasSize(1);
            return null;
        });
    }

    @Test
    void anotherTenantOrRoleIsAskedOnItsOwn() {
        try (LedgerWriter writer = database.openWriter()) {
            writer.write(siteStep("other", "fra1", "IT_IN", NOON, 3_600, 5));
            writer.flush();
        }
        TenantTransaction asAdmin = TenantTransaction.reading(database.dataSource(), DatabaseRole.ADMIN);
        TenantTransaction reading = TenantTransaction.reading(database.dataSource(), DatabaseRole.API);

        queries.asOfOneMoment("acme", () -> {
            assertThat(queries.siteHours("other", "fra1", NOON, HOUR_LATER))
                    .containsExactly(siteStep("other", "fra1", "IT_IN", NOON, 3_600, 5));
            assertThat(asAdmin.<Object>run("acme", OneMomentIT::role)).isEqualTo("js_admin");
            assertThat(reading.<Object>run("acme", OneMomentIT::role)).isEqualTo("js_api");
            assertThatThrownBy(() -> queries.asOfOneMoment("other", () -> null))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("a moment of other inside of one of acme");
            return null;
        });
    }

    private static Object role(DSLContext database) {
        return database.fetchValue("select current_user::text");
    }

    @Test
    void nothingIsWrittenInIt() {
        TenantTransaction reading = TenantTransaction.reading(database.dataSource(), DatabaseRole.ADMIN);

        assertThatThrownBy(() -> reading.asOfOneMoment(
                        "acme",
                        () -> reading.<Integer>run(
                                "acme", db -> db.execute("insert into site (tenant, site) values ('acme', 'x')"))))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("read-only transaction");
    }

    @Test
    void whatFailsEndsItAndNoMore() {
        TenantTransaction reading = TenantTransaction.reading(database.dataSource(), DatabaseRole.API);

        assertThatThrownBy(() -> reading.asOfOneMoment("acme", () -> {
                    assertThatThrownBy(() -> reading.run("acme", db -> db.fetch("select 1 / 0")))
                            .isInstanceOf(StorageException.class)
                            .hasMessageContaining("division by zero");
                    return hours();
                }))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("current transaction is aborted");
        assertThatThrownBy(() -> reading.asOfOneMoment("acme", () -> {
                    throw new ArithmeticException("not the database's");
                }))
                .isInstanceOf(ArithmeticException.class);

        assertThat(hours()).hasSize(1);
        writeHour(2);
        assertThat(hours()).as("each is of its own again").hasSize(2);
    }
}
