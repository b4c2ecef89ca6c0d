package io.joulestream.storage;

import static io.joulestream.storage.Jooq.siteId;
import static io.joulestream.storage.Jooq.total;
import static io.joulestream.storage.generated.Tables.CHANNEL;
import static io.joulestream.storage.generated.Tables.CHANNEL_MINUTE;
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
    private static final Field<BigDecimal> MEASURED = total(CHANNEL_MINUTE.ENERGY_MEASURED_UJ);
    private static final Field<BigDecimal> BRIDGED = total(CHANNEL_MINUTE.ENERGY_BRIDGED_UJ);
    private static final Field<BigDecimal> ESTIMATED = total(CHANNEL_MINUTE.ENERGY_ESTIMATED_UJ);
    private static final Field<BigDecimal> COVERED = total(CHANNEL_MINUTE.COVERED_MS);
    private static final Field<BigDecimal> SAMPLES = total(CHANNEL_MINUTE.SAMPLES);
    private static final Condition READ = CHANNEL_MINUTE.SAMPLES.gt(0).and(CHANNEL_MINUTE.COVERED_MS.gt(0));
    private static final Field<Long> POWER_MAX =
            coalesce(max(CHANNEL_MINUTE.POWER_MAX_MW).filterWhere(READ), inline(Long.MIN_VALUE + 1));
    private static final Field<Long> POWER_MIN =
            coalesce(min(CHANNEL_MINUTE.POWER_MIN_MW).filterWhere(READ), inline(Long.MAX_VALUE));
    private static final Field<Integer> FLAGS = bitOrAgg(CHANNEL_MINUTE.FLAGS);
    private static final Field<Instant> HOUR = Jooq.hourOf(CHANNEL_MINUTE.MINUTE);

    @Override
    public List<MeterHour> apply(DSLContext database) {
        return database.select(
                        CHANNEL.ENTITY,
                        CHANNEL.METRIC,
                        HOUR,
                        MEASURED,
                        BRIDGED,
                        ESTIMATED,
                        COVERED,
                        SAMPLES,
                        POWER_MAX,
                        POWER_MIN,
                        FLAGS)
                .from(CHANNEL)
                .join(CHANNEL_MINUTE)
                .on(CHANNEL_MINUTE.CHANNEL_ID.eq(CHANNEL.CHANNEL_ID))
                .where(
                        CHANNEL.SITE_ID.eq(siteId(tenant, site)),
                        CHANNEL_MINUTE.MINUTE.ge(from),
                        CHANNEL_MINUTE.MINUTE.lt(to))
                .groupBy(CHANNEL.ENTITY, CHANNEL.METRIC, HOUR)
                .fetchStream()
                .map(row -> Metric.byNumber(row.get(CHANNEL.METRIC))
                        .map(metric -> new MeterHour(
                                row.get(CHANNEL.ENTITY),
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
