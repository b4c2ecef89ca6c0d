package io.joulestream.core.kpi;

import io.joulestream.core.inventory.Role;
import io.joulestream.core.kpi.SiteWindow.Ground;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The interim power usage effectiveness (iPUE, ISO/IEC 30134-2) of one window: facility energy over IT energy, both
 * summed first and over the same steps. It has no unit and is at least 1.
 *
 * <p>The published value is {@link #measured()}: the ratio over the steps in which every meter was read. Beside it stands
 * {@link #bestEstimate()}, over the steps in which every meter is at least estimated. They differ where gaps were filled.
 *
 * @param isOfTwelveMonths whether the window is twelve consecutive months of the site's calendar
 * @param category 1, 2 or 3 by the IT measuring place; 0 when it is not one place throughout the window, or no inventory is
 *     known
 * @param coverageMinimum the least coverage that was asked of a window of this length
 */
public record Pue(
        Instant start,
        Instant end,
        boolean isOfTwelveMonths,
        int category,
        Side measured,
        Side bestEstimate,
        BigDecimal coverageMinimum) {
    /** Under which name every ratio goes but that of twelve whole months. */
    public static final String INTERIM = "iPUE";

    /** The name of the ratio of twelve consecutive months of the site's calendar. */
    public static final String ANNUAL = "PUE";

    /**
     * One of the two ratios.
     *
     * @param figure the ratio; its estimated share is the greater of the two below
     * @param commonMillis time of the steps behind it
     * @param facilityMicrojoules energy that entered the boundary in those steps
     * @param itMicrojoules IT energy in those steps
     * @param facilityEstimatedShare of the numerator, 0..1; parts of opposite sign do not cancel
     * @param itEstimatedShare of the denominator, 0..1
     */
    public record Side(
            Figure figure,
            long commonMillis,
            BigInteger facilityMicrojoules,
            BigInteger itMicrojoules,
            BigDecimal facilityEstimatedShare,
            BigDecimal itEstimatedShare) {
        private Side open() {
            return new Side(
                    figure.withFlags(Set.of(FigureFlag.PERIOD_OPEN)),
                    commonMillis,
                    facilityMicrojoules,
                    itMicrojoules,
                    facilityEstimatedShare,
                    itEstimatedShare);
        }
    }

    private static final int SHORTEST_WINDOW_IN_PERIODS = 5;

    /** @param asOf cut-off of the data */
    public static Pue of(SiteWindow window, Instant asOf) {
        return of(window, asOf, Instant.MAX);
    }

    /**
     * The ratio of a window that may not be over.
     *
     * @param asOf cut-off of the data
     * @param now a window that ends later has no ratio: PERIOD_OPEN
     */
    public static Pue of(SiteWindow window, Instant asOf, Instant now) {
        int category = window.hasInventory() && window.hasOneBoundary()
                ? window.lastProfile().inventory().pueCategory()
                : 0;
        return new Pue(
                window.start(),
                window.end(),
                window.isTwelveMonths(),
                category,
                side(window, window.measured(), Methods.PUE_MEASURED, asOf, now),
                side(window, window.bestEstimate(), Methods.PUE_BEST_ESTIMATE, asOf, now),
                window.thresholds().coverageOf(window.length()));
    }

    /** The published figure: the measured-only ratio. */
    public Figure published() {
        return measured.figure();
    }

    /** Label and category, as a value must be quoted: "iPUE cat 3". */
    public String label() {
        String name = isOfTwelveMonths ? ANNUAL : INTERIM;
        return category == 0 ? name : name + " cat " + category;
    }

    /** This ratio, marked as that of a calendar period which is not over. */
    public Pue ofOpenPeriod() {
        return new Pue(start, end, isOfTwelveMonths, category, measured.open(), bestEstimate.open(), coverageMinimum);
    }

    private static Side side(SiteWindow window, Ground ground, String method, Instant asOf, Instant now) {
        Map<Role, EnergyTotal> facility = of(
                ground,
                role -> role == Role.STORAGE_SOC || window.facilityRoles().contains(role));
        Map<Role, EnergyTotal> it = of(ground, window.itRoles()::contains);
        BigInteger facilityEnergy = signedSum(facility);
        BigInteger itEnergy = sum(it);
        boolean bridgedIsMeasured = window.bridgedIsMeasured();
        BigDecimal facilityShare = estimatedShare(facility, bridgedIsMeasured);
        BigDecimal itShare = estimatedShare(it, bridgedIsMeasured);
        BigDecimal uFacility = null;
        BigDecimal uIt = null;
        if (window.hasInventory()) {
            SiteProfile profile = window.lastProfile();
            uFacility =
                    Uncertainty.relative(Uncertainty.variance(profile, facility, bridgedIsMeasured), facilityEnergy);
            uIt = Uncertainty.relative(Uncertainty.variance(profile, it, bridgedIsMeasured), itEnergy);
        }
        BigDecimal coverage = Numbers.share(
                BigInteger.valueOf(window.measured().millis()),
                BigInteger.valueOf(window.length().toMillis()));
        ReasonCode reason = window.end().isAfter(now) ? ReasonCode.PERIOD_OPEN : reason(window, ground, itEnergy);
        Figure figure;
        if (reason != null) {
            figure = Figure.missing(reason, coverage, method, asOf);
        } else {
            figure =
                    ratio(facilityEnergy, itEnergy, uFacility, uIt, coverage, facilityShare.max(itShare), method, asOf);
        }
        return new Side(
                figure.withFlags(flags(window, ground)),
                ground.millis(),
                facilityEnergy,
                itEnergy,
                facilityShare,
                itShare);
    }

    private static ReasonCode reason(SiteWindow window, Ground ground, BigInteger itEnergy) {
        if (!window.hasInventory()) {
            return ReasonCode.NO_DATA;
        }
        if (!window.hasFacilityMeter()) {
            return ReasonCode.NO_FACILITY_METER;
        }
        if (!window.hasOneBoundary()) {
            return ReasonCode.BOUNDARY_MISMATCH;
        }
        Set<Role> needed = EnumSet.copyOf(window.facilityRoles());
        needed.addAll(window.itRoles());
        if (needed.stream().noneMatch(role -> window.role(role).hasRows())) {
            return ReasonCode.NO_DATA;
        }
        BigDecimal known = Numbers.share(
                BigInteger.valueOf(ground.millis()),
                BigInteger.valueOf(window.length().toMillis()));
        if (known.signum() == 0
                || known.compareTo(window.thresholds().coverageOf(window.length())) < 0
                || isTooShort(window)) {
            return ReasonCode.COVERAGE_BELOW_MIN;
        }
        return isItTooLow(window, ground, itEnergy) ? ReasonCode.IT_BELOW_MIN : null;
    }

    private static boolean isTooShort(SiteWindow window) {
        Duration least = window.lastProfile().longestSamplePeriod().multipliedBy(SHORTEST_WINDOW_IN_PERIODS);
        return isSubHour(window) && window.length().compareTo(least) < 0;
    }

    private static boolean isSubHour(SiteWindow window) {
        return window.length().compareTo(Duration.ofHours(1)) < 0;
    }

    private static boolean isItTooLow(SiteWindow window, Ground ground, BigInteger itEnergy) {
        if (itEnergy.signum() <= 0) {
            return true;
        }
        BigDecimal least =
                ground.installedItMicrojoules().multiply(window.thresholds().leastItLoad());
        BigInteger resolutions = window.lastProfile()
                .itResolutionMicrojoules()
                .multiply(BigInteger.valueOf(window.thresholds().leastResolutions()));
        return new BigDecimal(itEnergy).compareTo(least) < 0 || itEnergy.compareTo(resolutions) < 0;
    }

    /** Below 1 by more than the meters explain the ratio is no PUE; by less it is 1. Unknown classes explain nothing. */
    private static Figure ratio(
            BigInteger facility,
            BigInteger it,
            BigDecimal uFacility,
            BigDecimal uIt,
            BigDecimal coverage,
            BigDecimal estimatedShare,
            String method,
            Instant asOf) {
        BigDecimal ratio = Numbers.ratio(facility, it);
        BigDecimal relative = Uncertainty.combined(uFacility, uIt);
        if (facility.compareTo(it) >= 0) {
            Figure figure = Figure.of(ratio, coverage, estimatedShare, method, asOf);
            return figure.withUncertainty(relative == null ? null : relative.multiply(ratio, Numbers.CONTEXT));
        }
        BigDecimal difference = Uncertainty.combined(absolute(uFacility, facility), absolute(uIt, it));
        BigDecimal explained = difference == null ? BigDecimal.ZERO : difference.multiply(BigDecimal.valueOf(2));
        if (new BigDecimal(it.subtract(facility)).compareTo(explained) > 0) {
            return Figure.missing(ReasonCode.METER_INVERSION, coverage, method, asOf);
        }
        BigDecimal high = ratio.add(ratio.multiply(relative, Numbers.CONTEXT).multiply(BigDecimal.valueOf(2)));
        return Figure.of(BigDecimal.ONE, coverage, estimatedShare, method, asOf)
                .withInterval(BigDecimal.ONE, high.max(BigDecimal.ONE))
                .withFlags(Set.of(FigureFlag.AT_LIMIT));
    }

    private static BigDecimal absolute(BigDecimal relative, BigInteger value) {
        return relative == null ? null : relative.multiply(new BigDecimal(value.abs()), Numbers.CONTEXT);
    }

    private static Set<FigureFlag> flags(SiteWindow window, Ground ground) {
        Set<FigureFlag> flags = window.inventoryFlags();
        if (ground.levelMissing()) {
            flags.add(FigureFlag.STORAGE_LEVEL_UNMEASURED);
        }
        if (isSubHour(window)) {
            flags.add(FigureFlag.DISPLAY_ONLY);
        }
        if (window.hasInventory() && isTooShort(window)) {
            flags.add(FigureFlag.WINDOW_TOO_SHORT);
        }
        return flags;
    }

    private static Map<Role, EnergyTotal> of(Ground ground, Predicate<Role> wanted) {
        Map<Role, EnergyTotal> some = new EnumMap<>(Role.class);
        ground.byRole().forEach((role, energy) -> {
            if (wanted.test(role)) {
                some.put(role, energy);
            }
        });
        return some;
    }

    static BigInteger signedSum(Map<Role, EnergyTotal> byRole) {
        BigInteger sum = BigInteger.ZERO;
        for (Map.Entry<Role, EnergyTotal> role : byRole.entrySet()) {
            BigInteger sign = BigInteger.valueOf(role.getKey().facilitySign());
            sum = sum.add(role.getValue().microjoules().multiply(sign));
        }
        return sum;
    }

    static BigInteger sum(Map<Role, EnergyTotal> byRole) {
        return byRole.values().stream().map(EnergyTotal::microjoules).reduce(BigInteger.ZERO, BigInteger::add);
    }

    static BigDecimal estimatedShare(Map<Role, EnergyTotal> byRole, boolean bridgedIsMeasured) {
        BigInteger estimated = BigInteger.ZERO;
        BigInteger all = BigInteger.ZERO;
        for (EnergyTotal energy : byRole.values()) {
            estimated = estimated.add(energy.magnitudeEstimated(bridgedIsMeasured));
            all = all.add(energy.magnitude());
        }
        return Numbers.share(estimated, all);
    }
}
