package io.joulestream.ingest.world;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneRules;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * Which faults befall the readings and the agents of a world's sites, and when: a function of the world and the plan of its
 * feed alone.
 *
 * <p>Each site's history is divided into turns of two hours. In each turn one of the world's faults befalls one owner,
 * inside one hour and away from the beginning and the end of runs, so that two faults never meet.
 */
final class FaultPlan {
    private static final int TURN_MINUTES = 120;
    /** A fault and what must be right around it lie this far from the edges of their turn. */
    private static final int MARGIN_MINUTES = 8;

    private static final int ATTEMPTS = 40;
    /** Into the minute of a reset. */
    private static final int RESET_AFTER_TICKS = 234;

    private final World world;
    private final long gpusFrom;
    private final long fineFrom;
    private final long end;
    private final Incidents incidents;
    private final List<ReadingFault> faults = new ArrayList<>();
    private final Set<String> restarted = new HashSet<>();
    /** Owners whose numbers say nothing any more: a frame of theirs without a reading is taken for one that comes again. */
    private final Set<String> withoutNumbers = new HashSet<>();

    private FaultPlan(World world, FeedPlan plan) {
        this.world = world;
        this.gpusFrom = Ticks.since(world.start(), plan.gpusFrom());
        this.fineFrom = Ticks.since(world.start(), plan.fineFrom());
        this.end = Ticks.since(world.start(), world.end());
        this.incidents = Incidents.of(world, plan);
    }

    /** @param tallies takes what is done, as it is done */
    static List<ReadingFault> of(World world, FeedPlan plan, FaultTallies tallies) {
        FaultPlan made = new FaultPlan(world, plan);
        for (WorldSite site : world.sites()) {
            made.plan(site, tallies);
        }
        return List.copyOf(made.faults);
    }

    private void plan(WorldSite site, FaultTallies tallies) {
        List<Fault> kinds = new ArrayList<>(world.faults().stream()
                .filter(f -> f.family() == Fault.Family.READING || f.family() == Fault.Family.AGENT)
                .filter(f -> f != Fault.MIG || site.hasSlices())
                .toList());
        SplittableRandom random = Seeds.of(world.seed(), site.id() + "/faults");
        Collections.shuffle(kinds, new Random(random.nextLong()));
        int turns = kinds.isEmpty() ? 0 : (int) (end / Ticks.MINUTE / TURN_MINUTES);
        for (int turn = 0; turn < turns; turn++) {
            Fault kind = kinds.get(turn % kinds.size());
            target(site, kind, turn * TURN_MINUTES, random).ifPresent(target -> faults.add(fault(target, tallies)));
        }
        if (world.faults().contains(Fault.DST)) {
            addAmbiguousHours(site, tallies);
        }
    }

    private Optional<ReadingFault.Target> target(WorldSite site, Fault kind, int turn, SplittableRandom random) {
        List<WorldEntity> candidates =
                site.entities().stream().filter(e -> mayBefall(site, kind, e)).toList();
        int length = minutes(kind);
        for (int attempt = 0; attempt < ATTEMPTS && !candidates.isEmpty(); attempt++) {
            WorldEntity entity = candidates.get(random.nextInt(candidates.size()));
            int from = turn + MARGIN_MINUTES + random.nextInt(TURN_MINUTES - 2 * MARGIN_MINUTES - length);
            int to = from + length;
            boolean insideHour = from / 60 == (to - 1) / 60;
            boolean gpusSent = !entity.isGpu() || (from - MARGIN_MINUTES) * (long) Ticks.MINUTE >= gpusFrom;
            if (insideHour && gpusSent && isOneHolding(site, entity, from - MARGIN_MINUTES, to + MARGIN_MINUTES)) {
                return Optional.of(new ReadingFault.Target(
                        kind, site, entity, (long) from * Ticks.MINUTE, (long) to * Ticks.MINUTE));
            }
        }
        return Optional.empty();
    }

    private static boolean isOneHolding(WorldSite site, WorldEntity entity, int from, int to) {
        if (entity.pool() < 0) {
            return true;
        }
        Timeline.Holding holding = site.pools().get(entity.pool()).holdingBefore((long) from * Ticks.MINUTE + 1);
        return holding.to() >= (long) to * Ticks.MINUTE;
    }

    /** How long a fault lasts, its good readings at both ends included. */
    private static int minutes(Fault kind) {
        return switch (kind) {
            case COUNTER_RESET, CONFLICT, AGENT_RESTART, AGENT_RESTART_SAME_SESSION -> 1;
            case NAN -> 2;
            case STUCK -> 25;
            case MIG -> 6;
            default -> 5;
        };
    }

    private boolean mayBefall(WorldSite site, Fault kind, WorldEntity entity) {
        boolean ofIncident = incidents.resetOf(site.id(), entity.owner()).isPresent()
                || incidents.gapOf(site.id(), entity.owner()).isPresent();
        if (ofIncident
                || withoutNumbers.contains(site.id() + " " + entity.owner())
                || entity.counter().isEmpty()
                || entity.role().equals(WorldSite.CHECK)) {
            return false;
        }
        boolean wraps = entity.counter().orElseThrow().modulus() > 0;
        // of a device that may draw nothing, a register that stands still tells nothing wrong
        boolean alwaysOn = entity.load().idleCentiwatts() * 20 > entity.nameplateWatts() * Ticks.CENTIWATTS_PER_WATT;
        return switch (kind) {
            case MIG -> entity.isGpu() && site.hasSlices(entity);
            case STUCK -> entity.isNode();
            case COUNTER_RESET -> !wraps && alwaysOn && !restarted.contains(site.id() + " " + entity.id());
            case UNIT_SWITCH, SENTINEL -> !wraps && alwaysOn;
            default -> !wraps;
        };
    }

    private ReadingFault fault(ReadingFault.Target target, FaultTallies tallies) {
        boolean withGpus = target.fromTick() >= gpusFrom;
        return switch (target.kind()) {
            case COUNTER_RESET -> {
                restarted.add(target.site().id() + " " + target.entity().id());
                yield new RestartedCounter(target, tallies, target.fromTick() + RESET_AFTER_TICKS, fineFrom);
            }
            case GAP, NAN, STALE_MARKER -> new SilentChannel(target, tallies);
            case SENTINEL -> new SentinelValue(target, tallies);
            case UNIT_SWITCH -> new WrongUnit(target, tallies);
            case STUCK -> new StuckGauge(target, tallies);
            case MIG -> new RepeatingSlices(target, tallies);
            case CONFLICT -> new SecondOpinion(target, tallies);
            case LOST_FRAMES -> new LostFrames(target, tallies, withGpus);
            case AGENT_RESTART -> new RestartedAgent(target, tallies);
            case AGENT_RESTART_SAME_SESSION -> {
                withoutNumbers.add(target.site().id() + " " + target.entity().owner());
                yield new RestartedAgent(target, tallies);
            }
            case CLOCK_45S, CLOCK_400S, CLOCK_2Y, CLOCK_1970 -> new WrongClock(target, tallies, withGpus);
            default -> throw new IllegalArgumentException(target.kind() + " befalls no readings");
        };
    }

    private void addAmbiguousHours(WorldSite site, FaultTallies tallies) {
        ZoneRules rules = ZoneId.of(site.zone()).getRules();
        for (Instant change : Incidents.clockChanges(site, world.start(), world.end())) {
            ZoneOffset before = rules.getOffset(change.minusSeconds(1));
            long back = before.getTotalSeconds() - rules.getOffset(change).getTotalSeconds();
            long from = Ticks.since(world.start(), change) - back * Ticks.SECOND;
            long to = from + 2 * back * Ticks.SECOND;
            if (back > 0 && from > 0 && to < end) {
                Stream<WorldEntity> loggers = site.entities().stream()
                        .filter(e -> e.counter().isPresent()
                                && !e.isGpu()
                                && !e.role().equals(WorldSite.CHECK));
                WorldEntity logger = loggers.findFirst().orElseThrow();
                faults.add(new AmbiguousHour(new ReadingFault.Target(Fault.DST, site, logger, from, to), tallies));
            }
        }
    }
}
