package io.joulestream.storage;

import static io.joulestream.storage.Jooq.siteId;
import static io.joulestream.storage.generated.Tables.SITE;
import static io.joulestream.storage.generated.Tables.SITE_VERSION;
import static org.jooq.impl.DSL.currentInstant;

import java.time.Instant;
import java.util.function.Function;
import org.jooq.DSLContext;

/** Adds a version with the number it was published under, unless there is one of that number. Returns whether it did. */
record AdoptSiteVersion(
        String tenant, String site, int version, Instant effectiveFrom, String yaml, int sinceGeneration)
        implements Function<DSLContext, Boolean> {
    @Override
    public Boolean apply(DSLContext database) {
        database.insertInto(SITE, SITE.TENANT, SITE.SITE_)
                .values(tenant, site)
                .onConflictDoNothing()
                .execute();
        return database.insertInto(SITE_VERSION)
                        .set(SITE_VERSION.SITE_ID, siteId(tenant, site))
                        .set(SITE_VERSION.VERSION, version)
                        .set(SITE_VERSION.EFFECTIVE_FROM, effectiveFrom)
                        .set(SITE_VERSION.YAML, yaml)
                        .set(SITE_VERSION.SINCE_GENERATION, sinceGeneration)
                        .set(SITE_VERSION.SHA256, Text.sha256(yaml))
                        .set(SITE_VERSION.PUBLISHED_AT, currentInstant())
                        .onConflictDoNothing()
                        .execute()
                == 1;
    }
}
