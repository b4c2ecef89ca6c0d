package io.joulestream.storage;

import static io.joulestream.storage.generated.Tables.SITE;
import static io.joulestream.storage.generated.Tables.SITE_VERSION;

import java.util.List;
import java.util.function.Function;
import org.jooq.DSLContext;

/** The newest version that applies or will of each of a tenant's inventories, in order of site. */
record SelectNewestSites(String tenant) implements Function<DSLContext, List<SiteVersion>> {
    @Override
    public List<SiteVersion> apply(DSLContext database) {
        return database.select(SITE.SITE_)
                .select(SITE_VERSION.fields())
                .distinctOn(SITE.SITE_)
                .from(SITE)
                .join(SITE_VERSION)
                .on(SITE_VERSION.SITE_ID.eq(SITE.SITE_ID))
                .where(SITE.TENANT.eq(Text.name(tenant)), SelectSiteVersions.isKnown())
                .orderBy(SITE.SITE_, SITE_VERSION.VERSION.desc())
                .fetch(row -> SelectSiteVersions.version(row, tenant, row.get(SITE.SITE_)));
    }
}
