package io.joulestream.api;

import io.joulestream.core.carbon.CarbonReport;
import io.joulestream.core.carbon.EmissionFactor;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;

/**
 * The answer of {@code /v1/reports/carbon}: a draft of location-based Scope 2.
 *
 * @param period which month, and how far its data go
 * @param co2eKgLocation kilograms of CO2 equivalent
 * @param lines oldest first; the figure is their sum
 */
record CarbonBody(
        String site, MonthBody period, String methodVersion, FigureBody co2eKgLocation, List<LineBody> lines) {

    /**
     * Purchases of one stretch of the month, and what they emitted.
     *
     * @param gridZone null when the inventory gives none
     * @param localYear calendar year of the stretch in the site's zone
     * @param factor null when none is known
     * @param factorSet id of the set it is from
     */
    record LineBody(
            Instant start,
            Instant end,
            String gridZone,
            int localYear,
            PurchasedBody purchased,
            FactorBody factor,
            String factorSet,
            FigureBody co2eKgLocation) {
        static LineBody of(CarbonReport.Line line) {
            return new LineBody(
                    line.start(),
                    line.end(),
                    line.gridZone(),
                    line.localYear(),
                    PurchasedBody.of(line.purchased()),
                    line.factor() == null ? null : FactorBody.of(line.factor()),
                    line.factorSet(),
                    FigureBody.of(line.kgCo2e()));
        }
    }

    /** @param kgCo2ePerKwh exactly as published */
    record FactorBody(
            String zone,
            int year,
            String basis,
            String gasSet,
            BigDecimal kgCo2ePerKwh,
            String source,
            String licence,
            String retrieved) {
        static FactorBody of(EmissionFactor factor) {
            return new FactorBody(
                    factor.zone(),
                    factor.year(),
                    factor.basis().name(),
                    factor.gasSet(),
                    factor.kgCo2ePerKwh(),
                    factor.source(),
                    factor.licence(),
                    factor.retrieved().toString());
        }
    }
}
