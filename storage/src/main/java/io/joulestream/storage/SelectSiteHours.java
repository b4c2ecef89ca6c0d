package io.joulestream.storage;

import static io.joulestream.storage.Jooq.siteId;
import static io.joulestream.storage.generated.Tables.SITE_HOUR;

import io.joulestream.core.ledger.SiteStep;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import org.jooq.DSLContext;
import org.jooq.ResultQuery;

/** Hours of all roles of a site over {@code [from, to)}, oldest first, in order of role. */
record SelectSiteHours(String tenant, String site, Instant from, Instant to) implements RowQuery<SiteStep> {
    @Override
    public ResultQuery<?> query(DSLContext database) {
        return database.select(
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
                .where(SITE_HOUR.SITE_ID.eq(siteId(tenant, site)), SITE_HOUR.START.ge(from), SITE_HOUR.START.lt(to))
                .orderBy(SITE_HOUR.START, SITE_HOUR.ROLE);
    }

    @Override
    public SiteStep row(ResultSet row) throws SQLException {
        return SiteSteps.step(row, tenant, site, row.getInt(11));
    }
}
