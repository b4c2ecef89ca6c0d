package io.joulestream.ingest.mlperf;

import static org.assertj.core.api.Assertions.assertThat;

import io.joulestream.wire.FrameCodec;
import io.joulestream.wire.FrameKey;
import io.joulestream.wire.FrameResult;
import io.joulestream.wire.Quality;
import io.joulestream.wire.SeriesValues;
import io.joulestream.wire.SlotTimes;
import io.joulestream.wire.v1.Series;
import io.joulestream.wire.v1.TelemetryFrame;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class JobFramesTest {
    private static final int TOKENS = 60;
    private static final int SAMPLES = 61;
    private static final int STEP = 62;
    private static final int ATTEMPT = 67;

    @Test
    void eachFrameStartsWhereTheOneBeforeEnded() {
        List<TelemetryFrame> frames =
                frames(200_000, 10, progress(40_000, 4), progress(60_000, 6), progress(200_000, 9));

        assertThat(frames).hasSize(2);
        assertThat(SlotTimes.of(frames.get(0))).containsExactly(1000, 40_000, 60_000);
        assertThat(known(frames.get(0), SAMPLES)).containsExactly(null, 4L, 2L);
        assertThat(known(frames.get(0), TOKENS)).containsExactly(null, 40L, 20L);
        assertThat(known(frames.get(0), STEP)).containsExactly(0L, 4L, 6L);
        assertThat(known(frames.get(0), ATTEMPT)).containsExactly(1L, 1L, 1L);
        assertThat(SlotTimes.of(frames.get(1))).containsExactly(60_000, 200_000);
        assertThat(known(frames.get(1), SAMPLES)).containsExactly(null, 3L);
        assertThat(known(frames.get(1), STEP)).containsExactly(6L, 9L);
    }

    @Test
    void aStopWithoutProgressOnlyBoundsTheRun() {
        List<TelemetryFrame> frames = frames(50_000, 10, progress(40_000, 4));

        assertThat(frames).hasSize(1);
        assertThat(SlotTimes.of(frames.get(0))).containsExactly(1000, 40_000, 50_000);
        assertThat(known(frames.get(0), TOKENS)).containsExactly(null, 40L, null);
        assertThat(known(frames.get(0), STEP)).containsExactly(0L, 4L, null);
        assertThat(known(frames.get(0), ATTEMPT)).containsExactly(1L, 1L, 1L);
    }

    @Test
    void unknownTokensAreNotSent() {
        TelemetryFrame frame = frames(50_000, 0, progress(40_000, 4)).get(0);

        assertThat(frame.getEntities(0).getSeriesList())
                .extracting(Series::getMetric)
                .containsExactly(SAMPLES, STEP, ATTEMPT);
    }

    @Test
    void aRunWithoutCountsIsStillAllocated() {
        TelemetryFrame frame = frames(50_000, 10).get(0);

        assertThat(SlotTimes.of(frame)).containsExactly(1000, 50_000);
        assertThat(frame.getEntities(0).getRunId()).isEqualTo("r1");
        assertThat(frame.getEntities(0).getAllocFromMs()).isEqualTo(1000);
        assertThat(frame.getEntities(0).getSeriesList())
                .extracting(Series::getMetric)
                .containsExactly(ATTEMPT);
    }

    @Test
    void allDeltasTogetherAreTheLogsTotal() {
        List<ResultLog.Progress> progress = new ArrayList<>();
        for (int i = 1; i <= 10_000; i++) {
            progress.add(progress(1000 + i * 7L, i * 3L));
        }

        List<TelemetryFrame> frames = frames(100_000, 2048, progress.toArray(ResultLog.Progress[]::new));

        assertThat(frames).hasSizeGreaterThan(2);
        assertThat(frames.stream()
                        .flatMap(f -> Arrays.stream(known(f, TOKENS)))
                        .mapToLong(v -> v == null ? 0 : v)
                        .sum())
                .isEqualTo(30_000L * 2048);
        assertThat(frames)
                .allSatisfy(frame -> assertThat(FrameCodec.decode(FrameCodec.encode(frame)))
                        .isEqualTo(new FrameResult.Decoded(frame)));
    }

    private static List<TelemetryFrame> frames(long stop, long length, ResultLog.Progress... progress) {
        ResultLog log = new ResultLog(
                "f",
                "00",
                Instant.ofEpochMilli(1000),
                Instant.ofEpochMilli(stop),
                Optional.empty(),
                length == 0 ? OptionalLong.empty() : OptionalLong.of(length),
                List.of(progress),
                0);
        return JobFrames.of(new FrameKey("acme", "north", "job/r1"), "r1", log).frames();
    }

    private static ResultLog.Progress progress(long at, long samples) {
        return new ResultLog.Progress(Instant.ofEpochMilli(at), samples, samples);
    }

    /** Null where a slot is MISSING. */
    private static Long[] known(TelemetryFrame frame, int metric) {
        Series series = frame.getEntities(0).getSeriesList().stream()
                .filter(s -> s.getMetric() == metric)
                .findFirst()
                .orElseThrow();
        long[] values = SeriesValues.unpack(series, frame.getSlots());
        Quality[] qualities = Quality.expand(series.getQualityRunsList(), frame.getSlots());
        Long[] known = new Long[values.length];
        for (int i = 0; i < known.length; i++) {
            known[i] = qualities[i] == Quality.MISSING ? null : values[i];
        }
        return known;
    }
}
