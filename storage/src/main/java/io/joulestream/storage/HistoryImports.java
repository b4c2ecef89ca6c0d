package io.joulestream.storage;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import javax.sql.DataSource;

/**
 * Which import told which readings of the past. An import is recorded before it sends anything, so of two that tell the same
 * hours at once the second finds the first. Any number of threads and processes may use it at once.
 */
public final class HistoryImports {
    private final TenantTransaction writes;

    HistoryImports(DataSource dataSource) {
        writes = TenantTransaction.writing(dataSource, DatabaseRole.ADMIN);
    }

    /**
     * Records an import, of all its owners or, where it would tell old hours of one of them again, of none.
     *
     * <p>An hour was told already where another import's readings reach over some of the same time, or where it has minutes
     * with readings that belong to no recorded import. What the same producer told before is not told again by it.
     *
     * @param site is known, else nothing can be recorded
     * @param told one for each owner
     * @param at when the import is made
     * @return what would be told again, in the order of {@code told} and by time; empty when the import is recorded
     * @throws StorageException if the site is not known, or the database cannot be asked
     */
    public List<HistoryOverlap> record(String tenant, String site, List<ToldHistory> told, OldHours old, Instant at) {
        return writes.run(tenant, new RecordImport(tenant, site, told, old, at, false));
    }

    /** As {@link #record}, and records the import also where it tells old hours again. */
    public List<HistoryOverlap> recordEvenIfToldAgain(
            String tenant, String site, List<ToldHistory> told, OldHours old, Instant at) {
        return writes.run(tenant, new RecordImport(tenant, site, told, old, at, true));
    }

    /**
     * Which recorded imports told of these owners, at whatever site of the tenant.
     *
     * @throws StorageException if the database cannot be asked
     */
    public Set<HistoryTeller> tellersOf(String tenant, Collection<String> owners) {
        return writes.run(tenant, new SelectHistoryTellers(tenant, owners));
    }
}
