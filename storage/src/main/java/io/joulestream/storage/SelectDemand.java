package io.joulestream.storage;

import static io.joulestream.storage.Jooq.energy;
import static io.joulestream.storage.Jooq.siteId;
import static io.joulestream.storage.generated.Tables.DEMAND_INTERVAL;

import io.joulestream.core.ledger.DemandInterval;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import org.jooq.DSLContext;
import org.jooq.Record;

/** Quarter hours of a site's feeds, or of its runs, over {@code [from, to)}, oldest first, in order of subject. */
record SelectDemand(String tenant, String site, boolean ofRuns, Instant from, Instant to)
        implements Function<DSLContext, List<DemandInterval>> {
    @Override
    public List<DemandInterval> apply(DSLContext database) {
        return database.selectFrom(DEMAND_INTERVAL)
                .where(
                        DEMAND_INTERVAL.SITE_ID.eq(siteId(tenant, site)),
                        DEMAND_INTERVAL.IS_RUN.eq(ofRuns),
                        DEMAND_INTERVAL.START.ge(from),
                        DEMAND_INTERVAL.START.lt(to))
                .orderBy(DEMAND_INTERVAL.START, DEMAND_INTERVAL.SUBJECT)
                .fetch(this::interval);
    }

    private DemandInterval interval(Record row) {
        return new DemandInterval(
                tenant,
                site,
                row.get(DEMAND_INTERVAL.SUBJECT),
                ofRuns,
                row.get(DEMAND_INTERVAL.START),
                row.get(DEMAND_INTERVAL.LENGTH_S),
                energy(
                        row,
                        DEMAND_INTERVAL.ENERGY_MEASURED_UJ,
                        DEMAND_INTERVAL.ENERGY_BRIDGED_UJ,
                        DEMAND_INTERVAL.ENERGY_ESTIMATED_UJ),
                row.get(DEMAND_INTERVAL.COVERED_MS),
                row.get(DEMAND_INTERVAL.ACCOUNTED_MS),
                row.get(DEMAND_INTERVAL.FLAGS),
                row.get(DEMAND_INTERVAL.GENERATION),
                row.get(DEMAND_INTERVAL.REVISION));
    }
}
