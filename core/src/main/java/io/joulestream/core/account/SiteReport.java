package io.joulestream.core.account;

import io.joulestream.core.ledger.EnergyBuckets;
import java.util.List;

/**
 * What one owner's frames since its last report changed in its site's sums.
 *
 * <p>Also what the sharing of a power group's energy changed in what nobody holds.
 *
 * @param ledgerStepSeconds length of the site's ledger step: 900, 1,800 or 3,600
 */
public record SiteReport(
        String tenant,
        String site,
        int generation,
        int ledgerStepSeconds,
        List<RoleDifference> differences,
        List<PartDifference> parts) {
    public SiteReport {
        differences = List.copyOf(differences);
        parts = List.copyOf(parts);
    }

    /** Without parts of the balance. */
    public SiteReport(
            String tenant, String site, int generation, int ledgerStepSeconds, List<RoleDifference> differences) {
        this(tenant, site, generation, ledgerStepSeconds, differences, List.of());
    }

    /**
     * To be added to the sums of one role in one minute.
     *
     * @param minute minutes since the epoch, UTC
     * @param coveredWattMillis covered milliseconds times nameplate watts
     * @param accountedWattMillis accounted milliseconds times nameplate watts
     * @param changes how many frames changed this owner's share of the row
     */
    public record RoleDifference(
            String role,
            long minute,
            EnergyBuckets energy,
            long coveredWattMillis,
            long accountedWattMillis,
            long changes) {
        /** Whether it adds nothing, as what moves from run to run adds nothing to the site. */
        public boolean isNone() {
            return areNone(energy, coveredWattMillis, accountedWattMillis);
        }
    }

    /**
     * To be added to the sums of one part of the balance.
     *
     * @param part text of an {@link io.joulestream.core.inventory.EnergyPart}
     * @param minute minutes since the epoch, UTC
     * @param coveredWattMillis covered milliseconds times nameplate watts; 0 for what nobody holds
     * @param accountedWattMillis accounted milliseconds times nameplate watts; 0 for what nobody holds
     * @param changes how many frames changed it
     */
    public record PartDifference(
            String part,
            long minute,
            EnergyBuckets energy,
            long coveredWattMillis,
            long accountedWattMillis,
            long changes) {
        /** Whether it adds nothing, as what moves from run to run adds nothing to the site. */
        public boolean isNone() {
            return areNone(energy, coveredWattMillis, accountedWattMillis);
        }
    }

    private static boolean areNone(EnergyBuckets energy, long covered, long accounted) {
        return energy.equals(EnergyBuckets.NONE) && covered == 0 && accounted == 0;
    }
}
