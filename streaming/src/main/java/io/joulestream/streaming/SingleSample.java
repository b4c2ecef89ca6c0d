package io.joulestream.streaming;

import io.joulestream.core.energy.ChannelId;
import io.joulestream.core.energy.Reading;
import io.joulestream.core.inventory.Channel;
import io.joulestream.core.telemetry.Metric;
import io.joulestream.wire.FrameCodec;
import io.joulestream.wire.FrameKey;
import io.joulestream.wire.Quality;
import io.joulestream.wire.SeriesValues;
import io.joulestream.wire.SlotTimes;
import io.joulestream.wire.v1.Entity;
import io.joulestream.wire.v1.Series;
import io.joulestream.wire.v1.TelemetryFrame;
import io.joulestream.wire.v1.ValueKind;
import java.util.List;
import java.util.Optional;

/** A frame that holds one sample alone, so that a dead letter shows what was refused and can be sent again. */
final class SingleSample {
    private static final String PRODUCER = "ledger";

    private SingleSample() {}

    /** A frame reduced to one of its samples. */
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

    /**
     * A frame for a reading that the ledger held, as its meter showed it; who sent it is no longer known.
     *
     * @param declared the channel as it was when the reading was taken
     */
    static TelemetryFrame of(FrameKey key, ChannelId channel, Reading reading, Channel declared) {
        ScaledValue.Shown shown = ScaledValue.atMeter(reading, declared);
        Optional<Metric> metric = Metric.byNumber(channel.metric());
        boolean register = metric.map(known -> known.valueKind() == Metric.ValueKind.COUNTER)
                .orElse(false);
        Series.Builder series = Series.newBuilder()
                .setMetric(channel.metric())
                .setKind(register ? ValueKind.COUNTER : ValueKind.GAUGE)
                .setExp10(shown.exp10());
        SeriesValues.pack(new long[] {shown.value()}, series);
        TelemetryFrame.Builder frame = TelemetryFrame.newBuilder()
                .setSchemaVersion(FrameCodec.SCHEMA_VERSION)
                .setTenantId(key.tenant())
                .setSiteId(key.site())
                .setOwnerId(key.owner())
                .setProducerId(PRODUCER)
                .setSessionId(reading.session())
                .setFrameSeq(reading.sequence())
                .setCorrection(reading.correction())
                .addEntities(Entity.newBuilder().setEntityId(channel.entity()).addSeries(series));
        SlotTimes.set(frame, new long[] {reading.atMillis()});
        return frame.build();
    }
}
