package io.joulestream.api;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;

/**
 * One training run, from allocation to release.
 *
 * @param startedAt when it was first seen allocated; null while it was not
 * @param endedAt when last, exclusive; moves while the run goes on
 * @param energy IT energy of its reserved nodes; all null without data
 * @param coverage covered time of its meters over run duration times meters, 0 to 1
 * @param accounted the same of time that is measured or estimated
 * @param estimatedShare null without data
 * @param coversRun whether its meters account for the whole run
 * @param tokens processed, padding and later discarded steps included; null when none were reported
 * @param attempts how many times it was started, as its training steps tell
 * @param training what its log tells; null in lists, and where it is not asked for
 * @param reasons why figures are missing, each once
 */
record RunBody(
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
        long steps,
        long attempts,
        FigureBody joulesPerToken,
        TrainingBody training,
        List<String> flags,
        List<MeterBody> meters,
        List<String> reasons) {

    /**
     * What one meter saw of the run.
     *
     * @param meter the entity, as in the inventory
     * @param check whether it repeats another meter's load; shown, never summed
     */
    record MeterBody(
            String site,
            String meter,
            String metric,
            boolean check,
            @JsonUnwrapped EnergyAmount energy,
            BigDecimal coverage,
            BigDecimal estimatedShare,
            boolean coversRun) {}
}
