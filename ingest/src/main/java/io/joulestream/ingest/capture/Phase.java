package io.joulestream.ingest.capture;

import io.joulestream.core.ledger.JobPhase;
import java.time.Instant;
import java.util.List;

/**
 * One phase of a capture: work of one kind, from its start to its end. It becomes a run.
 *
 * @param name unique in the capture
 * @param precision as the log writes it, such as bf16
 * @param intervals at least one; each begins where the one before ended, the first with the phase, and the last ends with it
 */
public record Phase(String name, String precision, List<Interval> intervals) {
    /**
     * What the job did between two events.
     *
     * @param attempt 1, and one more after each restart
     * @param stepBefore the step count when it began
     * @param step the step count when it ended: greater where the interval is a step, else the same
     * @param tokens of the step, none of which is padding; {@link #NO_STEP} where the interval is no step
     * @param keptStep the last step in a kept checkpoint when it ended; 0 for none
     */
    public record Interval(
            long fromMs,
            long toMs,
            JobPhase doing,
            int attempt,
            long stepBefore,
            long step,
            long tokens,
            long keptStep) {
        /** Stands for the tokens of an interval that is no step. */
        public static final long NO_STEP = -1;

        boolean isStep() {
            return tokens != NO_STEP;
        }
    }

    public Phase {
        intervals = List.copyOf(intervals);
        if (intervals.isEmpty()) {
            throw new IllegalArgumentException("phase " + name + " takes no time");
        }
    }

    public Instant start() {
        return Instant.ofEpochMilli(intervals.get(0).fromMs());
    }

    /** Exclusive. */
    public Instant end() {
        return Instant.ofEpochMilli(intervals.get(intervals.size() - 1).toMs());
    }
}
