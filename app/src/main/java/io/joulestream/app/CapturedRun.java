package io.joulestream.app;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.joulestream.core.inventory.SiteInventory;
import io.joulestream.core.kpi.EnergyTotal;
import io.joulestream.core.kpi.Figure;
import io.joulestream.core.kpi.MilliJoules;
import io.joulestream.core.kpi.RunFigures;
import io.joulestream.core.kpi.RunLineage;
import io.joulestream.core.telemetry.Metric;
import io.joulestream.ingest.capture.GpuReadings;
import io.joulestream.ingest.capture.ImportedCapture;
import io.joulestream.storage.LedgerQueries;
import io.joulestream.storage.RunMeterTotals;
import io.joulestream.storage.RunTotals;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/**
 * What the ledger holds of one phase of a capture, as the API tells it too. Energies are decimal strings of millijoules;
 * figures that cannot be told are null, with a reason.
 *
 * @param estimatedShare bridged gaps included, as in all runs under an hour
 * @param tokens processed
 * @param retained tokens that no restart discarded
 * @param redone tokens of steps that a restart discarded
 * @param wattsMean energy over the run's duration
 * @param gaugeMillijoules what the averaged power adds up to by the trapezoid rule; null where a GPU has no such gauge
 * @param gaugeOffShare by how much that is more than the counter, as a share of it; null where a GPU has no counter
 */
@JsonPropertyOrder({
    "run",
    "phase",
    "precision",
    "energy_mj",
    "coverage",
    "estimated_share",
    "tokens",
    "retained_tokens",
    "redone_tokens",
    "attempts",
    "joules_per_token",
    "watts_mean",
    "gauge_mj",
    "gauge_off_share",
    "reasons"
})
record CapturedRun(
        String run,
        String phase,
        String precision,
        @JsonProperty("energy_mj") String energyMillijoules,
        BigDecimal coverage,
        @JsonProperty("estimated_share") BigDecimal estimatedShare,
        BigInteger tokens,
        @JsonProperty("retained_tokens") BigInteger retained,
        @JsonProperty("redone_tokens") BigInteger redone,
        int attempts,
        @JsonProperty("joules_per_token") BigDecimal joulesPerToken,
        @JsonProperty("watts_mean") BigDecimal wattsMean,
        @JsonProperty("gauge_mj") String gaugeMillijoules,
        @JsonProperty("gauge_off_share") BigDecimal gaugeOffShare,
        List<String> reasons) {
    private static final int SHARE_DIGITS = 6;
    private static final MathContext PER_TOKEN = new MathContext(6, RoundingMode.HALF_UP);

    static CapturedRun of(
            LedgerQueries ledger,
            String tenant,
            SiteInventory inventory,
            ImportedCapture capture,
            ImportedCapture.Run run) {
        RunFigures figures = figures(ledger, tenant, run);
        RunLineage lineage = ledger.runLineage(tenant, run.runId());
        BigInteger energy = figures.energy().millijoules();
        long millis = Duration.between(figures.startedAt(), figures.endedAt()).toMillis();
        BigInteger gauge = gauge(capture.capture().gpus(), run);
        boolean counted = capture.capture().gpus().stream()
                .allMatch(gpu -> inventory
                        .entity(ImportedCapture.entity(gpu))
                        .orElseThrow()
                        .channel(Metric.GPU_ENERGY)
                        .isPresent());
        return new CapturedRun(
                run.runId(),
                run.phase().name(),
                run.phase().precision(),
                energy == null ? null : energy.toString(),
                figures.coverage().setScale(SHARE_DIGITS, RoundingMode.HALF_UP),
                share(figures.energy().kwh().estimatedShare()),
                figures.tokens(),
                lineage.tokens().retained(),
                lineage.tokens().redone(),
                lineage.attempts().size(),
                perToken(figures.joulesPerProcessedToken()),
                energy == null ? null : ratio(energy, BigInteger.valueOf(millis), 1),
                gauge == null ? null : gauge.toString(),
                gauge == null || energy == null || !counted
                        ? null
                        : ratio(gauge.subtract(energy), energy, SHARE_DIGITS),
                Stream.of(figures.energy().kwh(), figures.joulesPerProcessedToken())
                        .filter(Figure::isMissing)
                        .map(figure -> figure.reason().name())
                        .distinct()
                        .toList());
    }

    private static RunFigures figures(LedgerQueries ledger, String tenant, ImportedCapture.Run run) {
        RunTotals totals = ledger.run(tenant, run.runId()).orElse(new RunTotals(run.runId(), List.of(), List.of()));
        List<RunMeterTotals> meters = ledger.runMeters(tenant, run.runId());
        Instant end = totals.endedAt().orElse(run.phase().end());
        return RunFigures.of(
                new RunFigures.Totals(
                        run.runId(),
                        totals.startedAt().orElse(run.phase().start()),
                        end,
                        (int) meters.stream().filter(meter -> !meter.check()).count(),
                        !totals.sites().isEmpty(),
                        new EnergyTotal(
                                totals.energy().measuredMicrojoules(),
                                totals.energy().bridgedMicrojoules(),
                                totals.energy().estimatedMicrojoules()),
                        BigInteger.valueOf(totals.tokens()),
                        BigInteger.valueOf(totals.coveredMillis()),
                        BigInteger.valueOf(totals.accountedMillis()),
                        totals.flags()),
                end);
    }

    /** Millijoules; null where a GPU has no gauge. */
    private static BigInteger gauge(List<GpuReadings> gpus, ImportedCapture.Run run) {
        if (!gpus.stream().allMatch(GpuReadings::hasPower)) {
            return null;
        }
        BigDecimal microjoules = gpus.stream()
                .map(gpu ->
                        gpu.gaugeMicrojoules(run.phase().start(), run.phase().end()))
                .reduce(BigDecimal.ZERO, BigDecimal::add);
        return MilliJoules.ofMicrojoules(
                microjoules.setScale(0, RoundingMode.HALF_UP).toBigInteger());
    }

    private static BigDecimal perToken(Figure figure) {
        return figure.value() == null ? null : figure.value().round(PER_TOKEN);
    }

    private static BigDecimal share(BigDecimal share) {
        return share == null ? null : share.setScale(SHARE_DIGITS, RoundingMode.HALF_UP);
    }

    private static BigDecimal ratio(BigInteger part, BigInteger whole, int digits) {
        return whole.signum() == 0
                ? null
                : new BigDecimal(part).divide(new BigDecimal(whole), digits, RoundingMode.HALF_UP);
    }

    void print(PrintWriter out) {
        out.println("run " + run + " (" + precision + ")");
        if (energyMillijoules == null) {
            out.println("  energy          none: " + String.join(", ", reasons));
            return;
        }
        out.println("  energy          " + Amounts.energy(energyMillijoules) + ", " + Amounts.percent(coverage)
                + " covered, " + Amounts.percent(estimatedShare) + " estimated, " + wattsMean + " W on average");
        out.println(
                "  tokens          " + tokens + " processed" + (retained == null ? "" : ", " + retained + " retained")
                        + (attempts > 1 ? ", " + redone + " redone, " + attempts + " attempts" : ""));
        out.println("  energy / token  "
                + (joulesPerToken == null
                        ? "not told: " + String.join(", ", reasons)
                        : joulesPerToken.toPlainString() + " J per processed token"));
        if (gaugeOffShare != null) {
            out.println("  averaged power  " + Amounts.energy(gaugeMillijoules) + " by trapezoid, "
                    + (gaugeOffShare.signum() < 0 ? "" : "+") + Amounts.percent(gaugeOffShare)
                    + " off the counter");
        }
    }
}
