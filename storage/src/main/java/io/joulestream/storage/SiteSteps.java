package io.joulestream.storage;

import static io.joulestream.storage.Jooq.energy;
import static io.joulestream.storage.Jooq.instant;

import io.joulestream.core.ledger.SiteStep;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * A site's step from a row of {@code site_minute} or {@code site_hour}: role, start, energy measured, bridged and estimated,
 * covered, accounted, flags, generation, revision.
 */
final class SiteSteps {
    private SiteSteps() {}

    static SiteStep step(ResultSet row, String tenant, String site, int lengthSeconds) throws SQLException {
        return new SiteStep(
                tenant,
                site,
                row.getString(1),
                instant(row, 2),
                lengthSeconds,
                energy(row, 3),
                row.getLong(6),
                row.getLong(7),
                row.getInt(8),
                row.getInt(9),
                row.getLong(10));
    }
}
