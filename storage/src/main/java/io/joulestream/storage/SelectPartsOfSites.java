package io.joulestream.storage;

import static io.joulestream.storage.generated.Tables.SITE;
import static io.joulestream.storage.generated.Tables.SITE_PART_HOUR;

import io.joulestream.core.ledger.SitePart;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import org.jooq.DSLContext;

/** Hours of all parts of the balances of all sites of a tenant over {@code [from, to)}, in order of site, time and part. */
record SelectPartsOfSites(String tenant, Instant from, Instant to) implements Function<DSLContext, List<SitePart>> {
    @Override
    public List<SitePart> apply(DSLContext database) {
        return database.select(SITE_PART_HOUR.fields())
                .select(SITE.SITE_)
                .from(SITE_PART_HOUR)
                .join(SITE)
                .on(SITE.SITE_ID.eq(SITE_PART_HOUR.SITE_ID))
                .where(SITE.TENANT.eq(Text.name(tenant)), SITE_PART_HOUR.START.ge(from), SITE_PART_HOUR.START.lt(to))
                .orderBy(SITE.SITE_, SITE_PART_HOUR.START, SITE_PART_HOUR.PART)
                .fetch(row -> SelectSiteParts.part(row, tenant, row.get(SITE.SITE_)));
    }
}
