package io.joulestream.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.joulestream.wire.v1.Entity;
import io.joulestream.wire.v1.EntityKind;
import io.joulestream.wire.v1.Series;
import io.joulestream.wire.v1.TelemetryFrame;
import io.joulestream.wire.v1.ValueKind;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The seed is the parameter, so a failure names it. */
class FrameCodecPropertiesTest {
    static LongStream seeds() {
        return LongStream.range(0, 300);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void whatIsEncodedComesBack(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int slots = random.nextInt(1, 200);
        long[] times = times(random, slots);
        TelemetryFrame.Builder frame = TelemetryFrame.newBuilder()
                .setSchemaVersion(1)
                .setTenantId("t")
                .setSiteId("s")
                .setOwnerId("node/" + seed)
                .setSessionId(random.nextLong())
                .setFrameSeq(random.nextLong());
        SlotTimes.set(frame, times);
        long[][] values = new long[random.nextInt(1, 5)][];
        Quality[][] qualities = new Quality[values.length][];
        Entity.Builder entity = Entity.newBuilder().setEntityId("e").setKind(EntityKind.NODE);
        for (int i = 0; i < values.length; i++) {
            values[i] = values(random, slots);
            qualities[i] = qualities(random, slots);
            Series.Builder series = Series.newBuilder().setMetric(i + 1).setKind(ValueKind.GAUGE);
            SeriesValues.pack(values[i], series);
            entity.addSeries(series.addAllQualityRuns(Quality.compress(List.of(qualities[i]))));
        }
        TelemetryFrame sent = frame.addEntities(entity).build();

        FrameResult result = FrameCodec.decode(FrameCodec.encode(sent));

        assertThat(result).isEqualTo(new FrameResult.Decoded(sent));
        assertThat(SlotTimes.of(sent)).isEqualTo(times);
        for (int i = 0; i < values.length; i++) {
            Series series = sent.getEntities(0).getSeries(i);
            assertThat(SeriesValues.unpack(series, slots)).isEqualTo(values[i]);
            assertThat(Quality.expand(series.getQualityRunsList(), slots)).isEqualTo(qualities[i]);
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void randomBytesNeverThrow(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 200; i++) {
            byte[] bytes = new byte[random.nextInt(120)];
            random.nextBytes(bytes);

            assertThat(FrameCodec.decode(bytes)).isNotNull();
            assertThat(InventoryRecord.decode(bytes)).isNotNull();
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void aDamagedFrameIsRefusedOrCanBeUnpacked(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        TelemetryFrame.Builder frame = TelemetryFrame.newBuilder()
                .setSchemaVersion(1)
                .setTenantId("t")
                .setSiteId("s")
                .setOwnerId("o");
        SlotTimes.set(frame, times(random, 20));
        Series.Builder series = Series.newBuilder().setMetric(1);
        SeriesValues.pack(values(random, 20), series);
        frame.addEntities(Entity.newBuilder()
                .setEntityId("e")
                .addSeries(series.addAllQualityRuns(Quality.compress(List.of(qualities(random, 20))))));
        byte[] good = FrameCodec.encode(frame.build());

        for (int i = 0; i < 200; i++) {
            byte[] bad = Arrays.copyOf(good, random.nextInt(10) == 0 ? random.nextInt(good.length) : good.length);
            for (int flips = random.nextInt(4); flips > 0 && bad.length > 0; flips--) {
                bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(8));
            }

            if (FrameCodec.decode(bad) instanceof FrameResult.Decoded decoded) {
                TelemetryFrame odd = decoded.frame();
                assertThat(SlotTimes.of(odd)).hasSize(odd.getSlots());
                FrameKey.of(odd);
                odd.getEntitiesList().stream()
                        .flatMap(e -> e.getSeriesList().stream())
                        .forEach(s -> {
                            SeriesValues.unpack(s, odd.getSlots());
                            Quality.expand(s.getQualityRunsList(), odd.getSlots());
                        });
            }
        }
    }

    private static long[] times(SplittableRandom random, int slots) {
        long[] times = new long[slots];
        long step = random.nextLong(1, 100_000);
        boolean even = random.nextBoolean();
        times[0] = random.nextLong(-4_000_000_000_000L, 4_000_000_000_000L);
        for (int i = 1; i < slots; i++) {
            times[i] = times[i - 1] + (even ? step : random.nextLong(1, 1L << 32));
        }
        return times;
    }

    private static long[] values(SplittableRandom random, int slots) {
        long start = random.nextLong();
        return switch (random.nextInt(5)) {
            case 0 -> random.longs(slots).toArray();
            case 1 -> LongStream.generate(() -> start).limit(slots).toArray();
            case 2 -> LongStream.range(0, slots).map(i -> start / 2 + i * 1000).toArray();
            case 3 ->
                LongStream.range(0, slots)
                        .map(i -> i % 2 == 0 ? Long.MIN_VALUE : Long.MAX_VALUE)
                        .toArray();
            default -> random.longs(slots, 600_000, 800_000).toArray();
        };
    }

    private static Quality[] qualities(SplittableRandom random, int slots) {
        boolean good = random.nextBoolean();
        return IntStream.range(0, slots)
                .mapToObj(i -> good ? Quality.GOOD : Quality.values()[random.nextInt(9)])
                .toArray(Quality[]::new);
    }
}
