package io.joulestream.storage;

import static io.joulestream.storage.Jooq.energy;
import static io.joulestream.storage.Jooq.siteId;
import static io.joulestream.storage.generated.Tables.CHANNEL_MINUTE_OF_TENANT;

import io.joulestream.core.ledger.ChannelMinute;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import org.jooq.DSLContext;
import org.jooq.Record;

/** Minutes of all channels of an entity over {@code [from, to)}, oldest first, in order of metric. */
record SelectChannelMinutes(String tenant, String site, String entity, Instant from, Instant to)
        implements Function<DSLContext, List<ChannelMinute>> {
    @Override
    public List<ChannelMinute> apply(DSLContext database) {
        return database.select(CHANNEL_MINUTE_OF_TENANT.fields())
                .from(CHANNEL_MINUTE_OF_TENANT)
                .where(
                        CHANNEL_MINUTE_OF_TENANT.SITE_ID.eq(siteId(tenant, site)),
                        CHANNEL_MINUTE_OF_TENANT.ENTITY.eq(Text.name(entity)),
                        CHANNEL_MINUTE_OF_TENANT.MINUTE.ge(from),
                        CHANNEL_MINUTE_OF_TENANT.MINUTE.lt(to))
                .orderBy(CHANNEL_MINUTE_OF_TENANT.MINUTE, CHANNEL_MINUTE_OF_TENANT.METRIC)
                .fetch(this::minute);
    }

    private ChannelMinute minute(Record row) {
        return new ChannelMinute(
                tenant,
                site,
                entity,
                row.get(CHANNEL_MINUTE_OF_TENANT.METRIC),
                row.get(CHANNEL_MINUTE_OF_TENANT.MINUTE),
                energy(
                        row,
                        CHANNEL_MINUTE_OF_TENANT.ENERGY_MEASURED_UJ,
                        CHANNEL_MINUTE_OF_TENANT.ENERGY_BRIDGED_UJ,
                        CHANNEL_MINUTE_OF_TENANT.ENERGY_ESTIMATED_UJ),
                row.get(CHANNEL_MINUTE_OF_TENANT.POWER_MAX_MW),
                row.get(CHANNEL_MINUTE_OF_TENANT.POWER_MIN_MW),
                row.get(CHANNEL_MINUTE_OF_TENANT.RAMP_MAX_MW_PER_S),
                row.get(CHANNEL_MINUTE_OF_TENANT.COVERED_MS),
                row.get(CHANNEL_MINUTE_OF_TENANT.ACCOUNTED_MS),
                row.get(CHANNEL_MINUTE_OF_TENANT.SAMPLES),
                row.get(CHANNEL_MINUTE_OF_TENANT.FLAGS),
                row.get(CHANNEL_MINUTE_OF_TENANT.GENERATION),
                row.get(CHANNEL_MINUTE_OF_TENANT.REVISION));
    }
}
