package io.joulestream.api;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.joulestream.core.kpi.PublishedEnergy;
import io.joulestream.core.kpi.SiteBalance;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.stream.Stream;

/**
 * The answer of {@code /v1/sites/{site}/balance}: where the energy that entered the boundary went.
 *
 * @param start resolved, inclusive
 * @param end resolved, exclusive
 * @param lastDataAt end of the last minute with data; null when there is none
 * @param residualAlertShare from which share of the residual on, up or down, health tells of it
 * @param total over all points
 */
record BalanceBody(
        String site,
        String tz,
        Instant start,
        Instant end,
        String step,
        Instant lastDataAt,
        BigDecimal residualAlertShare,
        PointBody total,
        List<PointBody> points) {
    private static final int DECIMALS = 6;

    /** Every amount of every point, a line each. */
    List<RowBody> rows() {
        return points.stream().flatMap(PointBody::rows).toList();
    }

    /**
     * Lines and residual add up to the facility; runs and unallocated to the groups.
     *
     * @param residualShare of the facility; negative when the lines' meters read more; null where it cannot be known
     * @param inResidual lines that are null: what they would be is in the residual
     * @param complete whether all meters behind it were read for at least 99 %
     */
    record PointBody(
            Instant start,
            Instant end,
            String startLocal,
            AmountBody facility,
            List<LineBody> lines,
            AmountBody residual,
            BigDecimal residualShare,
            List<String> inResidual,
            boolean complete,
            AmountBody groups,
            List<RunBody> runs,
            AmountBody unallocated) {
        static PointBody of(SiteBalance balance, ZoneId zone) {
            return new PointBody(
                    balance.start(),
                    balance.end(),
                    TimeSpan.local(balance.start(), zone),
                    AmountBody.of(balance.facility()),
                    balance.lines().entrySet().stream()
                            .map(line -> new LineBody(line.getKey().name(), AmountBody.of(line.getValue())))
                            .toList(),
                    AmountBody.of(balance.residual()),
                    signed(balance.residualShare()),
                    balance.inResidual().stream().map(Enum::name).toList(),
                    balance.complete(),
                    AmountBody.of(balance.groups()),
                    balance.runs().entrySet().stream()
                            .map(run -> new RunBody(run.getKey(), run.getValue().energyMj()))
                            .toList(),
                    AmountBody.of(balance.unallocated()));
        }

        private Stream<RowBody> rows() {
            Stream<RowBody> within = lines.stream().map(line -> row("LINE", line.line(), line.amount()));
            Stream<RowBody> among =
                    runs.stream().map(run -> row("RUN", run.run(), new AmountBody(run.energyMj(), null)));
            return Stream.of(
                            Stream.of(row("FACILITY", null, facility)),
                            within,
                            Stream.of(row("RESIDUAL", null, residual), row("GROUPS", null, groups)),
                            among,
                            Stream.of(row("UNALLOCATED", null, unallocated)))
                    .flatMap(rows -> rows);
        }

        private RowBody row(String part, String name, AmountBody amount) {
            return new RowBody(start, end, startLocal, part, name, amount, complete);
        }
    }

    /** @param energyMj decimal string; null when the figure has no value */
    record AmountBody(String energyMj, FigureBody energyKwh) {
        static AmountBody of(PublishedEnergy energy) {
            return new AmountBody(energy.energyMj(), FigureBody.of(energy.kwh()));
        }
    }

    /** @param line name of a {@link SiteBalance.Line} */
    record LineBody(String line, @JsonUnwrapped AmountBody amount) {}

    /** A run's part of the groups. */
    record RunBody(String run, String energyMj) {}

    /**
     * One amount of one point, a line of a table.
     *
     * @param part FACILITY, LINE, RESIDUAL, GROUPS, RUN or UNALLOCATED
     * @param name of the line or the run; null for the others
     * @param amount without a figure for a run, of which only the energy is told
     */
    record RowBody(
            Instant start,
            Instant end,
            String startLocal,
            String part,
            String name,
            @JsonUnwrapped AmountBody amount,
            boolean complete) {}

    static BigDecimal signed(BigDecimal share) {
        return share == null ? null : FigureBody.plain(share.setScale(DECIMALS, RoundingMode.HALF_UP));
    }
}
