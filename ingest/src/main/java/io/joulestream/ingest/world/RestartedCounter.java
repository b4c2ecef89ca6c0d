package io.joulestream.ingest.world;

import io.joulestream.wire.Quality;
import io.joulestream.wire.v1.Entity;
import io.joulestream.wire.v1.Series;
import io.joulestream.wire.v1.TelemetryFrame;
import java.util.ArrayList;
import java.util.List;

/** A register that was zero at an instant between two readings and has gone on from there ever since. */
final class RestartedCounter extends ReadingFault {
    private final long tick;
    private final long fineFrom;
    private final long zero;
    private boolean begun;

    /** @param fineFrom tick from which on there is a reading each second */
    RestartedCounter(Target target, FaultTallies tallies, long tick, long fineFrom) {
        super(target, tallies);
        this.tick = tick;
        this.fineFrom = fineFrom;
        Sensor counter = target.entity().counter().orElseThrow();
        this.zero = counter.read(target.site().climate().at(tick));
    }

    @Override
    List<TelemetryFrame> befall(TelemetryFrame frame) {
        long resetMillis = target().millis(tick);
        if (Pieces.lastMillis(frame) < resetMillis) {
            return List.of(frame);
        }
        List<TelemetryFrame> pieces = new ArrayList<>();
        for (TelemetryFrame piece : Pieces.cut(frame, resetMillis - 1)) {
            pieces.add(piece.getT0Ms() < resetMillis ? piece : reborn(piece, resetMillis));
        }
        return pieces;
    }

    private TelemetryFrame reborn(TelemetryFrame frame, long resetMillis) {
        TelemetryFrame changed = Pieces.edited(frame, this::isOfRecord, (times, values, qualities) -> {
            for (int i = 0; i < values.length; i++) {
                values[i] -= zero;
            }
            if (!begun) {
                begun = true;
                qualities[0] = Quality.RESET;
                tally(1, "", "what the old register counted after its last reading was never read");
            }
        });
        TelemetryFrame.Builder since = changed.toBuilder();
        for (Entity.Builder entity : since.getEntitiesBuilderList()) {
            for (Series.Builder series : entity.getSeriesBuilderList()) {
                if (isOfRecord(entity.build(), series.build())) {
                    series.setCounterStartMs(resetMillis);
                }
            }
        }
        return since.build();
    }

    @Override
    List<TelemetryFrame> change(TelemetryFrame frame) {
        return List.of(frame);
    }

    @Override
    List<Doubt> doubts() {
        long period = tick >= fineFrom ? Ticks.SECOND : Ticks.MINUTE;
        long before = tick / period * period;
        return List.of(Doubt.reset(target().site(), target().entity(), before, tick, before + period));
    }
}
