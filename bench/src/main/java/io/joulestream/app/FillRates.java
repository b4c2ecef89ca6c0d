package io.joulestream.app;

import io.joulestream.bench.BenchDatabase;
import io.joulestream.bench.Median;
import io.joulestream.core.ledger.ChannelMinute;
import io.joulestream.core.ledger.EnergyBuckets;
import io.joulestream.storage.BareCopy;
import io.joulestream.storage.Database;
import io.joulestream.storage.Edition;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * How fast {@code db fill} stores each of its presets, beside a bare binary COPY of rows that are made before, into a table like
 * {@code channel_minute}. Each round does all three; figures of one run compare.
 *
 * <p>{@code bench/run fill [rounds, 3] [jdbc:postgresql://host:port/ of a superuser postgres; else an embedded server]}
 */
public final class FillRates {
    private static final int DEVICES = 1_000;
    private static final int BATCH = 50_000;
    private static final Instant UNTIL = Instant.parse("2026-11-01T00:00:00Z");

    private FillRates() {}

    public static void main(String[] arguments) throws Exception {
        int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 3;
        Fill minutes = new FillMinutes(DEVICES, 1, UNTIL);
        Fill rollups = new FillRollups(12, 3, UNTIL);
        try (BenchDatabase server = BenchDatabase.of(arguments, 1);
                Database database = Database.open(server.address());
                Connection connection = server.connect()) {
            bareTable(connection, database.edition());
            List<Double> bare = new ArrayList<>();
            List<Double> ofMinutes = new ArrayList<>();
            List<Double> ofRollups = new ArrayList<>();
            for (int round = -1; round < rounds; round++) {
                List<Double> rates = List.of(
                        bare(connection), rate(connection, database, minutes), rate(connection, database, rollups));
                if (round >= 0) { // the first warms up
                    bare.add(rates.get(0));
                    ofMinutes.add(rates.get(1) / rates.get(0));
                    ofRollups.add(rates.get(2) / rates.get(0));
                }
            }
            say("%s, %d rounds", database.edition().name().toLowerCase(Locale.ROOT), rounds);
            say("bare COPY        %,9.0f rows/s", Median.of(bare));
            say("preset minutes   %.2f of it, %,d rows", Median.of(ofMinutes), minutes.rows());
            say(
                    "preset rollups   %.2f of it, %,d rows of other tables, two indexes each",
                    Median.of(ofRollups), rollups.rows());
        }
    }

    private static void bareTable(Connection connection, Edition edition) throws SQLException {
        execute(connection, "create table bare_minute (like channel_minute including all)");
        if (edition != Edition.PLAIN) {
            execute(
                    connection,
                    "select create_hypertable('bare_minute', by_range('minute', interval '1 day'),"
                            + " create_default_indexes => false)");
        }
    }

    private static double bare(Connection connection) throws SQLException {
        execute(connection, "truncate bare_minute");
        BareCopy copy = new BareCopy("bare_minute");
        long nanos = 0;
        int rows = 0;
        for (int minute = 0; minute < 24 * 60; minute += BATCH / DEVICES) {
            List<ChannelMinute> batch = batch(minute);
            long start = System.nanoTime();
            copy.copy(connection, batch);
            nanos += System.nanoTime() - start;
            rows += batch.size();
        }
        return rows * 1e9 / nanos;
    }

    private static List<ChannelMinute> batch(int firstMinute) {
        List<ChannelMinute> rows = new ArrayList<>(BATCH);
        for (int minute = firstMinute; minute < Math.min(24 * 60, firstMinute + BATCH / DEVICES); minute++) {
            for (int device = 0; device < DEVICES; device++) {
                rows.add(new ChannelMinute(
                        MadeUpSite.TENANT,
                        "synthetic-bare",
                        String.format(Locale.ROOT, "node-%06d", device),
                        20,
                        UNTIL.plusSeconds(60L * minute),
                        new EnergyBuckets(42_000_000_000L + device, 0, 0),
                        700_000,
                        690_000,
                        100,
                        60_000,
                        60_000,
                        6,
                        0,
                        0,
                        1));
            }
        }
        return rows;
    }

    private static double rate(Connection connection, Database database, Fill fill) throws SQLException {
        execute(
                connection,
                "truncate channel_minute, site_hour, site_part_hour, run_hour, run_meter_hour, site_minute");
        long start = System.nanoTime();
        long rows = fill.store(database, done -> {});
        if (rows != fill.rows()) {
            throw new IllegalStateException(rows + " rows copied, " + fill.rows() + " should have been");
        }
        return rows * 1e9 / (System.nanoTime() - start);
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        connection.setAutoCommit(true);
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static void say(String format, Object... values) {
        System.out.println(String.format(Locale.ROOT, format, values));
    }
}
