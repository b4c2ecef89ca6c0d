package io.joulestream.core.nvfp4.oracle;

/** Philox4x32-10, and the random bytes of a block made with it (SPEC 8). */
final class Philox {
    private static final int ROUNDS = 10;
    private static final long WORD = 0xFFFF_FFFFL;
    private static final long FIRST_MULTIPLIER = 0xD2511F53L;
    private static final long SECOND_MULTIPLIER = 0xCD9E8D57L;
    private static final int FIRST_INCREMENT = 0x9E3779B9;
    private static final int SECOND_INCREMENT = 0xBB67AE85;

    private Philox() {}

    static int[] words(int[] key, int[] counter) {
        int firstKey = key[0];
        int secondKey = key[1];
        int[] state = counter;
        for (int round = 0; round < ROUNDS; round++) {
            long first = FIRST_MULTIPLIER * (state[0] & WORD);
            long second = SECOND_MULTIPLIER * (state[2] & WORD);
            state = new int[] {
                high(second) ^ state[1] ^ firstKey, (int) second, high(first) ^ state[3] ^ secondKey, (int) first
            };
            firstKey += FIRST_INCREMENT;
            secondKey += SECOND_INCREMENT;
        }
        return state;
    }

    /** The bytes, 0 to 255, of the 16 elements of a block. */
    static int[] blockBytes(long seed, long stream, long block) {
        int[] words = words(
                new int[] {(int) seed, high(seed)}, new int[] {(int) block, high(block), (int) stream, high(stream)});
        int[] bytes = new int[16];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = words[i / 4] >>> 8 * (i % 4) & 0xFF;
        }
        return bytes;
    }

    private static int high(long value) {
        return (int) (value >>> 32);
    }
}
