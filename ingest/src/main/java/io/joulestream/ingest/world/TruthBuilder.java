package io.joulestream.ingest.world;

import io.joulestream.ingest.world.TruthFile.Cells;
import io.joulestream.ingest.world.TruthFile.Rule;
import io.joulestream.ingest.world.TruthFile.Table;
import io.joulestream.ingest.world.TruthFile.Unknowable;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneOffsetTransitionRule;
import java.time.zone.ZoneRules;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Writes down a world's truth by minute and by step of the ledger.
 *
 * <p>All runs begin and end on whole minutes and every counter of record is read there, so a minute belongs wholly to one
 * run or to none, and larger cells are sums of minutes.
 */
final class TruthBuilder {
    private static final String HEAT = "HEAT_REMOVED";
    private static final Instant FIRST_READINGS = Instant.parse("2015-01-01T00:00:00Z");

    private final World world;
    private final FeedPlan plan;
    private final Instant until;
    private final int minutes;
    private final int gpuMinute;
    private final Incidents incidents;
    private final List<TruthFile.Site> sites = new ArrayList<>();
    private final List<TruthFile.RoleNameplate> roles = new ArrayList<>();
    private final List<TruthFile.Run> runs = new ArrayList<>();
    private final List<Cells> cells = new ArrayList<>();
    private final List<TruthFile.Step> steps = new ArrayList<>();
    private final List<TruthFile.Gauge> gauges = new ArrayList<>();
    private final List<Unknowable> unknowable = new ArrayList<>();
    private final List<FaultEntry> faults = new ArrayList<>();

    TruthBuilder(World world, FeedPlan plan, Instant until) {
        long tick = Ticks.since(world.start(), until);
        if (tick < 0 || tick % Ticks.MINUTE != 0) {
            throw new IllegalArgumentException("truth ends at a whole minute of the world, was " + until);
        }
        this.world = world;
        this.plan = plan;
        this.until = until;
        this.minutes = Math.toIntExact(tick / Ticks.MINUTE);
        this.gpuMinute = (int) Math.min(minutes, Ticks.since(world.start(), plan.gpusFrom()) / Ticks.MINUTE);
        this.incidents = Incidents.of(world, plan);
    }

    TruthFile build() {
        for (WorldSite site : world.sites()) {
            new OfSite(site).build();
        }
        return new TruthFile(
                world.seed(),
                WorldSite.TENANT,
                world.start(),
                until,
                sites,
                roles,
                runs,
                cells,
                steps,
                gauges,
                unknowable,
                faults);
    }

    private final class OfSite {
        private final WorldSite site;
        private final List<WorldEntity> metered;
        private final int stepMinutes;
        /** Microjoules by metered entity and minute. */
        private final long[][] energy;

        private final Map<String, long[]> byRole = new LinkedHashMap<>();
        private long facility;
        private long it;

        OfSite(WorldSite site) {
            this.site = site;
            this.metered = site.entities().stream()
                    .filter(e -> e.counter().isPresent())
                    .toList();
            this.stepMinutes = stepMinutes(ZoneId.of(site.zone()));
            this.energy = new long[metered.size()][minutes];
        }

        void build() {
            measure();
            for (int e = 0; e < metered.size(); e++) {
                addEntity(e);
            }
            byRole.forEach(this::addRole);
            for (WorldRun run : site.runs(until)) {
                addRun(run);
            }
            sites.add(new TruthFile.Site(site.id(), stepMinutes * 60, site.hasFacilityMeter(), facility, it));
            incidents.resets().stream().filter(r -> r.site().equals(site.id())).forEach(this::addReset);
            incidents.gaps().stream().filter(g -> g.site().equals(site.id())).forEach(this::addGap);
            addClockChanges();
        }

        private void measure() {
            long[] before = new long[metered.size()];
            for (int minute = 0; minute <= minutes; minute++) {
                Moment moment = site.climate().at((long) minute * Ticks.MINUTE);
                for (int e = 0; e < before.length; e++) {
                    long now = metered.get(e).load().millijoules(moment);
                    if (minute > 0) {
                        energy[e][minute - 1] = (now - before[e]) * Ticks.MICROJOULES_PER_MILLIJOULE;
                    }
                    before[e] = now;
                }
                if (minute == minutes / stepMinutes * stepMinutes) {
                    facility = site.facility().millijoules(moment);
                    it = site.it().millijoules(moment);
                }
            }
        }

        private void addEntity(int e) {
            WorldEntity entity = metered.get(e);
            Sensor counter = entity.counter().orElseThrow();
            int from = entity.isGpu() ? gpuMinute : 0;
            boolean must = !entity.role().equals(HEAT);
            add(Table.CHANNEL_MINUTE, must, "", entity.id(), counter.metric(), from, 1, tail(energy[e], from));
            long[] sum = byRole.computeIfAbsent(entity.role(), r -> new long[minutes]);
            for (int minute = from; minute < minutes; minute++) {
                sum[minute] += energy[e][minute];
            }
            for (Sensor sensor : entity.sensors()) {
                if (!sensor.ofRecord() && sensor.unit().equals("W") && gpuMinute < minutes) {
                    gauges.add(new TruthFile.Gauge(
                            site.id(),
                            entity.id(),
                            sensor.metric(),
                            at(gpuMinute),
                            until,
                            10 * entity.load().leastCentiwatts() - sensor.quantum(),
                            10 * entity.load().greatestCentiwatts()));
                }
            }
        }

        /** Whether the finer view of GPUs, and heat, have rows at a site is left open; if so they must be right. */
        private void addRole(String role, long[] sum) {
            boolean must = !role.equals("GPU") && !role.equals(HEAT);
            int from = role.equals("GPU") ? gpuMinute : 0;
            add(Table.SITE_MINUTE, must, "", role, 0, from, 1, tail(sum, from));
            addSteps(Table.SITE_HOUR, must, "", role, 0, from, minutes, sum);
            roles.add(new TruthFile.RoleNameplate(
                    site.id(),
                    role,
                    metered.stream()
                            .filter(e -> e.role().equals(role))
                            .mapToLong(WorldEntity::nameplateWatts)
                            .sum()));
        }

        private void addRun(WorldRun run) {
            int from = minute(run.start());
            int to = Math.min(minutes, minute(run.end()));
            int pool = site.poolOf(run);
            long[] sum = new long[minutes];
            for (int e = 0; e < metered.size(); e++) {
                WorldEntity entity = metered.get(e);
                if (entity.pool() != pool) {
                    continue;
                }
                int first = entity.isGpu() ? Math.max(from, gpuMinute) : from;
                addSteps(
                        Table.RUN_METER_HOUR,
                        entity.isNode(),
                        run.id(),
                        entity.id(),
                        entity.counter().orElseThrow().metric(),
                        first,
                        to,
                        energy[e]);
                for (int minute = from; entity.isNode() && minute < to; minute++) {
                    sum[minute] += energy[e][minute];
                }
            }
            add(Table.RUN_MINUTE, true, run.id(), "", 0, from, 1, range(sum, from, to));
            addSteps(Table.RUN_HOUR, true, run.id(), "", 0, from, to, sum);
            addTokens(run, from, to, sum);
        }

        private void addTokens(WorldRun run, int from, int to, long[] energyOfRun) {
            long[] tokens = new long[minutes];
            long[] totals = new long[2];
            Map<Integer, Long> stepsOfAttempt = new LinkedHashMap<>();
            for (Timeline pool : site.pools()) {
                pool.forEachLogLine((long) from * Ticks.MINUTE, (long) to * Ticks.MINUTE, line -> {
                    if (line.run().equals(run.id()) && line.phase() == WorldRun.Phase.TRAIN) {
                        long amount = line.steps() * run.tokensPerStep();
                        long sequences = line.steps() * run.samplesPerStep();
                        tokens[minute(line.from())] += amount;
                        totals[0] += amount;
                        totals[1] += sequences;
                        stepsOfAttempt.merge(line.attempt(), line.steps(), Long::sum);
                        steps.add(new TruthFile.Step(
                                site.id(),
                                run.id(),
                                line.attempt(),
                                line.step(),
                                line.from(),
                                line.to(),
                                amount,
                                sequences));
                    }
                });
            }
            add(Table.RUN_MINUTE_TOKENS, true, run.id(), "", 0, from, 1, range(tokens, from, to));
            addSteps(Table.RUN_HOUR_TOKENS, true, run.id(), "", 0, from, to, tokens);
            long sum = 0;
            for (int minute = from; minute < to; minute++) {
                sum += energyOfRun[minute];
            }
            runs.add(new TruthFile.Run(
                    site.id(),
                    run.id(),
                    run.precision(),
                    run.start(),
                    at(to),
                    sum,
                    totals[0],
                    totals[0] / run.tokensPerStep() * run.effectiveTokensPerStep(),
                    retainedSteps(run, stepsOfAttempt) * run.effectiveTokensPerStep(),
                    totals[1]));
            for (int i = 1; i < run.attempts().size(); i++) {
                WorldRun.Attempt failed = run.attempts().get(i - 1);
                if (failed.trainingTo().isBefore(until)) {
                    long lost = stepsOfAttempt.get(failed.number()) - failed.keptSteps();
                    faults.add(new FaultEntry(
                            "RESTART",
                            site.id(),
                            "job/" + run.id(),
                            failed.trainingTo(),
                            run.attempts().get(i).trainingFrom(),
                            lost,
                            "",
                            lost + " steps since the last checkpoint are done again"));
                }
            }
        }

        private long retainedSteps(WorldRun run, Map<Integer, Long> stepsOfAttempt) {
            long retained = 0;
            for (WorldRun.Attempt attempt : run.attempts()) {
                long done = stepsOfAttempt.getOrDefault(attempt.number(), 0L);
                boolean discarded = attempt.trainingTo().isBefore(until);
                retained += discarded ? Math.min(done, attempt.keptSteps()) : done;
            }
            return retained;
        }

        private void addReset(Incidents.Reset reset) {
            if (reset.after() > (long) minutes * Ticks.MINUTE) {
                return;
            }
            WorldEntity entity = entity(reset.entity());
            int minute = (int) (reset.before() / Ticks.MINUTE);
            Instant happened = world.start().plusMillis(reset.tick() * Ticks.MILLIS);
            long least = site.microjoules(entity.load(), happened, at(minute + 1));
            long greatest = entity.load().greatestCentiwatts() * Ticks.MINUTE * Ticks.MICROJOULES_PER_MILLIJOULE;
            String reason = "counter reset inside";
            bound(entity, minute, minute + 1, least, greatest, false, reason);
            faults.add(new FaultEntry(
                    "COUNTER_RESET",
                    site.id(),
                    entity.id(),
                    at(minute),
                    at(minute + 1),
                    1,
                    "",
                    site.microjoules(entity.load(), at(minute), happened)
                            + " uJ of the old register were never read; the new one shows " + least + " uJ"));
        }

        private void addGap(Incidents.Gap gap) {
            if (gap.to() > (long) minutes * Ticks.MINUTE) {
                return;
            }
            WorldEntity entity = entity(gap.entity());
            int from = (int) (gap.from() / Ticks.MINUTE);
            int to = (int) (gap.to() / Ticks.MINUTE);
            long total = site.microjoules(entity.load(), at(from), at(to));
            bound(entity, from, to, 0, total, true, "no readings, bridged by the counter");
            faults.add(new FaultEntry(
                    "GAP",
                    site.id(),
                    entity.id(),
                    at(from),
                    at(to),
                    to - from - 1,
                    "",
                    "readings missing; their total of " + total + " uJ is known, its shape in time is not"));
        }

        /**
         * Marks all cells that contain some of the minutes. In these the entity's energy is only known to lie between the
         * bounds; a cell that contains all of them has the exact sum where the total is known.
         */
        private void bound(
                WorldEntity entity, int from, int to, long least, long greatest, boolean totalKnown, String reason) {
            int metric = entity.counter().orElseThrow().metric();
            Timeline.Holding holding = entity.pool() < 0
                    ? null
                    : site.pools().get(entity.pool()).holdingBefore((long) from * Ticks.MINUTE + 1);
            String run = holding == null || holding.run() < 0
                    ? ""
                    : site.pools().get(entity.pool()).run(holding.run()).id();
            for (Cells c : List.copyOf(cells)) {
                boolean ofEntity = c.subject().equals(entity.id()) && c.metric() == metric;
                boolean touched = c.site().equals(site.id())
                        && switch (c.table()) {
                            case CHANNEL_MINUTE -> ofEntity;
                            case SITE_MINUTE, SITE_HOUR -> c.subject().equals(entity.role());
                            case RUN_MINUTE, RUN_HOUR ->
                                !run.isEmpty() && c.run().equals(run);
                            case RUN_METER_HOUR -> !run.isEmpty() && c.run().equals(run) && ofEntity;
                            default -> false;
                        };
                if (touched) {
                    boundCells(c, entity, from, to, least, greatest, totalKnown, reason);
                }
            }
        }

        private void boundCells(
                Cells c,
                WorldEntity entity,
                int from,
                int to,
                long least,
                long greatest,
                boolean totalKnown,
                String reason) {
            int start = minute(c.start());
            int length = c.stepSeconds() / 60;
            for (int i = 0; i < c.values().length; i++) {
                int cellFrom = start + i * length;
                int cellTo = cellFrom + length;
                if (cellTo <= from || cellFrom >= to) {
                    continue;
                }
                boolean whole = cellFrom <= from && to <= cellTo;
                long inside = site.microjoules(entity.load(), at(Math.max(from, cellFrom)), at(Math.min(to, cellTo)));
                long others = c.values()[i] - inside;
                unknowable.add(new Unknowable(
                        c.table(),
                        c.site(),
                        c.run(),
                        c.subject(),
                        c.metric(),
                        at(cellFrom),
                        at(cellTo),
                        totalKnown && whole ? Rule.TOTAL_ONLY : Rule.BOUNDS,
                        others + least,
                        others + greatest,
                        reason));
            }
        }

        private void addClockChanges() {
            for (Instant change : Incidents.clockChanges(site, world.start(), until)) {
                faults.add(clockChange(change));
            }
        }

        private FaultEntry clockChange(Instant change) {
            ZoneRules rules = ZoneId.of(site.zone()).getRules();
            ZoneOffset before = rules.getOffset(change.minusSeconds(1));
            ZoneOffset after = rules.getOffset(change);
            int longer = before.getTotalSeconds() - after.getTotalSeconds();
            return new FaultEntry(
                    "CLOCK_CHANGE",
                    site.id(),
                    "",
                    change,
                    change,
                    1,
                    "",
                    "the local day in " + site.zone() + " has " + (24 * 60 + longer / 60)
                            + " minutes; no energy changes");
        }

        private WorldEntity entity(String id) {
            return metered.stream().filter(e -> e.id().equals(id)).findFirst().orElseThrow();
        }

        private void add(
                Table table,
                boolean must,
                String run,
                String subject,
                int metric,
                int from,
                int length,
                long[] values) {
            if (values.length > 0) {
                cells.add(new Cells(table, must, site.id(), run, subject, metric, at(from), 60 * length, values));
            }
        }

        /** Sums by the ledger's step over [from, to), for the steps that are over. */
        private void addSteps(
                Table table, boolean must, String run, String subject, int metric, int from, int to, long[] byMinute) {
            if (from >= to) {
                return;
            }
            int first = from / stepMinutes;
            int last = Math.min(minutes / stepMinutes, (to + stepMinutes - 1) / stepMinutes);
            if (first >= last) {
                return;
            }
            long[] sums = new long[last - first];
            for (int minute = from; minute < Math.min(to, last * stepMinutes); minute++) {
                sums[minute / stepMinutes - first] += byMinute[minute];
            }
            add(table, must, run, subject, metric, first * stepMinutes, stepMinutes, sums);
        }
    }

    private int minute(Instant at) {
        return Math.toIntExact(Ticks.since(world.start(), at) / Ticks.MINUTE);
    }

    private Instant at(int minute) {
        return world.start().plusSeconds(60L * minute);
    }

    private static long[] tail(long[] values, int from) {
        return range(values, from, values.length);
    }

    private static long[] range(long[] values, int from, int to) {
        return from >= to ? new long[0] : Arrays.copyOfRange(values, from, to);
    }

    /** The longest of 60, 30 and 15 minutes that divides every offset the zone has had since 2015. */
    static int stepMinutes(ZoneId zone) {
        ZoneRules rules = zone.getRules();
        List<ZoneOffset> offsets = Stream.concat(
                        Stream.of(rules.getOffset(FIRST_READINGS)),
                        Stream.concat(
                                rules.getTransitions().stream()
                                        .filter(t -> !t.getInstant().isBefore(FIRST_READINGS))
                                        .map(ZoneOffsetTransition::getOffsetAfter),
                                rules.getTransitionRules().stream().map(ZoneOffsetTransitionRule::getOffsetAfter)))
                .toList();
        for (int minutes : new int[] {60, 30, 15}) {
            if (offsets.stream().allMatch(offset -> offset.getTotalSeconds() % (60 * minutes) == 0)) {
                return minutes;
            }
        }
        throw new IllegalArgumentException("zone " + zone + " has an offset that is no multiple of 15 minutes");
    }
}
