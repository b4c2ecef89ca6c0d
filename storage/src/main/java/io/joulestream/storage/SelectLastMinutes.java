package io.joulestream.storage;

import static io.joulestream.storage.generated.Tables.SITE;
import static io.joulestream.storage.generated.Tables.SITE_MINUTE;
import static java.util.stream.Collectors.toMap;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.max;
import static org.jooq.impl.DSL.select;

import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jooq.DSLContext;
import org.jooq.Field;

/** The start of the last stored minute of each site that has one. */
record SelectLastMinutes(String tenant) implements Function<DSLContext, Map<String, Instant>> {
    @Override
    public Map<String, Instant> apply(DSLContext database) {
        Field<Instant> last = field(
                        select(max(SITE_MINUTE.MINUTE)).from(SITE_MINUTE).where(SITE_MINUTE.SITE_ID.eq(SITE.SITE_ID)))
                .as("last_minute");
        return database.select(SITE.SITE_, last)
                .from(SITE)
                .where(SITE.TENANT.eq(Text.name(tenant)))
                .orderBy(SITE.SITE_)
                .fetchStream()
                .filter(row -> row.get(last) != null)
                .collect(toMap(row -> row.get(SITE.SITE_), row -> row.get(last), (a, b) -> a, TreeMap::new));
    }
}
