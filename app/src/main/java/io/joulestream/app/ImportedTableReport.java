package io.joulestream.app;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.joulestream.core.carbon.FactorSets;
import io.joulestream.core.inventory.SiteInventory;
import io.joulestream.core.kpi.EnergyTotal;
import io.joulestream.core.kpi.MilliJoules;
import io.joulestream.core.kpi.ReasonCode;
import io.joulestream.core.ledger.ChannelMinute;
import io.joulestream.ingest.PowerReadings;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What the ledger holds of an imported table: the object that {@code import csv --json} prints. Carbon is of the metered
 * load alone, location-based: there is no facility meter to add what cooling and losses took.
 */
@JsonPropertyOrder({
    "site",
    "start",
    "end",
    "readings",
    "energy_mj",
    "energy_kwh",
    "measured_mj",
    "estimated_mj",
    "coverage",
    "estimated_share",
    "co2e_kg_location",
    "factor_sets",
    "pue",
    "reasons"
})
record ImportedTableReport(
        String site,
        String start,
        String end,
        int readings,
        @JsonProperty("energy_mj") String energyMillijoules,
        @JsonProperty("energy_kwh") String energyKwh,
        @JsonProperty("measured_mj") String measuredMillijoules,
        @JsonProperty("estimated_mj") String estimatedMillijoules,
        BigDecimal coverage,
        @JsonProperty("estimated_share") BigDecimal estimatedShare,
        @JsonProperty("co2e_kg_location") String co2eKgLocation,
        @JsonProperty("factor_sets") List<String> factorSets,
        BigDecimal pue,
        List<String> reasons,
        @JsonIgnore String gridZone) {
    private static final int SHARE_DIGITS = 6;

    /** @param minutes of the one channel of the table */
    static ImportedTableReport of(
            SiteInventory inventory, List<ChannelMinute> minutes, PowerReadings table, FactorSets factors) {
        EnergyTotal energy = minutes.stream()
                .map(minute -> EnergyTotal.of(minute.energy()))
                .reduce(EnergyTotal.NONE, EnergyTotal::plus);
        long covered = minutes.stream().mapToLong(ChannelMinute::coveredMillis).sum();
        long span = Duration.between(table.first(), table.last()).toMillis();
        BigInteger total = MilliJoules.ofMicrojoules(energy.microjoules());
        BigInteger measured =
                MilliJoules.ofMicrojoules(energy.measuredMicrojoules().add(energy.bridgedMicrojoules()));
        boolean known = minutes.stream().anyMatch(minute -> minute.accountedMillis() > 0);
        List<String> reasons = new ArrayList<>(List.of(ReasonCode.NO_FACILITY_METER.name()));
        if (!known) {
            reasons.add(ReasonCode.NO_DATA.name());
        }
        List<String> sets = new ArrayList<>();
        Optional<BigDecimal> carbon = carbon(inventory, minutes, factors, sets);
        if (carbon.isEmpty()) {
            reasons.add(ReasonCode.FACTOR_MISSING.name());
        }
        return new ImportedTableReport(
                inventory.site(),
                table.first().toString(),
                table.last().toString(),
                table.readings().size(),
                known ? total.toString() : null,
                known ? kwh(total) : null,
                known ? measured.toString() : null,
                known ? total.subtract(measured).toString() : null,
                share(BigInteger.valueOf(covered), BigInteger.valueOf(span)),
                share(total.subtract(measured), total),
                carbon.map(kg -> kg.setScale(6, RoundingMode.HALF_UP).toPlainString())
                        .orElse(null),
                sets,
                null,
                reasons,
                inventory.gridZone().orElse(null));
    }

    /** Kilowatt-hours of each calendar year of the site's zone times that year's factor; empty when one is missing. */
    private static Optional<BigDecimal> carbon(
            SiteInventory inventory, List<ChannelMinute> minutes, FactorSets factors, List<String> sets) {
        if (inventory.gridZone().isEmpty() || minutes.isEmpty()) {
            return Optional.empty();
        }
        Map<Integer, BigInteger> microjoulesByYear = new TreeMap<>();
        for (ChannelMinute minute : minutes) {
            int year = minute.minute().atZone(inventory.zone()).getYear();
            microjoulesByYear.merge(year, EnergyTotal.of(minute.energy()).microjoules(), BigInteger::add);
        }
        BigDecimal kilograms = BigDecimal.ZERO;
        for (Map.Entry<Integer, BigInteger> year : microjoulesByYear.entrySet()) {
            Optional<FactorSets.Found> found =
                    factors.generation(inventory.gridZone().get(), year.getKey());
            if (found.isEmpty()) {
                return Optional.empty();
            }
            BigDecimal kwh = MilliJoules.toKwh(MilliJoules.ofMicrojoules(year.getValue()));
            kilograms = kilograms.add(kwh.multiply(found.get().factor().kgCo2ePerKwh()));
            sets.add(found.get().set().id());
        }
        return Optional.of(kilograms);
    }

    private static String kwh(BigInteger millijoules) {
        return MilliJoules.toKwh(millijoules)
                .round(new MathContext(12))
                .stripTrailingZeros()
                .toPlainString();
    }

    private static BigDecimal share(BigInteger part, BigInteger whole) {
        return whole.signum() == 0
                ? null
                : new BigDecimal(part).divide(new BigDecimal(whole), SHARE_DIGITS, RoundingMode.HALF_UP);
    }

    void print(PrintWriter out) {
        out.println(
                "site " + site + ", " + readings + " readings, " + Instant.parse(start) + " to " + Instant.parse(end));
        if (energyMillijoules == null) {
            out.println("  energy  not told: " + String.join(", ", reasons));
            return;
        }
        out.println("  energy  " + Amounts.energy(energyMillijoules) + ", " + Amounts.percent(coverage) + " covered, "
                + Amounts.percent(estimatedShare) + " estimated (trapezoid between readings)");
        if (co2eKgLocation != null) {
            out.println("  carbon  " + co2eKgLocation + " kgCO2e of the metered load, location-based, " + gridZone
                    + ", "
                    + String.join(
                            ", ",
                            factorSets.stream()
                                    .map(set -> set.replaceAll("@(.{12}).*", "@$1"))
                                    .toList()));
        } else {
            out.println("  carbon  not told: FACTOR_MISSING "
                    + (gridZone == null ? "(give --grid-zone)" : "(no generation factor for " + gridZone + ")"));
        }
        out.println("  PUE     not told: NO_FACILITY_METER");
    }
}
