package io.joulestream.app.truth;

import java.math.BigDecimal;
import java.util.List;

/**
 * @param rowsChecked stored rows compared with the truth, and true rows that are not stored
 * @param rowsWrong of these
 * @param firstWrong at most 100 of them
 * @param deadLetters of each code that faults must leave or that was found
 */
public record CheckReport(
        long rowsChecked,
        long rowsWrong,
        List<WrongRow> firstWrong,
        Unknowable unknowable,
        List<DeadLetters> deadLetters,
        List<SiteFigures> sites,
        List<RunFigures> runs) {
    /**
     * Of the rows checked those that readings cannot tell, held to bounds.
     *
     * @param medianWidthMicrojoules between the bounds; null where no row is unknowable
     */
    public record Unknowable(long rows, long outsideBounds, Long medianWidthMicrojoules) {}

    public record DeadLetters(String code, long expected, long found) {}

    public record WrongRow(String table, String key, String expected, String found) {}

    /**
     * Over the whole steps of the ledger that the truth covers.
     *
     * @param facilityMj null where the site has no facility meter
     * @param pue null likewise
     * @param coverage minutes in which facility and IT were both measured / minutes; of IT alone without a facility meter
     */
    public record SiteFigures(
            String site,
            Long facilityMj,
            long facilityTruthMj,
            long itMj,
            long itTruthMj,
            BigDecimal pue,
            BigDecimal coverage) {}

    /** @param joulesPerToken null without tokens */
    public record RunFigures(
            String site,
            String run,
            long energyMj,
            long truthMj,
            long tokens,
            long tokensTruth,
            BigDecimal joulesPerToken) {}
}
