package io.joulestream.storage;

import static io.joulestream.storage.generated.Tables.HISTORY_IMPORT;
import static io.joulestream.storage.generated.Tables.SITE;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Function;
import org.jooq.DSLContext;

/** All recorded imports of a tenant, into any site, that told of one of the owners. */
record SelectHistoryTellers(String tenant, Collection<String> owners)
        implements Function<DSLContext, Set<HistoryTeller>> {
    @Override
    public Set<HistoryTeller> apply(DSLContext database) {
        return new HashSet<>(database.select(SITE.SITE_, HISTORY_IMPORT.OWNER, HISTORY_IMPORT.PRODUCER)
                .from(HISTORY_IMPORT)
                .join(SITE)
                .on(SITE.SITE_ID.eq(HISTORY_IMPORT.SITE_ID))
                .where(
                        SITE.TENANT.eq(Text.name(tenant)),
                        HISTORY_IMPORT.OWNER.in(owners.stream().map(Text::name).toList()))
                .fetch(row -> new HistoryTeller(row.value1(), row.value2(), row.value3())));
    }
}
