package io.joulestream.core.nvfp4;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class QuantisationMetricsTest {
    private static final int ROWS = 512;
    private static final int COLS = 1024;

    @Test
    void knownDistributionsGiveTheirKnownRatios() {
        Random random = new Random(99);
        float[] gauss = Tensors.gauss(random, ROWS * COLS);
        float[] student = Tensors.student(random, ROWS * COLS, 3);
        float[] sparse = Tensors.sparse(random, ROWS * COLS, 0.6);

        assertRatios(gauss, 0.3, 20.45, 19.06, 21.08, 18.78, 31.54);
        assertRatios(student, 0.6, 20.85, 14.87, 21.12, 17.02, 31.65);
        assertRatios(sparse, 0.3, 21.69, 19.34, 22.93, 18.51, 31.56);
    }

    @Test
    void fourOverSixBeatsPlainOnHeavyTails() {
        float[] x = Tensors.logNormal(new Random(7), ROWS * COLS, 4);

        assertThat(sqnrDb(QuantisationMode.FOUR_OVER_SIX_MAE_256, x)).isGreaterThan(sqnrDb(QuantisationMode.ONE_D, x));
    }

    @Test
    void stochasticRoundingCostsAboutThreeDecibels() {
        float[] x = Tensors.gauss(new Random(5), ROWS * COLS);

        double ratio = new Quantiser(QuantiserOptions.of(QuantisationMode.ONE_D).withStochasticRounding(1, 0))
                .quantise(x, ROWS, COLS)
                .metrics(x)
                .sqnrDb();

        assertThat(ratio).isCloseTo(17.27, within(0.3));
    }

    @Test
    void anExactResultHasNoRatioAndSaysSo() {
        float[] x = {1f, -2f, 0f};

        QuantisationMetrics metrics = QuantisationMetrics.between(x, x.clone(), 1, 3);

        assertThat(metrics.sqnrDb()).isNull();
        assertThat(metrics.exact()).isTrue();
        assertThat(metrics.cosine()).isCloseTo(1, within(1e-15));
        assertThat(metrics.mse()).isZero();
        assertThat(metrics.clippedShare()).isNull();
        assertThat(metrics.zeroScaleBlocks()).isNull();
    }

    @Test
    void anExactMedianIsToldFromNone() {
        float[] x = new float[3 * 16];
        Arrays.fill(x, 1f);
        float[] v = x.clone();
        v[0] = 2f;

        QuantisationMetrics metrics = QuantisationMetrics.between(x, v, 3, 16);
        QuantisationMetrics silent = QuantisationMetrics.between(new float[16], new float[16], 1, 16);
        QuantisationMetrics lost = QuantisationMetrics.between(x, new float[3 * 16], 3, 16);

        assertThat(metrics.exact()).isFalse();
        assertThat(metrics.medianBlockSqnrDb()).isNull();
        assertThat(metrics.medianBlockExact()).isTrue();
        assertThat(silent.medianBlockSqnrDb()).isNull();
        assertThat(silent.medianBlockExact()).isFalse();
        assertThat(lost.medianBlockSqnrDb()).isZero();
        assertThat(lost.medianBlockExact()).isFalse();
    }

    @Test
    void whatCannotBeComputedIsNull() {
        QuantisationMetrics empty = QuantisationMetrics.between(new float[0], new float[0], 0, 3);
        QuantisationMetrics zeros = QuantisationMetrics.between(new float[4], new float[] {1, 1, 1, 1}, 1, 4);

        assertThat(empty.mse()).isNull();
        assertThat(empty.maxAbsErr()).isNull();
        assertThat(empty.exact()).isFalse();
        assertThat(zeros.sqnrDb()).isNull();
        assertThat(zeros.cosine()).isNull();
        assertThat(zeros.mse()).isEqualTo(1);
    }

    @Test
    void elementsThatAreNotFiniteAreCountedAndLeftOut() {
        float[] x = {1f, Float.NaN, Float.POSITIVE_INFINITY, 4f, 1f};
        float[] v = {1f, 6f, 6f, 3f, Float.NEGATIVE_INFINITY};

        QuantisationMetrics metrics = QuantisationMetrics.between(x, v, 1, 5);

        assertThat(metrics.n()).isEqualTo(2);
        assertThat(metrics.nonFinite()).isEqualTo(3);
        assertThat(metrics.suspect()).isTrue();
        assertThat(metrics.mse()).isEqualTo(0.5);
        assertThat(metrics.sqnrDb()).isCloseTo(10 * Math.log10(17), within(1e-12));
    }

    @Test
    void theMedianBlockIsNotDominatedByOneHugeBlock() {
        float[] x = new float[48];
        float[] v = new float[48];
        for (int i = 0; i < 48; i++) {
            x[i] = i < 16 ? 1000f : 1f;
            v[i] = i < 16 ? 1000f : 0.5f;
        }

        QuantisationMetrics metrics = QuantisationMetrics.between(x, v, 1, 48);

        assertThat(metrics.sqnrDb()).isGreaterThan(60);
        assertThat(metrics.medianBlockSqnrDb()).isCloseTo(10 * Math.log10(4), within(1e-12));
    }

    @Test
    void shapesThatDoNotFitAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> QuantisationMetrics.between(new float[4], new float[3], 2, 2))
                .withMessage("reference has 4 values, the other has 3, rows * cols is 2 * 2");
    }

    private static void assertRatios(
            float[] x, double band, double oneD, double twoD, double fourOverSix, double mxfp4, double fp8) {
        assertThat(sqnrDb(QuantisationMode.ONE_D, x)).isCloseTo(oneD, within(band));
        assertThat(sqnrDb(QuantisationMode.TWO_D, x)).isCloseTo(twoD, within(band));
        assertThat(sqnrDb(QuantisationMode.FOUR_OVER_SIX_MAE_256, x)).isCloseTo(fourOverSix, within(band));
        assertThat(sqnrDb(QuantisationMode.MXFP4_OCP, x)).isCloseTo(mxfp4, within(band));
        assertThat(sqnrDb(QuantisationMode.FP8_E4M3, x)).isCloseTo(fp8, within(band));
    }

    private static double sqnrDb(QuantisationMode mode, float[] x) {
        return new Quantiser(QuantiserOptions.of(mode))
                .quantise(x, ROWS, COLS)
                .metrics(x)
                .sqnrDb();
    }
}
