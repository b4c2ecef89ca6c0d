package io.joulestream.storage;

import static io.joulestream.storage.Jooq.siteId;
import static io.joulestream.storage.generated.Tables.SITE_MINUTE;

import io.joulestream.core.ledger.SiteStep;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import org.jooq.DSLContext;
import org.jooq.ResultQuery;

/** Minutes of all roles of a site over {@code [from, to)}, oldest first, in order of role. */
record SelectSiteMinutes(String tenant, String site, Instant from, Instant to) implements RowQuery<SiteStep> {
    @Override
    public ResultQuery<?> query(DSLContext database) {
        return database.select(
                        SITE_MINUTE.ROLE,
                        SITE_MINUTE.MINUTE,
                        SITE_MINUTE.ENERGY_MEASURED_UJ,
                        SITE_MINUTE.ENERGY_BRIDGED_UJ,
                        SITE_MINUTE.ENERGY_ESTIMATED_UJ,
                        SITE_MINUTE.COVERED_W_MS,
                        SITE_MINUTE.ACCOUNTED_W_MS,
                        SITE_MINUTE.FLAGS,
                        SITE_MINUTE.GENERATION,
                        SITE_MINUTE.REVISION)
                .from(SITE_MINUTE)
                .where(
                        SITE_MINUTE.SITE_ID.eq(siteId(tenant, site)),
                        SITE_MINUTE.MINUTE.ge(from),
                        SITE_MINUTE.MINUTE.lt(to))
                .orderBy(SITE_MINUTE.MINUTE, SITE_MINUTE.ROLE);
    }

    @Override
    public SiteStep row(ResultSet row) throws SQLException {
        return SiteSteps.step(row, tenant, site, 60);
    }
}
