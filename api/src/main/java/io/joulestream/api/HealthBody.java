package io.joulestream.api;

import io.joulestream.storage.KeptFrom;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * The answer of {@code /v1/health}.
 *
 * @param deadLettersTotal null, as are deadLetters, sites, reconcileGaps and minutesKeptFrom, while the ledger cannot be read
 * @param deadLetters in order of code
 * @param sites in order of site
 */
record HealthBody(
        String status,
        List<String> reasons,
        List<String> problems,
        Map<String, String> versions,
        String edition,
        JobBody job,
        Long deadLettersTotal,
        List<DeadLettersBody> deadLetters,
        List<SiteDataBody> sites,
        List<GapBody> reconcileGaps,
        KeptBody minutesKeptFrom,
        Instant asOf) {

    /** Null before anybody looked for old minutes; from then on told also where there were none. */
    record KeptBody(Instant ofChannels, Instant ofSitesAndRuns) {
        static KeptBody of(KeptFrom keptFrom) {
            return new KeptBody(
                    keptFrom.channelMinutes().orElse(null),
                    keptFrom.siteMinutes().orElse(null));
        }
    }

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
                health.reasons(),
                health.problems(),
                health.versions(),
                health.edition(),
                health.job()
                        .map(job ->
                                new JobBody(job.state(), job.lastCheckpointAt().orElse(null)))
                        .orElse(null),
                health.ledger()
                        .map(ledger -> ledger.deadLetters().values().stream().reduce(0L, Math::addExact))
                        .orElse(null),
                health.ledger().map(HealthBody::deadLetters).orElse(null),
                health.ledger().map(HealthBody::sites).orElse(null),
                health.ledger().map(HealthBody::gaps).orElse(null),
                health.ledger().map(ledger -> KeptBody.of(ledger.keptFrom())).orElse(null),
                now);
    }

    private static List<DeadLettersBody> deadLetters(Health.Ledger ledger) {
        return ledger.deadLetters().entrySet().stream()
                .map(entry -> new DeadLettersBody(entry.getKey(), entry.getValue()))
                .toList();
    }

    private static List<SiteDataBody> sites(Health.Ledger ledger) {
        return ledger.lastData().entrySet().stream()
                .map(entry -> new SiteDataBody(entry.getKey(), entry.getValue()))
                .toList();
    }

    private static List<GapBody> gaps(Health.Ledger ledger) {
        return ledger.reconcileGaps().stream()
                .map(gap -> new GapBody(
                        gap.site(), gap.start(), gap.end(), BalanceBody.signed(gap.share()), gap.allowedShare()))
                .toList();
    }
}
