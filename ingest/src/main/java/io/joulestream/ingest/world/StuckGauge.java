package io.joulestream.ingest.world;

import io.joulestream.wire.v1.TelemetryFrame;
import io.joulestream.wire.v1.ValueKind;
import java.util.Arrays;
import java.util.List;

/** A gauge of power that shows one value, while the counter beside it goes on. */
final class StuckGauge extends ReadingFault {
    private Long value;

    StuckGauge(Target target, FaultTallies tallies) {
        super(target, tallies);
    }

    @Override
    List<TelemetryFrame> change(TelemetryFrame frame) {
        return List.of(Pieces.edited(
                frame,
                (entity, series) ->
                        entity.getEntityId().equals(target().entity().id())
                                && series.getKind() == ValueKind.GAUGE
                                && series.getSourceUnit().equals("W"),
                (times, values, qualities) -> {
                    value = value == null ? values[0] : value;
                    Arrays.fill(values, value);
                    tally(values.length, "", "a gauge beside a counter; no figure changes");
                }));
    }

    @Override
    List<Doubt> doubts() {
        return List.of();
    }
}
