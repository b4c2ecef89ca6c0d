package io.joulestream.storage;

import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.jooq.DSLContext;

/** Who holds up the ledger's writers. */
record SelectLockHolders() implements Function<DSLContext, List<LockHolder>> {
    private static final String SQL = """
            select holder.pid, coalesce(holder.application_name, ''), coalesce(holder.usename, ''),
                max(extract(epoch from clock_timestamp() - lock.waitstart) * 1000)::bigint
            from pg_stat_activity as writer
                join pg_locks as lock on lock.pid = writer.pid and not lock.granted
                cross join unnest(pg_blocking_pids(writer.pid)) as blocking
                join pg_stat_activity as holder on holder.pid = blocking
            where writer.datname = current_database() and writer.application_name = {0}
                and lock.waitstart < clock_timestamp() - interval '1 second' and holder.application_name <> {0}
            group by holder.pid, holder.application_name, holder.usename order by 4 desc, 1
            """;

    @Override
    public List<LockHolder> apply(DSLContext database) {
        return database.resultQuery(SQL, LedgerConnection.WRITER)
                .fetch(row -> new LockHolder(
                        row.get(0, Integer.class),
                        row.get(1, String.class),
                        row.get(2, String.class),
                        Duration.ofMillis(row.get(3, Long.class))));
    }
}
