package io.joulestream.core.nvfp4;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class Philox4x32GoldenTest {
    @Test
    void wordsMatch() {
        List<String[]> rows = Golden.rows("philox4x32_10.csv");

        assertThat(rows).hasSize(40);
        for (String[] row : rows) {
            int[] words = new int[4];
            Philox4x32.generate(pair(row, 0), pair(row, 2), pair(row, 4), words);
            for (int i = 0; i < 4; i++) {
                assertThat(words[i]).isEqualTo(Integer.parseUnsignedInt(row[6 + i], 16));
            }
        }
    }

    @Test
    void bytesOfABlockMatch() {
        List<String[]> rows = Golden.rows("sr_stream.csv");

        assertThat(rows).hasSize(16);
        for (String[] row : rows) {
            int[] words = new int[4];
            long seed = Long.parseUnsignedLong(row[0]);
            long stream = Long.parseUnsignedLong(row[1]);
            Philox4x32.generate(seed, Long.parseUnsignedLong(row[2]), stream, words);
            byte[] bytes = new byte[16];
            for (int i = 0; i < 16; i++) {
                bytes[i] = (byte) Philox4x32.byteAt(words, i);
            }
            assertThat(HexFormat.of().formatHex(bytes)).isEqualTo(row[3]);
        }
    }

    private static long pair(String[] row, int at) {
        return Long.parseUnsignedLong(row[at + 1] + row[at], 16);
    }
}
