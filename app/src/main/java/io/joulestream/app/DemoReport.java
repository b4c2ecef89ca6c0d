package io.joulestream.app;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.joulestream.app.truth.CaptureCheck;
import io.joulestream.app.truth.CheckReport;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What {@code demo --once --json} prints: the ledger beside the truth, energies as decimal strings of millijoules.
 *
 * @param sites synthetic
 * @param runs synthetic
 * @param rowsChecked of all sites
 */
@JsonPropertyOrder({
    "sites",
    "runs",
    "real",
    "rows_checked",
    "rows_wrong",
    "rows_unknowable",
    "rows_outside_bounds",
    "median_bound_width_mj",
    "dead_letters",
    "samples",
    "seconds"
})
record DemoReport(
        List<Site> sites,
        List<Run> runs,
        Real real,
        @JsonProperty("rows_checked") long rowsChecked,
        @JsonProperty("rows_wrong") long rowsWrong,
        @JsonProperty("rows_unknowable") long rowsUnknowable,
        @JsonProperty("rows_outside_bounds") long rowsOutsideBounds,
        @JsonProperty("median_bound_width_mj") String medianBoundWidthMillijoules,
        @JsonProperty("dead_letters") List<CheckReport.DeadLetters> deadLetters,
        long samples,
        BigDecimal seconds,
        @JsonIgnore List<CheckReport.WrongRow> firstWrong) {
    private static final int WRONG_ROWS_SHOWN = 5;

    /** Facility figures are null where the site has no facility meter. */
    @JsonPropertyOrder({"site", "facility_mj", "facility_truth_mj", "it_mj", "it_truth_mj", "pue", "coverage"})
    record Site(
            String site,
            @JsonProperty("facility_mj") String facilityMillijoules,
            @JsonProperty("facility_truth_mj") String facilityTruthMillijoules,
            @JsonProperty("it_mj") String itMillijoules,
            @JsonProperty("it_truth_mj") String itTruthMillijoules,
            BigDecimal pue,
            BigDecimal coverage) {}

    /** The site that is real: its truth is the board's own counter and log. */
    @JsonPropertyOrder({"site", "name", "runs"})
    record Real(String site, String name, List<Run> runs) {
        private String energy(Function<Run, String> millijoules) {
            return Amounts.energy(runs.stream()
                    .map(millijoules)
                    .map(BigInteger::new)
                    .reduce(BigInteger.ZERO, BigInteger::add)
                    .toString());
        }
    }

    /** @param retained tokens that no restart discarded; null without tokens */
    @JsonPropertyOrder({
        "run",
        "energy_mj",
        "truth_mj",
        "tokens",
        "tokens_truth",
        "retained_tokens",
        "retained_tokens_truth",
        "joules_per_token"
    })
    record Run(
            String run,
            @JsonProperty("energy_mj") String energyMillijoules,
            @JsonProperty("truth_mj") String truthMillijoules,
            long tokens,
            @JsonProperty("tokens_truth") long tokensTruth,
            @JsonProperty("retained_tokens") BigInteger retained,
            @JsonProperty("retained_tokens_truth") long retainedTruth,
            @JsonProperty("joules_per_token") BigDecimal joulesPerToken) {}

    static DemoReport of(
            CheckReport report, List<Run> runs, CaptureCheck.Result captured, Real real, long samples, double seconds) {
        return new DemoReport(
                report.sites().stream().map(DemoReport::site).toList(),
                runs,
                real,
                report.rowsChecked() + captured.rowsChecked(),
                report.rowsWrong() + captured.rowsWrong(),
                report.unknowable().rows(),
                report.unknowable().outsideBounds(),
                millijoules(report.unknowable().medianWidthMicrojoules()),
                report.deadLetters(),
                samples,
                BigDecimal.valueOf(seconds).setScale(1, RoundingMode.HALF_UP),
                Stream.concat(captured.firstWrong().stream(), report.firstWrong().stream())
                        .toList());
    }

    private static String millijoules(Long microjoules) {
        return microjoules == null
                ? null
                : BigDecimal.valueOf(microjoules, 3)
                        .setScale(0, RoundingMode.HALF_UP)
                        .toPlainString();
    }

    private static Site site(CheckReport.SiteFigures site) {
        return new Site(
                site.site(),
                site.facilityMj() == null ? null : site.facilityMj().toString(),
                Long.toString(site.facilityTruthMj()),
                Long.toString(site.itMj()),
                Long.toString(site.itTruthMj()),
                site.pue(),
                site.coverage());
    }

    static Run run(CheckReport.RunFigures run, BigInteger retained, long retainedTruth) {
        return new Run(
                run.run(),
                Long.toString(run.energyMj()),
                Long.toString(run.truthMj()),
                run.tokens(),
                run.tokensTruth(),
                retained,
                retainedTruth,
                run.joulesPerToken());
    }

    void print(PrintWriter out) {
        for (Site site : sites) {
            out.println("  " + site.site() + ": IT " + Amounts.energy(site.itMillijoules()) + ", truth "
                    + Amounts.energy(site.itTruthMillijoules()) + ", PUE "
                    + (site.pue() == null ? "NO_FACILITY_METER" : site.pue().toPlainString()));
        }
        out.println("  " + real.site() + ", which is REAL: " + real.runs().size() + " runs, "
                + real.energy(Run::energyMillijoules) + ", by the board's counter "
                + real.energy(Run::truthMillijoules));
        out.println("  " + rowsChecked + " rows compared with the truth, " + rowsWrong + " wrong");
        if (rowsUnknowable > 0) {
            out.println("  " + rowsUnknowable + " of them cannot be known from readings, " + rowsOutsideBounds
                    + " outside their bounds, whose median width is " + Amounts.energy(medianBoundWidthMillijoules));
        }
        deadLetters.forEach(letters -> out.println("  dead letters " + letters.code() + ": " + letters.found() + " of "
                + letters.expected() + " expected"));
        firstWrong.stream()
                .limit(WRONG_ROWS_SHOWN)
                .forEach(row -> out.println("    " + row.table() + " " + row.key() + ": expected " + row.expected()
                        + ", found " + row.found()));
    }
}
