package io.joulestream.ingest.world;

import io.joulestream.wire.v1.TelemetryFrame;
import java.util.List;

/** A driver's number for "not available" that no adapter has taken out. It is no reading, and no error either. */
final class SentinelValue extends ReadingFault {
    /** The least of four that the GPU driver uses for 64-bit fields. */
    static final long NOT_AVAILABLE = 9_223_372_036_854_775_792L;

    SentinelValue(Target target, FaultTallies tallies) {
        super(target, tallies);
    }

    @Override
    List<TelemetryFrame> change(TelemetryFrame frame) {
        tally(frame.getSlots(), "SENTINEL", "taken as missing; the total is known, its shape in time is not");
        return List.of(Pieces.edited(frame, this::isOfRecord, (times, values, qualities) -> {
            for (int i = 0; i < values.length; i++) {
                values[i] = NOT_AVAILABLE + i % 4;
            }
        }));
    }

    @Override
    List<Doubt> doubts() {
        return List.of(bridged(target().entity()));
    }
}
