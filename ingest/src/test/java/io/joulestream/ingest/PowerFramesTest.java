package io.joulestream.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.joulestream.wire.FrameCodec;
import io.joulestream.wire.FrameKey;
import io.joulestream.wire.FrameResult;
import io.joulestream.wire.Quality;
import io.joulestream.wire.SeriesValues;
import io.joulestream.wire.SlotTimes;
import io.joulestream.wire.v1.Entity;
import io.joulestream.wire.v1.EntityKind;
import io.joulestream.wire.v1.Series;
import io.joulestream.wire.v1.SourceKind;
import io.joulestream.wire.v1.TelemetryFrame;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class PowerFramesTest {
    private static final PowerChannel NODE = new PowerChannel(
            new FrameKey("acme", "north", "node-0"),
            EntityKind.NODE,
            PowerChannel.NODE_POWER,
            SourceKind.TRAIN_LOG,
            "power_reading");
    private static final Optional<RunWindow> RUN =
            Optional.of(new RunWindow("r1", Instant.ofEpochMilli(100_000), Instant.ofEpochMilli(200_000)));

    @Test
    void framesAreCutAtTheRunsEdgesAndEachMinute() {
        List<TelemetryFrame> frames = frames(RUN, every(10_000, 60_000, 260_000));

        assertThat(frames.stream().map(PowerFramesTest::summary))
                .containsExactly(
                        "1: - since 0 at 60000..90000 x4",
                        "2: r1 since 100000 at 100000..110000 x2",
                        "3: r1 since 100000 at 120000..170000 x6",
                        "4: r1 since 100000 at 180000..190000 x2",
                        "5: r1 since 100000 at 200000..200000 x0",
                        "6: - since 200000 at 200000..230000 x4",
                        "7: - since 200000 at 240000..260000 x3");
    }

    @Test
    void aLogThatEndsInsideTheRunStillClosesIt() {
        assertThat(frames(RUN, 150_000, 160_000).stream().map(PowerFramesTest::summary))
                .containsExactly("1: r1 since 100000 at 150000..160000 x2", "2: r1 since 100000 at 200000..200000 x0");
    }

    @Test
    void readingsBesideTheRunDoNotBelongToIt() {
        assertThat(frames(RUN, 10_000, 20_000).stream().map(PowerFramesTest::summary))
                .containsExactly("1: - since 0 at 10000..20000 x2", "2: r1 since 100000 at 200000..200000 x0");
        assertThat(frames(RUN, 300_000, 310_000).stream().map(PowerFramesTest::summary))
                .containsExactly("1: r1 since 100000 at 200000..200000 x0", "2: - since 200000 at 300000..310000 x2");
    }

    @Test
    void withoutARunThereAreOnlyReadings() {
        assertThat(frames(Optional.empty(), 10_000, 20_000).stream().map(PowerFramesTest::summary))
                .containsExactly("1: - since 0 at 10000..20000 x2");
    }

    @Test
    void anInstantWithTwoValuesIsSentInTwoFrames() {
        PowerReadings readings = readings(
                new PowerReading(1000, 5_000_000, false),
                new PowerReading(2000, 7_000_000, false),
                new PowerReading(2000, 7_000_000, false),
                new PowerReading(2000, 6_000_000, false),
                new PowerReading(3000, 5_000_000, false));

        List<TelemetryFrame> frames = PowerFrames.of(readings, NODE, Optional.empty(), Optional.empty())
                .frames();

        assertThat(frames).hasSize(2);
        assertThat(SlotTimes.of(frames.get(0))).containsExactly(1000, 2000);
        assertThat(values(frames.get(0))).containsExactly(5, 7);
        assertThat(SlotTimes.of(frames.get(1))).containsExactly(2000, 3000);
        assertThat(values(frames.get(1))).containsExactly(6, 5);
    }

    @Test
    void manyValuesAtOneInstantAreAProblem() {
        List<PowerReading> crowd = LongStream.range(0, 9)
                .mapToObj(i -> new PowerReading(1000, i, false))
                .toList();

        assertThat(PowerReadings.of("f", "00", crowd)).isInstanceOf(PowerOutcome.Refused.class);
    }

    @Test
    void readingsOutOfOrderAreSorted() {
        assertThat(SlotTimes.of(frames(Optional.empty(), 3000, 1000, 2000).get(0)))
                .containsExactly(1000, 2000, 3000);
    }

    @Test
    void theUnitIsMilliwattsUnlessTheFileHasMoreDigits() {
        assertThat(exp10(5_000_000)).isEqualTo(-3);
        assertThat(exp10(5_001_000)).isEqualTo(-6);
        assertThat(exp10(-5_000_001)).isEqualTo(-9);
    }

    @Test
    void aDoubtfulClockIsMarked() {
        PowerReadings readings = readings(new PowerReading(1000, 0, false), new PowerReading(2000, 0, true));

        TelemetryFrame frame = PowerFrames.of(readings, NODE, Optional.empty(), Optional.empty())
                .frames()
                .get(0);

        assertThat(Quality.expand(frame.getEntities(0).getSeries(0).getQualityRunsList(), 2))
                .containsExactly(Quality.GOOD, Quality.CLOCK_SUSPECT);
    }

    @Test
    void theSamplePeriodIsTheMedianSpacing() {
        assertThat(period(0, 2022, 4000, 6049, 26_000)).contains(Duration.ofMillis(2000));
        assertThat(period(0, 1000, 3000)).contains(Duration.ofMillis(1500));
        assertThat(period(0, 20)).contains(Duration.ofMillis(100));
        assertThat(period(7)).isEmpty();
    }

    @Test
    void everyFrameDecodesAndBelongsToTheImport() {
        ImportedPower imported = PowerFrames.of(readings(every(10, 0, 200_000)), NODE, RUN, Optional.empty());

        assertThat(imported.frames()).allSatisfy(frame -> {
            assertThat(FrameCodec.decode(FrameCodec.encode(frame))).isEqualTo(new FrameResult.Decoded(frame));
            assertThat(frame.getProducerId()).isEqualTo(imported.producerId()).hasSize(64);
            assertThat(frame.getHistory()).isTrue();
        });
        assertThat(imported.coversRun()).isTrue();
    }

    private static Optional<Duration> period(long... times) {
        return readings(times).samplePeriod();
    }

    private static int exp10(long nanowatts) {
        PowerReadings readings = readings(new PowerReading(0, nanowatts, false));
        Series series = PowerFrames.of(readings, NODE, Optional.empty(), Optional.of(Duration.ofSeconds(1)))
                .frames()
                .get(0)
                .getEntities(0)
                .getSeries(0);
        assertThat(SeriesValues.unpack(series, 1)[0] * Math.round(Math.pow(10, 9 + series.getExp10())))
                .isEqualTo(nanowatts);
        return series.getExp10();
    }

    private static long[] values(TelemetryFrame frame) {
        return SeriesValues.unpack(frame.getEntities(0).getSeries(0), frame.getSlots());
    }

    private static List<TelemetryFrame> frames(Optional<RunWindow> run, long... times) {
        return PowerFrames.of(readings(times), NODE, run, Optional.empty()).frames();
    }

    private static PowerReadings readings(long... times) {
        return readings(Arrays.stream(times)
                .mapToObj(t -> new PowerReading(t, 700_000_000_000L + t * 1_000_000, false))
                .toArray(PowerReading[]::new));
    }

    private static PowerReadings readings(PowerReading... readings) {
        PowerOutcome outcome = PowerReadings.of("file", "00", new ArrayList<>(List.of(readings)));
        return ((PowerOutcome.Read) outcome).readings();
    }

    private static long[] every(long step, long from, long to) {
        return LongStream.iterate(from, t -> t <= to, t -> t + step).toArray();
    }

    private static String summary(TelemetryFrame frame) {
        Entity entity = frame.getEntities(0);
        long[] times = SlotTimes.of(frame);
        return frame.getFrameSeq() + ": " + (entity.getRunId().isEmpty() ? "-" : entity.getRunId()) + " since "
                + entity.getAllocFromMs() + " at " + times[0] + ".." + times[times.length - 1] + " x"
                + (entity.getSeriesCount() == 0 ? 0 : frame.getSlots());
    }
}
