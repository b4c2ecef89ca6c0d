package io.joulestream.api;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.joulestream.core.kpi.MilliJoules;
import io.joulestream.core.kpi.NamedWindow;
import io.joulestream.core.kpi.Pue;
import io.joulestream.core.kpi.SiteWindow;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;

/**
 * The answer of {@code /v1/sites/{site}/pue}.
 *
 * @param start resolved, inclusive
 * @param end resolved, exclusive
 * @param madeFrom which rows the windows were merged from, as in {@link WindowPlan.Rows}
 * @param lastDataAt end of the last minute with data; null when there is none
 * @param minutesKeptFrom where minutes from before it were read: those may have been removed; else null
 * @param trailingDay the 24 hours that end with the last window, to be shown beside windows under an hour, which cooling's lag
 *     makes biased; null for longer windows
 */
record PueBody(
        String site,
        String tz,
        Instant start,
        Instant end,
        String window,
        String madeFrom,
        Instant lastDataAt,
        Instant minutesKeptFrom,
        List<PointBody> points,
        PointBody trailingDay) {
    PueBody with(List<PointBody> points, PointBody trailingDay) {
        return new PueBody(site, tz, start, end, window, madeFrom, lastDataAt, minutesKeptFrom, points, trailingDay);
    }

    /** The answer of {@code /v1/sites/{site}/windows}: each window by its name, the shortest first. */
    record WindowsBody(String site, String tz, Instant lastDataAt, List<NamedPointBody> windows) {}

    /** @param madeFrom as in {@link PueBody} */
    record NamedPointBody(
            String window, String madeFrom, @JsonUnwrapped PointBody point) {
        static NamedPointBody of(NamedWindow window, WindowPlan plan, PointBody point) {
            return new NamedPointBody(window.text(), plan.rows().name(), point);
        }
    }

    /**
     * One window.
     *
     * @param label how the value must be quoted, category included
     * @param category by the IT measuring place; null when it is not one throughout
     * @param pue over the steps in which every meter was read
     * @param pueBestEstimate over the steps in which every meter is at least estimated
     * @param coverageMinimum the least coverage that a window of this length must have
     */
    record PointBody(
            Instant start,
            Instant end,
            String startLocal,
            String label,
            Integer category,
            FigureBody pue,
            FigureBody pueBestEstimate,
            CommonBody measured,
            CommonBody bestEstimate,
            BigDecimal coverageMinimum) {
        static PointBody of(SiteWindow window, ZoneId zone, Instant asOf, Instant now) {
            return of(Pue.of(window, asOf, now), zone);
        }

        static PointBody of(Pue pue, ZoneId zone) {
            return new PointBody(
                    pue.start(),
                    pue.end(),
                    TimeSpan.local(pue.start(), zone),
                    pue.label(),
                    pue.category() == 0 ? null : pue.category(),
                    FigureBody.of(pue.published()),
                    FigureBody.of(pue.bestEstimate().figure()),
                    CommonBody.of(pue.measured()),
                    CommonBody.of(pue.bestEstimate()),
                    FigureBody.share(pue.coverageMinimum()));
        }
    }

    /**
     * What a ratio was made of: energies of the steps common to all meters.
     *
     * @param commonSeconds how much of the window that is
     */
    record CommonBody(
            long commonSeconds,
            String facilityEnergyMj,
            String itEnergyMj,
            BigDecimal facilityEstimatedShare,
            BigDecimal itEstimatedShare) {
        static CommonBody of(Pue.Side side) {
            return new CommonBody(
                    side.commonMillis() / 1000,
                    MilliJoules.text(MilliJoules.ofMicrojoules(side.facilityMicrojoules())),
                    MilliJoules.text(MilliJoules.ofMicrojoules(side.itMicrojoules())),
                    FigureBody.share(side.facilityEstimatedShare()),
                    FigureBody.share(side.itEstimatedShare()));
        }
    }
}
