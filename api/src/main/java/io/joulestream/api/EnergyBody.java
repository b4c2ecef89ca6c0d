package io.joulestream.api;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.joulestream.core.kpi.Figure;
import io.joulestream.core.kpi.SiteEnergy;
import io.joulestream.core.kpi.SiteWindow;
import io.joulestream.core.ledger.LedgerFlag;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;

/**
 * The answer of {@code /v1/sites/{site}/energy}.
 *
 * @param start resolved, inclusive
 * @param end resolved, exclusive
 * @param lastDataAt end of the last minute with data; null when there is none
 * @param minutesKeptFrom where minutes from before it were read: those may have been removed; else null
 */
record EnergyBody(
        String site,
        String tz,
        Instant start,
        Instant end,
        String step,
        Instant lastDataAt,
        Instant minutesKeptFrom,
        List<PointBody> points) {
    EnergyBody with(List<PointBody> points) {
        return new EnergyBody(site, tz, start, end, step, lastDataAt, minutesKeptFrom, points);
    }

    /** @param roles every summed role that inventory or a row knows */
    record PointBody(Instant start, Instant end, String startLocal, List<RoleBody> roles) {
        static PointBody of(SiteWindow window, ZoneId zone, Instant asOf) {
            return new PointBody(
                    window.start(),
                    window.end(),
                    TimeSpan.local(window.start(), zone),
                    SiteEnergy.of(window, List.of(), asOf).roles().stream()
                            .map(role -> RoleBody.of(role, window))
                            .toList());
        }

        List<RowBody> rows() {
            return roles.stream()
                    .map(role -> new RowBody(start, end, startLocal, role))
                    .toList();
        }
    }

    /**
     * The energy of one role.
     *
     * @param coverage 0 to 1, weighted by nameplate
     * @param estimatedShare null without data
     * @param flags what happened to readings behind it
     */
    record RoleBody(
            String role,
            @JsonUnwrapped EnergyAmount energy,
            BigDecimal coverage,
            BigDecimal estimatedShare,
            List<String> flags) {
        static RoleBody of(SiteEnergy.RoleEnergy role, SiteWindow window) {
            Figure kwh = role.energy().kwh();
            return new RoleBody(
                    role.role().name(),
                    EnergyAmount.of(role.energy(), role.buckets(), window.bridgedIsMeasured()),
                    FigureBody.share(kwh.coverage()),
                    FigureBody.share(kwh.estimatedShare()),
                    flagNames(window.role(role.role()).flags()));
        }
    }

    /** One role of one point, a line of a table. */
    record RowBody(
            Instant start,
            Instant end,
            String startLocal,
            @JsonUnwrapped RoleBody role) {}

    static List<String> flagNames(int bits) {
        return Arrays.stream(LedgerFlag.values())
                .filter(flag -> flag.in(bits))
                .map(Enum::name)
                .toList();
    }
}
