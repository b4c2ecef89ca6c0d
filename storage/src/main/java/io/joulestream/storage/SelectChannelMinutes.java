package io.joulestream.storage;

import static io.joulestream.storage.Jooq.energy;
import static io.joulestream.storage.Jooq.siteId;
import static io.joulestream.storage.generated.Tables.CHANNEL;
import static io.joulestream.storage.generated.Tables.CHANNEL_MINUTE;

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
        return database.select(CHANNEL.METRIC)
                .select(CHANNEL_MINUTE.fields())
                .from(CHANNEL)
                .join(CHANNEL_MINUTE)
                .on(CHANNEL_MINUTE.CHANNEL_ID.eq(CHANNEL.CHANNEL_ID))
                .where(
                        CHANNEL.SITE_ID.eq(siteId(tenant, site)),
                        CHANNEL.ENTITY.eq(Text.name(entity)),
                        CHANNEL_MINUTE.MINUTE.ge(from),
                        CHANNEL_MINUTE.MINUTE.lt(to))
                .orderBy(CHANNEL_MINUTE.MINUTE, CHANNEL.METRIC)
                .fetch(this::minute);
    }

    private ChannelMinute minute(Record row) {
        return new ChannelMinute(
                tenant,
                site,
                entity,
                row.get(CHANNEL.METRIC),
                row.get(CHANNEL_MINUTE.MINUTE),
                energy(
                        row,
                        CHANNEL_MINUTE.ENERGY_MEASURED_UJ,
                        CHANNEL_MINUTE.ENERGY_BRIDGED_UJ,
                        CHANNEL_MINUTE.ENERGY_ESTIMATED_UJ),
                row.get(CHANNEL_MINUTE.POWER_MAX_MW),
                row.get(CHANNEL_MINUTE.POWER_MIN_MW),
                row.get(CHANNEL_MINUTE.RAMP_MAX_MW_PER_S),
                row.get(CHANNEL_MINUTE.COVERED_MS),
                row.get(CHANNEL_MINUTE.ACCOUNTED_MS),
                row.get(CHANNEL_MINUTE.SAMPLES),
                row.get(CHANNEL_MINUTE.FLAGS),
                row.get(CHANNEL_MINUTE.GENERATION),
                row.get(CHANNEL_MINUTE.REVISION));
    }
}
