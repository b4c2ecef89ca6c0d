package io.joulestream.storage;

import static io.joulestream.storage.Jooq.energy;
import static io.joulestream.storage.Jooq.instant;
import static io.joulestream.storage.Jooq.read;
import static io.joulestream.storage.Jooq.siteId;
import static io.joulestream.storage.generated.Tables.SITE_HOUR;

import io.joulestream.core.ledger.SiteStep;
import java.sql.ResultSet;
import java.sql.SQLException;
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
                                SITE_HOUR.LENGTH_S,
                                SITE_HOUR.ENERGY_MEASURED_UJ,
                                SITE_HOUR.ENERGY_BRIDGED_UJ,
                                SITE_HOUR.ENERGY_ESTIMATED_UJ,
                                SITE_HOUR.COVERED_W_MS,
                                SITE_HOUR.ACCOUNTED_W_MS,
                                SITE_HOUR.FLAGS,
                                SITE_HOUR.GENERATION,
                                SITE_HOUR.REVISION)
                        .from(SITE_HOUR)
                        .where(
                                SITE_HOUR.SITE_ID.eq(siteId(tenant, site)),
                                SITE_HOUR.START.ge(from),
                                SITE_HOUR.START.lt(to))
                        .orderBy(SITE_HOUR.START, SITE_HOUR.ROLE),
                this::step);
    }

    private SiteStep step(ResultSet row) throws SQLException {
        return new SiteStep(
                tenant,
                site,
                row.getString(1),
                instant(row, 2),
                row.getInt(3),
                energy(row, 4),
                row.getLong(7),
                row.getLong(8),
                row.getInt(9),
                row.getInt(10),
                row.getLong(11));
    }
}
