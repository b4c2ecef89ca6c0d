package io.joulestream.api;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
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
 */
record EnergyBody(
        String site, String tz, Instant start, Instant end, String step, Instant lastDataAt, List<PointBody> points) {

    /** @param roles only those with a row: what is missing is absent, never 0 */
    record PointBody(Instant start, Instant end, String startLocal, List<RoleBody> roles) {
        static PointBody of(SiteWindow window, ZoneId zone) {
            return new PointBody(
                    window.start(),
                    window.end(),
                    TimeSpan.local(window.start(), zone),
                    window.roles().stream()
                            .filter(SiteWindow.RoleTotal::hasRows)
                            .map(role -> RoleBody.of(role, window.bridgedIsMeasured()))
                            .toList());
        }
    }

    /** @param coverage 0 to 1, weighted by nameplate */
    record RoleBody(
            String role,
            @JsonUnwrapped EnergyAmount energy,
            BigDecimal coverage,
            BigDecimal estimatedShare,
            List<String> flags) {
        static RoleBody of(SiteWindow.RoleTotal total, boolean bridgedIsMeasured) {
            return new RoleBody(
                    total.role().name(),
                    EnergyAmount.of(total.energy(), bridgedIsMeasured),
                    FigureBody.share(total.coverage()),
                    FigureBody.share(total.energy().estimatedShare(bridgedIsMeasured)),
                    flagNames(total.flags()));
        }
    }

    static List<String> flagNames(int bits) {
        return Arrays.stream(LedgerFlag.values())
                .filter(flag -> flag.in(bits))
                .map(Enum::name)
                .toList();
    }
}
