package io.joulestream.ingest.world;

import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;

/** Random numbers that depend on the seed and a path alone, never on what was asked before. Stateless; any thread. */
final class Seeds {
    private Seeds() {}

    static SplittableRandom of(long seed, String path) {
        long hash = 0xcbf29ce484222325L;
        for (byte b : path.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (b & 0xFF)) * 0x100000001b3L;
        }
        return new SplittableRandom(seed * 0x9E3779B97F4A7C15L ^ hash);
    }

    /** A number in [0, bound) for each {@code n}, without the numbers before it. */
    static int at(long seed, long n, int bound) {
        long z = seed + (n + 1) * 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return (int) Math.floorMod(z ^ (z >>> 31), (long) bound);
    }

    /** Goes smoothly through {@link #at} at each multiple of {@code period}: weather, in whole numbers. */
    static int smooth(long seed, long n, int period, int bound) {
        long step = Math.floorDiv(n, (long) period);
        long into = Math.floorMod(n, (long) period);
        long from = at(seed, step, bound);
        long to = at(seed, step + 1, bound);
        return (int) Math.floorDiv(from * (period - into) + to * into, (long) period);
    }
}
