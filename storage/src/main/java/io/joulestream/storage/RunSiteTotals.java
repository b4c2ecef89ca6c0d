package io.joulestream.storage;

/**
 * What a run used at one site, over all its stored hours.
 *
 * @param coveredMillis sum over the run's meters
 * @param accountedMillis sum over the run's meters
 * @param flags bits of {@link io.joulestream.core.ledger.LedgerFlag} set in any hour
 */
public record RunSiteTotals(
        String site, EnergyTotal energy, long coveredMillis, long accountedMillis, long tokens, int flags) {}
