package io.joulestream.core.kpi;

import static java.util.Objects.requireNonNull;

import io.joulestream.core.inventory.InventoryHistory;
import io.joulestream.core.inventory.InventoryVersion;
import io.joulestream.core.inventory.Role;
import io.joulestream.core.inventory.SiteInventory;
import io.joulestream.core.ledger.SiteStep;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.ObjLongConsumer;

/**
 * The rows of one site merged into one window of any length: live, a day, a month. This is the only place where rows are
 * merged; PUE, energies, carbon and cost all start here.
 *
 * <p>Rows are minutes or ledger steps, also both where they do not overlap. A role's step is MEASURED when its covered
 * watt-milliseconds are at least 99 % of nameplate watts times the step, over the role's entities that have an energy channel;
 * ESTIMATED when the same holds of accounted watt-milliseconds; else MISSING, as is a step without row. The <em>common
 * ground</em> of a ratio is the steps in which every role it needs is MEASURED, or for the best estimate at least
 * ESTIMATED: numerator and denominator are summed over the same steps.
 *
 * <p>What is asked of a step follows from the inventory versions that apply in it. Immutable.
 */
public final class SiteWindow {
    /** How much of a role's step is known; a later constant includes the earlier ones. */
    private enum Known {
        MISSING,
        ESTIMATED,
        MEASURED
    }

    /** One inventory version's part of the window. */
    private record Epoch(Instant start, Instant end, SiteProfile profile) {
        long overlapMillis(Instant from, Instant to) {
            Instant left = from.isAfter(start) ? from : start;
            Instant right = to.isBefore(end) ? to : end;
            return Math.max(0, Duration.between(left, right).toMillis());
        }
    }

    /** The sums over the steps common to all roles that PUE needs. */
    record Ground(
            long millis,
            /* whether the level of a store was not known in one of them, so that its change counts as 0 */
            boolean levelMissing,
            Map<Role, EnergyTotal> byRole,
            /* what the installed IT power would have used in these steps; the part of them where it is known */
            BigDecimal installedItMicrojoules) {
        Ground plus(Ground other) {
            Map<Role, EnergyTotal> sums = new EnumMap<>(Role.class);
            sums.putAll(byRole);
            other.byRole.forEach((role, energy) -> sums.merge(role, energy, EnergyTotal::plus));
            return new Ground(
                    Math.addExact(millis, other.millis),
                    levelMissing || other.levelMissing,
                    Collections.unmodifiableMap(sums),
                    installedItMicrojoules.add(other.installedItMicrojoules));
        }
    }

    /**
     * One role over the whole window.
     *
     * @param coveredWattMillis as in the rows
     * @param accountedWattMillis as in the rows
     * @param expectedWattMillis nameplate watts times the time in which inventory knows the role; 0 when it never does
     * @param hasRows whether any row was there
     * @param flags bits of {@link io.joulestream.core.ledger.LedgerFlag}
     */
    public record RoleTotal(
            Role role,
            EnergyTotal energy,
            BigInteger coveredWattMillis,
            BigInteger accountedWattMillis,
            BigInteger expectedWattMillis,
            boolean hasRows,
            int flags) {
        /** Covered share of what inventory asks for, 0..1; 0 where it asks for nothing. */
        public BigDecimal coverage() {
            return Numbers.share(coveredWattMillis, expectedWattMillis);
        }
    }

    private final Instant start;
    private final Instant end;
    private final Thresholds thresholds;
    private final List<Epoch> epochs;
    private final Map<Role, RoleTotal> roles;
    private final Ground measured;
    private final Ground bestEstimate;

    private SiteWindow(
            Instant start, Instant end, Thresholds thresholds, List<Epoch> epochs, Collection<SiteStep> steps) {
        this.start = start;
        this.end = end;
        this.thresholds = thresholds;
        this.epochs = epochs;
        Collection<Map<Role, SiteStep>> byStart = byStart(steps);
        this.roles = totals(byStart);
        GroundSum ofMeasured = new GroundSum(Known.MEASURED);
        GroundSum ofEstimated = new GroundSum(Known.ESTIMATED);
        List<GroundSum> grounds = List.of(ofMeasured, ofEstimated);
        byStart.forEach(row -> enter(row, grounds));
        this.measured = ofMeasured.total();
        this.bestEstimate = ofEstimated.total();
    }

    /** The window {@code [start, end)} with the default thresholds. */
    public static SiteWindow of(InventoryHistory history, Instant start, Instant end, Collection<SiteStep> steps) {
        return of(new SiteProfiles(history), start, end, steps);
    }

    /** As {@link #of(InventoryHistory, Instant, Instant, Collection)}, for one of many windows. */
    public static SiteWindow of(SiteProfiles profiles, Instant start, Instant end, Collection<SiteStep> steps) {
        return of(profiles, start, end, steps, Thresholds.DEFAULT);
    }

    /**
     * The window {@code [start, end)}.
     *
     * @param steps rows that lie inside the window, in any order, each (role, time) once
     * @throws IllegalArgumentException when the window is empty, a row lies outside, two rows overlap, or a role is unknown
     */
    public static SiteWindow of(
            InventoryHistory history, Instant start, Instant end, Collection<SiteStep> steps, Thresholds thresholds) {
        return of(new SiteProfiles(history), start, end, steps, thresholds);
    }

    private static SiteWindow of(
            SiteProfiles profiles, Instant start, Instant end, Collection<SiteStep> steps, Thresholds thresholds) {
        requireNonNull(thresholds, "thresholds");
        if (!start.isBefore(end)) {
            throw new IllegalArgumentException("a window must end after its start, was " + start + ".." + end);
        }
        for (SiteStep step : steps) {
            if (step.start().isBefore(start) || endOf(step).isAfter(end)) {
                throw new IllegalArgumentException(
                        "row " + step.role() + " at " + step.start() + " lies outside " + start + ".." + end);
            }
        }
        return new SiteWindow(start, end, thresholds, epochs(profiles, start, end), steps);
    }

    private SiteWindow(SiteWindow first, SiteWindow next) {
        this.start = first.start;
        this.end = next.end;
        this.thresholds = first.thresholds;
        this.epochs = joined(first.epochs, next.epochs);
        Map<Role, RoleTotal> sums = new EnumMap<>(Role.class);
        sums.putAll(first.roles);
        next.roles.forEach((role, total) -> sums.merge(role, total, SiteWindow::plus));
        this.roles = Collections.unmodifiableMap(sums);
        this.measured = first.measured.plus(next.measured);
        this.bestEstimate = first.bestEstimate.plus(next.bestEstimate);
    }

    /**
     * This window and the one that starts at its end, as one: the same as a window of the rows of both. Associative, so a long
     * window may be read in parts of any lengths.
     *
     * @throws IllegalArgumentException when the other does not start at this one's end, or has other thresholds
     */
    public SiteWindow followedBy(SiteWindow next) {
        if (!end.equals(next.start) || !thresholds.equals(next.thresholds)) {
            throw new IllegalArgumentException("a window that ends at " + end + " with " + thresholds
                    + " is not followed by one that starts at " + next.start + " with " + next.thresholds);
        }
        return new SiteWindow(this, next);
    }

    private static List<Epoch> joined(List<Epoch> first, List<Epoch> next) {
        List<Epoch> all = new ArrayList<>(first);
        all.addAll(next);
        return Collections.unmodifiableList(all);
    }

    public Instant start() {
        return start;
    }

    public Instant end() {
        return end;
    }

    public Duration length() {
        return Duration.between(start, end);
    }

    public Thresholds thresholds() {
        return thresholds;
    }

    /** Whether a counter's difference over a gap counts as measured: in windows of an hour or longer. */
    public boolean bridgedIsMeasured() {
        return length().compareTo(Duration.ofHours(1)) >= 0;
    }

    /** Every summed role that inventory or a row knows, in the order of {@link Role}. */
    public List<RoleTotal> roles() {
        return List.copyOf(roles.values());
    }

    /** One role; without rows and expectation where neither inventory nor a row knows it. */
    public RoleTotal role(Role role) {
        return roles.getOrDefault(
                role,
                new RoleTotal(role, EnergyTotal.NONE, BigInteger.ZERO, BigInteger.ZERO, BigInteger.ZERO, false, 0));
    }

    /** Whether the window is twelve consecutive months of the site's own calendar: only their ratio is a PUE. */
    boolean isTwelveMonths() {
        if (epochs.isEmpty()) {
            return false;
        }
        ZoneId zone = lastProfile().inventory().zone();
        YearMonth first = YearMonth.from(start.atZone(zone));
        return start.equals(startOf(first, zone)) && end.equals(startOf(first.plusMonths(12), zone));
    }

    private static Instant startOf(YearMonth month, ZoneId zone) {
        return month.atDay(1).atStartOfDay(zone).toInstant();
    }

    /** Whether inventory knows the site in any part of the window. */
    boolean hasInventory() {
        return !epochs.isEmpty();
    }

    /** The last version that applies in the window; only where {@link #hasInventory()}. */
    SiteProfile lastProfile() {
        return epochs.get(epochs.size() - 1).profile();
    }

    /** Every inventory that applies in the window, with the milliseconds for which it does. */
    void forEachInventory(ObjLongConsumer<SiteInventory> inventories) {
        epochs.forEach(epoch -> inventories.accept(epoch.profile().inventory(), epoch.overlapMillis(start, end)));
    }

    /** Whether some version in the window meters the supply. */
    boolean hasFacilityMeter() {
        return epochs.stream().anyMatch(epoch -> epoch.profile().inventory().hasFacilityMeter());
    }

    /** Whether the window's rows belong to one IT measuring place, and their roles to one side of it. */
    boolean hasOneBoundary() {
        long places = epochs.stream()
                .map(epoch -> epoch.profile().inventory().itBoundary())
                .distinct()
                .count();
        return places <= 1 && epochs.stream().noneMatch(epoch -> epoch.profile().sharedItStraddlesBoundary());
    }

    Set<FigureFlag> inventoryFlags() {
        Set<FigureFlag> flags = EnumSet.noneOf(FigureFlag.class);
        epochs.forEach(epoch -> flags.addAll(epoch.profile().flags()));
        return flags;
    }

    Set<Role> facilityRoles() {
        Set<Role> all = EnumSet.noneOf(Role.class);
        epochs.forEach(epoch -> all.addAll(epoch.profile().facilityRoles()));
        return all;
    }

    /** Whether some version in the window meters the level of a store. */
    boolean metersStorageLevel() {
        return epochs.stream().anyMatch(epoch -> epoch.profile().metersStorageLevel());
    }

    Set<Role> itRoles() {
        Set<Role> all = EnumSet.noneOf(Role.class);
        epochs.forEach(epoch -> all.addAll(epoch.profile().itRoles()));
        return all;
    }

    Ground measured() {
        return measured;
    }

    Ground bestEstimate() {
        return bestEstimate;
    }

    private static Instant endOf(SiteStep step) {
        return step.start().plusSeconds(step.lengthSeconds());
    }

    private static List<Epoch> epochs(SiteProfiles profiles, Instant start, Instant end) {
        InventoryHistory history = profiles.history();
        List<Epoch> epochs = new ArrayList<>();
        Instant at = start;
        while (at.isBefore(end)) {
            Instant next = history.nextChangeAfter(at)
                    .filter(change -> change.isBefore(end))
                    .orElse(end);
            InventoryVersion version = history.at(at).orElse(null);
            if (version != null) {
                epochs.add(new Epoch(at, next, profiles.of(version)));
            }
            at = next;
        }
        return Collections.unmodifiableList(epochs);
    }

    /** The rows of each time, oldest first. */
    private static Collection<Map<Role, SiteStep>> byStart(Collection<SiteStep> steps) {
        NavigableMap<Instant, Map<Role, SiteStep>> byStart = new TreeMap<>();
        for (SiteStep step : steps) {
            Map<Role, SiteStep> row = byStart.computeIfAbsent(step.start(), s -> new EnumMap<>(Role.class));
            if (row.put(Role.valueOf(step.role()), step) != null) {
                throw new IllegalArgumentException("two rows of " + step.role() + " at " + step.start());
            }
        }
        Instant free = Instant.MIN;
        for (Map<Role, SiteStep> row : byStart.values()) {
            SiteStep any = any(row);
            if (any.start().isBefore(free)
                    || row.values().stream().anyMatch(step -> step.lengthSeconds() != any.lengthSeconds())) {
                throw new IllegalArgumentException("rows of different lengths overlap at " + any.start());
            }
            free = endOf(any);
        }
        return byStart.values();
    }

    /** One of a time's rows: they have their start and length in common. */
    private static SiteStep any(Map<Role, SiteStep> row) {
        return row.values().iterator().next();
    }

    private Map<Role, RoleTotal> totals(Collection<Map<Role, SiteStep>> rows) {
        Map<Role, RoleSum> sums = new EnumMap<>(Role.class);
        for (Epoch epoch : epochs) {
            for (Role role : epoch.profile().meteredRoles()) {
                sums.computeIfAbsent(role, RoleSum::new)
                        .expect(epoch.profile().watts(role), epoch.overlapMillis(start, end));
            }
        }
        for (Map<Role, SiteStep> row : rows) {
            row.forEach((role, step) -> sums.computeIfAbsent(role, RoleSum::new).add(step));
        }
        Map<Role, RoleTotal> totals = new EnumMap<>(Role.class);
        sums.forEach((role, sum) -> totals.put(role, sum.total()));
        return Collections.unmodifiableMap(totals);
    }

    /** A running {@link RoleTotal}. */
    private static final class RoleSum {
        private final Role role;
        private final EnergySum energy = new EnergySum();
        private final ExactSum covered = new ExactSum();
        private final ExactSum accounted = new ExactSum();
        private BigInteger expected = BigInteger.ZERO;
        private boolean hasRows;
        private int flags;

        RoleSum(Role role) {
            this.role = role;
        }

        void expect(long watts, long millis) {
            expected = expected.add(BigInteger.valueOf(watts).multiply(BigInteger.valueOf(millis)));
        }

        void add(SiteStep step) {
            energy.add(step.energy());
            covered.add(step.coveredWattMillis());
            accounted.add(step.accountedWattMillis());
            hasRows = true;
            flags |= step.flags();
        }

        RoleTotal total() {
            return new RoleTotal(role, energy.total(), covered.total(), accounted.total(), expected, hasRows, flags);
        }
    }

    private static RoleTotal plus(RoleTotal a, RoleTotal b) {
        return new RoleTotal(
                a.role,
                a.energy.plus(b.energy),
                a.coveredWattMillis.add(b.coveredWattMillis),
                a.accountedWattMillis.add(b.accountedWattMillis),
                a.expectedWattMillis.add(b.expectedWattMillis),
                a.hasRows || b.hasRows,
                a.flags | b.flags);
    }

    /** Adds the rows of one time to the grounds that they are part of. */
    private void enter(Map<Role, SiteStep> row, List<GroundSum> grounds) {
        Instant from = any(row).start();
        Instant to = endOf(any(row));
        List<Epoch> applying = new ArrayList<>(1);
        for (Epoch epoch : epochs) {
            if (epoch.overlapMillis(from, to) > 0) {
                applying.add(epoch);
            }
        }
        Set<Role> needed = needed(applying, from, to);
        if (needed.isEmpty()) {
            return;
        }
        Known known = Known.MEASURED;
        for (Role role : needed) {
            Known ofRole = known(row.get(role), applying);
            known = ofRole.compareTo(known) < 0 ? ofRole : known;
        }
        for (GroundSum ground : grounds) {
            if (known.compareTo(ground.least) >= 0) {
                ground.add(row, needed, applying);
            }
        }
    }

    /** A running {@link Ground}. */
    private final class GroundSum {
        private final Known least;
        private final Map<Role, EnergySum> byRole = new EnumMap<>(Role.class);
        private long millis;
        private boolean levelMissing;
        private BigDecimal installed = BigDecimal.ZERO;

        GroundSum(Known least) {
            this.least = least;
        }

        void add(Map<Role, SiteStep> row, Set<Role> needed, List<Epoch> applying) {
            Instant from = any(row).start();
            Instant to = endOf(any(row));
            millis += Duration.between(from, to).toMillis();
            needed.forEach(role -> add(role, row.get(role)));
            if (applying.stream().anyMatch(epoch -> epoch.profile().metersStorageLevel())) {
                addLevel(row.get(Role.STORAGE_SOC), applying);
            }
            for (Epoch epoch : applying) {
                BigInteger milliwatts = BigInteger.valueOf(
                        epoch.profile().inventory().installedItMilliwatts().orElse(0));
                BigInteger overlap = BigInteger.valueOf(epoch.overlapMillis(from, to));
                installed = installed.add(new BigDecimal(milliwatts.multiply(overlap)));
            }
        }

        private void addLevel(SiteStep level, List<Epoch> applying) {
            if (known(level, applying).compareTo(least) < 0) {
                levelMissing = true;
            } else {
                add(Role.STORAGE_SOC, level);
            }
        }

        private void add(Role role, SiteStep step) {
            byRole.computeIfAbsent(role, r -> new EnergySum()).add(step.energy());
        }

        Ground total() {
            Map<Role, EnergyTotal> totals = new EnumMap<>(Role.class);
            byRole.forEach((role, sum) -> totals.put(role, sum.total()));
            return new Ground(millis, levelMissing, Collections.unmodifiableMap(totals), installed);
        }
    }

    /** The roles that a step must know for PUE; none when the site is not metered, or not known, throughout the step. */
    private static Set<Role> needed(List<Epoch> applying, Instant from, Instant to) {
        Set<Role> needed = EnumSet.noneOf(Role.class);
        long known = 0;
        for (Epoch epoch : applying) {
            if (!epoch.profile().inventory().hasFacilityMeter()
                    || epoch.profile().itRoles().isEmpty()) {
                return Set.of();
            }
            known += epoch.overlapMillis(from, to);
            needed.addAll(epoch.profile().facilityRoles());
            needed.addAll(epoch.profile().itRoles());
        }
        return known == Duration.between(from, to).toMillis() ? needed : Set.of();
    }

    private Known known(SiteStep step, List<Epoch> applying) {
        if (step == null) {
            return Known.MISSING;
        }
        Role role = Role.valueOf(step.role());
        BigInteger expected = BigInteger.ZERO;
        for (Epoch epoch : applying) {
            expected = expected.add(BigInteger.valueOf(epoch.profile().watts(role))
                    .multiply(BigInteger.valueOf(epoch.overlapMillis(step.start(), endOf(step)))));
        }
        BigDecimal least = new BigDecimal(expected).multiply(thresholds.measuredShare());
        if (BigDecimal.valueOf(step.coveredWattMillis()).compareTo(least) >= 0) {
            return Known.MEASURED;
        }
        return BigDecimal.valueOf(step.accountedWattMillis()).compareTo(least) >= 0 ? Known.ESTIMATED : Known.MISSING;
    }
}
