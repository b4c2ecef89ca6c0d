package io.joulestream.core.kpi;

import static java.util.Objects.requireNonNull;

import io.joulestream.core.inventory.Channel;
import io.joulestream.core.inventory.Entity;
import io.joulestream.core.inventory.Role;
import io.joulestream.core.inventory.SiteInventory;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What each meter reads and the meters below it do not, and whether that has changed.
 *
 * <p>Losses and loads without a meter leave a residual that is steady, so not its size but its change tells of a register
 * that went wrong. The register of a meter in the middle of the tree enters two residuals with opposite signs, its own and
 * that of the meter above, and is named when both moved. A residual over GPUs follows the load, as processors and fans do
 * not draw in proportion to GPUs: it supports what the meter above says, and is no suspicion by itself.
 *
 * <p>Both windows use only times in which every meter of the comparison was read. Immutable, thread-safe, without I/O.
 */
public final class Residuals {
    /** From which change of the share on a meter is suspected. */
    public static final BigDecimal SUSPECT_DRIFT = new BigDecimal("0.03");

    /** The least time of the reference in which all meters of a comparison were read. */
    public static final Duration LEAST_REFERENCE = Duration.ofHours(2);

    private static final BigDecimal COVERED_SHARE = Thresholds.DEFAULT.measuredShare();
    /** A register's step may move a share by no more than a part of what is looked for. */
    private static final BigInteger LEAST_RESOLUTIONS = BigInteger.valueOf(100);

    private static final BigDecimal LEAST_LOAD = new BigDecimal("0.01");

    private static final Set<Role> SOURCES =
            Set.of(Role.GRID_IMPORT, Role.ONSITE_GEN, Role.BACKUP_GEN, Role.STORAGE_DISCHARGE);

    /** What one entity's energy channel saw in a window. */
    public record Reading(EnergyTotal energy, long coveredMillis) {
        public Reading {
            requireNonNull(energy, "energy");
        }
    }

    /** @param readings by entity; an entity without rows is left out */
    public record Window(Instant start, Instant end, Map<String, Reading> readings) {
        public Window {
            if (!start.isBefore(end)) {
                throw new IllegalArgumentException("a window must end after it starts, was " + start + ".." + end);
            }
            readings = Map.copyOf(readings);
        }

        Duration length() {
            return Duration.between(start, end);
        }
    }

    /** A share of what the upper meter reads, or why there is none; negative when the meters below read more. */
    public record Share(BigDecimal value, ReasonCode reason) {
        static Share missing(ReasonCode reason) {
            return new Share(null, reason);
        }
    }

    /**
     * One meter against the next metered level below it.
     *
     * @param below how many meters that level has
     * @param referenceTime how much of the reference all of them were read
     * @param drift recent minus reference; null when one of them is
     * @param suspect whether the drift tells of a register that changed
     * @param named the meter to look at; null when this one is no suspect
     * @param orBelow whether it may as well be a meter right below the named one, or a source beside it
     */
    public record Residual(
            String entity,
            int below,
            Share recent,
            Share reference,
            Duration referenceTime,
            BigDecimal drift,
            boolean suspect,
            String named,
            boolean orBelow) {}

    /** One comparison, before it is known what the others say. */
    private record Level(Entity upper, List<Entity> lower, List<Entity> beside, boolean isDecidable) {
        boolean isOfGpus() {
            return lower.stream().anyMatch(entity -> entity.role() == Role.GPU);
        }
    }

    private record Moved(Level level, Share recent, Share reference, Duration referenceTime, BigDecimal drift) {
        boolean hasMoved() {
            return drift != null && drift.abs().compareTo(SUSPECT_DRIFT) > 0;
        }

        boolean againstEach(Moved other) {
            return hasMoved() && other.hasMoved() && drift.signum() == -other.drift.signum();
        }
    }

    private final Map<String, Level> levels = new LinkedHashMap<>();

    /**
     * @param withGpus whether GPUs are read; without them meters whose next level they are have no residual
     */
    public Residuals(SiteInventory inventory, boolean withGpus) {
        Map<String, List<Entity>> children = new LinkedHashMap<>();
        for (Entity entity : inventory.entities()) {
            inventory
                    .parentOf(entity)
                    .ifPresent(parent -> children.computeIfAbsent(parent.id(), id -> new ArrayList<>())
                            .add(entity));
        }
        Map<Entity, List<Entity>> lower = new LinkedHashMap<>();
        for (Entity entity : inventory.entities()) {
            if (isMetered(entity)) {
                List<Entity> level = new ArrayList<>();
                collect(entity, children, level);
                lower.put(entity, level);
            }
        }
        Set<Entity> tops = new LinkedHashSet<>(lower.keySet());
        lower.values().forEach(tops::removeAll);
        lower.forEach((entity, level) -> {
            boolean isRead = withGpus || level.stream().noneMatch(below -> below.role() == Role.GPU);
            if (!level.isEmpty() && isRead) {
                levels.put(
                        entity.id(),
                        tops.contains(entity)
                                ? besideOthers(entity, lower, tops)
                                : new Level(entity, level, List.of(), true));
            }
        });
    }

    /**
     * A source without anything below it, such as solar power beside the grid's meter, feeds what lies below another. It is
     * added to that one; where it cannot be told to which, or loads stand beside as well, none can be judged.
     */
    private static Level besideOthers(Entity upper, Map<Entity, List<Entity>> lower, Set<Entity> tops) {
        if (!SOURCES.contains(upper.role())) {
            return new Level(upper, lower.get(upper), List.of(), true);
        }
        List<Entity> beside = tops.stream()
                .filter(top -> lower.get(top).isEmpty() && top.role() != Role.GPU)
                .toList();
        boolean areSources = beside.stream().allMatch(top -> SOURCES.contains(top.role()));
        long fed = tops.stream()
                .filter(top -> SOURCES.contains(top.role()) && !lower.get(top).isEmpty())
                .count();
        boolean isDecidable = beside.stream().noneMatch(top -> SOURCES.contains(top.role())) || areSources && fed == 1;
        return new Level(upper, lower.get(upper), areSources ? beside : List.of(), isDecidable);
    }

    private static void collect(Entity above, Map<String, List<Entity>> children, List<Entity> level) {
        for (Entity child : children.getOrDefault(above.id(), List.of())) {
            if (isMetered(child)) {
                level.add(child);
            } else {
                collect(child, children, level);
            }
        }
    }

    private static boolean isMetered(Entity entity) {
        return entity.role().isSummed()
                && !entity.role().isThermal()
                && entity.role() != Role.STORAGE_SOC
                && entity.energyChannel().isPresent();
    }

    /** The entities whose energy is asked for. */
    public Set<String> entities() {
        Set<String> ids = new TreeSet<>();
        for (Level level : levels.values()) {
            ids.add(level.upper().id());
            level.lower().forEach(entity -> ids.add(entity.id()));
            level.beside().forEach(entity -> ids.add(entity.id()));
        }
        return ids;
    }

    /**
     * The greatest drift first; those without one come last, in the order of the inventory.
     *
     * @param reference consecutive parts of the reference, of which those count in which all meters of a comparison were read
     */
    public List<Residual> of(Window recent, List<Window> reference) {
        Map<String, Moved> moved = new LinkedHashMap<>();
        levels.forEach((id, level) -> moved.put(id, compare(level, recent, reference)));
        Map<String, Moved> above = new LinkedHashMap<>();
        for (Moved upper : moved.values()) {
            upper.level().lower().forEach(lower -> above.put(lower.id(), upper));
        }
        List<Residual> residuals = new ArrayList<>();
        moved.forEach((id, own) -> residuals.add(judge(own, moved, Optional.ofNullable(above.get(id)))));
        residuals.sort(Comparator.comparing(
                residual -> residual.drift() == null ? null : residual.drift().abs(),
                Comparator.nullsLast(Comparator.reverseOrder())));
        return residuals;
    }

    private static Moved compare(Level level, Window recent, List<Window> reference) {
        if (!level.isDecidable()) {
            Share none = Share.missing(ReasonCode.NOT_COMPARABLE);
            return new Moved(level, none, none, Duration.ZERO, null);
        }
        List<Entity> all = new ArrayList<>(level.lower());
        all.add(level.upper());
        all.addAll(level.beside());
        Share now = isCovered(all, recent) ? share(level, all, List.of(recent)) : uncovered(all, List.of(recent));
        List<Window> usable =
                reference.stream().filter(window -> isCovered(all, window)).toList();
        Duration time = usable.stream().map(Window::length).reduce(Duration.ZERO, Duration::plus);
        Share before = time.compareTo(LEAST_REFERENCE) >= 0 ? share(level, all, usable) : uncovered(all, reference);
        BigDecimal drift = now.value() == null || before.value() == null
                ? null
                : now.value().subtract(before.value(), Numbers.CONTEXT);
        return new Moved(level, now, before, time, drift);
    }

    private static boolean isCovered(Collection<Entity> entities, Window window) {
        BigDecimal least =
                COVERED_SHARE.multiply(BigDecimal.valueOf(window.length().toMillis()));
        return entities.stream().allMatch(entity -> {
            Reading reading = window.readings().get(entity.id());
            return reading != null
                    && BigDecimal.valueOf(reading.coveredMillis()).compareTo(least) >= 0;
        });
    }

    private static Share uncovered(Collection<Entity> entities, Collection<Window> windows) {
        boolean allSpoke = entities.stream()
                .allMatch(entity ->
                        windows.stream().anyMatch(window -> window.readings().containsKey(entity.id())));
        return Share.missing(allSpoke ? ReasonCode.COVERAGE_BELOW_MIN : ReasonCode.NO_DATA);
    }

    private static Share share(Level level, List<Entity> all, List<Window> windows) {
        BigInteger upper = energy(level.upper(), windows);
        for (Entity source : level.beside()) {
            upper = upper.add(energy(source, windows));
        }
        BigInteger lower = BigInteger.ZERO;
        for (Entity entity : level.lower()) {
            BigInteger energy = energy(entity, windows);
            lower = SOURCES.contains(entity.role()) ? lower.subtract(energy) : lower.add(energy);
        }
        BigInteger steps = BigInteger.ZERO;
        for (Entity entity : all) {
            steps = steps.add(resolution(entity));
        }
        long millis =
                windows.stream().mapToLong(window -> window.length().toMillis()).sum();
        BigDecimal least = new BigDecimal(
                        BigInteger.valueOf(level.upper().nameplateMilliwatts()).multiply(BigInteger.valueOf(millis)))
                .multiply(LEAST_LOAD)
                .max(new BigDecimal(steps.multiply(LEAST_RESOLUTIONS)));
        if (upper.signum() == 0 || new BigDecimal(upper.abs()).compareTo(least) < 0) {
            return Share.missing(ReasonCode.UNDECIDED);
        }
        return new Share(Numbers.ratio(upper.subtract(lower), upper), null);
    }

    private static BigInteger energy(Entity entity, List<Window> windows) {
        return windows.stream()
                .map(window -> window.readings().get(entity.id()).energy().microjoules())
                .reduce(BigInteger.ZERO, BigInteger::add);
    }

    /** The step of a register in microjoules, rounded down; a gauge's does not grow with time and is 0 here. */
    private static BigInteger resolution(Entity entity) {
        Channel channel = entity.energyChannel().orElseThrow();
        if (!channel.metric().isElectricalEnergy()) {
            return BigInteger.ZERO;
        }
        return BigInteger.valueOf(channel.resolution())
                .multiply(BigInteger.valueOf(channel.ctRatio().numerator()))
                .divide(BigInteger.valueOf(channel.ctRatio().denominator()));
    }

    private static Residual judge(Moved own, Map<String, Moved> moved, Optional<Moved> above) {
        boolean isConfirmed = above.isPresent() && above.get().againstEach(own);
        boolean suspect = own.hasMoved() && (isConfirmed || !own.level().isOfGpus());
        String named = null;
        boolean orBelow = false;
        if (suspect) {
            List<Entity> lower = own.level().lower();
            Optional<Moved> opposite = lower.stream()
                    .map(entity -> moved.get(entity.id()))
                    .filter(child -> child != null && child.againstEach(own))
                    .filter(child -> !isConfirmed || !child.level().isOfGpus())
                    .max(Comparator.comparing(child -> child.drift().abs()));
            named = opposite.orElse(own).level().upper().id();
            boolean allBelowAreSteady = lower.stream()
                    .map(entity -> moved.get(entity.id()))
                    .allMatch(child -> child != null && child.drift() != null && !child.hasMoved());
            boolean isAlone = own.level().beside().isEmpty();
            orBelow = opposite.isEmpty() && !isConfirmed && !(allBelowAreSteady && isAlone);
        }
        return new Residual(
                own.level().upper().id(),
                own.level().lower().size(),
                own.recent(),
                own.reference(),
                own.referenceTime(),
                own.drift(),
                suspect,
                named,
                orBelow);
    }
}
