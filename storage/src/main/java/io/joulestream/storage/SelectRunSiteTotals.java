package io.joulestream.storage;

import static io.joulestream.storage.Jooq.energyTotal;
import static io.joulestream.storage.Jooq.runKey;
import static io.joulestream.storage.Jooq.total;
import static io.joulestream.storage.generated.Tables.RUN_HOUR;
import static io.joulestream.storage.generated.Tables.SITE;
import static org.jooq.impl.DSL.bitOrAgg;

import java.math.BigDecimal;
import java.util.List;
import java.util.function.Function;
import org.jooq.DSLContext;
import org.jooq.Field;

/** What a run used at each of its sites, over all stored hours, in order of site. */
record SelectRunSiteTotals(String tenant, String run) implements Function<DSLContext, List<RunSiteTotals>> {
    private static final Field<BigDecimal> MEASURED = total(RUN_HOUR.ENERGY_MEASURED_UJ);
    private static final Field<BigDecimal> BRIDGED = total(RUN_HOUR.ENERGY_BRIDGED_UJ);
    private static final Field<BigDecimal> ESTIMATED = total(RUN_HOUR.ENERGY_ESTIMATED_UJ);
    private static final Field<BigDecimal> COVERED = total(RUN_HOUR.COVERED_MS);
    private static final Field<BigDecimal> ACCOUNTED = total(RUN_HOUR.ACCOUNTED_MS);
    private static final Field<BigDecimal> TOKENS = total(RUN_HOUR.TOKENS);
    private static final Field<Integer> FLAGS = bitOrAgg(RUN_HOUR.FLAGS).as("all_flags");

    @Override
    public List<RunSiteTotals> apply(DSLContext database) {
        return database.select(SITE.SITE_, MEASURED, BRIDGED, ESTIMATED, COVERED, ACCOUNTED, TOKENS, FLAGS)
                .from(RUN_HOUR)
                .join(SITE)
                .on(SITE.SITE_ID.eq(RUN_HOUR.SITE_ID))
                .where(RUN_HOUR.RUN_KEY.eq(runKey(tenant, run)))
                .groupBy(SITE.SITE_)
                .orderBy(SITE.SITE_)
                .fetch(row -> new RunSiteTotals(
                        row.get(SITE.SITE_),
                        energyTotal(row, MEASURED, BRIDGED, ESTIMATED),
                        row.get(COVERED).longValueExact(),
                        row.get(ACCOUNTED).longValueExact(),
                        row.get(TOKENS).longValueExact(),
                        row.get(FLAGS)));
    }
}
