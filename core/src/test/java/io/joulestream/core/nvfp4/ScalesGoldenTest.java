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
            float[] x = new float[16];
            x[9] = -Golden.value(row[1]);
            Quantised fold = quantise(QuantisationMode.ONE_D, x, row[0]);
            Quantised legacy = quantise(QuantisationMode.ONE_D_LEGACY, x, row[0]);
            float factor = Tensors.encodeFactor(fold, Tensors.scaleCode(fold, 0, 0));
            float multiplier = Nvfp4Codec.blockMultiplier(Tensors.scaleCode(fold, 0, 0), Golden.value(row[0]), INV2688);
            assertThat(List.of(
                            Integer.toString(Tensors.scaleCode(fold, 0, 0)),
                            Integer.toString(Tensors.scaleCode(legacy, 0, 0)),
                            Golden.pattern(factor),
                            Golden.pattern(multiplier)))
                    .as("amax %s, block amax %s", row[0], row[1])
                    .containsExactly(row[2], row[3], row[4], row[5]);
        }
    }

    private static Quantised quantise(QuantisationMode mode, float[] x, String amax) {
        return new Quantiser(QuantiserOptions.of(mode).withAmax(Golden.value(amax))).quantise(x, 1, 16);
    }

    /** All at once, because fewer than a vector holds are not encoded by vectors. */
    @Test
    void everyKernelGivesTheScales() {
        List<String[]> rows = Golden.rows("block_scale.csv");
        List<Kernel> kernels =
                Kernels.vectorsArePresent() ? List.of(new PlainKernel(), Kernels.vector()) : List.of(new PlainKernel());
        for (ScaleFormula formula : ScaleFormula.values()) {
            float[] scales = new float[rows.size()];
            byte[] expected = new byte[scales.length];
            for (int i = 0; i < scales.length; i++) {
                String[] row = rows.get(i);
                float[] scale = {Golden.value(row[1])};
                formula.scale(
                        scale, 1, TensorScale.of(Golden.value(row[0]), 2688f).encode());
                scales[i] = scale[0];
                expected[i] = (byte) Integer.parseInt(row[formula == ScaleFormula.FOLD ? 2 : 3]);
            }
            for (Kernel kernel : kernels) {
                byte[] codes = new byte[scales.length];
                kernel.encodeScales(scales, scales.length, codes, 0);
                assertThat(codes)
                        .as("%s, %s", formula, kernel.getClass().getSimpleName())
                        .isEqualTo(expected);
            }
        }
    }
}
