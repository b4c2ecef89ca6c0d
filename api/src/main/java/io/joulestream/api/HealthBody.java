package io.joulestream.api;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * The answer of {@code /v1/health}.
 *
 * @param deadLetters in order of code
 * @param sites in order of site
 */
record HealthBody(
        String status,
        List<String> problems,
        Map<String, String> versions,
        String edition,
        JobBody job,
        long deadLettersTotal,
        List<DeadLettersBody> deadLetters,
        List<SiteDataBody> sites,
        List<GapBody> reconcileGaps,
        KeptBody minutesKeptFrom,
        Instant asOf) {

    /** Null where no minutes were ever removed. */
    record KeptBody(Instant ofChannels, Instant ofSitesAndRuns) {}

    /** @param lastCheckpointAt null before the first */
    record JobBody(String state, Instant lastCheckpointAt) {}

    record DeadLettersBody(String code, long count) {}

    /** @param lastDataAt end of the last minute with data */
    record SiteDataBody(String site, Instant lastDataAt) {}

    /**
     * A step of the ledger in which a site's meters do not agree.
     *
     * @param residualShare of the energy that entered
     */
    record GapBody(String site, Instant start, Instant end, BigDecimal residualShare, BigDecimal residualAlertShare) {}

    static HealthBody of(Health health, Instant now) {
        return new HealthBody(
                health.status().name(),
                health.problems(),
                health.versions(),
                health.edition(),
                health.job()
                        .map(job ->
                                new JobBody(job.state(), job.lastCheckpointAt().orElse(null)))
                        .orElse(null),
                health.deadLetters().values().stream().reduce(0L, Math::addExact),
                health.deadLetters().entrySet().stream()
                        .map(entry -> new DeadLettersBody(entry.getKey(), entry.getValue()))
                        .toList(),
                health.lastData().entrySet().stream()
                        .map(entry -> new SiteDataBody(entry.getKey(), entry.getValue()))
                        .toList(),
                health.reconcileGaps().stream()
                        .map(gap -> new GapBody(
                                gap.site(),
                                gap.start(),
                                gap.end(),
                                BalanceBody.signed(gap.share()),
                                gap.allowedShare()))
                        .toList(),
                new KeptBody(
                        health.keptFrom().channelMinutes().orElse(null),
                        health.keptFrom().siteMinutes().orElse(null)),
                now);
    }
}
