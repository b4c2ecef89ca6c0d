package io.joulestream.core.report;

import static java.util.Objects.requireNonNull;

import io.joulestream.core.carbon.CarbonReport;
import io.joulestream.core.carbon.FactorSets;
import io.joulestream.core.cost.CostReport;
import io.joulestream.core.inventory.InventoryHistory;
import io.joulestream.core.inventory.SiteInventory;
import io.joulestream.core.kpi.EnergyTotal;
import io.joulestream.core.kpi.Figure;
import io.joulestream.core.kpi.FigureFlag;
import io.joulestream.core.kpi.Methods;
import io.joulestream.core.kpi.PublishedEnergy;
import io.joulestream.core.kpi.Pue;
import io.joulestream.core.kpi.RunFigures;
import io.joulestream.core.kpi.SiteEnergy;
import io.joulestream.core.kpi.SiteWindow;
import io.joulestream.core.kpi.Status;
import io.joulestream.core.ledger.RunExtent;
import io.joulestream.core.ledger.RunStep;
import io.joulestream.core.ledger.SiteStep;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;

/**
 * What a monthly export of one site holds, as a draft: rows in a fixed order, so that the same inputs give the same export.
 *
 * @param dataEnd end of the figures: the month's end, or the last whole ledger step before {@code asOf} while it is open
 * @param status always PROVISIONAL: sealing makes another object
 * @param methodVersion version of all formulas together
 * @param factorSets ids of all factor sets behind the rows, sorted
 * @param rows the site's, then its roles', then its runs' by name; none for a month that has not begun
 */
public record MonthlyExport(
        String tenant,
        String site,
        CalendarMonth period,
        Instant dataEnd,
        Instant asOf,
        Status status,
        String methodVersion,
        List<String> factorSets,
        List<Row> rows) {
    /** What a row is about. */
    public enum Subject {
        SITE,
        ROLE,
        RUN
    }

    /**
     * One figure.
     *
     * @param name of the role or run; the site's id for the site
     * @param quantity such as {@code energy_facility} or {@code ipue}
     * @param unit such as kWh; 1 for a ratio; an ISO 4217 code for money, or empty when no one currency applies
     * @param energyMj exact energy as a decimal string of millijoules; null for what is no energy, or unknown
     * @param buckets exact energy by how it came to be known; null but for the energy of roles and runs
     */
    public record Row(
            Subject subject,
            String name,
            String quantity,
            String unit,
            Figure figure,
            String energyMj,
            EnergyTotal buckets) {
        public Row {
            requireNonNull(subject, "subject");
            requireNonNull(name, "name");
            requireNonNull(quantity, "quantity");
            requireNonNull(unit, "unit");
            requireNonNull(figure, "figure");
        }
    }

    /**
     * The ledger's rows of one run.
     *
     * @param meters how many energy channels its nodes have; CHECK meters are none of them
     * @param steps ledger steps; those outside the month are left out
     */
    public record RunRows(RunExtent extent, int meters, List<RunStep> steps) {
        public RunRows {
            requireNonNull(extent, "extent");
            steps = List.copyOf(steps);
        }
    }

    public MonthlyExport {
        factorSets = List.copyOf(factorSets);
        rows = List.copyOf(rows);
    }

    /**
     * The draft of one month.
     *
     * @param siteSteps the site's rows of all roles, each (role, time) once; those outside the month are left out
     * @param asOf cut-off of the data; a month that is not over by then gets figures of its part so far, flagged
     */
    public static MonthlyExport draft(
            InventoryHistory history,
            CalendarMonth month,
            Collection<SiteStep> siteSteps,
            Collection<RunRows> runs,
            FactorSets factors,
            Instant asOf) {
        SiteInventory inventory =
                history.versions().get(history.versions().size() - 1).inventory();
        Instant dataEnd = dataEnd(month, inventory.ledgerStep().toSeconds(), asOf);
        List<Row> rows = new ArrayList<>();
        if (dataEnd.isAfter(month.start())) {
            List<SiteStep> inside = siteSteps.stream()
                    .filter(step -> isInside(step.start(), step.lengthSeconds(), month.start(), dataEnd))
                    .toList();
            List<RunFigures> figures = runFigures(runs, month.start(), dataEnd, asOf);
            addSite(rows, history, month.start(), dataEnd, inside, figures, factors, asOf, inventory.site());
            figures.forEach(run -> addRun(rows, run));
        }
        boolean isOpen = dataEnd.isBefore(month.end());
        List<Row> flagged = isOpen ? rows.stream().map(MonthlyExport::open).toList() : rows;
        TreeSet<String> sets = new TreeSet<>();
        rows.forEach(row -> sets.addAll(row.figure().factorSets()));
        return new MonthlyExport(
                inventory.tenant(),
                inventory.site(),
                month,
                dataEnd,
                asOf,
                Status.PROVISIONAL,
                Methods.VERSION,
                List.copyOf(sets),
                flagged);
    }

    private static void addSite(
            List<Row> rows,
            InventoryHistory history,
            Instant start,
            Instant end,
            List<SiteStep> steps,
            List<RunFigures> runs,
            FactorSets factors,
            Instant asOf,
            String site) {
        SiteWindow window = SiteWindow.of(history, start, end, steps);
        SiteEnergy energy =
                SiteEnergy.of(window, runs.stream().map(RunFigures::buckets).toList(), asOf);
        Pue pue = Pue.of(window, asOf);
        CarbonReport carbon = CarbonReport.draft(history, start, end, steps, factors, asOf);
        CostReport cost = CostReport.draft(history, start, end, steps, asOf);
        rows.add(energy(Subject.SITE, site, "energy_facility", energy.facility(), null));
        if (energy.facilityByDesignPue() != null) {
            rows.add(energy(Subject.SITE, site, "energy_facility_by_design_pue", energy.facilityByDesignPue(), null));
        }
        rows.add(energy(Subject.SITE, site, "energy_it", energy.it(), null));
        rows.add(energy(Subject.SITE, site, "energy_overhead", energy.overhead(), null));
        rows.add(energy(Subject.SITE, site, "energy_nodes", energy.nodes(), null));
        rows.add(energy(Subject.SITE, site, "energy_runs", energy.runs(), null));
        rows.add(energy(Subject.SITE, site, "energy_unallocated", energy.unallocated(), null));
        rows.add(energy(Subject.SITE, site, "energy_residual", energy.residual(), null));
        rows.add(figure(Subject.SITE, site, "ipue", "1", pue.measured().figure()));
        rows.add(figure(
                Subject.SITE,
                site,
                "ipue_best_estimate",
                "1",
                pue.bestEstimate().figure()));
        rows.add(figure(Subject.SITE, site, "scope2_location", "kgCO2e", carbon.scope2LocationKgCo2e()));
        String currency = cost.currency() == null ? "" : cost.currency();
        rows.add(figure(Subject.SITE, site, "cost", currency, cost.cost()));
        for (SiteEnergy.RoleEnergy role : energy.roles()) {
            rows.add(energy(Subject.ROLE, role.role().name(), "energy", role.energy(), role.buckets()));
        }
    }

    private static void addRun(List<Row> rows, RunFigures run) {
        rows.add(energy(Subject.RUN, run.run(), "energy", run.energy(), run.buckets()));
        rows.add(
                figure(Subject.RUN, run.run(), "joules_per_processed_token", "J/token", run.joulesPerProcessedToken()));
    }

    /** The figures of what lies inside the period of each run that has any part in it, by name. */
    private static List<RunFigures> runFigures(Collection<RunRows> runs, Instant start, Instant end, Instant asOf) {
        List<RunFigures> figures = new ArrayList<>();
        for (RunRows run : runs) {
            Instant from =
                    run.extent().startedAt().isAfter(start) ? run.extent().startedAt() : start;
            Instant to = run.extent().endedAt().isBefore(end) ? run.extent().endedAt() : end;
            if (from.isBefore(to)) {
                List<RunStep> inside = run.steps().stream()
                        .filter(step -> isInside(step.start(), step.lengthSeconds(), start, end))
                        .toList();
                figures.add(
                        RunFigures.of(RunFigures.Totals.of(run.extent().run(), from, to, run.meters(), inside), asOf));
            }
        }
        figures.sort(Comparator.comparing(RunFigures::run));
        return figures;
    }

    private static Row energy(
            Subject subject, String name, String quantity, PublishedEnergy energy, EnergyTotal buckets) {
        return new Row(subject, name, quantity, "kWh", energy.kwh(), energy.energyMj(), buckets);
    }

    private static Row figure(Subject subject, String name, String quantity, String unit, Figure figure) {
        return new Row(subject, name, quantity, unit, figure, null, null);
    }

    private static Row open(Row row) {
        Figure flagged = row.figure().withFlags(List.of(FigureFlag.PERIOD_OPEN));
        return new Row(row.subject(), row.name(), row.quantity(), row.unit(), flagged, row.energyMj(), row.buckets());
    }

    private static boolean isInside(Instant start, int lengthSeconds, Instant from, Instant to) {
        return !start.isBefore(from) && !start.plusSeconds(lengthSeconds).isAfter(to);
    }

    private static Instant dataEnd(CalendarMonth month, long stepSeconds, Instant asOf) {
        if (!asOf.isBefore(month.end())) {
            return month.end();
        }
        Instant lastStep = Instant.ofEpochSecond(Math.floorDiv(asOf.getEpochSecond(), stepSeconds) * stepSeconds);
        return lastStep.isAfter(month.start()) ? lastStep : month.start();
    }
}
