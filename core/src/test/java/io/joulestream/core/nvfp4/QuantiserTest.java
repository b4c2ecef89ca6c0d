package io.joulestream.core.nvfp4;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class QuantiserTest {
    @Test
    void theWorkedBlockOfTheSpecification() {
        float[] x = new float[16];
        for (int i = 0; i < 16; i++) {
            x[i] = (i % 2 == 0 ? 1 : -1) * 0.11f * (i + 1);
        }

        Quantised quantised =
                new Quantiser(QuantiserOptions.of(QuantisationMode.ONE_D).withAmax(3.5f)).quantise(x, 1, 16);

        assertThat(quantised.tensorScale()).isEqualTo(TensorScale.of(3.5f, 2688f));
        assertThat(quantised.tensorScale().encode()).isEqualTo(768f);
        assertThat(quantised.scales()).containsExactly(0x76);
        assertThat(Tensors.encodeFactor(quantised, 0x76)).isEqualTo(Float.intBitsToFloat(0x405B_6DB6));
        assertThat(HexFormat.of().formatHex(quantised.codes())).isEqualTo("a1b2c4d5e5e6f6f7");
        assertThat(quantised.code(0, 15)).isEqualTo(0xF);
        assertThat(quantised.metrics(x).clippedShare()).isEqualTo(1 / 16.0);
    }

    @Test
    void anEmptyTensorIsQuantisedToNothing() {
        for (QuantisationMode mode : QuantisationMode.values()) {
            Quantised quantised = quantise(mode, new float[0], 0, 64);

            assertThat(quantised.codes()).isEmpty();
            assertThat(quantised.dequantise()).isEmpty();
            assertThat(quantised.tensorScale().encode()).isEqualTo(1f);
            assertThat(quantised.metrics(new float[0]).mse()).isNull();
        }
    }

    @Test
    void storedBytesAreNineSixteenthsOfAByteAnElementAndTheTensorScale() {
        float[] x = new float[64 * 256];

        assertThat(quantise(QuantisationMode.ONE_D, x, 64, 256).storedBytes()).isEqualTo(64 * 256 * 9 / 16 + 4);
        assertThat(quantise(QuantisationMode.MXFP4_OCP, x, 64, 256).storedBytes())
                .isEqualTo(64 * 256 * 17 / 32);
        assertThat(quantise(QuantisationMode.FP8_E4M3, x, 64, 256).storedBytes())
                .isEqualTo(64 * 256 + 4);
        assertThat(quantise(QuantisationMode.BF16, x, 64, 256).storedBytes()).isEqualTo(64 * 256 * 2);
    }

    @Test
    void aTransformedPaddingColumnCountsAsAnElement() {
        float[] x = new float[2 * 20];
        Arrays.fill(x, 1f);

        Quantised quantised = new Quantiser(
                        QuantiserOptions.of(QuantisationMode.ONE_D).withHadamard(RandomHadamard.FP32))
                .quantise(x, 2, 20);

        assertThat(quantised.cols()).isEqualTo(32);
        assertThat(quantised.dequantise()).hasSize(64);
        assertThat(quantised.metrics(x).n()).isEqualTo(64);
    }

    @Test
    void anInfinityGivesAnMxBlockTheNanScaleAndLeavesItsNeighbour() {
        float[] x = new float[64];
        Arrays.fill(x, 1f);
        x[3] = Float.NEGATIVE_INFINITY;
        x[40] = Float.NaN;

        Quantised quantised = quantise(QuantisationMode.MXFP4_OCP, x, 1, 64);

        assertThat(quantised.scales()).containsExactly(0xFF, 125);
        assertThat(quantised.dequantise()).startsWith(Float.NaN).endsWith(1f);
        assertThat(quantised.code(0, 40)).isEqualTo(7);
        assertThat(quantised.metrics(x).nonFinite()).isEqualTo(33);
    }

    @Test
    void outputsAreCopies() {
        Quantised quantised = quantise(QuantisationMode.ONE_D, new float[16], 1, 16);

        quantised.codes()[0] = 1;
        quantised.scales()[0] = 1;

        assertThat(quantised.codes()).containsOnly(0);
        assertThat(quantised.scales()).containsOnly(0);
    }

    @Test
    void badInputIsRefusedByNameAndValue() {
        QuantiserOptions oneD = QuantiserOptions.of(QuantisationMode.ONE_D);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> oneD.withAmax(-1f))
                .withMessage("amax must be >= 0 and not NaN, was -1.0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> oneD.withAmax(Float.NaN))
                .withMessage("amax must be >= 0 and not NaN, was NaN");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> quantise(QuantisationMode.ONE_D, new float[100], 3, 32))
                .withMessage("x has 100 values, rows * cols is 3 * 32 = 96");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> quantise(QuantisationMode.ONE_D, new float[0], -1, 0))
                .withMessage("rows and cols must be >= 0, were -1 and 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> quantise(QuantisationMode.ONE_D, new float[0], 65_536, 65_536))
                .withMessage("x has 0 values, rows * cols is 65536 * 65536 = 4294967296");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Quantiser(oneD).paddedCols(1 << 28, 1 << 28, 1))
                .withMessage(
                        "rows * cols is too large for one array: 268435456 * 16 (cols padded to whole blocks) in mode 1d");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> quantise(QuantisationMode.TWO_D, new float[16 * 24], 16, 24))
                .withMessage("mode 2d needs rows and cols to be multiples of 16, were 16 and 24");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> quantise(QuantisationMode.TWO_D, new float[8 * 32], 8, 32))
                .withMessage("mode 2d needs rows and cols to be multiples of 16, were 8 and 32");
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        quantise(QuantisationMode.ONE_D, new float[16], 1, 16).metrics(new float[8]))
                .withMessage("x has 8 values, the quantised tensor was 1 * 16");
    }

    @Test
    void aGivenAmaxOfMinusZeroIsZeroAndTurnsNoSign() {
        QuantiserOptions options = QuantiserOptions.of(QuantisationMode.ONE_D).withAmax(-0f);
        float[] x = new float[16];
        x[0] = 1;
        x[1] = -1;

        Quantised quantised = new Quantiser(options).quantise(x, 1, 16);

        assertThat(options)
                .isEqualTo(QuantiserOptions.of(QuantisationMode.ONE_D).withAmax(0f));
        assertThat(quantised.dequantise()).startsWith(0f, -0f, 0f);
        assertThat(TensorScale.of(-0f, 2688f)).isEqualTo(TensorScale.of(0f, 2688f));
    }

    @Test
    void combinationsTheSpecificationDoesNotDefineAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> QuantiserOptions.of(QuantisationMode.FOUR_OVER_SIX_MAE_256)
                        .withHadamard(RandomHadamard.FP32))
                .withMessage("random Hadamard transform fp32 is not defined for mode 4over6-mae256");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> QuantiserOptions.of(QuantisationMode.FP8_E4M3).withStochasticRounding(1, 2))
                .withMessage("stochastic rounding is not defined for mode fp8-e4m3");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> QuantiserOptions.of(QuantisationMode.MXFP4_OCP).withAmax(2f))
                .withMessage("mode mxfp4-ocp has no tensor scale, so the given amax 2.0 has no meaning");
    }

    @Test
    void namesAreParsedAndUnknownOnesRefusedWithTheKnown() {
        for (QuantisationMode mode : QuantisationMode.values()) {
            assertThat(QuantisationMode.parse(mode.cliName())).isEqualTo(mode);
        }
        assertThat(RandomHadamard.parse("bf16")).isEqualTo(RandomHadamard.BF16);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> QuantisationMode.parse("3d"))
                .withMessageContaining("one of 1d, 1d-legacy, 2d,")
                .withMessageEndingWith("was 3d");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RandomHadamard.parse("fp64"))
                .withMessage("random Hadamard transform must be one of none, fp32, bf16, was fp64");
    }

    private static Quantised quantise(QuantisationMode mode, float[] x, int rows, int cols) {
        return new Quantiser(QuantiserOptions.of(mode)).quantise(x, rows, cols);
    }
}
