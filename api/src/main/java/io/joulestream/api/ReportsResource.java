package io.joulestream.api;

import io.joulestream.core.carbon.CarbonReport;
import io.joulestream.core.carbon.FactorSets;
import io.joulestream.core.cost.CostReport;
import io.joulestream.core.inventory.InventoryHistory;
import io.joulestream.core.kpi.Figure;
import io.joulestream.core.kpi.FigureFlag;
import io.joulestream.core.kpi.Methods;
import io.joulestream.core.kpi.ReasonCode;
import io.joulestream.core.kpi.Status;
import io.joulestream.core.ledger.RunExtent;
import io.joulestream.core.ledger.RunStep;
import io.joulestream.core.ledger.SiteStep;
import io.joulestream.core.report.MonthlyExport;
import io.joulestream.storage.LedgerQueries;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Months of a site: carbon, cost, and the export that holds all of them. All are drafts. */
final class ReportsResource {
    private static final List<Format> EXPORT_FORMATS = List.of(Format.JSON, Format.CSV);

    private final SiteCatalog catalog;
    private final LedgerQueries ledger;
    private final FactorSets factors;
    private final Clock clock;
    private final String tenant;

    ReportsResource(SiteCatalog catalog, LedgerQueries ledger, FactorSets factors, Clock clock, String tenant) {
        this.catalog = catalog;
        this.ledger = ledger;
        this.factors = factors;
        this.clock = clock;
        this.tenant = tenant;
    }

    Answer carbon(Request request) {
        SiteMonth month = month(request, monthParameter(request));
        if (!month.hasBegun()) {
            return Answer.json(new CarbonBody(
                    month.site(), draft(month), Methods.VERSION, notBegun(month, Methods.SCOPE2_LOCATION), List.of()));
        }
        CarbonReport report = CarbonReport.draft(
                month.history(), month.period().start(), month.dataEnd(), rows(month), factors, month.asOf());
        return Answer.json(new CarbonBody(
                month.site(),
                draft(month),
                Methods.VERSION,
                figure(report.scope2LocationKgCo2e(), month),
                report.lines().stream().map(CarbonBody.LineBody::of).toList()));
    }

    Answer cost(Request request) {
        SiteMonth month = month(request, monthParameter(request));
        if (!month.hasBegun()) {
            return Answer.json(new CostBody(
                    month.site(), draft(month), Methods.VERSION, null, notBegun(month, Methods.COST_FLAT), List.of()));
        }
        CostReport report =
                CostReport.draft(month.history(), month.period().start(), month.dataEnd(), rows(month), month.asOf());
        return Answer.json(new CostBody(
                month.site(),
                draft(month),
                Methods.VERSION,
                report.currency(),
                figure(report.cost(), month),
                report.lines().stream().map(CostBody.LineBody::of).toList()));
    }

    Answer export(Request request) {
        Parameters parameters = request.parameters();
        Optional<YearMonth> asked = parameters.month("month", request.path("month"));
        Format format = request.format(EXPORT_FORMATS);
        SiteMonth month = month(request, asked);
        MonthlyExport export =
                MonthlyExport.draft(month.history(), month.period(), rows(month), runs(month), factors, month.asOf());
        ExportBody body = ExportBody.of(export, draft(month));
        Answer answer = format == Format.CSV
                ? Answer.of(format.contentType(), ExportCsv.bytes(body))
                        .tagged()
                        .with("Content-Disposition", "attachment; filename=\"" + fileName(export) + ".csv\"")
                : Answer.json(body);
        return answer.with("Vary", "Accept");
    }

    private static String fileName(MonthlyExport export) {
        return "joulestream-" + export.site() + "-" + export.period().month() + "-draft-method-"
                + export.methodVersion();
    }

    private static Optional<YearMonth> monthParameter(Request request) {
        request.parameters().required("month");
        return request.parameters().month("month");
    }

    private SiteMonth month(Request request, Optional<YearMonth> month) {
        Optional<String> site = request.parameters().required("site");
        request.parameters().check();
        InventoryHistory history = catalog.require(site.orElseThrow());
        return SiteMonth.of(history, site.orElseThrow(), month.orElseThrow(), clock.instant());
    }

    private static MonthBody draft(SiteMonth month) {
        return MonthBody.of(month, Status.PROVISIONAL.name());
    }

    /** The rows that lie inside the month; one of an earlier ledger step may straddle its start. */
    private List<SiteStep> rows(SiteMonth month) {
        return ledger.siteHours(tenant, month.site(), month.period().start(), month.dataEnd()).stream()
                .filter(row -> !row.start().plusSeconds(row.lengthSeconds()).isAfter(month.dataEnd()))
                .toList();
    }

    private List<MonthlyExport.RunRows> runs(SiteMonth month) {
        Map<String, List<RunStep>> byRun = new TreeMap<>();
        ledger.siteRunHours(tenant, month.site(), month.period().start(), month.dataEnd())
                .forEach(step -> byRun.computeIfAbsent(step.run(), run -> new ArrayList<>())
                        .add(step));
        List<MonthlyExport.RunRows> runs = new ArrayList<>();
        byRun.forEach((run, steps) -> extent(run, month.site())
                .ifPresent(extent -> runs.add(new MonthlyExport.RunRows(extent, meters(run, month.site()), steps))));
        return runs;
    }

    private Optional<RunExtent> extent(String run, String site) {
        return ledger.run(tenant, run).stream()
                .flatMap(totals -> totals.extents().stream())
                .filter(extent -> extent.site().equals(site))
                .findFirst();
    }

    private int meters(String run, String site) {
        return (int) ledger.runMeters(tenant, run).stream()
                .filter(meter -> meter.site().equals(site) && !meter.check())
                .count();
    }

    private static FigureBody figure(Figure figure, SiteMonth month) {
        return FigureBody.of(month.isOpen() ? figure.withFlags(List.of(FigureFlag.PERIOD_OPEN)) : figure);
    }

    private static FigureBody notBegun(SiteMonth month, String method) {
        return FigureBody.of(Figure.missing(ReasonCode.PERIOD_OPEN, BigDecimal.ZERO, method, month.asOf()));
    }
}
