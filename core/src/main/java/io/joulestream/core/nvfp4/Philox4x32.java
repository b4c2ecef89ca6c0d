package io.joulestream.core.nvfp4;

/**
 * The counter-based generator Philox4x32-10 (Salmon, Moraes, Dror, Shaw, SC 2011), as SPEC 8 uses it.
 *
 * <p>A pure function of key and counter: any block of a tensor can be given its random bits without the others, so the
 * result does not depend on the order or the number of threads.
 */
public final class Philox4x32 {
    static final int ROUNDS = 10;
    static final long MULTIPLIER_0 = 0xD251_1F53L;
    static final long MULTIPLIER_1 = 0xCD9E_8D57L;
    static final int KEY_INCREMENT_0 = 0x9E37_79B9;
    static final int KEY_INCREMENT_1 = 0xBB67_AE85;

    private Philox4x32() {}

    /**
     * Four 32-bit words for one 64-bit key and one 128-bit counter, each given as two 64-bit halves.
     *
     * @param key words 0 (low half) and 1 (high half) of the key
     * @param counterLow words 0 and 1 of the counter
     * @param counterHigh words 2 and 3 of the counter
     * @param words receives the four words
     */
    public static void generate(long key, long counterLow, long counterHigh, int[] words) {
        int key0 = (int) key;
        int key1 = (int) (key >>> 32);
        int c0 = (int) counterLow;
        int c1 = (int) (counterLow >>> 32);
        int c2 = (int) counterHigh;
        int c3 = (int) (counterHigh >>> 32);
        for (int round = 0; round < ROUNDS; round++) {
            long product0 = MULTIPLIER_0 * (c0 & 0xFFFF_FFFFL);
            long product1 = MULTIPLIER_1 * (c2 & 0xFFFF_FFFFL);
            c0 = (int) (product1 >>> 32) ^ c1 ^ key0;
            c1 = (int) product1;
            c2 = (int) (product0 >>> 32) ^ c3 ^ key1;
            c3 = (int) product0;
            key0 += KEY_INCREMENT_0;
            key1 += KEY_INCREMENT_1;
        }
        words[0] = c0;
        words[1] = c1;
        words[2] = c2;
        words[3] = c3;
    }

    /** Byte {@code index}, 0 to 15, of four words read as little-endian. */
    static int byteAt(int[] words, int index) {
        return (words[index >>> 2] >>> (8 * (index & 3))) & 0xFF;
    }
}
