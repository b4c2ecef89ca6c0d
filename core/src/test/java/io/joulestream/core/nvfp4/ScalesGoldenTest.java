package io.joulestream.core.nvfp4;

import static org.assertj.core.api.Assertions.assertThat;

import io.joulestream.core.nvfp4.Nvfp4Codec.ScaleFormula;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScalesGoldenTest {
    private static final float INV2688 = 1f / 2688f;

    @Test
    void tensorScalesMatch() {
        List<String[]> rows = Golden.rows("global_scale.csv");

        assertThat(rows).hasSize(221);
        for (String[] row : rows) {
            float amax = Golden.value(row[0]);
            TensorScale bound448 = TensorScale.of(amax, 2688f);
            TensorScale bound256 = TensorScale.of(amax, 1536f);
            assertThat(List.of(
                            Golden.pattern(bound448.encode()),
                            Golden.pattern(bound448.decode()),
                            Golden.pattern(bound256.encode())))
                    .as("amax %s", row[0])
                    .containsExactly(row[1], row[2], row[3]);
        }
    }

    @Test
    void blockScalesMatchInBothFormulas() {
        List<String[]> rows = Golden.rows("block_scale.csv");

        assertThat(rows).hasSize(3598);
        for (String[] row : rows) {
            TensorScale tensor = TensorScale.of(Golden.value(row[0]), 2688f);
            float blockAmax = Golden.value(row[1]);
            int fold = Nvfp4Codec.blockScale(blockAmax, tensor.encode(), ScaleFormula.FOLD);
            int legacy = Nvfp4Codec.blockScale(blockAmax, tensor.encode(), ScaleFormula.LEGACY);
            float factor = Nvfp4Codec.elementFactor(fold, tensor.decode());
            float multiplier = Nvfp4Codec.blockMultiplier(fold, tensor.amax(), INV2688);
            assertThat(List.of(
                            Integer.toString(fold),
                            Integer.toString(legacy),
                            Golden.pattern(factor),
                            Golden.pattern(multiplier)))
                    .as("amax %s, block amax %s", row[0], row[1])
                    .containsExactly(row[2], row[3], row[4], row[5]);
        }
    }
}
