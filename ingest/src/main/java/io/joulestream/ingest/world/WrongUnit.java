package io.joulestream.ingest.world;

import io.joulestream.wire.v1.Entity;
import io.joulestream.wire.v1.Series;
import io.joulestream.wire.v1.TelemetryFrame;
import io.joulestream.wire.v1.ValueKind;
import java.util.List;

/** A device whose firmware now sends a thousandth of the unit that the agent expects, in registers and in gauges. */
final class WrongUnit extends ReadingFault {
    private static final int FACTOR = 1_000;

    WrongUnit(Target target, FaultTallies tallies) {
        super(target, tallies);
    }

    @Override
    List<TelemetryFrame> change(TelemetryFrame frame) {
        TelemetryFrame registers = Pieces.edited(frame, this::isOfRecord, (times, values, qualities) -> {
            multiply(values);
            tally(values.length, "RATE_IMPLAUSIBLE", "a register a thousand times too high; bridged");
        });
        return List.of(Pieces.edited(registers, this::isPower, (times, values, qualities) -> {
            multiply(values);
            tally(values.length, "OUT_OF_RANGE", "a power a thousand times too high");
        }));
    }

    private boolean isPower(Entity entity, Series series) {
        return entity.getEntityId().equals(target().entity().id())
                && series.getKind() == ValueKind.GAUGE
                && series.getSourceUnit().equals("W");
    }

    private static void multiply(long[] values) {
        for (int i = 0; i < values.length; i++) {
            values[i] *= FACTOR;
        }
    }

    @Override
    List<Doubt> doubts() {
        return List.of(bridged(target().entity()));
    }
}
