package io.joulestream.storage;

import static io.joulestream.storage.Jooq.energy;
import static io.joulestream.storage.Jooq.siteId;
import static io.joulestream.storage.generated.Tables.SITE_PART_HOUR;

import io.joulestream.core.ledger.SitePart;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import org.jooq.DSLContext;
import org.jooq.Record;

/** Hours of all parts of a site's balance over {@code [from, to)}, oldest first, in order of part. */
record SelectSiteParts(String tenant, String site, Instant from, Instant to)
        implements Function<DSLContext, List<SitePart>> {
    @Override
    public List<SitePart> apply(DSLContext database) {
        return database.selectFrom(SITE_PART_HOUR)
                .where(
                        SITE_PART_HOUR.SITE_ID.eq(siteId(tenant, site)),
                        SITE_PART_HOUR.START.ge(from),
                        SITE_PART_HOUR.START.lt(to))
                .orderBy(SITE_PART_HOUR.START, SITE_PART_HOUR.PART)
                .fetch(row -> part(row, tenant, site));
    }

    /** From a row of {@code site_part_hour}. */
    static SitePart part(Record row, String tenant, String site) {
        return new SitePart(
                tenant,
                site,
                row.get(SITE_PART_HOUR.PART),
                row.get(SITE_PART_HOUR.START),
                row.get(SITE_PART_HOUR.LENGTH_S),
                energy(
                        row,
                        SITE_PART_HOUR.ENERGY_MEASURED_UJ,
                        SITE_PART_HOUR.ENERGY_BRIDGED_UJ,
                        SITE_PART_HOUR.ENERGY_ESTIMATED_UJ),
                row.get(SITE_PART_HOUR.COVERED_W_MS),
                row.get(SITE_PART_HOUR.ACCOUNTED_W_MS),
                row.get(SITE_PART_HOUR.GENERATION),
                row.get(SITE_PART_HOUR.REVISION));
    }
}
