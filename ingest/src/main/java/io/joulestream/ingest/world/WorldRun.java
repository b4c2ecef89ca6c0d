package io.joulestream.ingest.world;

import java.time.Instant;
import java.util.List;

/**
 * One training run, which holds a pool of nodes from start to end, its restart included.
 *
 * @param precision NVFP4 or FP16
 * @param end planned; a run that goes on at some instant has used and processed less by then
 * @param tokensPerStep pushed through forward and backward in each step
 * @param samplesPerStep sequences in each step
 * @param attempts one, or two where the run failed and began again from its last checkpoint
 */
public record WorldRun(
        String id,
        String site,
        String precision,
        Instant start,
        Instant end,
        long tokensPerStep,
        long samplesPerStep,
        List<Attempt> attempts) {
    /** Of each sequence so many tokens are padding. */
    private static final int PADDING_PER_SAMPLE = 128;

    public WorldRun {
        attempts = List.copyOf(attempts);
    }

    /** Processed tokens of a step less its padding. */
    public long effectiveTokensPerStep() {
        return tokensPerStep - samplesPerStep * PADDING_PER_SAMPLE;
    }

    /** What a run does in a stretch of time, with the registry's code of job.phase. */
    public enum Phase {
        START_UP(1),
        TRAIN(2),
        EVALUATE(3),
        CHECKPOINT(4),
        IDLE(5),
        RESTORE(6);

        private final int code;

        Phase(int code) {
            this.code = code;
        }

        public int code() {
            return code;
        }
    }

    /**
     * @param trainingFrom after start-up
     * @param trainingTo whole minutes later
     * @param firstStep steps already in the checkpoint it began from
     * @param keptSteps steps of this attempt that a later attempt did not do again; all of the last attempt
     */
    public record Attempt(int number, Instant trainingFrom, Instant trainingTo, long firstStep, long keptSteps) {}

    /**
     * One line of the training log, written at its end.
     *
     * @param phase what was done from {@code from} to {@code to}
     * @param step steps finished since the run's beginning, in this attempt's lineage
     * @param steps of these since the line before; 0 unless training
     * @param checkpointStep the last step that is in a kept checkpoint when the line is written
     */
    public record LogLine(
            String run,
            int attempt,
            Phase phase,
            long step,
            Instant from,
            Instant to,
            long steps,
            long checkpointStep) {}
}
