package io.joulestream.core.kpi;

import io.joulestream.core.inventory.Role;
import io.joulestream.core.kpi.SiteWindow.RoleTotal;
import io.joulestream.core.ledger.LedgerFlag;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The energies of a site in one window. Unlike the ratio of PUE these are sums over the whole window: what is missing is
 * missing, and coverage says how much.
 *
 * <p>Each total is rounded to millijoules once; {@code overhead}, {@code unallocated} and {@code residual} are
 * differences of rounded totals, so that {@code it + overhead = facility}, {@code runs + unallocated = nodes} and
 * {@code nodes + residual = it} hold to the last digit that is shown.
 *
 * @param roles every summed role that inventory or a row knows, in the order of {@link Role}
 * @param facility energy that entered the boundary, by the signs of {@link Role#facilitySign()}
 * @param facilityByDesignPue IT energy times the designed PUE, only where no supply meter exists; never part of a PUE.
 *     Null otherwise
 * @param it energy at the IT measuring place, with network and storage gear that lies below no IT meter
 * @param overhead facility less IT
 * @param nodes energy at the inputs of the nodes
 * @param runs sum of the runs
 * @param unallocated nodes less runs
 * @param residual IT less nodes: distribution losses, and IT equipment that is no node
 */
public record SiteEnergy(
        Instant start,
        Instant end,
        List<RoleEnergy> roles,
        PublishedEnergy facility,
        PublishedEnergy facilityByDesignPue,
        PublishedEnergy it,
        PublishedEnergy overhead,
        PublishedEnergy nodes,
        PublishedEnergy runs,
        PublishedEnergy unallocated,
        PublishedEnergy residual) {
    /**
     * One role.
     *
     * @param buckets exact microjoules by how they came to be known
     * @param energy positive as the meter counts, whatever its sign in the balance; missing with NO_DATA without rows
     */
    public record RoleEnergy(Role role, EnergyTotal buckets, PublishedEnergy energy) {}

    /** Makes the totals of one window, all with the same inputs. */
    private record Sums(SiteWindow window, Instant asOf) {
        PublishedEnergy role(RoleTotal total) {
            if (!total.hasRows()) {
                return PublishedEnergy.missing(
                        Figure.missing(ReasonCode.NO_DATA, total.coverage(), Methods.ROLE_ENERGY, asOf));
            }
            return published(
                    Map.of(total.role(), total.energy()),
                    total.energy().microjoules(),
                    total.coverage(),
                    flags(List.of(total)),
                    Methods.ROLE_ENERGY);
        }

        /** The energy that entered the boundary; a change of stored energy that is not known counts as 0. */
        PublishedEnergy facility(Set<FigureFlag> more) {
            Set<FigureFlag> flags = EnumSet.noneOf(FigureFlag.class);
            flags.addAll(more);
            RoleTotal level = window.role(Role.STORAGE_SOC);
            if (window.metersStorageLevel()
                    && level.coverage().compareTo(window.thresholds().measuredShare()) < 0) {
                flags.add(FigureFlag.STORAGE_LEVEL_UNMEASURED);
            }
            Map<Role, EnergyTotal> beside = level.hasRows() ? Map.of(Role.STORAGE_SOC, level.energy()) : Map.of();
            return sum(window.facilityRoles(), beside, true, Methods.FACILITY_ENERGY, flags);
        }

        PublishedEnergy sum(Set<Role> roles, boolean signed, String method, Set<FigureFlag> more) {
            return sum(roles, Map.of(), signed, method, more);
        }

        /**
         * A sum of roles; the least covered decides its coverage, and one without rows leaves no sum.
         *
         * @param beside roles that are added where they are known, and are not asked for
         */
        PublishedEnergy sum(
                Set<Role> roles, Map<Role, EnergyTotal> beside, boolean signed, String method, Set<FigureFlag> more) {
            List<RoleTotal> totals = roles.stream().map(window::role).toList();
            BigDecimal coverage = totals.stream()
                    .map(RoleTotal::coverage)
                    .min(BigDecimal::compareTo)
                    .orElse(BigDecimal.ZERO);
            if (totals.isEmpty() || totals.stream().anyMatch(total -> !total.hasRows())) {
                return PublishedEnergy.missing(Figure.missing(ReasonCode.NO_DATA, coverage, method, asOf)
                        .withFlags(more));
            }
            Map<Role, EnergyTotal> byRole = new EnumMap<>(Role.class);
            totals.forEach(total -> byRole.put(total.role(), total.energy()));
            byRole.putAll(beside);
            Set<FigureFlag> flags = flags(totals);
            flags.addAll(more);
            BigInteger sum = signed ? Pue.signedSum(byRole) : Pue.sum(byRole);
            return published(byRole, sum, coverage, flags, method);
        }

        PublishedEnergy published(
                Map<Role, EnergyTotal> byRole,
                BigInteger microjoules,
                BigDecimal coverage,
                Set<FigureFlag> flags,
                String method) {
            boolean bridgedIsMeasured = window.bridgedIsMeasured();
            BigInteger millijoules = MilliJoules.ofMicrojoules(microjoules);
            BigDecimal variance = window.hasInventory()
                    ? Uncertainty.variance(window.lastProfile(), byRole, bridgedIsMeasured)
                    : null;
            Figure kwh = Figure.of(
                            MilliJoules.toKwh(millijoules),
                            coverage,
                            Pue.estimatedShare(byRole, bridgedIsMeasured),
                            method,
                            asOf)
                    .withUncertainty(
                            variance == null
                                    ? null
                                    : variance.sqrt(Numbers.CONTEXT).divide(MICROJOULES_PER_KWH, Numbers.CONTEXT))
                    .withFlags(flags);
            return new PublishedEnergy(millijoules, kwh);
        }

        PublishedEnergy difference(PublishedEnergy whole, PublishedEnergy part) {
            BigDecimal coverage = whole.kwh().coverage().min(part.kwh().coverage());
            if (whole.millijoules() == null || part.millijoules() == null) {
                ReasonCode reason = whole.millijoules() == null
                        ? whole.kwh().reason()
                        : part.kwh().reason();
                return PublishedEnergy.missing(Figure.missing(reason, coverage, Methods.ENERGY_DIFFERENCE, asOf));
            }
            BigInteger millijoules = whole.millijoules().subtract(part.millijoules());
            BigDecimal share = whole.kwh().estimatedShare().max(part.kwh().estimatedShare());
            Figure kwh = Figure.of(MilliJoules.toKwh(millijoules), coverage, share, Methods.ENERGY_DIFFERENCE, asOf)
                    .withUncertainty(null);
            return new PublishedEnergy(millijoules, kwh);
        }

        private static Set<FigureFlag> flags(List<RoleTotal> totals) {
            Set<FigureFlag> flags = EnumSet.noneOf(FigureFlag.class);
            for (RoleTotal total : totals) {
                flags.addAll(flagsOf(total.flags()));
            }
            return flags;
        }
    }

    private static final BigDecimal MICROJOULES_PER_KWH = BigDecimal.valueOf(3_600_000_000_000L);

    public SiteEnergy {
        roles = List.copyOf(roles);
    }

    /**
     * The energies of a window.
     *
     * @param runs energies of all runs of the site in the same window; empty when there are none, which leaves all node
     *     energy unallocated
     * @param asOf cut-off of the data
     */
    public static SiteEnergy of(SiteWindow window, Collection<EnergyTotal> runs, Instant asOf) {
        Sums sums = new Sums(window, asOf);
        List<RoleEnergy> roles = new ArrayList<>();
        for (RoleTotal total : window.roles()) {
            roles.add(new RoleEnergy(total.role(), total.energy(), sums.role(total)));
        }
        Set<FigureFlag> known = window.inventoryFlags();
        Set<FigureFlag> ofIt = intersection(known, Set.of(FigureFlag.IT_UNMETERED));
        Set<FigureFlag> ofFacility = EnumSet.noneOf(FigureFlag.class);
        ofFacility.addAll(known);
        ofFacility.removeAll(ofIt);
        PublishedEnergy it = window.hasOneBoundary()
                ? sums.sum(window.itRoles(), false, Methods.IT_ENERGY, ofIt)
                : PublishedEnergy.missing(
                        Figure.missing(ReasonCode.BOUNDARY_MISMATCH, BigDecimal.ZERO, Methods.IT_ENERGY, asOf));
        PublishedEnergy facility = window.hasFacilityMeter()
                ? sums.facility(ofFacility)
                : PublishedEnergy.missing(
                        Figure.missing(ReasonCode.NO_FACILITY_METER, BigDecimal.ZERO, Methods.FACILITY_ENERGY, asOf));
        PublishedEnergy nodes = sums.sum(EnumSet.of(Role.NODE_IN), false, Methods.ROLE_ENERGY, Set.of());
        PublishedEnergy allRuns = runs(window, runs, nodes, asOf);
        return new SiteEnergy(
                window.start(),
                window.end(),
                roles,
                facility,
                window.hasFacilityMeter() ? null : byDesignPue(window, it, asOf),
                it,
                sums.difference(facility, it),
                nodes,
                allRuns,
                sums.difference(nodes, allRuns),
                sums.difference(it, nodes));
    }

    private static PublishedEnergy runs(
            SiteWindow window, Collection<EnergyTotal> runs, PublishedEnergy nodes, Instant asOf) {
        BigInteger millijoules = BigInteger.ZERO;
        EnergyTotal all = EnergyTotal.NONE;
        for (EnergyTotal run : runs) {
            millijoules = millijoules.add(MilliJoules.ofMicrojoules(run.microjoules()));
            all = all.plus(run);
        }
        Figure kwh = Figure.of(
                        MilliJoules.toKwh(millijoules),
                        nodes.kwh().coverage(),
                        all.estimatedShare(window.bridgedIsMeasured()),
                        Methods.RUN_ENERGY,
                        asOf)
                .withUncertainty(null);
        return new PublishedEnergy(millijoules, kwh);
    }

    /** {@code E_IT x dPUE}: all but the measured IT energy is estimated. */
    private static PublishedEnergy byDesignPue(SiteWindow window, PublishedEnergy it, Instant asOf) {
        BigDecimal coverage = it.kwh().coverage();
        BigDecimal designPue = window.hasInventory()
                ? window.lastProfile().inventory().designPue().orElse(null)
                : null;
        if (it.millijoules() == null || designPue == null) {
            ReasonCode reason = it.millijoules() == null ? it.kwh().reason() : ReasonCode.NO_FACILITY_METER;
            return PublishedEnergy.missing(Figure.missing(reason, coverage, Methods.FACILITY_BY_DESIGN_PUE, asOf));
        }
        BigInteger itMicrojoules = window.itRoles().stream()
                .map(role -> window.role(role).energy().microjoules())
                .reduce(BigInteger.ZERO, BigInteger::add);
        BigInteger millijoules = MilliJoules.ofMicrojoules(new BigDecimal(itMicrojoules).multiply(designPue));
        BigDecimal measured = BigDecimal.ONE.subtract(it.kwh().estimatedShare());
        BigDecimal share = BigDecimal.ONE.subtract(measured.divide(designPue, Numbers.CONTEXT));
        BigDecimal value = MilliJoules.toKwh(millijoules);
        Set<FigureFlag> flags = EnumSet.of(FigureFlag.DESIGN_PUE);
        flags.addAll(it.kwh().flags());
        flags.remove(FigureFlag.ESTIMATED_SHARE_HIGH);
        flags.remove(FigureFlag.ESTIMATED_SHARE_BLOCKS_CLOSING);
        Figure kwh = Figure.of(value, coverage, share, Methods.FACILITY_BY_DESIGN_PUE, asOf)
                .withUncertainty(uncertaintyByDesignPue(it.kwh(), value))
                .withFlags(flags);
        return new PublishedEnergy(millijoules, kwh);
    }

    private static BigDecimal uncertaintyByDesignPue(Figure it, BigDecimal value) {
        if (it.low() == null || it.value().signum() == 0) {
            return null;
        }
        BigDecimal uIt = it.high().subtract(it.value()).divide(it.value().abs(), Numbers.CONTEXT);
        BigDecimal relative =
                Uncertainty.combined(uIt.divide(BigDecimal.valueOf(2), Numbers.CONTEXT), Uncertainty.DESIGN_PUE);
        return relative.multiply(value, Numbers.CONTEXT);
    }

    static Set<FigureFlag> flagsOf(int ledgerFlags) {
        Set<FigureFlag> flags = EnumSet.noneOf(FigureFlag.class);
        if (LedgerFlag.BRIDGED.in(ledgerFlags)) {
            flags.add(FigureFlag.BRIDGED);
        }
        if (LedgerFlag.SHARED_BY_TIME.in(ledgerFlags)) {
            flags.add(FigureFlag.SHARED_BY_TIME);
        }
        if (LedgerFlag.REST_UNMETERED.in(ledgerFlags)) {
            flags.add(FigureFlag.REST_UNMETERED);
        }
        if (LedgerFlag.ALLOC_UNKNOWN.in(ledgerFlags)) {
            flags.add(FigureFlag.ALLOC_UNKNOWN);
        }
        if (LedgerFlag.ALLOC_LATE.in(ledgerFlags)) {
            flags.add(FigureFlag.ALLOC_LATE);
        }
        return flags;
    }

    private static Set<FigureFlag> intersection(Set<FigureFlag> a, Set<FigureFlag> b) {
        Set<FigureFlag> both = EnumSet.noneOf(FigureFlag.class);
        both.addAll(a);
        both.retainAll(b);
        return both;
    }
}
