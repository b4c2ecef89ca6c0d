package io.joulestream.core.nvfp4;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class QuantiserPropertiesTest {
    private static final long SEED = Long.getLong("joulestream.seed", 20_261_125L);

    private final Random random = new Random(SEED);

    @BeforeAll
    static void printSeed() {
        System.out.println("QuantiserPropertiesTest seed " + SEED);
    }

    @Test
    void aTwoDimensionalModeCommutesWithTransposition() {
        float[] w = Tensors.logNormal(random, 48 * 80, 2);

        Quantised direct = quantise(QuantisationMode.TWO_D, w, 48, 80);
        Quantised transposed = quantise(QuantisationMode.TWO_D, Tensors.transpose(w, 48, 80), 80, 48);

        assertThat(Golden.patterns(transposed.dequantise()))
                .isEqualTo(Golden.patterns(Tensors.transpose(direct.dequantise(), 48, 80)));
        assertThat(IntStream.range(0, 48 * 80)
                        .allMatch(i -> direct.code(i / 80, i % 80) == transposed.code(i % 80, i / 80)))
                .isTrue();
    }

    @Test
    void theErrorStaysInsideHalfTheCoarsestStep() {
        for (int round = 0; round < 20; round++) {
            float[] x = Tensors.student(random, 64 * 64, 3);

            Quantised quantised = quantise(QuantisationMode.ONE_D, x, 64, 64);

            float[] v = quantised.dequantise();
            for (int i = 0; i < x.length; i++) {
                int scale = Tensors.scaleCode(quantised, i / 64, i % 64 / 16);
                // a subnormal scale may be off by more than the sixteenth that keeps clipping under half a step
                if (scale >= 8) {
                    float step = 2 / Tensors.encodeFactor(quantised, scale);
                    assertThat(Math.abs(x[i] - v[i])).isLessThanOrEqualTo(0.5001f * step);
                }
            }
        }
    }

    @Test
    void stochasticRoundingStaysInsideOneStep() {
        float[] x = Tensors.gauss(random, 64 * 64);

        Quantised quantised = new Quantiser(QuantiserOptions.of(QuantisationMode.ONE_D)
                        .withStochasticRounding(random.nextLong(), random.nextLong()))
                .quantise(x, 64, 64);

        float[] v = quantised.dequantise();
        for (int i = 0; i < x.length; i++) {
            float step = 2 / Tensors.encodeFactor(quantised, Tensors.scaleCode(quantised, i / 64, i % 64 / 16));
            assertThat(Math.abs(x[i] - v[i])).isLessThanOrEqualTo(1.0001f * step);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = QuantisationMode.class,
            names = {"BF16", "FP16"},
            mode = EnumSource.Mode.EXCLUDE)
    void scalingByAPowerOfTwoChangesNoCode(QuantisationMode mode) {
        float[] x = Tensors.gauss(random, 32 * 96);
        float[] scaled = new float[x.length];
        for (int i = 0; i < x.length; i++) {
            scaled[i] = x[i] * 0x1p-20f;
        }

        Quantised quantised = quantise(mode, x, 32, 96);
        Quantised quantisedScaled = quantise(mode, scaled, 32, 96);

        assertThat(quantisedScaled.codes()).isEqualTo(quantised.codes());
        float[] expected = quantised.dequantise();
        for (int i = 0; i < expected.length; i++) {
            expected[i] *= 0x1p-20f;
        }
        assertThat(quantisedScaled.dequantise()).isEqualTo(expected);
    }

    @ParameterizedTest
    @EnumSource(QuantisationMode.class)
    void aRowIsQuantisedAsIfAloneOnceTheAmaxIsKnown(QuantisationMode mode) {
        int tile = mode.codec().tileRows();
        int rows = 3 * tile;
        float[] x = Tensors.student(random, rows * 64, 2);
        QuantiserOptions options = QuantiserOptions.of(mode);
        if (mode.codec().hasTensorScale()) {
            options = options.withAmax(Kernels.CHOSEN.maxAbs(x, 0, x.length));
        }
        Quantiser quantiser = new Quantiser(options);

        float[] whole = quantiser.quantise(x, rows, 64).dequantise();

        for (int row = 0; row < rows; row += tile) {
            int from = row * 64;
            int to = (row + tile) * 64;
            float[] alone = quantiser
                    .quantise(Arrays.copyOfRange(x, from, to), tile, 64)
                    .dequantise();
            assertThat(alone).isEqualTo(Arrays.copyOfRange(whole, from, to));
        }
    }

    @Test
    void aRaggedWidthIsQuantisedAsIfPaddedWithZeros() {
        for (QuantisationMode mode : new QuantisationMode[] {
            QuantisationMode.ONE_D, QuantisationMode.FOUR_OVER_SIX_MAE_256, QuantisationMode.MXFP4_OCP
        }) {
            float[] x = Tensors.gauss(random, 5 * 37);
            Quantised ragged = quantise(mode, x, 5, 37);
            int padded = ragged.paddedCols();
            float[] zeros = new float[5 * padded];
            for (int i = 0; i < x.length; i++) {
                zeros[i / 37 * padded + i % 37] = x[i];
            }

            Quantised full = quantise(mode, zeros, 5, padded);

            assertThat(ragged.codes()).isEqualTo(full.codes());
            assertThat(ragged.scales()).isEqualTo(full.scales());
            assertThat(ragged.dequantise()).hasSize(5 * 37);
            assertThat(ragged.metrics(x).n()).isEqualTo(5 * 37);
            assertThat(ragged.metrics(x).sqnrDb()).isCloseTo(full.metrics(zeros).sqnrDb(), within(1e-9));
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = QuantisationMode.class,
            names = {"FP8_E4M3", "FP8_E5M2"},
            mode = EnumSource.Mode.EXCLUDE)
    void valuesOfTheGridWhoseBlocksReachSixComeBackUnchanged(QuantisationMode mode) {
        float[] x = new float[32 * 64];
        for (int i = 0; i < x.length; i++) {
            x[i] = i % 16 == 3 ? 6f : E2M1.decode(random.nextInt(16));
        }

        Quantised quantised = quantise(mode, x, 32, 64);

        assertThat(Golden.patterns(quantised.dequantise())).isEqualTo(Golden.patterns(x));
        assertThat(quantised.metrics(x).exact()).isTrue();
    }

    @ParameterizedTest
    @EnumSource(QuantisationMode.class)
    void anyFloatAtAllIsTaken(QuantisationMode mode) {
        float[] x = Tensors.anyPattern(random, 64 * 64);

        Quantised quantised = quantise(mode, x, 64, 64);
        QuantisationMetrics metrics = quantised.metrics(x);

        assertThat(metrics.n() + metrics.nonFinite()).isEqualTo(64 * 64);
        assertThat(metrics.suspect()).isTrue();
    }

    @Test
    void stochasticRoundingIsUnbiasedToTheStatedBound() {
        float[] x = Tensors.gauss(random, 16);
        x[0] = 4f;
        double[] mean = new double[16];
        int streams = 20_000;
        Quantised last = null;
        for (int stream = 0; stream < streams; stream++) {
            last = new Quantiser(QuantiserOptions.of(QuantisationMode.ONE_D).withStochasticRounding(SEED, stream))
                    .quantise(x, 1, 16);
            float[] v = last.dequantise();
            for (int i = 0; i < 16; i++) {
                mean[i] += v[i] / (double) streams;
            }
        }

        float factor = Tensors.encodeFactor(last, Tensors.scaleCode(last, 0, 0));
        for (int i = 0; i < 16; i++) {
            double y = Math.min(6, Math.abs(x[i] * factor));
            double gap = y >= 4 ? 2 : y >= 2 ? 1 : 0.5;
            double shortfall = (y - Math.abs(mean[i]) * factor) / gap;
            double fiveSigma = 5 * 0.5 / Math.sqrt(streams);
            assertThat(shortfall).as("element %d", i).isBetween(-fiveSigma, 1 / 256.0 + fiveSigma);
        }
    }

    @Test
    void theHadamardTransformKeepsEnergyAndIsUndoneByItsInverse() {
        for (int round = 0; round < 200; round++) {
            float[] x = Tensors.student(random, 16, 3);
            float[] y = x.clone();

            RandomHadamard.FP32.transform(y, 0);
            double energy = energy(y);
            RandomHadamard.FP32.inverse(y, 0);

            assertThat(energy).isCloseTo(energy(x), within(1e-5 * energy(x)));
            for (int i = 0; i < 16; i++) {
                assertThat(y[i]).isCloseTo(x[i], within(1e-5f * (float) Math.sqrt(energy(x))));
            }
        }
    }

    @Test
    void oneQuantiserServesManyThreads() {
        Quantiser quantiser =
                new Quantiser(QuantiserOptions.of(QuantisationMode.ONE_D).withStochasticRounding(1, 2));
        float[] x = Tensors.gauss(random, 64 * 64);
        byte[] expected = quantiser.quantise(x, 64, 64).codes();

        assertThat(IntStream.range(0, 64)
                        .parallel()
                        .allMatch(
                                i -> Arrays.equals(quantiser.quantise(x, 64, 64).codes(), expected)))
                .isTrue();
    }

    @ParameterizedTest
    @EnumSource(QuantisationMode.class)
    void theNumberOfWorkersChangesNothing(QuantisationMode mode) {
        int cols = mode.codec().tileRows() > 1 ? 1_008 : 1_001;
        float[] x = Tensors.gauss(random, 512 * cols);
        Quantised alone = quantise(mode, x, 512, cols);
        try (ThreadWorkers workers = new ThreadWorkers(3)) {

            Quantised together = new Quantiser(QuantiserOptions.of(mode))
                    .withWorkers(workers)
                    .quantise(x, 512, cols);

            assertThat(together.codes()).isEqualTo(alone.codes());
            assertThat(together.scales()).isEqualTo(alone.scales());
            assertThat(together.tensorScale()).isEqualTo(alone.tensorScale());
        }
    }

    @Test
    void aTransformCutIntoStripsIsTheTransformOfTheWhole() {
        int cols = (1 << 16) + 1_000;
        float[] x = Tensors.gauss(random, 3 * cols);
        int paddedCols = (cols + 15) / 16 * 16;
        float[] transformed = Quantiser.prepare(x, 3, cols, paddedCols, RandomHadamard.FP32);

        Quantised cut = new Quantiser(QuantiserOptions.of(QuantisationMode.ONE_D)
                        .withHadamard(RandomHadamard.FP32)
                        .withStochasticRounding(8, 9))
                .quantise(x, 3, cols);

        Quantised whole = new Quantiser(
                        QuantiserOptions.of(QuantisationMode.ONE_D).withStochasticRounding(8, 9))
                .quantise(transformed, 3, paddedCols);
        assertThat(cut.codes()).isEqualTo(whole.codes());
        assertThat(cut.tensorScale()).isEqualTo(whole.tensorScale());
    }

    @Test
    void fourOverSixKeepsTheBetterOfItsTwoCandidatesInEveryTile() {
        float[] x = Tensors.gauss(random, 32 * 32);
        assertBetterCandidate(QuantisationMode.FOUR_OVER_SIX_MSE_448_TWO_D, x, 16, 448f, true);
        assertBetterCandidate(QuantisationMode.FOUR_OVER_SIX_MAE_256_TWO_D, x, 16, 256f, false);
        assertBetterCandidate(QuantisationMode.FOUR_OVER_SIX_MAE_448, x, 1, 448f, false);
        assertBetterCandidate(QuantisationMode.FOUR_OVER_SIX_MSE_256, x, 1, 256f, true);
    }

    /** Recomputes both candidates in double; a choice may differ only where the two errors all but tie. */
    private static void assertBetterCandidate(
            QuantisationMode mode, float[] x, int tileRows, float bound, boolean squared) {
        Quantised quantised = quantise(mode, x, 32, 32);
        TensorScale tensor = quantised.tensorScale();
        boolean anyFour = false;
        boolean anySix = false;
        for (int firstRow = 0; firstRow < 32; firstRow += tileRows) {
            for (int block = 0; block < 2; block++) {
                float[] maxima = new float[1];
                Kernels.CHOSEN.blockMaxima(x, firstRow * 32 + block * 16, tileRows, 32, 1, maxima);
                float amax = maxima[0];
                int six = E4M3.encode(amax / 6f * tensor.encode());
                int four = E4M3.encode(amax / 6f * tensor.encode() * 1.5f);
                double errorSix = error(x, firstRow, tileRows, block, six, tensor, bound, squared);
                double errorFour = error(x, firstRow, tileRows, block, four, tensor, bound, squared);
                int chosen = Tensors.scaleCode(quantised, firstRow, block);
                if (Math.abs(errorSix - errorFour) > 1e-4 * errorSix) {
                    assertThat(chosen).isEqualTo(errorFour < errorSix ? four : six);
                }
                for (int row = firstRow; row < firstRow + tileRows; row++) {
                    assertThat(Tensors.scaleCode(quantised, row, block)).isEqualTo(chosen);
                }
                anyFour |= chosen == four;
                anySix |= chosen == six;
            }
        }
        assertThat(tileRows > 1 || anyFour && anySix).isTrue();
    }

    private static double error(
            float[] x, int firstRow, int rows, int block, int scale, TensorScale tensor, float bound, boolean squared) {
        double sum = 0;
        float factor = Nvfp4Codec.elementFactor(scale, tensor.decode());
        for (int row = firstRow; row < firstRow + rows; row++) {
            for (int i = row * 32 + block * 16; i < row * 32 + block * 16 + 16; i++) {
                double value = (double) E2M1.decode(E2M1.encode(x[i] * factor))
                        * E4M3.decode(scale)
                        * tensor.amax()
                        / (6 * bound);
                sum += squared ? (value - x[i]) * (value - x[i]) : Math.abs(value - x[i]);
            }
        }
        return sum;
    }

    private static double energy(float[] x) {
        double energy = 0;
        for (float value : x) {
            energy += (double) value * value;
        }
        return energy;
    }

    private static Quantised quantise(QuantisationMode mode, float[] x, int rows, int cols) {
        return new Quantiser(QuantiserOptions.of(mode)).quantise(x, rows, cols);
    }
}
