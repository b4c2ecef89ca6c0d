package io.joulestream.app;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.joulestream.core.kpi.MilliJoules;
import io.joulestream.core.kpi.ReasonCode;
import io.joulestream.storage.EnergyTotal;
import io.joulestream.storage.LedgerQueries;
import io.joulestream.storage.RunMeterTotals;
import io.joulestream.storage.RunTotals;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What the ledger holds of an imported run, clipped to the run: the object that {@code import mlperf-power --json}
 * prints. Energies are decimal strings of millijoules; figures that cannot be told are null, with a reason.
 */
@JsonPropertyOrder({
    "run",
    "site",
    "energy_mj",
    "measured_mj",
    "estimated_mj",
    "coverage",
    "estimated_share",
    "tokens",
    "joules_per_token",
    "meters",
    "reasons"
})
record ImportedRunReport(
        String run,
        String site,
        @JsonProperty("energy_mj") String energyMillijoules,
        @JsonProperty("measured_mj") String measuredMillijoules,
        @JsonProperty("estimated_mj") String estimatedMillijoules,
        BigDecimal coverage,
        @JsonProperty("estimated_share") BigDecimal estimatedShare,
        BigInteger tokens,
        @JsonProperty("joules_per_token") BigDecimal joulesPerToken,
        List<Meter> meters,
        List<String> reasons) {
    private static final int SHARE_DIGITS = 6;
    private static final MathContext PER_TOKEN = new MathContext(9, RoundingMode.HALF_UP);
    private static final BigDecimal MILLIJOULES_PER_JOULE = BigDecimal.valueOf(1_000);

    /**
     * @param side {@code ac} at the wall, {@code dc} for the check behind the power supplies
     * @param coversRun whether readings, and gaps that could be filled, reach over the whole run
     */
    @JsonPropertyOrder({"meter", "side", "energy_mj", "measured_mj", "estimated_mj", "coverage", "covers_run"})
    record Meter(
            String meter,
            String side,
            @JsonProperty("energy_mj") String energyMillijoules,
            @JsonProperty("measured_mj") String measuredMillijoules,
            @JsonProperty("estimated_mj") String estimatedMillijoules,
            BigDecimal coverage,
            @JsonProperty("covers_run") boolean coversRun) {}

    /** Measured and estimated add up to the total: one of three is a difference of rounded totals. */
    private record Split(BigInteger total, BigInteger measured) {
        static Split of(EnergyTotal energy) {
            return new Split(
                    MilliJoules.ofMicrojoules(energy.totalMicrojoules()),
                    MilliJoules.ofMicrojoules(energy.measuredMicrojoules().add(energy.bridgedMicrojoules())));
        }

        BigInteger estimated() {
            return total.subtract(measured);
        }
    }

    /** @param hasTokens whether the log says how many tokens were processed */
    static ImportedRunReport of(LedgerQueries ledger, String tenant, String site, String run, boolean hasTokens) {
        RunTotals totals = ledger.run(tenant, run)
                .map(everywhere -> atSite(everywhere, site))
                .orElse(new RunTotals(run, List.of(), List.of()));
        long runMillis = totals.startedAt()
                .map(start ->
                        Duration.between(start, totals.endedAt().orElseThrow()).toMillis())
                .orElse(0L);
        List<Meter> meters = new ArrayList<>();
        long summed = 0;
        for (RunMeterTotals meter : ledger.runMeters(tenant, run)) {
            if (!meter.site().equals(site)) {
                continue;
            }
            meters.add(meter(meter, runMillis));
            summed += meter.check() ? 0 : 1;
        }
        List<String> reasons = new ArrayList<>();
        if (meters.isEmpty()) {
            reasons.add(ReasonCode.NO_DATA.name());
        } else if (!meters.stream().allMatch(Meter::coversRun)) {
            reasons.add(ReasonCode.METER_DOES_NOT_COVER.name());
        }
        if (!hasTokens) {
            reasons.add(ReasonCode.NO_TOKENS.name());
        }
        boolean complete = summed > 0 && totals.accountedMillis() == summed * runMillis;
        BigInteger tokens = hasTokens ? BigInteger.valueOf(totals.tokens()) : null;
        Split energy = Split.of(totals.energy());
        return new ImportedRunReport(
                run,
                site,
                meters.isEmpty() ? null : energy.total().toString(),
                meters.isEmpty() ? null : energy.measured().toString(),
                meters.isEmpty() ? null : energy.estimated().toString(),
                share(totals.coveredMillis(), summed * runMillis),
                share(energy.estimated(), energy.total()),
                tokens,
                complete && tokens != null && tokens.signum() > 0 ? perToken(energy.total(), tokens) : null,
                meters,
                reasons);
    }

    private static RunTotals atSite(RunTotals everywhere, String site) {
        return new RunTotals(
                everywhere.run(),
                everywhere.extents().stream()
                        .filter(extent -> extent.site().equals(site))
                        .toList(),
                everywhere.sites().stream()
                        .filter(totals -> totals.site().equals(site))
                        .toList());
    }

    private static Meter meter(RunMeterTotals meter, long runMillis) {
        Split energy = Split.of(meter.energy());
        return new Meter(
                meter.entity(),
                meter.check() ? "dc" : "ac",
                energy.total().toString(),
                energy.measured().toString(),
                energy.estimated().toString(),
                share(meter.coveredMillis(), runMillis),
                meter.accountedMillis() == runMillis);
    }

    private static BigDecimal perToken(BigInteger millijoules, BigInteger tokens) {
        return new BigDecimal(millijoules).divide(new BigDecimal(tokens).multiply(MILLIJOULES_PER_JOULE), PER_TOKEN);
    }

    private static BigDecimal share(long part, long whole) {
        return share(BigInteger.valueOf(part), BigInteger.valueOf(whole));
    }

    private static BigDecimal share(BigInteger part, BigInteger whole) {
        return whole.signum() == 0
                ? null
                : new BigDecimal(part).divide(new BigDecimal(whole), SHARE_DIGITS, RoundingMode.HALF_UP);
    }
}
