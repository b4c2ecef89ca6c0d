package io.joulestream.bench;

import io.joulestream.ingest.world.FaultyFeed;
import io.joulestream.ingest.world.Feed;
import io.joulestream.ingest.world.FeedPlan;
import io.joulestream.ingest.world.FeedRecord;
import io.joulestream.ingest.world.StampedFeed;
import io.joulestream.ingest.world.StampedPreset;
import io.joulestream.ingest.world.StampedSite;
import io.joulestream.ingest.world.World;
import io.joulestream.ingest.world.WorldPreset;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * How fast one thread makes and encodes a feed, without a broker: pod-1k, whose every reading is worked out, beside the
 * stamped halls.
 *
 * <p>{@code java -cp <class path of bench> io.joulestream.bench.FeedRates [rounds, 3]}
 */
public final class FeedRates {
    private static final Instant END = Instant.parse("2026-11-01T00:00:00Z");
    private static final double NANOS = 1e9;

    private FeedRates() {}

    public static void main(String[] arguments) {
        int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 3;
        for (int round = 1; round <= rounds; round++) {
            pod1k();
            stamped(StampedPreset.HALL_10K, Duration.ofMinutes(20));
            stamped(StampedPreset.FLEET_100K, Duration.ofMinutes(3));
        }
    }

    private static void pod1k() {
        Instant start = END.minus(Duration.ofHours(1));
        World world = World.of(List.of(WorldPreset.POD_1K), 1, start, END);
        Feed feed = new Feed(world, new FeedPlan(start, start, false));
        FaultyFeed records = new FaultyFeed(feed.framesBetween(start, start.plus(Duration.ofMinutes(5))), Set.of(), 1);
        measure("pod-1k", records, feed::samples);
    }

    private static void stamped(StampedPreset preset, Duration length) {
        StampedFeed feed = new StampedFeed(StampedSite.of(preset, 1, END), length, true);
        measure(preset.presetName(), feed, feed::samples);
    }

    private static void measure(String name, Iterator<FeedRecord> records, LongSupplier samples) {
        long frames = 0;
        long bytes = 0;
        long begin = System.nanoTime();
        while (records.hasNext()) {
            bytes += records.next().value().length;
            frames++;
        }
        double seconds = (System.nanoTime() - begin) / NANOS;
        System.out.printf(
                Locale.ROOT,
                "%-10s %,12.0f samples/s %,10.0f frames/s %,8.1f MB/s (%,d samples, %,d frames, %.1f s)%n",
                name,
                samples.getAsLong() / seconds,
                frames / seconds,
                bytes / seconds / 1e6,
                samples.getAsLong(),
                frames,
                seconds);
    }
}
