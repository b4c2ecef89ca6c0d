package io.joulestream.app;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.joulestream.app.truth.CheckReport;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.List;

/** What {@code demo --once --json} prints: the ledger beside the truth, energies as decimal strings of millijoules. */
@JsonPropertyOrder({"sites", "runs", "rows_checked", "rows_wrong", "samples", "seconds"})
record DemoReport(
        List<Site> sites,
        List<Run> runs,
        @JsonProperty("rows_checked") long rowsChecked,
        @JsonProperty("rows_wrong") long rowsWrong,
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

    static DemoReport of(CheckReport report, List<Run> runs, long samples, double seconds) {
        return new DemoReport(
                report.sites().stream().map(DemoReport::site).toList(),
                runs,
                report.rowsChecked(),
                report.rowsWrong(),
                samples,
                BigDecimal.valueOf(seconds).setScale(1, RoundingMode.HALF_UP),
                report.firstWrong());
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
        out.println("  " + rowsChecked + " rows compared with the truth, " + rowsWrong + " wrong");
        firstWrong.stream()
                .limit(WRONG_ROWS_SHOWN)
                .forEach(row -> out.println("    " + row.table() + " " + row.key() + ": expected " + row.expected()
                        + ", found " + row.found()));
    }
}
