package io.joulestream.bench;

import io.joulestream.core.ledger.ChannelMinute;
import io.joulestream.core.ledger.EnergyBuckets;
import io.joulestream.storage.BareCopy;
import io.joulestream.storage.Database;
import io.joulestream.storage.DatabaseAddress;
import io.joulestream.storage.Edition;
import io.joulestream.storage.LedgerWriter;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * How fast the sink stores rows of {@code channel_minute}, beside what one connection can do at most: a binary COPY of the
 * same rows, in the same batches, into a table with the same key. Then the whole again, of which nothing may be stored and
 * no dead row be left. Each round does all three, in turn forwards and backwards; figures of one run compare.
 *
 * <p>{@code bench/run sink [rounds, 5] [jdbc:postgresql://host:port/ of a superuser postgres; else an embedded server]}
 */
public final class SinkRates {
    private static final int CHANNELS = 1_000;
    private static final int MINUTES = 200;
    private static final int BATCH = 20_000;
    private static final double NANOS = 1e9;

    private SinkRates() {}

    public static void main(String[] arguments) throws Exception {
        int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 5;
        try (BenchDatabase server = BenchDatabase.of(arguments, 1);
                Database database = Database.open(server.address());
                Connection connection = server.connect()) {
            say(
                    "%,d rows of channel_minute in batches of %,d, sorted; %s, %d rounds",
                    CHANNELS * MINUTES, BATCH, database.edition().name().toLowerCase(Locale.ROOT), rounds);
            bareTable(connection, database.edition());
            rounds(server.address(), connection, rounds);
        }
    }

    private static void bareTable(Connection connection, Edition edition) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("create table bare_minute (like channel_minute including all)");
            if (edition != Edition.PLAIN) {
                statement.execute("select create_hypertable('bare_minute', by_range('minute', interval '1 day'),"
                        + " create_default_indexes => false)");
            }
        }
    }

    private static void rounds(DatabaseAddress address, Connection connection, int rounds) throws SQLException {
        List<List<ChannelMinute>> batches = batches();
        List<Double> bare = new ArrayList<>();
        List<Double> stored = new ArrayList<>();
        List<Double> replayed = new ArrayList<>();
        bare(connection, batches); // warms both up
        sink(address, connection, batches, new ArrayList<>());
        for (int round = 0; round < rounds; round++) {
            if (round % 2 == 0) {
                bare.add(bare(connection, batches));
                stored.add(sink(address, connection, batches, replayed));
            } else {
                stored.add(sink(address, connection, batches, replayed));
                bare.add(bare(connection, batches));
            }
        }
        say("bare COPY    %,9.0f rows/s", Median.of(bare));
        say("sink         %,9.0f rows/s, %.2f of it", Median.of(stored), Median.of(ratios(stored, bare)));
        say("full replay  %,9.0f rows/s, %.2f of it", Median.of(replayed), Median.of(ratios(replayed, bare)));
        say("dead rows after a replay: none in %d rounds", rounds + 1);
    }

    private static double bare(Connection connection, List<List<ChannelMinute>> batches) throws SQLException {
        empty(connection, "bare_minute");
        BareCopy copy = new BareCopy("bare_minute");
        long start = System.nanoTime();
        for (List<ChannelMinute> batch : batches) {
            copy.copy(connection, batch);
        }
        return rate(start);
    }

    /** Stores all, then all again. */
    private static double sink(
            DatabaseAddress address, Connection connection, List<List<ChannelMinute>> batches, List<Double> replayed)
            throws SQLException {
        empty(connection, "channel_minute");
        double rate;
        try (LedgerWriter writer = LedgerWriter.open(address)) {
            rate = write(writer, batches, CHANNELS * MINUTES);
        }
        try (LedgerWriter writer = LedgerWriter.open(address)) {
            replayed.add(write(writer, batches, 0));
        }
        long dead = deadRows(connection);
        if (dead != 0) {
            throw new IllegalStateException(dead + " dead rows after a replay");
        }
        return rate;
    }

    private static double write(LedgerWriter writer, List<List<ChannelMinute>> batches, int expected) {
        long start = System.nanoTime();
        int changed = 0;
        for (List<ChannelMinute> batch : batches) {
            batch.forEach(writer::write);
            changed += writer.flush();
        }
        if (changed != expected) {
            throw new IllegalStateException(changed + " rows changed, " + expected + " should have");
        }
        return rate(start);
    }

    private static double rate(long startNanos) {
        return CHANNELS * MINUTES * NANOS / (System.nanoTime() - startNanos);
    }

    private static void empty(Connection connection, String table) throws SQLException {
        connection.setAutoCommit(true);
        try (Statement statement = connection.createStatement()) {
            statement.execute("truncate " + table);
            statement.execute("checkpoint");
        }
    }

    /** By what the writer's session has told when it closed: of the table and of a hypertable's chunks. */
    private static long deadRows(Connection connection) throws SQLException {
        String sql = "select coalesce(sum(n_dead_tup), 0) from pg_stat_all_tables"
                + " where relname = 'channel_minute' or relname like '\\_hyper\\_%'";
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            result.next();
            return result.getLong(1);
        }
    }

    private static List<List<ChannelMinute>> batches() {
        Instant start = Instant.parse("2026-03-10T00:00:00Z");
        List<ChannelMinute> rows = new ArrayList<>(CHANNELS * MINUTES);
        for (int minute = 0; minute < MINUTES; minute++) {
            for (int channel = 0; channel < CHANNELS; channel++) {
                long energy = 42_000_000_000L + 7_919L * minute + channel;
                rows.add(new ChannelMinute(
                        "bench",
                        "site",
                        String.format(Locale.ROOT, "node-%03d/gpu%d", channel / 8, channel % 8),
                        1,
                        start.plusSeconds(60L * minute),
                        new EnergyBuckets(energy, 0, 0),
                        700_000,
                        690_000,
                        100,
                        60_000,
                        60_000,
                        60,
                        0,
                        0,
                        1L + minute));
            }
        }
        List<List<ChannelMinute>> batches = new ArrayList<>();
        for (int from = 0; from < rows.size(); from += BATCH) {
            batches.add(rows.subList(from, from + BATCH));
        }
        return batches;
    }

    private static List<Double> ratios(List<Double> some, List<Double> others) {
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; i < others.size(); i++) {
            // the first of the replays belongs to the warming up
            ratios.add(some.get(some.size() - others.size() + i) / others.get(i));
        }
        return ratios;
    }

    private static void say(String format, Object... values) {
        System.out.println(String.format(Locale.ROOT, format, values));
    }
}
