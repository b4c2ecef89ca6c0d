package io.joulestream.ingest.world;

import io.joulestream.wire.Quality;
import io.joulestream.wire.v1.TelemetryFrame;
import java.util.List;

/**
 * A logger of local times without offset when clocks are set back: an hour of labels occurs twice, so both passes are
 * marked as doubtful by whoever tells them apart. The labels of the hour that clocks skip in spring never occur.
 */
final class AmbiguousHour extends ReadingFault {
    AmbiguousHour(Target target, FaultTallies tallies) {
        super(target, tallies);
    }

    @Override
    List<TelemetryFrame> change(TelemetryFrame frame) {
        tally(frame.getSlots(), "", "marked CLOCK_SUSPECT; no figure changes");
        return List.of(Pieces.edited(frame, (entity, series) -> true, (times, values, qualities) -> {
            for (int i = 0; i < qualities.length; i++) {
                qualities[i] = qualities[i] == Quality.GOOD ? Quality.CLOCK_SUSPECT : qualities[i];
            }
        }));
    }

    @Override
    List<Doubt> doubts() {
        return List.of();
    }
}
