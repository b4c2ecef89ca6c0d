package io.joulestream.bench;

import io.joulestream.core.ledger.ChannelMinute;
import io.joulestream.core.ledger.DeadLetter;
import io.joulestream.core.ledger.DemandInterval;
import io.joulestream.core.ledger.EnergyBuckets;
import io.joulestream.core.ledger.JobPhase;
import io.joulestream.core.ledger.QuantityStep;
import io.joulestream.core.ledger.RunCheckpoint;
import io.joulestream.core.ledger.RunExtent;
import io.joulestream.core.ledger.RunMeterStep;
import io.joulestream.core.ledger.RunPhase;
import io.joulestream.core.ledger.RunStep;
import io.joulestream.core.ledger.SitePart;
import io.joulestream.core.ledger.SiteStep;
import io.joulestream.core.ledger.TrainingStep;
import io.joulestream.core.ledger.VolumeBuckets;
import io.joulestream.storage.Database;
import io.joulestream.storage.DatabaseStatus;
import io.joulestream.storage.DatabaseStatus.TableStatus;
import io.joulestream.storage.LedgerWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.Locale;

/**
 * What a row of each table of the ledger takes on disk, as a table of docs/storage.md: rows as a job writes them, in the
 * order of their time, each table alone and compact.
 *
 * <p>{@code bench/run sizes [rows of each table, 100000] [jdbc:postgresql://host:port/ of a superuser postgres]}
 */
public final class TableSizes {
    private static final String TENANT = "bench";
    private static final String SITE = "site-1";
    private static final Instant START = Instant.parse("2026-03-01T00:00:00Z");
    private static final EnergyBuckets ENERGY = new EnergyBuckets(39_420_000_000L, 0, 0);
    /** What has a row in each period: channels, meters, runs, feeds. */
    private static final int SUBJECTS = 100;

    private TableSizes() {}

    public static void main(String[] arguments) throws Exception {
        int rows = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 100_000;
        try (BenchDatabase server = BenchDatabase.of(arguments, 1);
                Database database = Database.open(server.address())) {
            try (LedgerWriter writer = database.openWriter()) {
                for (int i = 0; i < rows; i++) {
                    writeOneOfEach(writer, i);
                }
                writer.flush();
            }
            vacuum(server);
            print(DatabaseStatus.read(server.address()), rows);
        }
    }

    private static void writeOneOfEach(LedgerWriter writer, int i) {
        int subject = i % SUBJECTS;
        int period = i / SUBJECTS;
        Instant minute = START.plusSeconds(60L * period);
        Instant quarter = START.plusSeconds(900L * period);
        Instant hour = START.plusSeconds(3_600L * period);
        String entity = "rack-" + subject / 8 + "/node" + subject % 8;
        String run = "run-" + subject;
        String role = "ROLE_" + subject;
        writer.write(new ChannelMinute(
                TENANT, SITE, entity, 20, minute, ENERGY, 657_000, 650_000, 90, 60_000, 60_000, 60, 0, 0, i));
        writer.write(new SiteStep(TENANT, SITE, role, minute, 60, ENERGY, 60_000L, 60_000L, 0, 0, i));
        writer.write(new SiteStep(TENANT, SITE, role, hour, 3_600, ENERGY, 60_000L, 60_000L, 0, 0, i));
        writer.write(new SitePart(
                TENANT, SITE, "COOLING_ELEC/CHILLER/FEED_" + subject, hour, 3_600, ENERGY, 60_000L, 60_000L, 0, i));
        writer.write(new RunStep(TENANT, SITE, run, minute, 60, ENERGY, 60_000, 60_000, 1_000_000, 0, 0, i));
        writer.write(new RunStep(TENANT, SITE, run, hour, 3_600, ENERGY, 60_000, 60_000, 1_000_000, 0, 0, i));
        writer.write(new RunMeterStep(TENANT, SITE, run, entity, 20, false, hour, 3_600, ENERGY, 60_000, 60_000, 0, i));
        writer.write(new RunExtent(TENANT, SITE, "run-" + i, START, START.plusSeconds(i + 1L), 0, i));
        writer.write(new TrainingStep(
                TENANT,
                SITE,
                run,
                1,
                period,
                period,
                START,
                START.plusSeconds(9),
                4_000_000,
                4_000_000,
                3_900_000L,
                55L,
                0,
                i));
        Instant end = START.plusSeconds(10L * period + 9);
        writer.write(new RunPhase(TENANT, SITE, run, 1, JobPhase.TRAIN, end.minusSeconds(9), end, 0, i));
        writer.write(new RunCheckpoint(TENANT, SITE, run, 1, period, end, 0, i));
        writer.write(new DemandInterval(
                TENANT,
                SITE,
                "feed-" + subject,
                false,
                quarter,
                DemandInterval.LENGTH_SECONDS,
                ENERGY,
                900_000,
                900_000,
                0,
                0,
                i));
        writer.write(new QuantityStep(
                TENANT,
                SITE,
                "water-" + subject,
                50,
                "POTABLE",
                false,
                hour,
                3_600,
                new VolumeBuckets(1_000, 0, 0),
                3_600_000,
                3_600_000,
                0,
                0,
                i));
        writer.write(new DeadLetter(
                "js.telemetry.bench.v1",
                0,
                i,
                TENANT,
                SITE,
                entity,
                20,
                1,
                "TOO_OLD",
                "3 h behind its owner",
                minute,
                new byte[400]));
    }

    private static void vacuum(BenchDatabase server) throws SQLException {
        try (Connection connection = server.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("vacuum analyze");
        }
    }

    private static void print(DatabaseStatus status, int rows) {
        System.out.println("PostgreSQL " + status.postgresVersion()
                + status.timescaledbVersion()
                        .map(version -> ", TimescaleDB " + version)
                        .orElse("")
                + String.format(Locale.ROOT, "; %,d rows of each table", rows));
        System.out.println("| table | row, B | key and indexes, B | together, B |");
        System.out.println("|---|---|---|---|");
        for (TableStatus table : status.tables()) {
            if (table.rows().orElse(0L) >= rows / 2) {
                long perRow = Math.round((double) table.tableBytes() / rows);
                long perKey = Math.round((double) table.indexBytes() / rows);
                System.out.println(
                        "| `" + table.name() + "` | " + perRow + " | " + perKey + " | " + (perRow + perKey) + " |");
            }
        }
    }
}
