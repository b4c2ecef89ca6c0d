package io.joulestream.api;

import io.joulestream.core.cost.CostReport;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;

/**
 * The answer of {@code /v1/reports/cost}: a draft of what purchased electricity costs by the flat tariff.
 *
 * @param period which month, and how far its data go
 * @param currency ISO 4217, of {@code cost}; null when no one currency applies
 * @param lines oldest first, each rounded to the currency's minor unit; the cost is their sum
 */
record CostBody(
        String site, MonthBody period, String methodVersion, String currency, FigureBody cost, List<LineBody> lines) {

    /** @param tariff null when the inventory gives none */
    record LineBody(Instant start, Instant end, PurchasedBody purchased, TariffBody tariff, FigureBody cost) {
        static LineBody of(CostReport.Line line) {
            return new LineBody(
                    line.start(),
                    line.end(),
                    PurchasedBody.of(line.purchased()),
                    line.tariff() == null
                            ? null
                            : new TariffBody(
                                    line.tariff().currency(), line.tariff().perKwh()),
                    FigureBody.of(line.cost()));
        }
    }

    record TariffBody(String currency, BigDecimal perKwh) {}
}
