package io.joulestream.api;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;

/** A run in the list of runs: a {@link RunBody} without its meters. */
record RunLineBody(
        String run,
        List<String> sites,
        Instant startedAt,
        Instant endedAt,
        @JsonUnwrapped EnergyAmount energy,
        BigDecimal coverage,
        BigDecimal accounted,
        BigDecimal estimatedShare,
        boolean coversRun,
        Long tokens,
        FigureBody joulesPerToken,
        List<String> reasons) {
    static RunLineBody of(RunBody run) {
        return new RunLineBody(
                run.run(),
                run.sites(),
                run.startedAt(),
                run.endedAt(),
                run.energy(),
                run.coverage(),
                run.accounted(),
                run.estimatedShare(),
                run.coversRun(),
                run.tokens(),
                run.joulesPerToken(),
                run.reasons());
    }
}
