package io.joulestream.core.kpi;

import io.joulestream.core.inventory.EnergyPart;
import io.joulestream.core.inventory.Entity;
import io.joulestream.core.inventory.EntityKind;
import io.joulestream.core.inventory.Role;
import io.joulestream.core.inventory.SiteInventory;
import io.joulestream.core.ledger.SitePart;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Where the energy that entered a site's boundary went, line by line, with what lies in no line: the residual.
 *
 * <p>Each meter counts what the meters below it count and what is lost on the way. So the loads that are fed by the
 * supply, each taken once, are lines, and of a meter at an IT measuring place above the power groups the line is what it
 * has and those it feeds do not: a conversion loss above the site's IT boundary, a distribution loss from there on. What
 * lies below a load's own meter is within that load.
 *
 * <p>Lines are rounded to millijoules once, and the residual is the facility less the lines: they add up to the facility
 * to the last digit. A line that cannot be known is null with its reason, and what it would be is then in the residual.
 *
 * @param facility energy that entered the boundary
 * @param lines in the order of {@link Line}
 * @param residual facility less all known lines: losses and loads in no meter, and the disagreement of the meters
 * @param residualShare of the facility, signed; null where there is no facility energy
 * @param complete whether the facility and every line whose meters inventory knows was read for at least 99 %
 * @param groups energy of the power groups: GPUs and the rest of their nodes
 * @param runs by name; with {@code unallocated} they are the groups' energy once more
 * @param unallocated groups less runs
 */
public record SiteBalance(
        Instant start,
        Instant end,
        PublishedEnergy facility,
        Map<Line, PublishedEnergy> lines,
        PublishedEnergy residual,
        BigDecimal residualShare,
        boolean complete,
        PublishedEnergy groups,
        NavigableMap<String, PublishedEnergy> runs,
        PublishedEnergy unallocated) {

    /** The lines. The names are part of the API: never rename, only add. */
    public enum Line {
        GPUS,
        /** What the power groups' meters saw beyond their GPUs; may be negative. All of a node where its GPUs are not known. */
        REST_OF_NODES,
        /** Gear that lies in no power group. */
        NETWORK,
        /** Gear that lies in no power group. */
        STORAGE_IT,
        /** From the site's IT boundary to the power groups. */
        DISTRIBUTION_LOSS,
        /** Between the meters at IT measuring places above the site's IT boundary, and from the last of them to it. */
        CONVERSION_LOSS,
        CHILLERS,
        PUMPS,
        TOWERS,
        FANS,
        COOLING_UNITS,
        OTHER_COOLING,
        /** Chilled water or steam bought from outside, one kWh of heat as one kWh. */
        BOUGHT_COOLING,
        /** What batteries took less what they gave. */
        BATTERIES
    }

    /** A part over the whole window. */
    private record Total(EnergyTotal energy, BigInteger covered, BigInteger expected, boolean hasRows) {
        static final Total NONE = new Total(EnergyTotal.NONE, BigInteger.ZERO, BigInteger.ZERO, false);

        Total plus(Total other) {
            return new Total(
                    energy.plus(other.energy),
                    covered.add(other.covered),
                    expected.add(other.expected),
                    hasRows || other.hasRows);
        }

        BigDecimal coverage() {
            return Numbers.share(covered, expected);
        }
    }

    /** A signed sum of parts. */
    private record Term(Total total, int sign) {}

    public SiteBalance {
        lines = Collections.unmodifiableMap(new EnumMap<>(lines));
        runs = Collections.unmodifiableNavigableMap(new TreeMap<>(runs));
    }

    /** The lines that are null: what they would be is in the residual. */
    public List<Line> inResidual() {
        return lines.entrySet().stream()
                .filter(line -> line.getValue().millijoules() == null)
                .map(Map.Entry::getKey)
                .toList();
    }

    /** The share of the residual where it can be judged and is more than the site allows, else empty. */
    public Optional<BigDecimal> gap(BigDecimal allowedShare) {
        return complete && residualShare != null && residualShare.abs().compareTo(allowedShare) > 0
                ? Optional.of(residualShare)
                : Optional.empty();
    }

    /**
     * The balance of a window.
     *
     * @param window of ledger steps
     * @param parts rows that lie inside the window
     * @param runs energies of the site's runs in the same window, by name
     * @param asOf cut-off of the data
     */
    public static SiteBalance of(
            SiteWindow window, Collection<SitePart> parts, Map<String, EnergyTotal> runs, Instant asOf) {
        return new Balancing(window, parts, asOf).balance(runs);
    }

    private static final class Balancing {
        private final SiteWindow window;
        private final Instant asOf;
        private final Map<EnergyPart, Total> totals = new HashMap<>();
        /** The lines that some entity belongs to, metered or not. */
        private final Set<Line> present = EnumSet.noneOf(Line.class);

        private final Map<Line, PublishedEnergy> lines = new EnumMap<>(Line.class);
        private BigDecimal leastCoverage = BigDecimal.ONE;

        Balancing(SiteWindow window, Collection<SitePart> parts, Instant asOf) {
            this.window = window;
            this.asOf = asOf;
            window.forEachInventory((inventory, millis) -> expect(inventory, millis));
            for (SitePart part : parts) {
                Total more = new Total(
                        EnergyTotal.of(part.energy()),
                        BigInteger.valueOf(part.coveredWattMillis()),
                        BigInteger.ZERO,
                        true);
                totals.merge(EnergyPart.parse(part.part()), more, Total::plus);
            }
            totals.keySet().forEach(part -> lineOf(part).ifPresent(present::add));
        }

        private void expect(SiteInventory inventory, long millis) {
            inventory.partWatts().forEach((part, watts) -> {
                BigInteger wattMillis = BigInteger.valueOf(watts).multiply(BigInteger.valueOf(millis));
                totals.merge(part, new Total(EnergyTotal.NONE, BigInteger.ZERO, wattMillis, false), Total::plus);
            });
            for (Entity entity : inventory.entities()) {
                if (entity.role() == Role.COOLING_ELEC && entity.energyChannel().isEmpty()) {
                    present.add(coolingLine(entity.kind()));
                }
            }
        }

        SiteBalance balance(Map<String, EnergyTotal> runs) {
            SiteEnergy energy = SiteEnergy.of(window, List.of(), asOf);
            PublishedEnergy facility = energy.facility();
            PublishedEnergy groups = sum(terms(part -> part.load().equals(EnergyPart.GROUP)));
            nodes(groups);
            losses();
            for (Line line : List.of(
                    Line.NETWORK,
                    Line.STORAGE_IT,
                    Line.CHILLERS,
                    Line.PUMPS,
                    Line.TOWERS,
                    Line.FANS,
                    Line.COOLING_UNITS,
                    Line.OTHER_COOLING,
                    Line.BOUGHT_COOLING,
                    Line.BATTERIES)) {
                if (present.contains(line)) {
                    lines.put(
                            line,
                            sum(terms(part -> isFed(part)
                                    && lineOf(part).filter(line::equals).isPresent())));
                }
            }
            if (present.stream()
                    .noneMatch(line -> line.ordinal() >= Line.CHILLERS.ordinal()
                            && line.ordinal() <= Line.BOUGHT_COOLING.ordinal())) {
                lines.put(Line.OTHER_COOLING, unmetered());
            }
            PublishedEnergy residual = residual(facility);
            BigDecimal share =
                    residual.millijoules() == null || facility.millijoules().signum() <= 0
                            ? null
                            : Numbers.ratio(residual.millijoules(), facility.millijoules());
            boolean complete = facility.millijoules() != null
                    && facility.kwh().coverage().compareTo(window.thresholds().measuredShare()) >= 0
                    && leastCoverage.compareTo(window.thresholds().measuredShare()) >= 0
                    && lines.values().stream().noneMatch(line -> line.kwh().reason() == ReasonCode.NO_DATA);
            NavigableMap<String, PublishedEnergy> published = new TreeMap<>();
            for (Map.Entry<String, EnergyTotal> run : runs.entrySet()) {
                published.put(run.getKey(), run(run.getValue(), groups.kwh().coverage()));
            }
            PublishedEnergy unallocated =
                    groups.millijoules() == null ? groups : difference(groups, published.values());
            return new SiteBalance(
                    window.start(),
                    window.end(),
                    facility,
                    lines,
                    residual,
                    share,
                    complete,
                    groups,
                    published,
                    unallocated);
        }

        /** Groups cut into GPUs and the rest: the rest is a difference of rounded totals. */
        private void nodes(PublishedEnergy groups) {
            PublishedEnergy gpus = sum(terms(part -> part.load().equals(EnergyPart.GPU)));
            lines.put(Line.GPUS, gpus);
            if (groups.millijoules() == null) {
                lines.put(Line.REST_OF_NODES, groups);
                lines.put(Line.GPUS, PublishedEnergy.missing(groups.kwh()));
                return;
            }
            lines.put(Line.REST_OF_NODES, difference(groups, List.of(gpus)));
        }

        private void losses() {
            if (!window.hasInventory() || !window.hasOneBoundary()) {
                Figure mismatch =
                        Figure.missing(ReasonCode.BOUNDARY_MISMATCH, BigDecimal.ZERO, Methods.ENERGY_DIFFERENCE, asOf);
                lines.put(Line.DISTRIBUTION_LOSS, PublishedEnergy.missing(mismatch));
                lines.put(Line.CONVERSION_LOSS, PublishedEnergy.missing(mismatch));
                return;
            }
            Role boundary = window.lastProfile().inventory().itBoundary();
            List<Term> conversion = new ArrayList<>();
            List<Term> distribution = new ArrayList<>();
            for (Role level : Role.values()) {
                if (level.isItMeasuringPlace()) {
                    (level.ordinal() < boundary.ordinal() ? conversion : distribution).addAll(lossOf(level));
                }
            }
            lines.put(Line.CONVERSION_LOSS, conversion.isEmpty() ? unmetered() : sum(conversion));
            boolean groupsAreMetered =
                    window.lastProfile().inventory().powerGroups().stream().anyMatch(group -> group.metered());
            lines.put(
                    Line.DISTRIBUTION_LOSS,
                    distribution.isEmpty() ? (groupsAreMetered ? nothing() : unmetered()) : sum(distribution));
        }

        /** What a level above the groups has and those it feeds do not; nothing where no meter is at this level. */
        private List<Term> lossOf(Role level) {
            List<Term> terms = new ArrayList<>();
            totals.forEach((part, total) -> {
                if (part.role().filter(level::equals).isPresent()) {
                    terms.add(new Term(total, 1));
                }
            });
            if (terms.isEmpty()) {
                return terms;
            }
            totals.forEach((part, total) -> {
                if (part.fedBy() == level) {
                    terms.add(new Term(
                            total, -part.role().map(Balancing::drawSign).orElse(1)));
                }
            });
            return terms;
        }

        /** 1 for what draws from the meter above it, -1 for what feeds beside it. */
        private static int drawSign(Role role) {
            return switch (role) {
                case GRID_IMPORT, ONSITE_GEN, BACKUP_GEN, STORAGE_DISCHARGE -> -1;
                default -> 1;
            };
        }

        private List<Term> terms(Predicate<EnergyPart> which) {
            List<Term> terms = new ArrayList<>();
            totals.forEach((part, total) -> {
                if (which.test(part)) {
                    terms.add(new Term(
                            total,
                            part.role().filter(Role.STORAGE_DISCHARGE::equals).isPresent() ? -1 : 1));
                }
            });
            return terms;
        }

        /** Whether the supply or a meter on the way to the groups feeds it, and not another load's meter. */
        private static boolean isFed(EnergyPart part) {
            Role by = part.fedBy();
            return by == null || by.isItMeasuringPlace() || by.facilitySign() > 0 || by == Role.STORAGE_DISCHARGE;
        }

        private static Optional<Line> lineOf(EnergyPart part) {
            return part.role().flatMap(role -> switch (role) {
                case NETWORK -> Optional.of(Line.NETWORK);
                case STORAGE_IT -> Optional.of(Line.STORAGE_IT);
                case COOLING_ELEC -> Optional.of(coolingLine(part.kind()));
                case THERMAL_IN -> Optional.of(Line.BOUGHT_COOLING);
                case STORAGE_CHARGE, STORAGE_DISCHARGE -> Optional.of(Line.BATTERIES);
                default -> Optional.empty();
            });
        }

        private static Line coolingLine(EntityKind kind) {
            return switch (kind) {
                case CHILLER -> Line.CHILLERS;
                case PUMP -> Line.PUMPS;
                case TOWER -> Line.TOWERS;
                case FAN -> Line.FANS;
                case COOLING_UNIT -> Line.COOLING_UNITS;
                default -> Line.OTHER_COOLING;
            };
        }

        /** Null where no meter is known for it, or where one of its parts has no rows. */
        private PublishedEnergy sum(List<Term> terms) {
            if (terms.isEmpty()) {
                return unmetered();
            }
            BigInteger microjoules = BigInteger.ZERO;
            BigInteger magnitude = BigInteger.ZERO;
            BigInteger estimated = BigInteger.ZERO;
            BigDecimal coverage = BigDecimal.ONE;
            boolean isKnown = true;
            for (Term term : terms) {
                EnergyTotal energy = term.total().energy();
                microjoules = microjoules.add(energy.microjoules().multiply(BigInteger.valueOf(term.sign())));
                magnitude = magnitude.add(energy.magnitude());
                estimated = estimated.add(energy.magnitudeEstimated(window.bridgedIsMeasured()));
                coverage = coverage.min(term.total().coverage());
                isKnown &= term.total().hasRows();
            }
            leastCoverage = leastCoverage.min(coverage);
            if (!isKnown) {
                return PublishedEnergy.missing(
                        Figure.missing(ReasonCode.NO_DATA, coverage, Methods.BALANCE_LINE, asOf));
            }
            return published(
                    MilliJoules.ofMicrojoules(microjoules),
                    coverage,
                    Numbers.share(estimated, magnitude),
                    Methods.BALANCE_LINE);
        }

        private PublishedEnergy unmetered() {
            return PublishedEnergy.missing(
                    Figure.missing(ReasonCode.METER_DOES_NOT_COVER, BigDecimal.ZERO, Methods.BALANCE_LINE, asOf));
        }

        /** Where the groups' meters are the boundary there is nothing between. */
        private PublishedEnergy nothing() {
            return published(BigInteger.ZERO, BigDecimal.ONE, BigDecimal.ZERO, Methods.BALANCE_LINE);
        }

        private PublishedEnergy run(EnergyTotal energy, BigDecimal coverage) {
            return published(
                    MilliJoules.ofMicrojoules(energy.microjoules()),
                    coverage,
                    energy.estimatedShare(window.bridgedIsMeasured()),
                    Methods.RUN_ENERGY);
        }

        private PublishedEnergy residual(PublishedEnergy facility) {
            if (facility.millijoules() == null) {
                return PublishedEnergy.missing(Figure.missing(
                        facility.kwh().reason(), facility.kwh().coverage(), Methods.ENERGY_DIFFERENCE, asOf));
            }
            return difference(facility, lines.values());
        }

        /**
         * The whole less all known parts. What was not read of a part stands in the difference, so it is covered as its least
         * covered term; the estimated share is that of the magnitudes of all terms.
         */
        private PublishedEnergy difference(PublishedEnergy whole, Collection<PublishedEnergy> parts) {
            BigInteger rest = whole.millijoules();
            BigDecimal coverage = whole.kwh().coverage();
            BigDecimal magnitude = new BigDecimal(whole.millijoules().abs());
            BigDecimal estimated = magnitude.multiply(whole.kwh().estimatedShare());
            for (PublishedEnergy part : parts) {
                if (part.millijoules() != null) {
                    rest = rest.subtract(part.millijoules());
                    coverage = coverage.min(part.kwh().coverage());
                    BigDecimal more = new BigDecimal(part.millijoules().abs());
                    magnitude = magnitude.add(more);
                    estimated = estimated.add(more.multiply(part.kwh().estimatedShare()));
                }
            }
            BigDecimal share = magnitude.signum() == 0 ? BigDecimal.ZERO : estimated.divide(magnitude, Numbers.CONTEXT);
            return published(rest, coverage, share, Methods.ENERGY_DIFFERENCE);
        }

        private PublishedEnergy published(
                BigInteger millijoules, BigDecimal coverage, BigDecimal estimatedShare, String method) {
            return new PublishedEnergy(
                    millijoules,
                    Figure.of(MilliJoules.toKwh(millijoules), coverage, estimatedShare, method, asOf)
                            .withUncertainty(null));
        }
    }
}
