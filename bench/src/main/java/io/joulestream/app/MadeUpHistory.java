package io.joulestream.app;

import io.joulestream.storage.Database;
import java.time.Instant;

/** What {@code db fill} stores, for benchmarks that read it. */
public final class MadeUpHistory {
    public static final String TENANT = MadeUpSite.TENANT;

    private MadeUpHistory() {}

    /** Three sites: months of hours, and the minutes of the last day before {@code until}, a whole hour. */
    public static void store(Database database, int months, Instant until) {
        Fill fill = new FillRollups(3, months, until);
        fill.yamlBySite()
                .forEach((site, yaml) ->
                        database.sites().putFirst(MadeUpSite.TENANT, site, MadeUpSite.EFFECTIVE_FROM, yaml));
        fill.store(database, rows -> {});
    }
}
