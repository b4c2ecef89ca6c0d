package io.joulestream.bench;

import io.joulestream.core.ledger.EnergyBuckets;
import io.joulestream.core.ledger.SiteStep;
import io.joulestream.storage.Database;
import io.joulestream.storage.LedgerWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * How long a month of a site's hours takes to read, all roles, warm, with 13 months of 12 sites stored; and with ten times
 * the history.
 *
 * <p>{@code bench/run month [reads, 1000] [jdbc:postgresql://host:port/ of a superuser postgres; else an embedded server]}
 */
public final class MonthQuery {
    private static final String TENANT = "bench";
    private static final int SITES = 12;
    private static final int MONTHS = 13;
    private static final ZonedDateTime END = ZonedDateTime.of(2026, 11, 1, 0, 0, 0, 0, ZoneOffset.UTC);
    private static final List<String> ROLES = List.of(
            "GRID_IMPORT", "NODE_IN", "GPU", "NETWORK", "STORAGE_IT", "COOLING_MECHANICAL", "COOLING_AIR", "LIGHTING");

    private MonthQuery() {}

    public static void main(String[] arguments) throws Exception {
        int reads = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 1_000;
        try (BenchDatabase server = BenchDatabase.of(arguments, 1);
                Database database = Database.open(server.address())) {
            say("site_hour of %d sites with %d roles; %s", SITES, ROLES.size(), database.edition());
            long rows = fill(database, END.minusMonths(MONTHS), END);
            analyze(server);
            double recent = medianMillis(database, reads);
            say("%,9d rows: a month of one site, p50 of %d reads %.2f ms", rows, reads, recent);
            rows += fill(database, END.minusMonths(10L * MONTHS), END.minusMonths(MONTHS));
            analyze(server);
            double tenfold = medianMillis(database, reads);
            say("%,9d rows: the same %.2f ms, %.2f times as long", rows, tenfold, tenfold / recent);
        }
    }

    private static long fill(Database database, ZonedDateTime from, ZonedDateTime to) {
        long rows = 0;
        long start = System.nanoTime();
        try (LedgerWriter writer = database.openWriter()) {
            for (Instant hour = from.toInstant(); hour.isBefore(to.toInstant()); hour = hour.plusSeconds(3_600)) {
                for (int site = 0; site < SITES; site++) {
                    for (String role : ROLES) {
                        EnergyBuckets energy = new EnergyBuckets(3_600_000_000_000L + rows, 0, 0);
                        writer.write(new SiteStep(
                                TENANT, "site-" + site, role, hour, 3_600, energy, 3_600_000L, 3_600_000L, 0, 0, 1));
                        rows++;
                    }
                }
            }
            writer.flush();
        }
        say("%,9d rows stored in %.1f s", rows, (System.nanoTime() - start) / 1e9);
        return rows;
    }

    private static void analyze(BenchDatabase server) throws SQLException {
        try (Connection connection = server.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("vacuum analyze");
        }
    }

    /** Of the newest 13 months, so that both histories are asked the same. */
    private static double medianMillis(Database database, int reads) {
        Random random = new Random(1);
        double[] millis = new double[reads];
        for (int i = -reads; i < reads; i++) {
            ZonedDateTime month = END.minusMonths(1 + random.nextInt(MONTHS));
            long start = System.nanoTime();
            int rows = database.queries()
                    .siteHours(
                            TENANT,
                            "site-" + random.nextInt(SITES),
                            month.toInstant(),
                            month.plusMonths(1).toInstant())
                    .size();
            if (rows < 28 * 24 * ROLES.size()) {
                throw new IllegalStateException("only " + rows + " rows in a month");
            }
            if (i >= 0) {
                millis[i] = (System.nanoTime() - start) / 1e6;
            }
        }
        Arrays.sort(millis);
        return millis[reads / 2];
    }

    private static void say(String format, Object... values) {
        System.out.println(String.format(Locale.ROOT, format, values));
    }
}
