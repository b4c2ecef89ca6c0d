package io.joulestream.core.nvfp4;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.function.ToIntFunction;
import org.junit.jupiter.api.Test;

class FormatsGoldenTest {
    @Test
    void everyCodeDecodesToItsValue() {
        assertTable("e2m1", 16, E2M1::decode);
        assertTable("e4m3", 256, E4M3::decode);
        assertTable("e5m2", 256, E5M2::decode);
        assertTable("e8m0", 256, E8M0::decode);
    }

    @Test
    void roundsToE2m1() {
        assertRounding("round_e2m1.csv", 10, E2M1::encode);
    }

    @Test
    void roundsToE4m3() {
        assertRounding("round_e4m3.csv", 10, E4M3::encode);
    }

    @Test
    void roundsToE5m2() {
        assertRounding("round_e5m2.csv", 10, E5M2::encode);
    }

    @Test
    void roundsToBf16() {
        assertRounding("round_bf16.csv", 16, Bf16::encode);
    }

    @Test
    void roundsToFp16() {
        assertRounding("round_fp16.csv", 16, Fp16::encode);
    }

    @Test
    void roundsStochasticallyWithAGivenByte() {
        List<String[]> rows = Golden.rows("sr_e2m1.csv");

        assertThat(rows).hasSize(1392).allSatisfy(row -> {
            int code = E2M1.encodeStochastic(Golden.value(row[0]), Integer.parseInt(row[1]));
            assertThat(code).as("%s, byte %s", row[0], row[1]).isEqualTo(Integer.parseInt(row[2]));
        });
    }

    private static void assertTable(String name, int size, IntFunction<Float> decode) {
        Map<?, ?> tables = (Map<?, ?>) Golden.json("tables.json");
        List<?> expected = (List<?>) tables.get(name);
        assertThat(expected).hasSize(size);
        for (int code = 0; code < size; code++) {
            assertThat(Golden.pattern(decode.apply(code)))
                    .as("%s code %d", name, code)
                    .isEqualTo(expected.get(code));
        }
    }

    private static void assertRounding(String file, int radix, ToIntFunction<Float> encode) {
        List<String[]> rows = Golden.rows(file);
        assertThat(rows).hasSizeGreaterThan(3000);
        for (String[] row : rows) {
            assertThat(encode.applyAsInt(Golden.value(row[0])))
                    .as("%s of %s", file, row[0])
                    .isEqualTo(Integer.parseInt(row[1], radix));
        }
    }
}
