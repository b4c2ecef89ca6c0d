package io.joulestream.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.joulestream.core.telemetry.Metric;
import io.joulestream.ingest.world.Feed;
import io.joulestream.ingest.world.FeedPlan;
import io.joulestream.ingest.world.World;
import io.joulestream.ingest.world.WorldPreset;
import io.joulestream.wire.SeriesValues;
import io.joulestream.wire.v1.Entity;
import io.joulestream.wire.v1.TelemetryFrame;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BrokenMeterTest {
    private static final Instant START = Instant.parse("2026-04-01T00:00:00Z");
    private static final Instant END = START.plus(Duration.ofHours(1));
    private static final String METER = "meter/MDB-1";
    private static final String PDU = "pdu/rack-1";

    @TempDir
    private Path directory;

    private BrokenMeter broken;

    @BeforeEach
    void open() {
        broken = new BrokenMeter(directory);
        broken.open();
    }

    @Test
    void nothingIsChangedBeforeAnythingWasTold() {
        broken.listen();

        assertThat(counted(METER)).isEqualTo(countedInTruth(METER));
    }

    @Test
    void whatTheRegisterCountsFromThenOnIsTimesTheFactor() {
        tell(METER, "1.5");
        broken.listen();

        assertThat(counted(METER)).isCloseTo(countedInTruth(METER) * 3 / 2, within(600L));
        assertThat(counted(PDU)).isEqualTo(countedInTruth(PDU));
    }

    @Test
    void twoMetersToldBeforeTheFeedListensAreBothBroken() {
        tell(METER, "2");
        tell(PDU, "2");
        broken.listen();

        assertThat(counted(METER)).isEqualTo(2 * countedInTruth(METER));
        assertThat(counted(PDU)).isEqualTo(2 * countedInTruth(PDU));
    }

    @Test
    void theLastWordOnAMeterHolds() {
        tell(METER, "2");
        tell(METER, "1");
        broken.listen();

        assertThat(counted(METER)).isEqualTo(countedInTruth(METER));
    }

    @Test
    void aLineThatIsBeingWrittenWaits() throws Exception {
        Files.writeString(BrokenMeter.file(directory), "edge-2rack/" + METER + " 2", StandardOpenOption.APPEND);
        broken.listen();

        assertThat(counted(METER)).isEqualTo(countedInTruth(METER));
    }

    private void tell(String meter, String factor) {
        BrokenMeter.tell(directory, new BrokenMeter.Told("edge-2rack/" + meter, new BigDecimal(factor)));
    }

    private long counted(String meter) {
        return counted(meter, broken);
    }

    private static long countedInTruth(String meter) {
        return counted(meter, null);
    }

    /** What a meter's register counts from its first reading to its last. */
    private static long counted(String meter, BrokenMeter broken) {
        World world = World.of(List.of(WorldPreset.EDGE_2RACK), 1, START, END);
        Iterator<TelemetryFrame> frames = new Feed(world, FeedPlan.exact(world)).framesBetween(START, END);
        Long first = null;
        long last = 0;
        while (frames.hasNext()) {
            TelemetryFrame frame = frames.next();
            TelemetryFrame sent = broken == null ? frame : broken.falsify(frame);
            for (Entity entity : sent.getEntitiesList()) {
                for (var series : entity.getSeriesList()) {
                    if (entity.getEntityId().equals(meter)
                            && series.getMetric() == Metric.METER_ENERGY_ACTIVE.number()) {
                        long[] values = SeriesValues.unpack(series, sent.getSlots());
                        first = first == null ? values[0] : first;
                        last = values[values.length - 1];
                    }
                }
            }
        }
        assertThat(first).as(meter + " has a register").isNotNull();
        return last - first;
    }
}
