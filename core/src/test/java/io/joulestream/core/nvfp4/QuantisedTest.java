package io.joulestream.core.nvfp4;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNoException;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What was stored is the tensor it was, or refused. */
class QuantisedTest {
    private static final QuantiserOptions ONE_D = QuantiserOptions.of(QuantisationMode.ONE_D);

    private final Random random = new Random(53);

    static Stream<QuantiserOptions> recipes() {
        return Stream.concat(
                Arrays.stream(QuantisationMode.values()).map(QuantiserOptions::of),
                Stream.of(
                        ONE_D.withHadamard(RandomHadamard.BF16),
                        ONE_D.withStochasticRounding(1, 2),
                        ONE_D.withAmax(2f),
                        ONE_D.withAmax(Float.POSITIVE_INFINITY)));
    }

    @ParameterizedTest
    @MethodSource("recipes")
    void whatWasStoredIsTheTensor(QuantiserOptions options) {
        int cols = options.mode().codec().tileRows() > 1 ? 48 : 45;
        float[] x = Tensors.anyPattern(random, 32 * cols);
        Quantised stored = new Quantiser(options).quantise(x, 32, cols);

        Quantised read = Quantised.of(
                options,
                32,
                cols,
                stored.codes(),
                stored.scales(),
                stored.tensorScale().amax());

        assertThat(read.tensorScale()).isEqualTo(stored.tensorScale());
        assertThat(Golden.patterns(read.dequantise())).isEqualTo(Golden.patterns(stored.dequantise()));
        assertThat(read.metrics(x)).isEqualTo(stored.metrics(x));
        assertThat(read.storedBytes()).isEqualTo(stored.storedBytes());
    }

    @Test
    void whatIsTakenIsACopy() {
        byte[] codes = new byte[8];
        byte[] scales = {0x38};
        Quantised read = Quantised.of(ONE_D, 1, 16, codes, scales, 6f);

        codes[0] = 1;
        scales[0] = (byte) 0xFF;

        assertThat(read.codes()).containsOnly(0);
        assertThat(read.scales()).containsExactly(0x38);
    }

    @ParameterizedTest
    @EnumSource
    void whatHasAnotherLengthIsRefused(QuantisationMode mode) {
        Quantised whole = new Quantiser(QuantiserOptions.of(mode)).quantise(new float[32 * 32], 32, 32);
        int codes = whole.codes().length;
        int scales = whole.scales().length;

        for (int more : new int[] {-1, 1}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() ->
                            Quantised.of(QuantiserOptions.of(mode), 32, 32, new byte[codes + more], whole.scales(), 0f))
                    .withMessage("codes has " + (codes + more) + " bytes, the tensor has " + codes);
        }
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> Quantised.of(QuantiserOptions.of(mode), 32, 32, whole.codes(), new byte[scales + 1], 0f))
                .withMessage("scales has " + (scales + 1) + " bytes, the tensor has " + scales);
    }

    @Test
    void aScaleThatNoneGivesIsRefused() {
        for (int scale = 0x7F; scale <= 0xFF; scale++) {
            byte[] scales = {0x38, (byte) scale};
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Quantised.of(ONE_D, 1, 32, new byte[16], scales, 1f))
                    .withMessage("scale byte 1 is 0x%02x; E4M3 scales are 0x00 to 0x7e", scale);
        }
        assertThatNoException()
                .isThrownBy(() -> Quantised.of(ONE_D, 1, 32, new byte[16], new byte[] {0, 0x7E}, 1f)
                        .dequantise());

        Quantised notANumber = Quantised.of(
                QuantiserOptions.of(QuantisationMode.MXFP4_OCP), 1, 32, new byte[16], new byte[] {(byte) 0xFF}, 0f);
        assertThat(notANumber.dequantise()).containsOnly(Float.NaN);
    }

    @Test
    void aTileHasOneScale() {
        byte[] scales = new byte[32 * 2];
        scales[17 * 2 + 1] = 3;

        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        Quantised.of(QuantiserOptions.of(QuantisationMode.TWO_D), 32, 32, new byte[512], scales, 1f))
                .withMessage("scale byte 35 is 0x03, but byte 33 of the same tile is 0x00");
    }

    @Test
    void aScaleOfTheTensorThatDoesNotBelongToItIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Quantised.of(ONE_D, 1, 16, new byte[8], new byte[1], Float.NaN))
                .withMessage("amax must be >= 0 and not NaN, was NaN");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Quantised.of(ONE_D.withAmax(2f), 1, 16, new byte[8], new byte[1], 3f))
                .withMessage("amax is 3.0, the options give 2.0");
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        Quantised.of(QuantiserOptions.of(QuantisationMode.BF16), 1, 16, new byte[32], new byte[0], 3f))
                .withMessage("mode bf16 has no tensor scale, but amax is 3.0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Quantised.of(ONE_D, 1 << 20, 1 << 20, new byte[0], new byte[0], 0f))
                .withMessageStartingWith("rows * cols is too large for one array: 1048576 * 1048576");
    }
}
