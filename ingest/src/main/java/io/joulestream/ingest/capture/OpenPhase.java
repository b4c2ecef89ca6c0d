package io.joulestream.ingest.capture;

import static io.joulestream.ingest.capture.Phase.Interval.NO_STEP;

import io.joulestream.core.ledger.JobPhase;
import io.joulestream.ingest.capture.Phase.Interval;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A phase whose end was not read yet. Each event ends an interval; what it says wrong is told, and changes nothing.
 *
 * <p>Until a restart the job does nothing and holds its GPUs, so the time since the crash is idle. For one thread.
 */
final class OpenPhase {
    final String name;
    private final String precision;
    private final List<Interval> intervals = new ArrayList<>();
    private JobPhase doing = JobPhase.TRAIN;
    private long edgeMs;
    private int attempt = 1;
    private long step;
    private long kept;

    OpenPhase(String name, String precision, long startMs) {
        this.name = name;
        this.precision = precision;
        this.edgeMs = startMs;
    }

    Optional<String> step(long atMs, long number, long tokens) {
        if (doing != JobPhase.TRAIN) {
            return Optional.of("a step while " + state());
        }
        if (number <= step) {
            return Optional.of("step " + number + " after step " + step + " without a restart");
        }
        if (atMs == edgeMs) {
            return Optional.of("step " + number + " takes no time");
        }
        intervals.add(new Interval(edgeMs, atMs, doing, attempt, step, number, tokens, kept));
        step = number;
        edgeMs = atMs;
        return Optional.empty();
    }

    Optional<String> checkpointStart(long atMs) {
        if (doing != JobPhase.TRAIN) {
            return Optional.of("a checkpoint begins while " + state());
        }
        go(atMs, JobPhase.CHECKPOINT);
        return Optional.empty();
    }

    Optional<String> checkpointEnd(long atMs, long number) {
        if (doing != JobPhase.CHECKPOINT) {
            return Optional.of("a checkpoint ends that did not begin");
        }
        if (number > step || number < kept) {
            return Optional.of(
                    "a checkpoint of step " + number + " after step " + step + ", with step " + kept + " kept");
        }
        kept = number;
        go(atMs, JobPhase.TRAIN);
        return Optional.empty();
    }

    Optional<String> crash(long atMs) {
        if (doing == JobPhase.IDLE) {
            return Optional.of("a crash while " + state());
        }
        go(atMs, JobPhase.IDLE);
        return Optional.empty();
    }

    Optional<String> restart(long atMs, long fromStep) {
        if (doing != JobPhase.IDLE) {
            return Optional.of("a restart without a crash");
        }
        if (fromStep > step) {
            return Optional.of("a restart from step " + fromStep + " after step " + step);
        }
        go(atMs, JobPhase.TRAIN);
        attempt++;
        step = fromStep;
        kept = fromStep;
        return Optional.empty();
    }

    /** Empty for a phase that takes no time. */
    Optional<Phase> end(long atMs) {
        go(atMs, doing);
        return intervals.isEmpty() ? Optional.empty() : Optional.of(new Phase(name, precision, intervals));
    }

    private void go(long atMs, JobPhase next) {
        if (atMs > edgeMs) {
            intervals.add(new Interval(edgeMs, atMs, doing, attempt, step, step, NO_STEP, kept));
            edgeMs = atMs;
        }
        doing = next;
    }

    private String state() {
        return switch (doing) {
            case CHECKPOINT -> "a checkpoint is written";
            case IDLE -> "the job has crashed and not restarted";
            default -> "it trains";
        };
    }
}
