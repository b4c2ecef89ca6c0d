package io.joulestream.storage;

import static io.joulestream.storage.Jooq.siteId;
import static io.joulestream.storage.Jooq.total;
import static io.joulestream.storage.generated.Tables.CHANNEL_MINUTE_OF_TENANT;
import static org.jooq.impl.DSL.bitOrAgg;
import static org.jooq.impl.DSL.coalesce;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.max;
import static org.jooq.impl.DSL.min;

import io.joulestream.core.kpi.EnergyTotal;
import io.joulestream.core.kpi.MeterHour;
import io.joulestream.core.telemetry.Metric;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;

/** The channels of a site by UTC hour over {@code [from, to)}, without order; metrics this build does not know are left out. */
record SelectMeterHours(String tenant, String site, Instant from, Instant to)
        implements Function<DSLContext, List<MeterHour>> {
    private static final Field<BigDecimal> MEASURED = total(CHANNEL_MINUTE_OF_TENANT.ENERGY_MEASURED_UJ);
    private static final Field<BigDecimal> BRIDGED = total(CHANNEL_MINUTE_OF_TENANT.ENERGY_BRIDGED_UJ);
    private static final Field<BigDecimal> ESTIMATED = total(CHANNEL_MINUTE_OF_TENANT.ENERGY_ESTIMATED_UJ);
    private static final Field<BigDecimal> COVERED = total(CHANNEL_MINUTE_OF_TENANT.COVERED_MS);
    private static final Field<BigDecimal> SAMPLES = total(CHANNEL_MINUTE_OF_TENANT.SAMPLES);
    private static final Condition READ =
            CHANNEL_MINUTE_OF_TENANT.SAMPLES.gt(0).and(CHANNEL_MINUTE_OF_TENANT.COVERED_MS.gt(0));
    private static final Field<Long> POWER_MAX =
            coalesce(max(CHANNEL_MINUTE_OF_TENANT.POWER_MAX_MW).filterWhere(READ), inline(Long.MIN_VALUE + 1));
    private static final Field<Long> POWER_MIN =
            coalesce(min(CHANNEL_MINUTE_OF_TENANT.POWER_MIN_MW).filterWhere(READ), inline(Long.MAX_VALUE));
    private static final Field<Integer> FLAGS = bitOrAgg(CHANNEL_MINUTE_OF_TENANT.FLAGS);
    private static final Field<Instant> HOUR = Jooq.hourOf(CHANNEL_MINUTE_OF_TENANT.MINUTE);

    @Override
    public List<MeterHour> apply(DSLContext database) {
        return database.select(
                        CHANNEL_MINUTE_OF_TENANT.ENTITY,
                        CHANNEL_MINUTE_OF_TENANT.METRIC,
                        HOUR,
                        MEASURED,
                        BRIDGED,
                        ESTIMATED,
                        COVERED,
                        SAMPLES,
                        POWER_MAX,
                        POWER_MIN,
                        FLAGS)
                .from(CHANNEL_MINUTE_OF_TENANT)
                .where(
                        CHANNEL_MINUTE_OF_TENANT.SITE_ID.eq(siteId(tenant, site)),
                        CHANNEL_MINUTE_OF_TENANT.MINUTE.ge(from),
                        CHANNEL_MINUTE_OF_TENANT.MINUTE.lt(to))
                .groupBy(CHANNEL_MINUTE_OF_TENANT.ENTITY, CHANNEL_MINUTE_OF_TENANT.METRIC, HOUR)
                .fetchStream()
                .map(row -> Metric.byNumber(row.get(CHANNEL_MINUTE_OF_TENANT.METRIC))
                        .map(metric -> new MeterHour(
                                row.get(CHANNEL_MINUTE_OF_TENANT.ENTITY),
                                metric,
                                row.get(HOUR),
                                energy(row),
                                row.get(COVERED).longValueExact(),
                                row.get(POWER_MAX),
                                row.get(POWER_MIN),
                                row.get(SAMPLES).longValueExact(),
                                row.get(FLAGS)))
                        .orElse(null))
                .filter(Objects::nonNull)
                .toList();
    }

    private static EnergyTotal energy(Record row) {
        return new EnergyTotal(
                row.get(MEASURED).toBigIntegerExact(),
                row.get(BRIDGED).toBigIntegerExact(),
                row.get(ESTIMATED).toBigIntegerExact());
    }
}
