package io.joulestream.storage;

import static io.joulestream.storage.Jooq.siteId;
import static io.joulestream.storage.generated.Tables.GENERATION;
import static io.joulestream.storage.generated.Tables.SITE;
import static org.jooq.impl.DSL.select;

import io.joulestream.core.inventory.SiteGeneration;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.jooq.DSLContext;

/**
 * What the database knows of rebuilt sites. The inventory topic is where a generation is published; here it is noted before,
 * and put in force after, so that no row of it is refused and none slips below its floor. Any number of threads and
 * processes may use it at once.
 */
public final class GenerationStore {
    private final DataSource dataSource;
    private final TenantTransaction reads;
    private final TenantTransaction writes;

    GenerationStore(DataSource dataSource) {
        this.dataSource = dataSource;
        reads = TenantTransaction.reading(dataSource, DatabaseRole.ADMIN);
        writes = TenantTransaction.writing(dataSource, DatabaseRole.ADMIN);
    }

    /** Notes a generation that is about to be published, in place of one of the same number that never was. */
    public void prepare(SiteGeneration generation) {
        writes.run(generation.tenant(), db -> note(db, generation, false));
    }

    /** Puts a published generation in force, noting it where nobody has. Repeating it changes nothing. */
    public void putInForce(SiteGeneration generation) {
        writes.run(generation.tenant(), db -> note(db, generation, true));
    }

    /** The right to rebuild a site, until it is closed; empty while somebody else has it. */
    public Optional<AutoCloseable> lock(String tenant, String site) {
        try {
            Connection connection = dataSource.getConnection();
            try (PreparedStatement statement =
                    connection.prepareStatement("select pg_try_advisory_lock(hashtext(?))")) {
                statement.setString(1, "rebuild " + tenant + "|" + site);
                try (ResultSet answer = statement.executeQuery()) {
                    answer.next();
                    if (answer.getBoolean(1)) {
                        return Optional.of(() -> unlock(connection, tenant, site));
                    }
                }
            }
            connection.close();
            return Optional.empty();
        } catch (SQLException e) {
            throw new StorageException("no right to rebuild " + site + " was given: " + e.getMessage(), e);
        }
    }

    private static void unlock(Connection connection, String tenant, String site) throws SQLException {
        try (connection;
                PreparedStatement statement = connection.prepareStatement("select pg_advisory_unlock(hashtext(?))")) {
            statement.setString(1, "rebuild " + tenant + "|" + site);
            statement.execute();
        }
    }

    /** The generation of a site that is in force now: 0 for one that was never rebuilt. */
    public int inForce(String tenant, String site) {
        return reads.run(
                tenant,
                db -> db.select(GENERATION.GENERATION_)
                        .from(GENERATION)
                        .where(GENERATION.SITE_ID.eq(siteId(tenant, site)), GENERATION.IN_FORCE.isTrue())
                        .orderBy(GENERATION.GENERATION_.desc())
                        .limit(1)
                        .fetchOptional(GENERATION.GENERATION_)
                        .orElse(0));
    }

    /** The topics of all generations of a site that are or were in force, oldest first. */
    public List<String> topicsInForce(String tenant, String site) {
        return reads.run(
                tenant,
                db -> db.select(GENERATION.TOPIC)
                        .from(GENERATION)
                        .where(GENERATION.SITE_ID.eq(siteId(tenant, site)), GENERATION.IN_FORCE.isTrue())
                        .orderBy(GENERATION.GENERATION_)
                        .fetch(GENERATION.TOPIC));
    }

    /** Whether rows of earlier generations may still lie where this one should have written; it is then to be cleaned. */
    public boolean mayHaveStaleRows(SiteGeneration generation) {
        return reads.run(
                generation.tenant(),
                db -> db.fetchExists(select(GENERATION.GENERATION_)
                        .from(GENERATION)
                        .where(
                                GENERATION.SITE_ID.eq(siteId(generation.tenant(), generation.site())),
                                GENERATION.GENERATION_.eq(generation.number()),
                                GENERATION.STALE_REMOVED.isFalse())));
    }

    private static int note(DSLContext db, SiteGeneration generation, boolean inForce) {
        db.insertInto(SITE, SITE.TENANT, SITE.SITE_)
                .values(generation.tenant(), generation.site())
                .onConflictDoNothing()
                .execute();
        int site = db.fetchSingle(select(SITE.SITE_ID)
                        .from(SITE)
                        .where(SITE.TENANT.eq(generation.tenant()), SITE.SITE_.eq(generation.site())))
                .value1();
        var row = db.newRecord(GENERATION);
        row.set(GENERATION.SITE_ID, site);
        row.set(GENERATION.GENERATION_, generation.number());
        row.set(GENERATION.TOPIC, generation.topic());
        row.set(GENERATION.TOPIC_ID, generation.topicId());
        row.set(GENERATION.FLOOR, generation.floor());
        row.set(GENERATION.REASON, generation.reason());
        row.set(GENERATION.MADE_AT, generation.madeAt());
        row.set(GENERATION.PREVIOUS_UNTIL, generation.previousUntil());
        row.set(GENERATION.IN_FORCE, inForce);
        return db.insertInto(GENERATION)
                .set(row)
                .onConflict(GENERATION.SITE_ID, GENERATION.GENERATION_)
                .doUpdate()
                .set(row)
                .where(GENERATION.IN_FORCE.isFalse())
                .execute();
    }
}
