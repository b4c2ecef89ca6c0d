package io.joulestream.api;

import io.joulestream.core.kpi.Residuals;
import io.joulestream.core.kpi.Residuals.Residual;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What the meters of a site read and those below them do not.
 *
 * @param suspects the meters to look at, greatest drift first
 * @param minutesKeptFrom null where no minute of channels was asked for that may have been removed
 * @param recent null for a site without data, as is the reference
 * @param residuals greatest drift first
 */
record ResidualsBody(
        Set<String> suspects,
        String site,
        Instant lastDataAt,
        Instant minutesKeptFrom,
        WindowBody recent,
        WindowBody reference,
        BigDecimal suspectDrift,
        List<ResidualBody> residuals) {
    private static final int DECIMALS = 6;

    record WindowBody(Instant start, Instant end) {}

    /** @param value share of what the upper meter reads; null with a reason */
    record ShareBody(BigDecimal value, String reason) {
        static ShareBody of(Residuals.Share share) {
            return new ShareBody(
                    signed(share.value()),
                    share.reason() == null ? null : share.reason().name());
        }
    }

    /**
     * @param below how many meters are compared with it
     * @param referenceSeconds how much of the reference all of them were read
     * @param named the meter to look at; null when this one is no suspect
     * @param orBelow whether it may as well be a meter right below the named one
     */
    record ResidualBody(
            String entity,
            int below,
            ShareBody recentShare,
            ShareBody referenceShare,
            long referenceSeconds,
            BigDecimal drift,
            boolean suspect,
            String named,
            boolean orBelow) {
        static ResidualBody of(Residual residual) {
            return new ResidualBody(
                    residual.entity(),
                    residual.below(),
                    ShareBody.of(residual.recent()),
                    ShareBody.of(residual.reference()),
                    residual.referenceTime().toSeconds(),
                    signed(residual.drift()),
                    residual.suspect(),
                    residual.named(),
                    residual.orBelow());
        }
    }

    static ResidualsBody of(
            String site,
            Instant lastDataAt,
            Instant minutesKeptFrom,
            TimeSpan recent,
            TimeSpan reference,
            List<Residual> residuals) {
        Set<String> suspects = new LinkedHashSet<>();
        residuals.stream().filter(Residual::suspect).map(Residual::named).forEach(suspects::add);
        return new ResidualsBody(
                suspects,
                site,
                lastDataAt,
                minutesKeptFrom,
                window(recent),
                window(reference),
                Residuals.SUSPECT_DRIFT,
                residuals.stream().map(ResidualBody::of).toList());
    }

    private static WindowBody window(TimeSpan span) {
        return span == null ? null : new WindowBody(span.start(), span.end());
    }

    private static BigDecimal signed(BigDecimal share) {
        return share == null ? null : FigureBody.plain(share.setScale(DECIMALS, RoundingMode.HALF_UP));
    }
}
