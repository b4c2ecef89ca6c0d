package io.joulestream.core.nvfp4;

import java.util.Locale;

/** 2048 x 2048 numbers from a counter, the same here and in bench/gpu/reference.cu. */
enum GeneratedTensor {
    NARROW(1, 127, 1, 4, 23),
    BLOCKS(2, 127, 25, 12, 23),
    TIES(3, 127, 3, 3, 4),
    WIDE(4, 127, 101, 30, 23),
    TINY(5, 20, 9, 12, 23),
    HUGE(6, 240, 9, 12, 23),
    SUBNORMAL(8, 3, 3, 6, 23),
    /** One element in 64 is a NaN, +0 or -0. */
    SPECIAL(7, 127, 9, 8, 23);

    static final int SIZE = 2048;

    private final long seed;
    private final int exponent;
    private final int spreadOfBlocks;
    private final int spread;
    private final int mantissaBits;

    GeneratedTensor(long seed, int exponent, int spreadOfBlocks, int spread, int mantissaBits) {
        this.seed = seed;
        this.exponent = exponent;
        this.spreadOfBlocks = spreadOfBlocks;
        this.spread = spread;
        this.mantissaBits = mantissaBits;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }

    float[] elements() {
        float[] x = new float[SIZE * SIZE];
        for (int i = 0; i < x.length; i++) {
            x[i] = Float.intBitsToFloat(pattern(i));
        }
        return x;
    }

    private int pattern(int index) {
        long element = mix(seed + index);
        long block = mix(~seed - index / 16);
        int sign = (int) (element >>> 63) << 31;
        if (this == SPECIAL && ((element >>> 24) & 63) == 0) {
            return ((element >>> 30) & 1) == 1 ? 0x7FC0_0000 | sign : sign;
        }
        int biased = exponent + (int) ((block >>> 33) % spreadOfBlocks) - spreadOfBlocks / 2;
        biased = Math.max(0, biased - (int) ((element >>> 33) % spread));
        int dropped = 23 - mantissaBits;
        int mantissa = (int) (element & 0x7F_FFFF) >>> dropped << dropped;
        return sign | biased << 23 | mantissa;
    }

    /** SplitMix64. */
    private static long mix(long counter) {
        long z = counter + 0x9E37_79B9_7F4A_7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58_476D_1CE4_E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D0_49BB_1331_11EBL;
        return z ^ (z >>> 31);
    }
}
