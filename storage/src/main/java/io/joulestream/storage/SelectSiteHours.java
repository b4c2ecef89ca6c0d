package io.joulestream.storage;

import static io.joulestream.storage.Jooq.read;
import static io.joulestream.storage.Jooq.siteId;
import static io.joulestream.storage.generated.Tables.SITE_HOUR;

import io.joulestream.core.ledger.SiteStep;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import org.jooq.DSLContext;

/** Hours of all roles of a site over {@code [from, to)}, oldest first, in order of role. */
record SelectSiteHours(String tenant, String site, Instant from, Instant to)
        implements Function<DSLContext, List<SiteStep>> {
    @Override
    public List<SiteStep> apply(DSLContext database) {
        return read(
                database.select(
                                SITE_HOUR.ROLE,
                                SITE_HOUR.START,
                                SITE_HOUR.ENERGY_MEASURED_UJ,
                                SITE_HOUR.ENERGY_BRIDGED_UJ,
                                SITE_HOUR.ENERGY_ESTIMATED_UJ,
                                SITE_HOUR.COVERED_W_MS,
                                SITE_HOUR.ACCOUNTED_W_MS,
                                SITE_HOUR.FLAGS,
                                SITE_HOUR.GENERATION,
                                SITE_HOUR.REVISION,
                                SITE_HOUR.LENGTH_S)
                        .from(SITE_HOUR)
                        .where(
                                SITE_HOUR.SITE_ID.eq(siteId(tenant, site)),
                                SITE_HOUR.START.ge(from),
                                SITE_HOUR.START.lt(to))
                        .orderBy(SITE_HOUR.START, SITE_HOUR.ROLE),
                row -> SiteSteps.step(row, tenant, site, row.getInt(11)));
    }
}
