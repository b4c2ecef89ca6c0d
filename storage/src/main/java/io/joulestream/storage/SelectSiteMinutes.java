package io.joulestream.storage;

import static io.joulestream.storage.Jooq.energy;
import static io.joulestream.storage.Jooq.siteId;
import static io.joulestream.storage.generated.Tables.SITE_MINUTE;

import io.joulestream.core.ledger.SiteStep;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import org.jooq.DSLContext;
import org.jooq.Record;

/** Minutes of all roles of a site over {@code [from, to)}, oldest first, in order of role. */
record SelectSiteMinutes(String tenant, String site, Instant from, Instant to)
        implements Function<DSLContext, List<SiteStep>> {
    @Override
    public List<SiteStep> apply(DSLContext database) {
        return database.selectFrom(SITE_MINUTE)
                .where(
                        SITE_MINUTE.SITE_ID.eq(siteId(tenant, site)),
                        SITE_MINUTE.MINUTE.ge(from),
                        SITE_MINUTE.MINUTE.lt(to))
                .orderBy(SITE_MINUTE.MINUTE, SITE_MINUTE.ROLE)
                .fetch(this::step);
    }

    private SiteStep step(Record row) {
        return new SiteStep(
                tenant,
                site,
                row.get(SITE_MINUTE.ROLE),
                row.get(SITE_MINUTE.MINUTE),
                60,
                energy(
                        row,
                        SITE_MINUTE.ENERGY_MEASURED_UJ,
                        SITE_MINUTE.ENERGY_BRIDGED_UJ,
                        SITE_MINUTE.ENERGY_ESTIMATED_UJ),
                row.get(SITE_MINUTE.COVERED_W_MS),
                row.get(SITE_MINUTE.ACCOUNTED_W_MS),
                row.get(SITE_MINUTE.FLAGS),
                row.get(SITE_MINUTE.GENERATION),
                row.get(SITE_MINUTE.REVISION));
    }
}
