package io.joulestream.storage;

import static io.joulestream.storage.generated.Tables.MINUTE_KEEPING;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jooq.DSLContext;

/** From when on minutes are kept. */
record SelectKeptFrom() implements Function<DSLContext, KeptFrom> {
    @Override
    public KeptFrom apply(DSLContext database) {
        Map<String, Instant> from = database.select(MINUTE_KEEPING.MINUTE_TABLE, MINUTE_KEEPING.KEPT_FROM)
                .from(MINUTE_KEEPING)
                .fetchMap(MINUTE_KEEPING.MINUTE_TABLE, MINUTE_KEEPING.KEPT_FROM);
        return new KeptFrom(
                Optional.ofNullable(from.get(MinuteTable.CHANNEL_MINUTE.sql())),
                Optional.ofNullable(from.get(MinuteTable.SITE_MINUTE.sql())));
    }
}
