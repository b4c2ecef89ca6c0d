package io.joulestream.storage;

import static io.joulestream.storage.Jooq.energyTotal;
import static io.joulestream.storage.Jooq.siteId;
import static io.joulestream.storage.Jooq.total;
import static io.joulestream.storage.generated.Tables.CHANNEL_MINUTE_OF_TENANT;
import static org.jooq.impl.DSL.any;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import org.jooq.DSLContext;
import org.jooq.Field;

/** The sums of some entities' minutes over {@code [from, to)}, in order of entity and metric. */
record SelectEntityEnergy(String tenant, String site, Collection<String> entities, Instant from, Instant to)
        implements Function<DSLContext, List<EntityEnergy>> {
    private static final Field<BigDecimal> MEASURED = total(CHANNEL_MINUTE_OF_TENANT.ENERGY_MEASURED_UJ);
    private static final Field<BigDecimal> BRIDGED = total(CHANNEL_MINUTE_OF_TENANT.ENERGY_BRIDGED_UJ);
    private static final Field<BigDecimal> ESTIMATED = total(CHANNEL_MINUTE_OF_TENANT.ENERGY_ESTIMATED_UJ);
    private static final Field<BigDecimal> COVERED = total(CHANNEL_MINUTE_OF_TENANT.COVERED_MS);

    @Override
    public List<EntityEnergy> apply(DSLContext database) {
        String[] names = entities.stream().map(Text::name).toArray(String[]::new);
        return database.select(
                        CHANNEL_MINUTE_OF_TENANT.ENTITY,
                        CHANNEL_MINUTE_OF_TENANT.METRIC,
                        MEASURED,
                        BRIDGED,
                        ESTIMATED,
                        COVERED)
                .from(CHANNEL_MINUTE_OF_TENANT)
                .where(
                        CHANNEL_MINUTE_OF_TENANT.SITE_ID.eq(siteId(tenant, site)),
                        /* one array, however many names there are */
                        CHANNEL_MINUTE_OF_TENANT.ENTITY.eq(any(names)),
                        CHANNEL_MINUTE_OF_TENANT.MINUTE.ge(from),
                        CHANNEL_MINUTE_OF_TENANT.MINUTE.lt(to))
                .groupBy(CHANNEL_MINUTE_OF_TENANT.ENTITY, CHANNEL_MINUTE_OF_TENANT.METRIC)
                .orderBy(CHANNEL_MINUTE_OF_TENANT.ENTITY, CHANNEL_MINUTE_OF_TENANT.METRIC)
                .fetch(row -> new EntityEnergy(
                        row.get(CHANNEL_MINUTE_OF_TENANT.ENTITY),
                        row.get(CHANNEL_MINUTE_OF_TENANT.METRIC),
                        energyTotal(row, MEASURED, BRIDGED, ESTIMATED),
                        row.get(COVERED).longValueExact()));
    }
}
