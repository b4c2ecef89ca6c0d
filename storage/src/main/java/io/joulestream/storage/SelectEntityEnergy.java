package io.joulestream.storage;

import static io.joulestream.storage.Jooq.energyTotal;
import static io.joulestream.storage.Jooq.siteId;
import static io.joulestream.storage.Jooq.total;
import static io.joulestream.storage.generated.Tables.CHANNEL;
import static io.joulestream.storage.generated.Tables.CHANNEL_MINUTE;
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
    private static final Field<BigDecimal> MEASURED = total(CHANNEL_MINUTE.ENERGY_MEASURED_UJ);
    private static final Field<BigDecimal> BRIDGED = total(CHANNEL_MINUTE.ENERGY_BRIDGED_UJ);
    private static final Field<BigDecimal> ESTIMATED = total(CHANNEL_MINUTE.ENERGY_ESTIMATED_UJ);
    private static final Field<BigDecimal> COVERED = total(CHANNEL_MINUTE.COVERED_MS);

    @Override
    public List<EntityEnergy> apply(DSLContext database) {
        String[] names = entities.stream().map(Text::name).toArray(String[]::new);
        return database.select(CHANNEL.ENTITY, CHANNEL.METRIC, MEASURED, BRIDGED, ESTIMATED, COVERED)
                .from(CHANNEL)
                .join(CHANNEL_MINUTE)
                .on(CHANNEL_MINUTE.CHANNEL_ID.eq(CHANNEL.CHANNEL_ID))
                .where(
                        CHANNEL.SITE_ID.eq(siteId(tenant, site)),
                        /* one array, however many names there are */
                        CHANNEL.ENTITY.eq(any(names)),
                        CHANNEL_MINUTE.MINUTE.ge(from),
                        CHANNEL_MINUTE.MINUTE.lt(to))
                .groupBy(CHANNEL.ENTITY, CHANNEL.METRIC)
                .orderBy(CHANNEL.ENTITY, CHANNEL.METRIC)
                .fetch(row -> new EntityEnergy(
                        row.get(CHANNEL.ENTITY),
                        row.get(CHANNEL.METRIC),
                        energyTotal(row, MEASURED, BRIDGED, ESTIMATED),
                        row.get(COVERED).longValueExact()));
    }
}
