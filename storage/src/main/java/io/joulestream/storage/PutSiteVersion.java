package io.joulestream.storage;

import static io.joulestream.storage.generated.Tables.SITE;
import static io.joulestream.storage.generated.Tables.SITE_VERSION;
import static org.jooq.impl.DSL.currentInstant;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.selectOne;
import static org.jooq.impl.DSL.val;

import java.time.Instant;
import java.util.Arrays;
import java.util.function.Function;
import org.jooq.DSLContext;

/**
 * Adds a version to a site's inventory, unless the newest has the same text or there is one and only a first was asked
 * for. Returns the newest version. One that was made for a generation which never came to be is not found again, but by the
 * generation that takes its number.
 *
 * <p>The site's row is locked, so that of two who put at once the second sees what the first wrote.
 */
record PutSiteVersion(
        String tenant, String site, Instant effectiveFrom, String yaml, int sinceGeneration, boolean onlyFirst)
        implements Function<DSLContext, Integer> {
    @Override
    public Integer apply(DSLContext database) {
        database.insertInto(SITE, SITE.TENANT, SITE.SITE_)
                .select(select(val(tenant), val(site))
                        .whereNotExists(selectOne().from(SITE).where(SITE.TENANT.eq(tenant), SITE.SITE_.eq(site))))
                .onConflictDoNothing()
                .execute();
        int siteId = database.select(SITE.SITE_ID)
                .from(SITE)
                .where(SITE.TENANT.eq(tenant), SITE.SITE_.eq(site))
                .forNoKeyUpdate()
                .fetchSingle(SITE.SITE_ID);
        byte[] sha256 = Text.sha256(yaml);
        var newest = database.select(
                        SITE_VERSION.VERSION,
                        SITE_VERSION.SHA256,
                        field(SITE_VERSION.SINCE_GENERATION.le(sinceGeneration).or(SelectSiteVersions.isKnown())))
                .from(SITE_VERSION)
                .where(SITE_VERSION.SITE_ID.eq(siteId))
                .orderBy(SITE_VERSION.VERSION.desc())
                .limit(1)
                .fetchOne();
        if (newest != null && (onlyFirst || newest.value3() && Arrays.equals(newest.value2(), sha256))) {
            return newest.value1();
        }
        int version = newest == null ? 1 : newest.value1() + 1;
        database.insertInto(SITE_VERSION)
                .set(SITE_VERSION.SITE_ID, siteId)
                .set(SITE_VERSION.VERSION, version)
                .set(SITE_VERSION.EFFECTIVE_FROM, effectiveFrom)
                .set(SITE_VERSION.YAML, yaml)
                .set(SITE_VERSION.SINCE_GENERATION, sinceGeneration)
                .set(SITE_VERSION.SHA256, sha256)
                .set(SITE_VERSION.PUBLISHED_AT, currentInstant())
                .execute();
        return version;
    }
}
