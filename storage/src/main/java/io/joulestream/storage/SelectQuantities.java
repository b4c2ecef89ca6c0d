package io.joulestream.storage;

import static io.joulestream.storage.Jooq.siteId;
import static io.joulestream.storage.generated.Tables.CHANNEL;
import static io.joulestream.storage.generated.Tables.QUANTITY_HOUR;

import io.joulestream.core.ledger.QuantityStep;
import io.joulestream.core.ledger.VolumeBuckets;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import org.jooq.DSLContext;
import org.jooq.Record;

/** Volumes of a site's meters over {@code [from, to)}, oldest first, in order of entity, metric and kind. */
record SelectQuantities(String tenant, String site, Instant from, Instant to)
        implements Function<DSLContext, List<QuantityStep>> {
    @Override
    public List<QuantityStep> apply(DSLContext database) {
        return database.select(CHANNEL.ENTITY, CHANNEL.METRIC)
                .select(QUANTITY_HOUR.fields())
                .from(QUANTITY_HOUR)
                .join(CHANNEL)
                .on(CHANNEL.CHANNEL_ID.eq(QUANTITY_HOUR.CHANNEL_ID))
                .where(
                        CHANNEL.SITE_ID.eq(siteId(tenant, site)),
                        QUANTITY_HOUR.START.ge(from),
                        QUANTITY_HOUR.START.lt(to))
                .orderBy(
                        QUANTITY_HOUR.START, CHANNEL.ENTITY, CHANNEL.METRIC, QUANTITY_HOUR.KIND, QUANTITY_HOUR.IS_CHECK)
                .fetch(this::step);
    }

    private QuantityStep step(Record row) {
        return new QuantityStep(
                tenant,
                site,
                row.get(CHANNEL.ENTITY),
                row.get(CHANNEL.METRIC),
                row.get(QUANTITY_HOUR.KIND),
                row.get(QUANTITY_HOUR.IS_CHECK),
                row.get(QUANTITY_HOUR.START),
                row.get(QUANTITY_HOUR.LENGTH_S),
                new VolumeBuckets(
                        row.get(QUANTITY_HOUR.VOLUME_MEASURED_ML),
                        row.get(QUANTITY_HOUR.VOLUME_BRIDGED_ML),
                        row.get(QUANTITY_HOUR.VOLUME_ESTIMATED_ML)),
                row.get(QUANTITY_HOUR.COVERED_MS),
                row.get(QUANTITY_HOUR.ACCOUNTED_MS),
                row.get(QUANTITY_HOUR.FLAGS),
                row.get(QUANTITY_HOUR.GENERATION),
                row.get(QUANTITY_HOUR.REVISION));
    }
}
