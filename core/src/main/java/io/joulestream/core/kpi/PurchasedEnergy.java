package io.joulestream.core.kpi;

import io.joulestream.core.inventory.InventoryHistory;
import io.joulestream.core.inventory.InventoryVersion;
import io.joulestream.core.inventory.Role;
import io.joulestream.core.inventory.SiteInventory;
import io.joulestream.core.kpi.SiteWindow.RoleTotal;
import io.joulestream.core.ledger.SiteStep;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.Year;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;

/**
 * Electricity bought in one part of a period in which inventory, and the local calendar year, do not change: gross grid
 * import, never netted with export. Where no supply meter exists it is IT energy times the designed PUE, and says so.
 *
 * @param inventory the version that applies; null before the first one, where nothing is known
 * @param localYear calendar year in the site's zone
 * @param energy missing with NO_DATA, or with NO_FACILITY_METER where there is no designed PUE either
 */
public record PurchasedEnergy(
        Instant start, Instant end, SiteInventory inventory, int localYear, PublishedEnergy energy) {
    /**
     * The purchases of a period in its parts, oldest first. A part starts with the first row at or after the change, because
     * a row is never divided.
     */
    public static List<PurchasedEnergy> of(
            InventoryHistory history, Instant start, Instant end, Collection<SiteStep> steps, Instant asOf) {
        List<PurchasedEnergy> parts = new ArrayList<>();
        List<Instant> cuts = new ArrayList<>(cuts(history, start, end, steps));
        for (int i = 0; i + 1 < cuts.size(); i++) {
            parts.add(part(history, cuts.get(i), cuts.get(i + 1), steps, asOf));
        }
        return parts;
    }

    private static PurchasedEnergy part(
            InventoryHistory history, Instant from, Instant to, Collection<SiteStep> steps, Instant asOf) {
        List<SiteStep> inside = steps.stream()
                .filter(step -> !step.start().isBefore(from) && step.start().isBefore(to))
                .toList();
        SiteInventory inventory =
                history.at(from).map(InventoryVersion::inventory).orElse(null);
        SiteWindow window = SiteWindow.of(history, from, to, inside);
        return new PurchasedEnergy(from, to, inventory, localYear(history, from), purchased(window, inventory, asOf));
    }

    private static PublishedEnergy purchased(SiteWindow window, SiteInventory inventory, Instant asOf) {
        if (inventory == null) {
            return PublishedEnergy.missing(
                    Figure.missing(ReasonCode.NO_DATA, BigDecimal.ZERO, Methods.ROLE_ENERGY, asOf));
        }
        SiteEnergy energy = SiteEnergy.of(window, List.of(), asOf);
        if (!window.hasFacilityMeter()) {
            return reportable(window, energy.facilityByDesignPue());
        }
        RoleTotal total = window.role(Role.GRID_IMPORT);
        return energy.roles().stream()
                .filter(role -> role.role() == total.role())
                .map(SiteEnergy.RoleEnergy::energy)
                .map(published -> reportable(window, published))
                .findFirst()
                .orElseThrow();
    }

    private static PublishedEnergy reportable(SiteWindow window, PublishedEnergy energy) {
        BigDecimal least = window.thresholds().coverageOf(window.length());
        return energy.kwh().coverage().compareTo(least) >= 0
                ? energy
                : new PublishedEnergy(
                        energy.millijoules(), energy.kwh().withFlags(List.of(FigureFlag.COVERAGE_BELOW_REPORTABLE)));
    }

    private static NavigableSet<Instant> cuts(
            InventoryHistory history, Instant start, Instant end, Collection<SiteStep> steps) {
        NavigableSet<Instant> cuts = new TreeSet<>(List.of(start, end));
        Instant at = start;
        while (at.isBefore(end)) {
            Instant change = history.nextChangeAfter(at).orElse(end);
            Instant newYear = Year.of(localYear(history, at) + 1)
                    .atDay(1)
                    .atStartOfDay(zone(history, at))
                    .toInstant();
            at = change.isBefore(newYear) ? change : newYear;
            Instant cut = afterStraddlingRow(at, steps);
            if (cut.isBefore(end)) {
                cuts.add(cut);
            }
        }
        return cuts;
    }

    private static int localYear(InventoryHistory history, Instant at) {
        return at.atZone(zone(history, at)).getYear();
    }

    private static ZoneId zone(InventoryHistory history, Instant at) {
        return history.at(at).map(version -> version.inventory().zone()).orElse(ZoneOffset.UTC);
    }

    private static Instant afterStraddlingRow(Instant cut, Collection<SiteStep> steps) {
        Instant after = cut;
        for (SiteStep step : steps) {
            Instant stepEnd = step.start().plusSeconds(step.lengthSeconds());
            if (step.start().isBefore(cut) && stepEnd.isAfter(cut) && stepEnd.isAfter(after)) {
                after = stepEnd;
            }
        }
        return after;
    }
}
