package io.joulestream.core.report;

import static io.joulestream.core.inventory.Role.GRID_IMPORT;
import static io.joulestream.core.inventory.Role.NODE_IN;
import static io.joulestream.core.kpi.SiteFixture.measured;
import static io.joulestream.core.kpi.SiteFixture.microjoules;
import static io.joulestream.core.kpi.SiteFixture.site;
import static org.assertj.core.api.Assertions.assertThat;

import io.joulestream.core.carbon.FactorSets;
import io.joulestream.core.kpi.FigureFlag;
import io.joulestream.core.kpi.ReasonCode;
import io.joulestream.core.kpi.SiteFixture;
import io.joulestream.core.kpi.Status;
import io.joulestream.core.ledger.EnergyBuckets;
import io.joulestream.core.ledger.RunExtent;
import io.joulestream.core.ledger.RunStep;
import io.joulestream.core.ledger.SiteStep;
import io.joulestream.core.report.MonthlyExport.Row;
import io.joulestream.core.report.MonthlyExport.RunRows;
import io.joulestream.core.report.MonthlyExport.Subject;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MonthlyExportTest {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final CalendarMonth MARCH = CalendarMonth.parse("2026-03", ZoneId.of("Europe/London"));
    private static final Instant LATER = Instant.parse("2026-05-01T00:00:00Z");
    private static final long WATTS = 2_000;
    private static final FactorSets FACTORS = FactorSets.shipped();

    private final SiteFixture fixture = site(NODE_IN)
            .with("zone: Europe/London")
            .with("gridZone: GB")
            .with("tariff: { currency: GBP, perKwh: \"0.30\" }")
            .meter(GRID_IMPORT, WATTS)
            .meter(NODE_IN, WATTS);

    @Test
    void aWholeMonthHasEveryFigure() {
        MonthlyExport export = MonthlyExport.draft(fixture.history(), MARCH, month(), List.of(run()), FACTORS, LATER);

        assertThat(export.status()).isEqualTo(Status.PROVISIONAL);
        assertThat(export.dataEnd()).isEqualTo(MARCH.end());
        assertThat(value(export, Subject.SITE, "energy_facility")).isEqualTo("928.75");
        assertThat(value(export, Subject.SITE, "energy_it")).isEqualTo("743");
        assertThat(value(export, Subject.SITE, "ipue")).isEqualTo("1.25");
        assertThat(value(export, Subject.SITE, "cost")).isEqualTo("278.63");
        assertThat(value(export, Subject.SITE, "scope2_location")).isEqualTo("164.38875");
        assertThat(value(export, Subject.SITE, "energy_unallocated")).isEqualTo("741");
        assertThat(value(export, Subject.RUN, "energy")).isEqualTo("2");
        assertThat(value(export, Subject.RUN, "joules_per_processed_token")).isEqualTo("7.2");
        assertThat(row(export, Subject.SITE, "cost").unit()).isEqualTo("GBP");
        assertThat(row(export, Subject.SITE, "energy_it").energyMj()).isEqualTo("2674800000000");
        assertThat(export.factorSets()).containsExactly(FACTORS.sets().get(1).id());
        assertThat(export.rows()).noneMatch(row -> row.figure().flags().contains(FigureFlag.PERIOD_OPEN));
    }

    @Test
    void theOrderOfItsInputsDoesNotMatter() {
        List<SiteStep> shuffled = new ArrayList<>(month());
        Collections.shuffle(shuffled, new Random(1));

        assertThat(MonthlyExport.draft(fixture.history(), MARCH, shuffled, List.of(run()), FACTORS, LATER))
                .isEqualTo(MonthlyExport.draft(fixture.history(), MARCH, month(), List.of(run()), FACTORS, LATER));
    }

    @Test
    void anOpenMonthIsReportedToItsLastWholeStep() {
        Instant asOf = MARCH.start().plus(Duration.ofMinutes(150));

        MonthlyExport export = MonthlyExport.draft(fixture.history(), MARCH, month(), List.of(run()), FACTORS, asOf);

        assertThat(export.dataEnd()).isEqualTo(MARCH.start().plus(HOUR.multipliedBy(2)));
        assertThat(value(export, Subject.SITE, "energy_it")).isEqualTo("2");
        assertThat(export.rows()).allMatch(row -> row.figure().flags().contains(FigureFlag.PERIOD_OPEN));
    }

    @Test
    void aMonthThatHasNotBegunHasNoRows() {
        Instant before = MARCH.start().minusSeconds(1);

        assertThat(MonthlyExport.draft(fixture.history(), MARCH, month(), List.of(run()), FACTORS, before)
                        .rows())
                .isEmpty();
    }

    @Test
    void aMonthWithoutDataHasReasonsInsteadOfZeros() {
        MonthlyExport export = MonthlyExport.draft(fixture.history(), MARCH, List.of(), List.of(), FACTORS, LATER);

        assertThat(row(export, Subject.SITE, "energy_facility").figure().reason())
                .isEqualTo(ReasonCode.NO_DATA);
        assertThat(row(export, Subject.SITE, "ipue").figure().reason()).isEqualTo(ReasonCode.NO_DATA);
        assertThat(row(export, Subject.SITE, "scope2_location").figure().reason())
                .isEqualTo(ReasonCode.NO_DATA);
        assertThat(row(export, Subject.SITE, "cost").figure().reason()).isEqualTo(ReasonCode.NO_DATA);
        assertThat(row(export, Subject.SITE, "energy_unallocated").figure().reason())
                .isEqualTo(ReasonCode.NO_DATA);
    }

    private static List<SiteStep> month() {
        List<SiteStep> steps = new ArrayList<>();
        for (Instant at = MARCH.start(); at.isBefore(MARCH.end()); at = at.plus(HOUR)) {
            steps.add(measured(GRID_IMPORT, at, HOUR, "1.25", WATTS));
            steps.add(measured(NODE_IN, at, HOUR, "1", WATTS));
        }
        return steps;
    }

    /** Started an hour before the month and runs for two hours of it. */
    private static RunRows run() {
        Instant start = MARCH.start().minus(HOUR);
        List<RunStep> steps = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            steps.add(new RunStep(
                    "default",
                    "s",
                    "run-1",
                    start.plus(HOUR.multipliedBy(i)),
                    3600,
                    new EnergyBuckets(microjoules("1"), 0, 0),
                    HOUR.toMillis(),
                    HOUR.toMillis(),
                    500_000,
                    0,
                    1,
                    1));
        }
        return new RunRows(
                new RunExtent("default", "s", "run-1", start, start.plus(HOUR.multipliedBy(3)), 1, 1), 1, steps);
    }

    private static String value(MonthlyExport export, Subject subject, String quantity) {
        return row(export, subject, quantity)
                .figure()
                .value()
                .stripTrailingZeros()
                .toPlainString();
    }

    private static Row row(MonthlyExport export, Subject subject, String quantity) {
        return export.rows().stream()
                .filter(row -> row.subject() == subject && row.quantity().equals(quantity))
                .findFirst()
                .orElseThrow();
    }
}
