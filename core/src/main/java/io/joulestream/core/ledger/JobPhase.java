package io.joulestream.core.ledger;

import java.util.Optional;

/** What a training run does at a time. The codes are part of the wire contract, the names of the ledger: only add. */
public enum JobPhase {
    /** Processes start, weights are made, kernels are compiled. */
    START_UP(1),
    TRAIN(2),
    EVAL(3),
    /** A checkpoint is written. */
    CHECKPOINT(4),
    /** Nodes are reserved and nothing is done, as after a failure. */
    IDLE(5),
    /** A checkpoint is read back. */
    RESTORE(6);

    private final int code;

    JobPhase(int code) {
        this.code = code;
    }

    /** The value on the wire of metric {@code job.phase}. */
    public int code() {
        return code;
    }

    /** Empty for a code that means nothing. */
    public static Optional<JobPhase> ofCode(long code) {
        for (JobPhase phase : values()) {
            if (phase.code == code) {
                return Optional.of(phase);
            }
        }
        return Optional.empty();
    }
}
