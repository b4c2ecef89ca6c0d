package io.joulestream.api;

import io.joulestream.core.kpi.RunFigures;
import io.joulestream.core.ledger.RunExtent;
import io.joulestream.storage.RunMeterTotals;
import io.joulestream.storage.RunSiteTotals;
import io.joulestream.storage.RunTotals;
import java.math.BigInteger;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** A run as a whole, from its sums. */
final class RunWhole {
    private RunWhole() {}

    /** @param asOf stands for start and end where no allocation of the run was seen */
    static RunFigures figures(RunTotals run, List<RunMeterTotals> meters, Instant asOf) {
        int summed = (int) meters.stream().filter(meter -> !meter.check()).count();
        return RunFigures.of(
                new RunFigures.Totals(
                        run.run(),
                        run.startedAt().orElse(asOf),
                        run.endedAt().orElse(asOf),
                        summed,
                        !run.sites().isEmpty(),
                        EnergyAmount.total(run.energy()),
                        BigInteger.valueOf(run.tokens()),
                        BigInteger.valueOf(run.coveredMillis()),
                        BigInteger.valueOf(run.accountedMillis()),
                        run.flags()),
                asOf);
    }

    /** Where it was seen allocated, used energy or processed tokens; in order. */
    static List<String> sites(RunTotals run) {
        Set<String> sites = new TreeSet<>();
        run.extents().stream().map(RunExtent::site).forEach(sites::add);
        run.sites().stream().map(RunSiteTotals::site).forEach(sites::add);
        return List.copyOf(sites);
    }

    /** The end of the data of the run's sites, the earliest of them. */
    static Instant asOf(RunTotals run, Map<String, Instant> lastMinutes, Clock clock) {
        return sites(run).stream()
                .map(lastMinutes::get)
                .filter(minute -> minute != null)
                .map(minute -> minute.plusSeconds(60))
                .min(Instant::compareTo)
                .orElseGet(() -> run.endedAt().orElseGet(clock::instant));
    }
}
