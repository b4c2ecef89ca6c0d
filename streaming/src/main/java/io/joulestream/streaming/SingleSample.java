package io.joulestream.streaming;

import io.joulestream.wire.Quality;
import io.joulestream.wire.SeriesValues;
import io.joulestream.wire.SlotTimes;
import io.joulestream.wire.v1.Entity;
import io.joulestream.wire.v1.Series;
import io.joulestream.wire.v1.TelemetryFrame;
import java.util.List;

/** A frame reduced to one of its samples, so that a dead letter holds what was refused and can be sent again. */
final class SingleSample {
    private SingleSample() {}

    static TelemetryFrame of(TelemetryFrame frame, Entity entity, Series series, int slot) {
        Series.Builder alone = series.toBuilder().clearQualityRuns();
        SeriesValues.pack(new long[] {SeriesValues.unpack(series, frame.getSlots())[slot]}, alone);
        Quality quality = Quality.expand(series.getQualityRunsList(), frame.getSlots())[slot];
        alone.addAllQualityRuns(Quality.compress(List.of(quality)));
        TelemetryFrame.Builder single = frame.toBuilder()
                .clearEntities()
                .addEntities(entity.toBuilder().clearSeries().addSeries(alone))
                .clearTDeltaMs();
        SlotTimes.set(single, new long[] {SlotTimes.of(frame)[slot]});
        return single.build();
    }
}
