package io.joulestream.storage;

import static io.joulestream.storage.Jooq.siteId;
import static io.joulestream.storage.generated.Tables.GENERATION;
import static io.joulestream.storage.generated.Tables.SITE_VERSION;
import static org.jooq.impl.DSL.exists;
import static org.jooq.impl.DSL.selectOne;

import java.util.HexFormat;
import java.util.List;
import java.util.function.Function;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Record;

/** The versions of a site's inventory that apply or will, oldest first. */
record SelectSiteVersions(String tenant, String site) implements Function<DSLContext, List<SiteVersion>> {
    @Override
    public List<SiteVersion> apply(DSLContext database) {
        return database.select()
                .from(SITE_VERSION)
                .where(SITE_VERSION.SITE_ID.eq(siteId(tenant, site)), isKnown())
                .orderBy(SITE_VERSION.VERSION)
                .fetch(row -> version(row, tenant, site));
    }

    /** Known to the site's generation in force. One that was made for a generation which never came to be is not. */
    static Condition isKnown() {
        return SITE_VERSION
                .SINCE_GENERATION
                .eq(0)
                .or(exists(selectOne()
                        .from(GENERATION)
                        .where(
                                GENERATION.SITE_ID.eq(SITE_VERSION.SITE_ID),
                                GENERATION.GENERATION_.ge(SITE_VERSION.SINCE_GENERATION),
                                GENERATION.IN_FORCE.isTrue())));
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
