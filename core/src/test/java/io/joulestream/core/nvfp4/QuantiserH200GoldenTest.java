package io.joulestream.core.nvfp4;

import static io.joulestream.core.nvfp4.GeneratedTensor.SIZE;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The quantiser against Transformer Engine on an H200: its kernel for 1D, 2D and stochastic rounding, its Python reference
 * for four-over-six. All of a tensor's bytes, by their digests. A build takes some of the generated tensors, {@code
 * -Dh200.all=true} all of them.
 */
class QuantiserH200GoldenTest {
    private static final long SEED = 0x0123_4567_89AB_CDEFL;

    private static final Map<QuantisationMode, String> FOUR_OVER_SIX = Map.of(
            QuantisationMode.FOUR_OVER_SIX_MAE_256, "4over6-256-mae-1d",
            QuantisationMode.FOUR_OVER_SIX_MAE_448, "4over6-448-mae-1d",
            QuantisationMode.FOUR_OVER_SIX_MSE_256, "4over6-256-mse-1d",
            QuantisationMode.FOUR_OVER_SIX_MSE_448, "4over6-448-mse-1d",
            QuantisationMode.FOUR_OVER_SIX_MAE_256_TWO_D, "4over6-256-mae-2d",
            QuantisationMode.FOUR_OVER_SIX_MSE_448_TWO_D, "4over6-448-mse-2d");

    @ParameterizedTest
    @MethodSource
    void generatedTensorsAreTheKernels(GeneratedTensor tensor, ElementType type) {
        assertSameAsKernel(tensor + "." + type, H200.generated(tensor, type), SIZE, SIZE);
    }

    static Stream<Arguments> generatedTensorsAreTheKernels() {
        return H200.ALL
                ? inBothTypes(GeneratedTensor.values())
                : Stream.of(
                        arguments(GeneratedTensor.BLOCKS, ElementType.F32),
                        arguments(GeneratedTensor.SUBNORMAL, ElementType.F32),
                        arguments(GeneratedTensor.SPECIAL, ElementType.BF16));
    }

    private static Stream<Arguments> inBothTypes(GeneratedTensor... tensors) {
        return Stream.of(tensors)
                .flatMap(tensor -> Stream.of(arguments(tensor, ElementType.F32), arguments(tensor, ElementType.BF16)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "w", "dy"})
    void tensorsOfATrainingStepAreTheKernels(String name) {
        assertSameAsKernel(name + ".bf16", H200.captured(name), 256, 512);
    }

    private static void assertSameAsKernel(String name, float[] x, int rows, int cols) {
        float[] transposed = Tensors.transpose(x, rows, cols);
        for (QuantisationMode mode : List.of(QuantisationMode.ONE_D, QuantisationMode.TWO_D)) {
            Quantiser quantiser = new Quantiser(QuantiserOptions.of(mode));
            H200.assertSame(name + "." + mode, quantiser.quantise(x, rows, cols));
            H200.assertSame(name + "." + mode + ".t", quantiser.quantise(transposed, cols, rows));
        }
        assertSameStochastically(name + ".sr", x, rows, cols);
    }

    /**
     * A thread of the kernel rounds four blocks of a tile of 128 x 128, 32 rows apart, with four draws of a stream of its own:
     * to us, a row of four blocks.
     */
    private static void assertSameStochastically(String name, float[] x, int rows, int cols) {
        float amax = Kernels.CHOSEN.maxAbs(x, 0, x.length);
        byte[] codes = new byte[x.length / 2];
        byte[] scales = new byte[x.length / 16];
        float[] blocks = new float[64];
        int stream = 0;
        for (int tile = 0; tile < rows / 128 * (cols / 128); tile++) {
            for (int thread = 0; thread < 256; thread++) {
                int row = tile / (cols / 128) * 128 + thread / 8;
                int col = tile % (cols / 128) * 128 + thread % 8 * 16;
                for (int i = 0; i < 4; i++) {
                    System.arraycopy(x, (row + 32 * i) * cols + col, blocks, 16 * i, 16);
                }

                Quantised quantised = new Quantiser(QuantiserOptions.of(QuantisationMode.ONE_D)
                                .withAmax(amax)
                                .withStochasticRounding(SEED, stream++))
                        .quantise(blocks, 1, 64);

                byte[] fourCodes = quantised.codes();
                byte[] fourScales = quantised.scales();
                for (int i = 0; i < 4; i++) {
                    int at = (row + 32 * i) * cols + col;
                    System.arraycopy(fourCodes, 8 * i, codes, at / 2, 8);
                    scales[at / 16] = fourScales[i];
                }
            }
        }
        H200.assertSame(name, codes, scales);
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "w", "dy"})
    void tensorsOfATrainingStepInFourOverSixAreThePythonReferences(String name) {
        assertSameInFourOverSix(name, H200.captured(name), 256, 512);
    }

    @ParameterizedTest
    @MethodSource
    void generatedTensorsInFourOverSixAreThePythonReferences(GeneratedTensor tensor, ElementType type) {
        assertSameInFourOverSix(tensor + "." + type, H200.generated(tensor, type), SIZE, SIZE);
    }

    static Stream<Arguments> generatedTensorsInFourOverSixAreThePythonReferences() {
        return H200.ALL
                ? inBothTypes(GeneratedTensor.NARROW, GeneratedTensor.BLOCKS, GeneratedTensor.TIES)
                : Stream.of(arguments(GeneratedTensor.TIES, ElementType.BF16));
    }

    private static void assertSameInFourOverSix(String name, float[] x, int rows, int cols) {
        float[] transposed = Tensors.transpose(x, rows, cols);
        FOUR_OVER_SIX.forEach((mode, nameOfMode) -> {
            Quantiser quantiser = new Quantiser(QuantiserOptions.of(mode));
            H200.assertSame(name + ".py." + nameOfMode, quantiser.quantise(x, rows, cols));
            H200.assertSame(name + ".py." + nameOfMode + ".t", quantiser.quantise(transposed, cols, rows));
        });
    }
}
