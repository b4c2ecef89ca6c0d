package io.joulestream.ingest.world;

import io.joulestream.ingest.world.TruthFile.Cells;
import io.joulestream.ingest.world.TruthFile.Rule;
import io.joulestream.ingest.world.TruthFile.Table;
import io.joulestream.ingest.world.TruthFile.Unknowable;
import java.time.Instant;
import java.time.LocalDate;
import java.time.Year;
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
import java.util.Set;
import java.util.TreeSet;
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
    private final Instant until;
    private final int minutes;
    private final int gpuMinute;
    private final int fineMinute;
    private final Incidents incidents;
    private final List<ReadingFault> plannedFaults;
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
        this.until = until;
        this.minutes = Math.toIntExact(tick / Ticks.MINUTE);
        this.gpuMinute = (int) Math.min(minutes, Ticks.since(world.start(), plan.gpusFrom()) / Ticks.MINUTE);
        this.fineMinute = (int) Math.min(minutes, Ticks.since(world.start(), plan.fineFrom()) / Ticks.MINUTE);
        this.incidents = Incidents.of(world, plan);
        this.plannedFaults = FaultPlan.of(world, plan, new FaultTallies());
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
        private final List<Doubt> doubts = new ArrayList<>();
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
            plannedFaults.stream()
                    .filter(fault -> fault.target().site() == site)
                    .flatMap(fault -> fault.doubts().stream())
                    .filter(doubt -> doubt.to() <= minutes)
                    .forEach(doubts::add);
            addAwakenings();
            boundCells();
            metered.forEach(this::addWraps);
            addChecks();
            addClockChanges();
            if (world.faults().contains(Fault.LEAP_DAY)) {
                addLeapDays();
            }
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
            boolean must = !entity.role().equals(HEAT) && !entity.role().equals(WorldSite.CHECK);
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
            boolean must = !role.equals("GPU") && !role.equals(HEAT) && !role.equals(WorldSite.CHECK);
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
            Doubt doubt = Doubt.reset(site, entity, reset.before(), reset.tick(), reset.after());
            doubts.add(doubt);
            long unread = site.microjoules(entity.load(), reset.before(), reset.tick());
            faults.add(new FaultEntry(
                    "COUNTER_RESET",
                    site.id(),
                    entity.id(),
                    at(doubt.from()),
                    at(doubt.to()),
                    1,
                    "",
                    unread + " uJ of the old register were never read; the new one shows " + doubt.least() + " uJ"));
        }

        private void addGap(Incidents.Gap gap) {
            if (gap.to() > (long) minutes * Ticks.MINUTE) {
                return;
            }
            WorldEntity entity = entity(gap.entity());
            int from = (int) (gap.from() / Ticks.MINUTE);
            int to = (int) (gap.to() / Ticks.MINUTE);
            Doubt doubt = Doubt.bridged(site, entity, from, to);
            doubts.add(doubt);
            faults.add(new FaultEntry(
                    "GAP",
                    site.id(),
                    entity.id(),
                    at(from),
                    at(to),
                    to - from - 1,
                    "",
                    "readings missing; their total of " + doubt.totalLeast()
                            + " uJ is known, its shape in time is not"));
        }

        /** Registers that stood still where they are read by the second: the sun rises. */
        private void addAwakenings() {
            for (int e = 0; e < metered.size(); e++) {
                for (int minute = fineMinute; minute + 1 < minutes; minute++) {
                    if (energy[e][minute] == 0 && energy[e][minute + 1] > 0) {
                        doubts.add(Doubt.awakened(site, metered.get(e), minute));
                    }
                }
            }
        }

        /** Marks all cells in which some of the doubts lie; a cell may have several, each with bounds of its own. */
        private void boundCells() {
            for (Cells c : List.copyOf(cells)) {
                if (c.site().equals(site.id())) {
                    List<Doubt> ofCells =
                            doubts.stream().filter(doubt -> touches(doubt, c)).toList();
                    if (!ofCells.isEmpty()) {
                        boundCells(c, ofCells);
                    }
                }
            }
        }

        private boolean touches(Doubt doubt, Cells c) {
            WorldEntity entity = doubt.entity();
            boolean ofEntity = c.subject().equals(entity.id())
                    && c.metric() == entity.counter().orElseThrow().metric();
            return switch (c.table()) {
                case CHANNEL_MINUTE -> ofEntity;
                case SITE_MINUTE, SITE_HOUR -> c.subject().equals(entity.role());
                case RUN_MINUTE, RUN_HOUR -> entity.isNode() && c.run().equals(runDuring(doubt));
                case RUN_METER_HOUR -> ofEntity && c.run().equals(runDuring(doubt));
                case RUN_MINUTE_TOKENS, RUN_HOUR_TOKENS -> false;
            };
        }

        /** The run that holds the entity; empty for none. */
        private String runDuring(Doubt doubt) {
            int pool = doubt.entity().pool();
            if (pool < 0) {
                return "";
            }
            Timeline timeline = site.pools().get(pool);
            Timeline.Holding holding = timeline.holdingBefore((long) doubt.from() * Ticks.MINUTE + 1);
            return holding.run() < 0 ? "" : timeline.run(holding.run()).id();
        }

        private void boundCells(Cells c, List<Doubt> ofCells) {
            int start = minute(c.start());
            int length = c.stepSeconds() / 60;
            Set<Integer> touched = new TreeSet<>();
            for (Doubt doubt : ofCells) {
                int first = Math.max(0, Math.floorDiv(doubt.from() - start, length));
                int last = Math.min(c.values().length - 1, Math.floorDiv(doubt.to() - 1 - start, length));
                for (int i = first; i <= last; i++) {
                    touched.add(i);
                }
            }
            for (int i : touched) {
                int from = start + i * length;
                unknowable.add(bounded(c, c.values()[i], from, from + length, ofCells));
            }
        }

        private Unknowable bounded(Cells c, long value, int cellFrom, int cellTo, List<Doubt> ofCells) {
            long least = value;
            long greatest = value;
            int covered = 60_000;
            Set<String> reasons = new TreeSet<>();
            for (Doubt doubt : ofCells) {
                int from = Math.max(doubt.from(), cellFrom);
                int to = Math.min(doubt.to(), cellTo);
                if (from < to) {
                    boolean whole = from == doubt.from() && to == doubt.to();
                    long inside = site.microjoules(doubt.entity().load(), at(from), at(to));
                    least += (whole ? doubt.totalLeast() : doubt.least()) - inside;
                    greatest += (whole ? doubt.totalGreatest() : doubt.greatest()) - inside;
                    covered = doubt.coveredMillis();
                    reasons.add(doubt.reason());
                }
            }
            return new Unknowable(
                    c.table(),
                    c.site(),
                    c.run(),
                    c.subject(),
                    c.metric(),
                    at(cellFrom),
                    at(cellTo),
                    least == greatest ? Rule.TOTAL_ONLY : Rule.BOUNDS,
                    least,
                    greatest,
                    c.table() == Table.CHANNEL_MINUTE ? covered : TruthFile.COVERAGE_OPEN,
                    String.join("; ", reasons));
        }

        /** Registers that began again, which the inventory makes up for. */
        private void addWraps(WorldEntity entity) {
            Sensor counter = entity.counter().orElseThrow();
            long wraps = counter.wraps(site.climate().at((long) minutes * Ticks.MINUTE))
                    - counter.wraps(site.climate().at(0));
            if (wraps > 0) {
                faults.add(new FaultEntry(
                        Fault.WRAP.name(),
                        site.id(),
                        entity.id(),
                        world.start(),
                        until,
                        wraps,
                        "",
                        "the register of " + counter.modulus() + " mJ began again; no figure changes"));
            }
        }

        /** Meters of a load that is metered already. */
        private void addChecks() {
            long checks = metered.stream()
                    .filter(e -> e.role().equals(WorldSite.CHECK))
                    .count();
            if (checks > 0) {
                faults.add(new FaultEntry(
                        Fault.AC_DC.name(),
                        site.id(),
                        "",
                        world.start(),
                        until,
                        checks,
                        "",
                        "direct current behind an input that is metered; in no sum"));
            }
        }

        private void addLeapDays() {
            ZoneId zone = ZoneId.of(site.zone());
            for (int year = world.start().atZone(zone).getYear();
                    year <= until.atZone(zone).getYear();
                    year++) {
                if (Year.isLeap(year)) {
                    Instant begin = LocalDate.of(year, 2, 29).atStartOfDay(zone).toInstant();
                    Instant end = LocalDate.of(year, 3, 1).atStartOfDay(zone).toInstant();
                    if (begin.isBefore(until) && end.isAfter(world.start())) {
                        faults.add(new FaultEntry(
                                Fault.LEAP_DAY.name(), site.id(), "", begin, end, 1, "", "a day like any other"));
                    }
                }
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
