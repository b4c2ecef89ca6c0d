package io.joulestream.api;

import io.joulestream.core.kpi.PublishedEnergy;
import io.joulestream.core.report.MonthlyExport;
import java.math.BigInteger;
import java.util.List;

/**
 * The answer of {@code /v1/exports/{month}}: every figure of one site and month.
 *
 * @param factorSets ids of all factor sets behind the rows, sorted
 * @param rows the site's, then its roles', then its runs' by name
 */
record ExportBody(
        String tenant,
        String site,
        MonthBody period,
        String methodVersion,
        List<String> factorSets,
        List<RowBody> rows) {

    /**
     * One figure.
     *
     * @param subject SITE, ROLE or RUN
     * @param name of the role or run; the site's id for the site
     * @param unit of the figure; 1 for a ratio
     * @param energyMj decimal string; null for what is no energy, or unknown
     * @param measuredMj null but for the energy of roles and runs
     */
    record RowBody(
            String subject,
            String name,
            String quantity,
            String unit,
            FigureBody figure,
            String energyMj,
            String measuredMj,
            String bridgedMj,
            String estimatedMj) {
        static RowBody of(MonthlyExport.Row row) {
            EnergyAmount parts = row.buckets() == null || row.energyMj() == null
                    ? null
                    : EnergyAmount.of(
                            new PublishedEnergy(new BigInteger(row.energyMj()), row.figure()), row.buckets(), true);
            return new RowBody(
                    row.subject().name(),
                    row.name(),
                    row.quantity(),
                    row.unit(),
                    FigureBody.of(row.figure()),
                    row.energyMj(),
                    parts == null ? null : parts.measuredMj(),
                    parts == null ? null : parts.bridgedMj(),
                    parts == null ? null : parts.estimatedMj());
        }
    }

    static ExportBody of(MonthlyExport export, MonthBody period) {
        return new ExportBody(
                export.tenant(),
                export.site(),
                period,
                export.methodVersion(),
                export.factorSets(),
                export.rows().stream().map(RowBody::of).toList());
    }
}
