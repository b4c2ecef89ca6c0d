package io.joulestream.storage;

import static io.joulestream.storage.Jooq.energyTotal;
import static io.joulestream.storage.Jooq.runKeys;
import static io.joulestream.storage.Jooq.total;
import static io.joulestream.storage.generated.Tables.CHANNEL;
import static io.joulestream.storage.generated.Tables.RUN;
import static io.joulestream.storage.generated.Tables.RUN_METER_HOUR;
import static io.joulestream.storage.generated.Tables.SITE;
import static org.jooq.impl.DSL.any;

import java.math.BigDecimal;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jooq.DSLContext;
import org.jooq.Field;

/** What each meter saw of each of some runs, over all stored hours, by run, in order of site, entity and metric. */
record SelectRunMeters(String tenant, Collection<String> runs)
        implements Function<DSLContext, Map<String, List<RunMeterTotals>>> {
    private static final Field<BigDecimal> MEASURED = total(RUN_METER_HOUR.ENERGY_MEASURED_UJ);
    private static final Field<BigDecimal> BRIDGED = total(RUN_METER_HOUR.ENERGY_BRIDGED_UJ);
    private static final Field<BigDecimal> ESTIMATED = total(RUN_METER_HOUR.ENERGY_ESTIMATED_UJ);
    private static final Field<BigDecimal> COVERED = total(RUN_METER_HOUR.COVERED_MS);
    private static final Field<BigDecimal> ACCOUNTED = total(RUN_METER_HOUR.ACCOUNTED_MS);

    @Override
    public Map<String, List<RunMeterTotals>> apply(DSLContext database) {
        return database.select(
                        RUN.RUN_,
                        SITE.SITE_,
                        CHANNEL.ENTITY,
                        CHANNEL.METRIC,
                        RUN_METER_HOUR.IS_CHECK,
                        MEASURED,
                        BRIDGED,
                        ESTIMATED,
                        COVERED,
                        ACCOUNTED)
                .from(RUN_METER_HOUR)
                .join(RUN)
                .on(RUN.RUN_KEY.eq(RUN_METER_HOUR.RUN_KEY))
                .join(CHANNEL)
                .on(CHANNEL.CHANNEL_ID.eq(RUN_METER_HOUR.CHANNEL_ID))
                .join(SITE)
                .on(SITE.SITE_ID.eq(CHANNEL.SITE_ID))
                .where(RUN_METER_HOUR.RUN_KEY.eq(any(runKeys(tenant, runs))))
                .groupBy(RUN.RUN_, SITE.SITE_, CHANNEL.ENTITY, CHANNEL.METRIC, RUN_METER_HOUR.IS_CHECK)
                .orderBy(SITE.SITE_, CHANNEL.ENTITY, CHANNEL.METRIC, RUN_METER_HOUR.IS_CHECK)
                .fetchGroups(
                        RUN.RUN_,
                        row -> new RunMeterTotals(
                                row.get(SITE.SITE_),
                                row.get(CHANNEL.ENTITY),
                                row.get(CHANNEL.METRIC),
                                row.get(RUN_METER_HOUR.IS_CHECK),
                                energyTotal(row, MEASURED, BRIDGED, ESTIMATED),
                                row.get(COVERED).longValueExact(),
                                row.get(ACCOUNTED).longValueExact()));
    }
}
