package io.joulestream.ingest.world;

import io.joulestream.wire.v1.TelemetryFrame;
import java.util.List;

/** Frames of an owner that are made and numbered and never arrive. */
final class LostFrames extends ReadingFault {
    private final boolean withGpus;

    LostFrames(Target target, FaultTallies tallies, boolean withGpus) {
        super(target, tallies);
        this.withGpus = withGpus;
    }

    @Override
    List<TelemetryFrame> change(TelemetryFrame frame) {
        tally(1, "", "never arrives; the totals are known, their shape in time is not");
        return List.of(frame);
    }

    @Override
    boolean loses(TelemetryFrame frame) {
        return frame.getT0Ms() > target().fromMillis() && Pieces.lastMillis(frame) < target().toMillis();
    }

    @Override
    List<Doubt> doubts() {
        return counted(withGpus).stream().map(this::bridged).toList();
    }
}
