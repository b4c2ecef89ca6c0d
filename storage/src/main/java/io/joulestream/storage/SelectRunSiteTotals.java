package io.joulestream.storage;

import static io.joulestream.storage.Jooq.energyTotal;
import static io.joulestream.storage.Jooq.runKeys;
import static io.joulestream.storage.Jooq.total;
import static io.joulestream.storage.generated.Tables.RUN;
import static io.joulestream.storage.generated.Tables.RUN_HOUR;
import static io.joulestream.storage.generated.Tables.SITE;
import static org.jooq.impl.DSL.any;
import static org.jooq.impl.DSL.bitOrAgg;

import java.math.BigDecimal;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jooq.DSLContext;
import org.jooq.Field;

/** What each of some runs used at each of its sites, over all stored hours, by run, in order of site. */
record SelectRunSiteTotals(String tenant, Collection<String> runs)
        implements Function<DSLContext, Map<String, List<RunSiteTotals>>> {
    private static final Field<BigDecimal> MEASURED = total(RUN_HOUR.ENERGY_MEASURED_UJ);
    private static final Field<BigDecimal> BRIDGED = total(RUN_HOUR.ENERGY_BRIDGED_UJ);
    private static final Field<BigDecimal> ESTIMATED = total(RUN_HOUR.ENERGY_ESTIMATED_UJ);
    private static final Field<BigDecimal> COVERED = total(RUN_HOUR.COVERED_MS);
    private static final Field<BigDecimal> ACCOUNTED = total(RUN_HOUR.ACCOUNTED_MS);
    private static final Field<BigDecimal> TOKENS = total(RUN_HOUR.TOKENS);
    private static final Field<Integer> FLAGS = bitOrAgg(RUN_HOUR.FLAGS).as("all_flags");

    @Override
    public Map<String, List<RunSiteTotals>> apply(DSLContext database) {
        return database.select(RUN.RUN_, SITE.SITE_, MEASURED, BRIDGED, ESTIMATED, COVERED, ACCOUNTED, TOKENS, FLAGS)
                .from(RUN_HOUR)
                .join(RUN)
                .on(RUN.RUN_KEY.eq(RUN_HOUR.RUN_KEY))
                .join(SITE)
                .on(SITE.SITE_ID.eq(RUN_HOUR.SITE_ID))
                .where(RUN_HOUR.RUN_KEY.eq(any(runKeys(tenant, runs))))
                .groupBy(RUN.RUN_, SITE.SITE_)
                .orderBy(SITE.SITE_)
                .fetchGroups(
                        RUN.RUN_,
                        row -> new RunSiteTotals(
                                row.get(SITE.SITE_),
                                energyTotal(row, MEASURED, BRIDGED, ESTIMATED),
                                row.get(COVERED).longValueExact(),
                                row.get(ACCOUNTED).longValueExact(),
                                row.get(TOKENS).longValueExact(),
                                row.get(FLAGS)));
    }
}
