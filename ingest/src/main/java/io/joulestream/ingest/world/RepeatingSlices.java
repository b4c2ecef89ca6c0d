package io.joulestream.ingest.world;

import io.joulestream.wire.v1.Entity;
import io.joulestream.wire.v1.EntityKind;
import io.joulestream.wire.v1.Series;
import io.joulestream.wire.v1.TelemetryFrame;
import java.util.List;

/** Slices of a GPU, each of which repeats the energy and the power of the whole: no reading of theirs. */
final class RepeatingSlices extends ReadingFault {
    RepeatingSlices(Target target, FaultTallies tallies) {
        super(target, tallies);
    }

    @Override
    List<TelemetryFrame> change(TelemetryFrame frame) {
        TelemetryFrame.Builder repeated = frame.toBuilder();
        List<Series> whole = frame.getEntitiesList().stream()
                .filter(e -> e.getEntityId().equals(target().entity().id()))
                .flatMap(e -> e.getSeriesList().stream())
                .toList();
        for (Entity.Builder entity : repeated.getEntitiesBuilderList()) {
            boolean slice = entity.getKind() == EntityKind.GPU_SLICE
                    && entity.getEntityId().startsWith(target().entity().id() + "/");
            if (slice) {
                entity.addAllSeries(whole);
                tally(whole.size(), "UNKNOWN_METRIC", "a slice has no energy of its own; counted with its GPU");
            }
        }
        return List.of(repeated.build());
    }

    @Override
    List<Doubt> doubts() {
        return List.of();
    }
}
