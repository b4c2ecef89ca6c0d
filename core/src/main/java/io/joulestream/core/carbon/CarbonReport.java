package io.joulestream.core.carbon;

import io.joulestream.core.inventory.InventoryHistory;
import io.joulestream.core.inventory.SiteInventory;
import io.joulestream.core.kpi.Figure;
import io.joulestream.core.kpi.FigureFlag;
import io.joulestream.core.kpi.Methods;
import io.joulestream.core.kpi.PublishedEnergy;
import io.joulestream.core.kpi.PurchasedEnergy;
import io.joulestream.core.kpi.ReasonCode;
import io.joulestream.core.ledger.SiteStep;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * A draft of location-based Scope 2 of one site: purchased kilowatt-hours times the grid's average factor of generation,
 * without losses of transmission and without life cycle. What the site makes and uses itself is not Scope 2, and export is
 * never netted.
 *
 * @param lines oldest first; a line for each stretch of the period with one inventory version and one calendar year
 * @param scope2LocationKgCo2e in kgCO2e: the sum of the lines, unrounded; missing when a line is, because the sum of the
 *     others would pass for the whole. Its interval is of metering alone
 */
public record CarbonReport(Instant start, Instant end, List<Line> lines, Figure scope2LocationKgCo2e) {
    /**
     * Purchases in one stretch of time, and what they emitted.
     *
     * @param gridZone null when the inventory gives none
     * @param localYear calendar year of the stretch in the site's zone
     * @param purchased grid import; or IT energy times the designed PUE, flagged
     * @param factor null when there is none
     * @param factorSet id of its set; null when there is none
     * @param kgCo2e FACTOR_MISSING without a factor, else missing as the energy is
     */
    public record Line(
            Instant start,
            Instant end,
            String gridZone,
            int localYear,
            PublishedEnergy purchased,
            EmissionFactor factor,
            String factorSet,
            Figure kgCo2e) {}

    public CarbonReport {
        lines = List.copyOf(lines);
    }

    /**
     * The draft for {@code [start, end)}.
     *
     * @param steps the site's rows inside the period, all roles, each (role, time) once
     * @param asOf cut-off of the data
     */
    public static CarbonReport draft(
            InventoryHistory history,
            Instant start,
            Instant end,
            Collection<SiteStep> steps,
            FactorSets factors,
            Instant asOf) {
        List<Line> lines = new ArrayList<>();
        for (PurchasedEnergy part : PurchasedEnergy.of(history, start, end, steps, asOf)) {
            if (part.inventory() != null) {
                lines.add(line(part, factors, asOf));
            }
        }
        return new CarbonReport(start, end, lines, total(lines, asOf));
    }

    private static Line line(PurchasedEnergy part, FactorSets factors, Instant asOf) {
        SiteInventory inventory = part.inventory();
        String zone = inventory.gridZone().orElse(null);
        FactorSets.Found found =
                zone == null ? null : factors.generation(zone, part.localYear()).orElse(null);
        Figure kwh = part.energy().kwh();
        Figure kgCo2e;
        if (found == null || kwh.isMissing()) {
            ReasonCode reason = kwh.isMissing() ? kwh.reason() : ReasonCode.FACTOR_MISSING;
            kgCo2e = Figure.missing(reason, kwh.coverage(), Methods.SCOPE2_LOCATION, asOf)
                    .withFlags(kwh.flags());
        } else {
            kgCo2e = emissions(kwh, found, part.localYear(), asOf);
        }
        return new Line(
                part.start(),
                part.end(),
                zone,
                part.localYear(),
                part.energy(),
                found == null ? null : found.factor(),
                found == null ? null : found.set().id(),
                kgCo2e);
    }

    private static Figure emissions(Figure kwh, FactorSets.Found found, int year, Instant asOf) {
        BigDecimal perKwh = found.factor().kgCo2ePerKwh();
        Set<FigureFlag> flags = EnumSet.noneOf(FigureFlag.class);
        flags.addAll(kwh.flags());
        if (found.factor().year() < year) {
            flags.add(FigureFlag.FACTOR_YEAR_EARLIER);
        }
        BigDecimal uncertainty = kwh.low() == null
                ? null
                : kwh.high().subtract(kwh.value()).multiply(perKwh).divide(BigDecimal.valueOf(2));
        return Figure.of(
                        kwh.value().multiply(perKwh, MathContext.DECIMAL128),
                        kwh.coverage(),
                        kwh.estimatedShare(),
                        Methods.SCOPE2_LOCATION,
                        asOf)
                .withUncertainty(uncertainty)
                .withFlags(flags)
                .withFactorSets(List.of(found.set().id()));
    }

    private static Figure total(List<Line> lines, Instant asOf) {
        Figure sum = Figure.sum(lines.stream().map(Line::kgCo2e).toList(), Methods.SCOPE2_LOCATION, asOf);
        long gasSets = lines.stream()
                .filter(line -> line.factor() != null)
                .map(line -> line.factor().gasSet())
                .distinct()
                .count();
        return sum.isMissing() || gasSets <= 1
                ? sum
                : Figure.missing(ReasonCode.NOT_COMPARABLE, sum.coverage(), Methods.SCOPE2_LOCATION, asOf)
                        .withFlags(sum.flags());
    }
}
