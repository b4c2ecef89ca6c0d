package io.joulestream.core.nvfp4;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The formats against the conversions of an H200, which were run on every one of the 2^32 floats. A table says at which
 * floats, in the order of their patterns, the code changes. A build compares at each change, just before it, and at every
 * 10,007th float; {@code -Dh200.all=true} at every float.
 */
class FormatsH200GoldenTest {
    private static final long FLOATS = 1L << 32;
    private static final int STRIDE = H200.ALL ? 1 : 10_007;

    /** A byte of its own for each of 256 sweeps. */
    private static final int STOCHASTIC_STRIDE = H200.ALL ? 101 : 100_003;

    @Test
    void e2m1RoundsAsCudaDoes() {
        assertSame(Table.of(H200.rows("e2m1.csv"), 0), E2M1::encode);
    }

    @Test
    void e4m3RoundsAsTheHardwareDoes() {
        assertSame(Table.of(H200.rows("e4m3.csv"), 0), v -> v != v ? 0x7F : E4M3.encode(v));
    }

    @Test
    void e5m2RoundsAsTheHardwareDoes() {
        assertSame(Table.of(H200.rows("e5m2.csv"), 0), v -> v != v ? 0x7F : E5M2.encode(v));
    }

    @Test
    void fp16RoundsAsTheHardwareDoes() {
        assertSameAsDigest("fp16.csv", 63_492, v -> v != v ? 0x7FFF : Fp16.encode(v));
    }

    @Test
    void bf16RoundsAsTheHardwareDoes() {
        assertSameAsDigest("bf16.csv", 65_284, v -> v != v ? 0x7FFF : Bf16.encode(v));
    }

    /** The hardware knows one NaN, 7F or 7FFF. SPEC 1.2, 1.3 and 1.5 keep its sign, and in BF16 its upper half. */
    @Test
    void aNanKeepsItsSignAsTheHardwaresDoesNot() {
        for (int magnitude = 0x7F80_0001; magnitude > 0; magnitude += STRIDE) {
            float positive = Float.intBitsToFloat(magnitude);
            float negative = Float.intBitsToFloat(magnitude | 1 << 31);
            int upperHalf = magnitude >>> 16 | 0x40;

            assertThat(codesOfNan(positive)).isEqualTo(List.of(7, 0x7F, 0x7F, 0x7E00, upperHalf));
            assertThat(codesOfNan(negative)).isEqualTo(List.of(7, 0xFF, 0xFF, 0xFE00, upperHalf | 0x8000));
        }
    }

    private static List<Integer> codesOfNan(float nan) {
        return List.of(E2M1.encode(nan), E4M3.encode(nan), E5M2.encode(nan), Fp16.encode(nan), Bf16.encode(nan));
    }

    @Test
    void e2m1RoundsStochasticallyAsTransformerEngineDoes() {
        List<String[]> rows = H200.rows("e2m1-stochastic.csv");
        for (int random = 0; random < 256; random++) {
            String r = Integer.toString(random);
            int given = random;
            Table table = Table.of(rows.stream().filter(row -> row[0].equals(r)).toList(), 1);

            table.assertAtChanges(v -> E2M1.encodeStochastic(v, given));
            table.assertAtEvery(STOCHASTIC_STRIDE, v -> E2M1.encodeStochastic(v, given));
        }
    }

    private static void assertSame(Table table, Encoder encoder) {
        table.assertAtChanges(encoder);
        table.assertAtEvery(STRIDE, encoder);
    }

    /** A table of this length is kept as its digest. */
    private static void assertSameAsDigest(String name, int changes, Encoder encoder) {
        Table table = Table.of(encoder);

        assertThat(table.from).hasSize(changes);
        H200.assertDigest(name, table.csv().getBytes(StandardCharsets.US_ASCII));
        table.assertAtEvery(STRIDE, encoder);
    }

    private interface Encoder {
        int encode(float v);

        default int encode(long pattern) {
            return encode(Float.intBitsToFloat((int) pattern));
        }
    }

    /** The patterns from which on a code holds, in unsigned order, and these codes. */
    private record Table(List<Long> from, List<Integer> codes) {
        /** @param column the pattern's; the code's follows */
        static Table of(List<String[]> rows, int column) {
            return new Table(
                    rows.stream().map(row -> Long.parseLong(row[column], 16)).toList(),
                    rows.stream()
                            .map(row -> Integer.parseInt(row[column + 1], 16))
                            .toList());
        }

        /** What {@code encoder} gives, found by bisection: each code holds for patterns without a gap. */
        static Table of(Encoder encoder) {
            Table table = new Table(new ArrayList<>(), new ArrayList<>());
            for (long pattern = 0; pattern < FLOATS; pattern = endOf(pattern, encoder)) {
                table.from.add(pattern);
                table.codes.add(encoder.encode(pattern));
            }
            return table;
        }

        private static long endOf(long pattern, Encoder encoder) {
            int code = encoder.encode(pattern);
            long step = 1;
            while (pattern + step < FLOATS && encoder.encode(pattern + step) == code) {
                step *= 2;
            }
            long same = pattern + step / 2;
            long end = Math.min(pattern + step, FLOATS);
            while (end - same > 1) {
                long middle = (same + end) / 2;
                if (encoder.encode(middle) == code) {
                    same = middle;
                } else {
                    end = middle;
                }
            }
            return end;
        }

        void assertAtChanges(Encoder encoder) {
            assertThat(from.get(0)).isZero();
            for (int i = 0; i < from.size(); i++) {
                assertCode(from.get(i), codes.get(i), encoder);
                assertCode(endOf(i) - 1, codes.get(i), encoder);
            }
        }

        void assertAtEvery(int stride, Encoder encoder) {
            long pattern = 0;
            for (int i = 0; i < from.size(); i++) {
                int code = codes.get(i);
                for (long end = endOf(i); pattern < end; pattern += stride) {
                    if (encoder.encode(pattern) != code) {
                        assertCode(pattern, code, encoder);
                    }
                }
            }
        }

        private long endOf(int i) {
            return i + 1 < from.size() ? from.get(i + 1) : FLOATS;
        }

        private static void assertCode(long pattern, int code, Encoder encoder) {
            assertThat(encoder.encode(pattern)).as("%08x", pattern).isEqualTo(code);
        }

        /** As bench/gpu/reference.cu writes it. */
        String csv() {
            StringBuilder csv = new StringBuilder("from,code\n");
            for (int i = 0; i < from.size(); i++) {
                csv.append(String.format("%08x,%x\n", from.get(i), codes.get(i)));
            }
            return csv.toString();
        }
    }
}
