package io.joulestream.core.cost;

import io.joulestream.core.inventory.FlatTariff;
import io.joulestream.core.inventory.InventoryHistory;
import io.joulestream.core.kpi.Figure;
import io.joulestream.core.kpi.Methods;
import io.joulestream.core.kpi.PublishedEnergy;
import io.joulestream.core.kpi.PurchasedEnergy;
import io.joulestream.core.kpi.ReasonCode;
import io.joulestream.core.ledger.SiteStep;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Currency;
import java.util.List;

/**
 * A draft of what one site's purchased electricity costs by the flat tariff of its inventory. Each line is rounded half-up to
 * the currency's minor unit; the total is the sum of the rounded lines.
 *
 * @param currency ISO 4217; null when no tariff is known, or lines differ in currency
 * @param lines oldest first; a line for each stretch of the period with one inventory version and one calendar year
 * @param cost in {@code currency}; TARIFF_MISSING when a line has no tariff, NOT_COMPARABLE when currencies differ
 */
public record CostReport(Instant start, Instant end, String currency, List<Line> lines, Figure cost) {
    /**
     * One line: kilowatt-hours times their price.
     *
     * @param purchased grid import; or IT energy times the designed PUE, flagged
     * @param tariff null when the inventory gives none
     * @param cost in the tariff's currency, rounded to its minor unit
     */
    public record Line(Instant start, Instant end, PublishedEnergy purchased, FlatTariff tariff, Figure cost) {}

    public CostReport {
        lines = List.copyOf(lines);
    }

    /**
     * The draft for {@code [start, end)}.
     *
     * @param steps the site's rows inside the period, all roles, each (role, time) once
     * @param asOf cut-off of the data
     */
    public static CostReport draft(
            InventoryHistory history, Instant start, Instant end, Collection<SiteStep> steps, Instant asOf) {
        List<Line> lines = new ArrayList<>();
        for (PurchasedEnergy part : PurchasedEnergy.of(history, start, end, steps, asOf)) {
            if (part.inventory() != null) {
                FlatTariff tariff = part.inventory().tariff().orElse(null);
                lines.add(new Line(
                        part.start(),
                        part.end(),
                        part.energy(),
                        tariff,
                        cost(part.energy().kwh(), tariff, asOf)));
            }
        }
        List<String> currencies = lines.stream()
                .filter(line -> line.tariff() != null)
                .map(line -> line.tariff().currency())
                .distinct()
                .toList();
        String currency = currencies.size() == 1 ? currencies.get(0) : null;
        return new CostReport(start, end, currency, lines, total(lines, currencies.size(), asOf));
    }

    /** Decimals of a currency's minor unit: 2 for EUR, 0 for JPY and for codes that have none. */
    static int minorUnitDigits(String currency) {
        return Math.max(0, Currency.getInstance(currency).getDefaultFractionDigits());
    }

    private static Figure cost(Figure kwh, FlatTariff tariff, Instant asOf) {
        if (kwh.isMissing() || tariff == null) {
            ReasonCode reason = kwh.isMissing() ? kwh.reason() : ReasonCode.TARIFF_MISSING;
            return Figure.missing(reason, kwh.coverage(), Methods.COST_FLAT, asOf)
                    .withFlags(kwh.flags());
        }
        BigDecimal money = kwh.value()
                .multiply(tariff.perKwh())
                .setScale(minorUnitDigits(tariff.currency()), RoundingMode.HALF_UP);
        BigDecimal uncertainty = kwh.low() == null
                ? null
                : kwh.high().subtract(kwh.value()).multiply(tariff.perKwh()).divide(BigDecimal.valueOf(2));
        return Figure.of(money, kwh.coverage(), kwh.estimatedShare(), Methods.COST_FLAT, asOf)
                .withUncertainty(uncertainty)
                .withFlags(kwh.flags());
    }

    private static Figure total(List<Line> lines, int currencies, Instant asOf) {
        Figure sum = Figure.sum(lines.stream().map(Line::cost).toList(), Methods.COST_FLAT, asOf);
        return sum.isMissing() || currencies <= 1
                ? sum
                : Figure.missing(ReasonCode.NOT_COMPARABLE, sum.coverage(), Methods.COST_FLAT, asOf)
                        .withFlags(sum.flags());
    }
}
