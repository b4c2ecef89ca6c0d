package io.joulestream.storage;

import static io.joulestream.storage.Jooq.read;
import static io.joulestream.storage.generated.Tables.SITE;
import static io.joulestream.storage.generated.Tables.SITE_HOUR;

import io.joulestream.core.ledger.SiteStep;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import org.jooq.DSLContext;

/** Hours of all roles of all sites of a tenant over {@code [from, to)}, in order of site, time and role. */
record SelectHoursOfSites(String tenant, Instant from, Instant to) implements Function<DSLContext, List<SiteStep>> {
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
                                SITE_HOUR.LENGTH_S,
                                SITE.SITE_)
                        .from(SITE_HOUR)
                        .join(SITE)
                        .on(SITE.SITE_ID.eq(SITE_HOUR.SITE_ID))
                        .where(SITE.TENANT.eq(Text.name(tenant)), SITE_HOUR.START.ge(from), SITE_HOUR.START.lt(to))
                        .orderBy(SITE.SITE_, SITE_HOUR.START, SITE_HOUR.ROLE),
                row -> SiteSteps.step(row, tenant, row.getString(12), row.getInt(11)));
    }
}
