package io.joulestream.ingest.world;

import static java.util.Objects.requireNonNull;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * What must be stored once all readings up to an instant are accounted for, and what of it cannot be known.
 *
 * <p>As text: UTF-8, one fact a line, fields separated by tabs, instants in ISO 8601, energies as their names say. The
 * first line is {@code joulestream-truth 2} with seed, tenant, start and end. Then, in any number and in this order:
 *
 * <pre>
 * site        id  step-s  facility-meter  facility-mj  it-mj
 * role        site  role  nameplate-w
 * run         site  run  precision  start  end  energy-uj  tokens  effective-tokens  retained-tokens  samples
 * cells       table  must-exist  site  run  entity-or-role  metric  start  step-s  values separated by spaces
 * step        site  run  attempt  step  from  to  tokens  samples
 * gauge       site  entity  metric  from  to  least-mw  greatest-mw
 * unknowable  table  site  run  entity-or-role  metric  from  to  rule  least-uj  greatest-uj  covered-ms  reason
 * fault       kind  site  owner  from  to  count  dead-letter  effect
 * </pre>
 *
 * <p>Lists are immutable, the arrays in them are not to be written. Any thread.
 *
 * @param until a whole minute; a row whose time ends later is not judged
 */
public record TruthFile(
        long seed,
        String tenant,
        Instant start,
        Instant until,
        List<Site> sites,
        List<RoleNameplate> roles,
        List<Run> runs,
        List<Cells> cells,
        List<Step> steps,
        List<Gauge> gauges,
        List<Unknowable> unknowable,
        List<FaultEntry> faults) {
    static final String MAGIC = "joulestream-truth 2";
    /** Of an unknowable cell whose coverage depends on more than readings tell, or that is no channel's minute. */
    public static final int COVERAGE_OPEN = -1;

    /** The tables of the ledger, and the columns of tokens as tables of their own. */
    public enum Table {
        CHANNEL_MINUTE,
        SITE_MINUTE,
        SITE_HOUR,
        RUN_MINUTE,
        RUN_MINUTE_TOKENS,
        RUN_HOUR,
        RUN_HOUR_TOKENS,
        RUN_METER_HOUR
    }

    /**
     * Totals over the whole steps of the ledger in the truth; in millijoules, because a large site's year exceeds a long of
     * microjoules.
     *
     * @param stepSeconds of the site's ledger: 3,600, or 1,800 or 900 where the zone's offsets ask for it
     * @param facilityMillijoules what entered the boundary, metered or not
     */
    public record Site(
            String id, int stepSeconds, boolean facilityMeter, long facilityMillijoules, long itMillijoules) {}

    /** @param nameplateWatts of all entities of the role together */
    public record RoleNameplate(String site, String role, long nameplateWatts) {}

    /**
     * @param end when it ended or the truth does
     * @param energyMicrojoules IT energy of its nodes from start to end
     * @param tokens processed
     * @param effectiveTokens of these, all but padding
     * @param retainedTokens of the effective ones, those in steps that no restart discarded; the others were redone
     */
    public record Run(
            String site,
            String run,
            String precision,
            Instant start,
            Instant end,
            long energyMicrojoules,
            long tokens,
            long effectiveTokens,
            long retainedTokens,
            long samples) {}

    /**
     * One true value for each step of time from {@code start}: microjoules, or tokens.
     *
     * @param mustExist else rows may be missing, but only all of them
     * @param run empty where the table has none
     * @param subject entity, or role in the tables of sites, or empty
     * @param metric 0 where the table has none
     */
    public record Cells(
            Table table,
            boolean mustExist,
            String site,
            String run,
            String subject,
            int metric,
            Instant start,
            int stepSeconds,
            long[] values) {}

    /** A row of training_step. */
    public record Step(
            String site, String run, int attempt, long step, Instant from, Instant to, long tokens, long samples) {}

    /**
     * A gauge beside a counter: its minutes may be stored, and their energy is known only to lie between the least and the
     * greatest power for the time accounted.
     */
    public record Gauge(
            String site,
            String entity,
            int metric,
            Instant from,
            Instant to,
            long leastMilliwatts,
            long greatestMilliwatts) {}

    /** How an unknowable cell is judged. */
    public enum Rule {
        /** The buckets' sum is exact, but not all of it was measured. */
        TOTAL_ONLY,
        /** The buckets' sum lies between the bounds. */
        BOUNDS
    }

    /**
     * Cells of {@link Cells} with the same names that readings cannot tell.
     *
     * @param from start of the first of them
     * @param to end of the last
     * @param coveredMillis what a channel's minute must say is covered, or {@link #COVERAGE_OPEN}
     */
    public record Unknowable(
            Table table,
            String site,
            String run,
            String subject,
            int metric,
            Instant from,
            Instant to,
            Rule rule,
            long leastMicrojoules,
            long greatestMicrojoules,
            int coveredMillis,
            String reason) {}

    public TruthFile {
        requireNonNull(start, "start");
        requireNonNull(until, "until");
        sites = List.copyOf(sites);
        roles = List.copyOf(roles);
        runs = List.copyOf(runs);
        cells = List.copyOf(cells);
        steps = List.copyOf(steps);
        gauges = List.copyOf(gauges);
        unknowable = List.copyOf(unknowable);
        faults = List.copyOf(faults);
    }

    /**
     * What must be stored once the readings from the world's start up to and including {@code until} are accounted for.
     *
     * @param until a whole minute
     */
    public static TruthFile of(World world, FeedPlan plan, Instant until) {
        return new TruthBuilder(world, plan, until).build();
    }

    /** The same with what {@link FaultyFeed} did. */
    public TruthFile withFaults(List<FaultEntry> more) {
        List<FaultEntry> all = new ArrayList<>(faults);
        all.addAll(more);
        return new TruthFile(seed, tenant, start, until, sites, roles, runs, cells, steps, gauges, unknowable, all);
    }

    /** Compressed when the name ends in {@code .gz}. */
    public void write(Path file) throws IOException {
        try (OutputStream bytes = Files.newOutputStream(file);
                OutputStream plain = isCompressed(file) ? new GZIPOutputStream(bytes, 1 << 16) : bytes;
                BufferedWriter writer =
                        new BufferedWriter(new OutputStreamWriter(plain, StandardCharsets.UTF_8), 1 << 16)) {
            new TruthText.Writer(writer).write(this);
        }
    }

    /** @throws IOException also when the file is not what {@link #write} writes, with the number of the line */
    public static TruthFile read(Path file) throws IOException {
        try (InputStream bytes = Files.newInputStream(file);
                InputStream plain = isCompressed(file) ? new GZIPInputStream(bytes, 1 << 16) : bytes;
                BufferedReader reader =
                        new BufferedReader(new InputStreamReader(plain, StandardCharsets.UTF_8), 1 << 16)) {
            return new TruthText.Reader(reader, file.toString()).read();
        }
    }

    private static boolean isCompressed(Path file) {
        return file.getFileName().toString().endsWith(".gz");
    }
}
