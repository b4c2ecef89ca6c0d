package io.joulestream.storage;

import static io.joulestream.storage.Jooq.siteId;
import static io.joulestream.storage.generated.Tables.SITE_VERSION;

import java.util.HexFormat;
import java.util.List;
import java.util.function.Function;
import org.jooq.DSLContext;
import org.jooq.Record;

/** All versions of a site's inventory, oldest first. */
record SelectSiteVersions(String tenant, String site) implements Function<DSLContext, List<SiteVersion>> {
    @Override
    public List<SiteVersion> apply(DSLContext database) {
        return database.select()
                .from(SITE_VERSION)
                .where(SITE_VERSION.SITE_ID.eq(siteId(tenant, site)))
                .orderBy(SITE_VERSION.VERSION)
                .fetch(row -> version(row, tenant, site));
    }

    static SiteVersion version(Record row, String tenant, String site) {
        return new SiteVersion(
                tenant,
                site,
                row.get(SITE_VERSION.VERSION),
                row.get(SITE_VERSION.EFFECTIVE_FROM),
                row.get(SITE_VERSION.YAML),
                row.get(SITE_VERSION.SINCE_GENERATION),
                HexFormat.of().formatHex(row.get(SITE_VERSION.SHA256)),
                row.get(SITE_VERSION.PUBLISHED_AT));
    }
}
