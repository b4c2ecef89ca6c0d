package io.joulestream.ingest.world;

import io.joulestream.wire.v1.TelemetryFrame;
import java.util.List;

/** An agent that begins to number an owner's frames again, in a session of its own or, wrongly, in the one it had. */
final class RestartedAgent extends ReadingFault {
    private boolean begun;

    RestartedAgent(Target target, FaultTallies tallies) {
        super(target, tallies);
    }

    /** Whether a frame is the first after the restart. */
    boolean begins(TelemetryFrame frame) {
        if (begun || frame.getT0Ms() < target().toMillis()) {
            return false;
        }
        begun = true;
        boolean newSession = target().kind() == Fault.AGENT_RESTART;
        tally(1, "", (newSession ? "a new session" : "numbers begin again in the old session") + "; no figure changes");
        return true;
    }

    @Override
    List<TelemetryFrame> befall(TelemetryFrame frame) {
        return List.of(frame);
    }

    @Override
    List<TelemetryFrame> change(TelemetryFrame frame) {
        return List.of(frame);
    }

    @Override
    List<Doubt> doubts() {
        return List.of();
    }
}
