package io.joulestream.api;

import io.joulestream.core.alert.AlertRule;
import io.joulestream.core.alert.Observation;
import io.joulestream.core.kpi.Figure;
import io.joulestream.core.kpi.ReasonCode;
import io.joulestream.core.kpi.RunFigures;
import io.joulestream.storage.LedgerQueries;
import io.joulestream.storage.RunTotals;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Holds the joules per token of runs against those of earlier runs of the same kind. Thread-safe. */
final class RunObserver {
    /** Of all runs only so many are looked at, the newest, and of those only so many of one rule. */
    private static final int NEWEST = 100;

    private static final int NEWEST_OF_RULE = 30;

    /** A run that ended earlier is past. */
    private static final Duration RECENT = Duration.ofDays(7);

    /** A median of fewer says little, of more nothing else. */
    private static final int LEAST_EARLIER = 3;

    private static final int MOST_EARLIER = 10;

    private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);

    private final LedgerQueries ledger;
    private final Clock clock;
    private final String tenant;

    RunObserver(LedgerQueries ledger, Clock clock, String tenant) {
        this.ledger = ledger;
        this.clock = clock;
        this.tenant = tenant;
    }

    private record Cost(RunTotals run, RunFigures figures) {
        Figure perToken() {
            return figures.joulesPerProcessedToken();
        }
    }

    /** Each recent run of the rule. */
    List<Observation> observe(AlertRule rule, Map<String, Instant> lastMinutes, Instant now) {
        String prefix = rule.runs().orElseThrow();
        List<Cost> newestFirst = ledger.runs(tenant, NEWEST).runs().stream()
                .filter(run -> run.run().startsWith(prefix))
                .limit(NEWEST_OF_RULE)
                .flatMap(run -> ledger.run(tenant, run.run()).stream())
                .map(run -> cost(run, lastMinutes))
                .toList();
        List<Observation> seen = new ArrayList<>();
        for (int i = 0; i < newestFirst.size(); i++) {
            Cost one = newestFirst.get(i);
            if (one.figures().endedAt().isAfter(now.minus(RECENT))) {
                seen.add(seen(rule, one, newestFirst.subList(i + 1, newestFirst.size()), now));
            }
        }
        return seen;
    }

    private Cost cost(RunTotals run, Map<String, Instant> lastMinutes) {
        Instant asOf = RunWhole.asOf(run, lastMinutes, clock);
        return new Cost(run, RunWhole.figures(run, ledger.runMeters(tenant, run.run()), asOf));
    }

    private static Observation seen(AlertRule rule, Cost one, List<Cost> earlier, Instant now) {
        List<BigDecimal> costs = earlier.stream()
                .map(cost -> cost.perToken().value())
                .filter(value -> value != null && value.signum() > 0)
                .limit(MOST_EARLIER)
                .sorted()
                .toList();
        Optional<BigDecimal> usual = costs.size() < LEAST_EARLIER ? Optional.empty() : Optional.of(median(costs));
        BigDecimal own = one.perToken().value();
        BigDecimal over = own == null
                ? null
                : usual.map(median -> own.subtract(median).multiply(HUNDRED).divide(median, MathContext.DECIMAL128))
                        .orElse(null);
        ReasonCode missing = own == null ? one.perToken().reason() : over == null ? ReasonCode.NO_BASELINE : null;
        List<String> sites = RunWhole.sites(one.run());
        return new Observation(
                rule.kind(),
                sites.isEmpty() ? "" : sites.get(0),
                one.run().run(),
                "what run " + one.run().run() + " uses for a token beyond the median of " + costs.size()
                        + " earlier runs",
                over,
                missing,
                rule.band().orElseThrow(),
                one.figures().startedAt(),
                one.figures().endedAt(),
                now,
                Addresses.run(one.run().run()));
    }

    /** Of values in order, at least one; of an even number the mean of the two in the middle. */
    static BigDecimal median(List<BigDecimal> sorted) {
        int half = sorted.size() / 2;
        return sorted.size() % 2 == 1
                ? sorted.get(half)
                : sorted.get(half - 1).add(sorted.get(half)).divide(BigDecimal.valueOf(2), MathContext.DECIMAL128);
    }
}
