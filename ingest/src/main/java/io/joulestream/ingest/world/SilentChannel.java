package io.joulestream.ingest.world;

import io.joulestream.wire.Quality;
import io.joulestream.wire.v1.TelemetryFrame;
import java.util.Arrays;
import java.util.List;

/** A counter that says nothing for a while, told as missing: a gap, a number that is none, the end of a series. */
final class SilentChannel extends ReadingFault {
    SilentChannel(Target target, FaultTallies tallies) {
        super(target, tallies);
    }

    @Override
    List<TelemetryFrame> change(TelemetryFrame frame) {
        tally(frame.getSlots(), "", "missing; the total is known, its shape in time is not");
        return List.of(Pieces.edited(frame, this::isOfRecord, (times, values, qualities) -> {
            Arrays.fill(values, values[0]);
            Arrays.fill(qualities, Quality.MISSING);
        }));
    }

    @Override
    List<Doubt> doubts() {
        return List.of(bridged(target().entity()));
    }
}
