package io.joulestream.ingest.capture;

import io.joulestream.core.energy.ChannelId;
import io.joulestream.core.energy.ChannelRule;
import io.joulestream.core.energy.OwnerChanges;
import io.joulestream.core.energy.OwnerFrame;
import io.joulestream.core.energy.OwnerLedger;
import io.joulestream.core.energy.OwnerRules;
import io.joulestream.core.energy.Reading;
import io.joulestream.core.ledger.EnergyBuckets;
import io.joulestream.core.telemetry.Metric;
import io.joulestream.wire.Quality;
import io.joulestream.wire.SeriesValues;
import io.joulestream.wire.SlotTimes;
import io.joulestream.wire.v1.Entity;
import io.joulestream.wire.v1.Series;
import io.joulestream.wire.v1.TelemetryFrame;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Frames of GPUs through the ledger of their owner: microjoules by run, metric and bucket; run "" is none. */
final class CaptureLedger implements OwnerRules {
    private static final long NAMEPLATE_MILLIWATTS = 900_000;

    private final Map<String, Long> microjoules = new HashMap<>();
    private final List<OwnerChanges.Reject> rejects = new ArrayList<>();

    static CaptureLedger of(List<TelemetryFrame> frames) {
        CaptureLedger made = new CaptureLedger();
        OwnerLedger ledger = new OwnerLedger();
        for (TelemetryFrame frame : frames) {
            OwnerChanges changes = ledger.accept(ownerFrame(frame), made, 1_800_000_000_000L);
            made.rejects.addAll(changes.rejects());
            changes.differences().forEach(made::add);
        }
        return made;
    }

    /** Measured, bridged and estimated. */
    long total(String run, Metric metric) {
        return measured(run, metric) + of(run, metric, "bridged") + of(run, metric, "estimated");
    }

    long measured(String run, Metric metric) {
        return of(run, metric, "measured");
    }

    long estimated(String run, Metric metric) {
        return of(run, metric, "estimated");
    }

    List<OwnerChanges.Reject> rejects() {
        return rejects;
    }

    private long of(String run, Metric metric, String bucket) {
        return microjoules.getOrDefault(run + "|" + metric.number() + "|" + bucket, 0L);
    }

    private void add(OwnerChanges.Difference difference) {
        String key = difference.run() + "|" + difference.channel().metric() + "|";
        EnergyBuckets energy = difference.amount().energy();
        microjoules.merge(key + "measured", energy.measuredMicrojoules(), Long::sum);
        microjoules.merge(key + "bridged", energy.bridgedMicrojoules(), Long::sum);
        microjoules.merge(key + "estimated", energy.estimatedMicrojoules(), Long::sum);
    }

    private static OwnerFrame ownerFrame(TelemetryFrame frame) {
        long[] times = SlotTimes.of(frame);
        List<OwnerFrame.ChannelReading> readings = new ArrayList<>();
        List<OwnerFrame.Assertion> assertions = new ArrayList<>();
        for (Entity entity : frame.getEntitiesList()) {
            assertions.add(new OwnerFrame.Assertion(
                    entity.getEntityId(), entity.getAllocFromMs(), times[times.length - 1], entity.getRunId()));
            for (Series series : entity.getSeriesList()) {
                long[] values = SeriesValues.unpack(series, times.length);
                Quality[] qualities = Quality.expand(series.getQualityRunsList(), times.length);
                for (int slot = 0; slot < times.length; slot++) {
                    if (qualities[slot].usableForEnergy()) {
                        readings.add(new OwnerFrame.ChannelReading(
                                new ChannelId(entity.getEntityId(), series.getMetric()),
                                slot,
                                new Reading(
                                        times[slot],
                                        values[slot],
                                        0,
                                        false,
                                        1,
                                        frame.getSessionId(),
                                        frame.getFrameSeq(),
                                        0)));
                    }
                }
            }
        }
        return new OwnerFrame(1, frame.getFrameSeq(), readings, assertions);
    }

    /** As the inventory of the import has it: read each 100 ms, a gap after 300 ms. */
    @Override
    public ChannelRule rule(ChannelId channel, long atMillis) {
        boolean counter = channel.metric() == Metric.GPU_ENERGY.number();
        return new ChannelRule(
                counter ? ChannelRule.Kind.COUNTER : ChannelRule.Kind.AVERAGED_POWER,
                150,
                300,
                900_000,
                NAMEPLATE_MILLIWATTS,
                100,
                0,
                BigInteger.ZERO);
    }

    @Override
    public long allocationGapMillis(String entity) {
        return 300;
    }

    @Override
    public long rawTailMillis() {
        return 240_000;
    }
}
