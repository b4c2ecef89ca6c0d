package io.joulestream.core.nvfp4.oracle;

import static io.joulestream.core.nvfp4.oracle.NumberFormat.E2M1;
import static io.joulestream.core.nvfp4.oracle.NumberFormat.E4M3;
import static org.assertj.core.api.Assertions.assertThat;

import io.joulestream.core.nvfp4.oracle.Recipe.Draws;
import io.joulestream.core.nvfp4.oracle.Recipe.Scaling;
import io.joulestream.core.nvfp4.oracle.Recipe.Transform;
import io.joulestream.core.nvfp4.oracle.TensorDraws.Drawn;
import java.util.Arrays;
import java.util.BitSet;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The corners are not only aimed at: the first few thousand tensors of a seed have each of them. */
class TensorDrawsTest {
    private static final long SEED = 20_261_126;
    private static final int TENSORS = 5_000;
    private static final Recipe FOLD = Recipe.nvfp4(Scaling.FOLD, 448);

    @ParameterizedTest
    @EnumSource
    void everyTieIsMetAndMissedByOnePatternOnBothSides(Transform transform) {
        BitSet ties = new BitSet();
        BitSet above = new BitSet();
        BitSet below = new BitSet();
        tensors(FOLD.with(transform))
                .flatMapToInt(one -> IntStream.of(one.scaled()))
                .forEach(y -> {
                    for (int code = 0; code < E2M1.midpointCount(); code++) {
                        int apart = Binary32.magnitude(y) - E2M1.midpoint(code);
                        int signed = 2 * code + (y < 0 ? 1 : 0);
                        ties.set(signed, ties.get(signed) || apart == 0);
                        above.set(signed, above.get(signed) || apart == 1);
                        below.set(signed, below.get(signed) || apart == -1);
                    }
                });

        assertThat(Stream.of(ties, above, below).map(BitSet::cardinality))
                .as("seven ties of both signs")
                .containsOnly(14);
    }

    @Test
    void randomBytesLiftElementsJustToTheNextCodeAndJustNot() {
        BitSet lifted = new BitSet();
        BitSet missed = new BitSet();
        tensors(FOLD.with(new Draws(0, 0))).forEach(one -> {
            for (int i = 0; i < one.codes().length; i++) {
                Draws draws = one.recipe().draws();
                int random = Philox.blockBytes(draws.seed(), draws.stream(), i / 16)[i % 16];
                int y = Binary32.magnitude(one.scaled()[i]);
                int code = Nvfp4.stochasticCode(y, random);
                if (y > 0 && random > 0 && Nvfp4.stochasticCode(y, random - 1) < code) {
                    lifted.set(code);
                }
                if (!Binary32.isNaN(y) && random < 255 && Nvfp4.stochasticCode(y, random + 1) > code) {
                    missed.set(code + 1);
                }
            }
        });

        assertThat(lifted.stream()).containsExactly(1, 2, 3, 4, 5, 6, 7);
        assertThat(missed.stream()).containsExactly(1, 2, 3, 4, 5, 6, 7);
    }

    @Test
    void everyScaleAndEveryTieBetweenScalesIsMet() {
        BitSet scales = new BitSet();
        BitSet exactTies = new BitSet();
        BitSet ordersApart = new BitSet();
        tensors(FOLD).forEach(one -> {
            for (int block = 0; block < one.scales().length; block++) {
                int[] elements = Arrays.copyOfRange(one.input(), 16 * block, 16 * block + 16);
                int largest = Binary32.largestMagnitude(elements);
                int scale = one.scales()[block];
                int unrounded = Nvfp4.foldedScale(one.tensor(), largest);
                scales.set(scale);
                exactTies.set(scale, exactTies.get(scale) || isMidpoint(unrounded));
                ordersApart.set(
                        scale,
                        ordersApart.get(scale) || scale != E4M3.encode(Nvfp4.legacyScale(one.tensor(), largest)));
            }
        });

        assertThat(scales.stream())
                .containsExactlyElementsOf(IntStream.rangeClosed(0, 126).boxed().toList());
        assertThat(exactTies.cardinality())
                .as("scales reached from a tie, even ones")
                .isEqualTo(64);
        assertThat(ordersApart.cardinality())
                .as("scales on which the two orders differ")
                .isGreaterThan(20);
    }

    @Test
    void everyCornerOfScalesAndShapesIsMet() {
        assertMet(
                "flushed block",
                one -> IntStream.range(0, one.codes().length)
                        .anyMatch(i -> one.scales()[i / 16] == 0 && one.codes()[i] % 8 == 7));
        assertMet("S cut to FLT_MAX", one -> one.tensor().encode() == Binary32.MAX);
        assertMet("A infinite", one -> Binary32.isInfinite(one.tensor().amax()) && one.values().length > 0);
        assertMet(
                "given A of zero over other elements",
                one -> Integer.valueOf(0).equals(one.recipe().amax()) && Binary32.largestMagnitude(one.input()) > 0);
        assertMet(
                "given A of -0 over other elements",
                one -> Integer.valueOf(Binary32.SIGN).equals(one.recipe().amax())
                        && Binary32.largestMagnitude(one.input()) > 0);
        assertMet(
                "given A below a block's",
                one -> one.recipe().amax() != null
                        && one.recipe().amax() > 0
                        && one.recipe().amax() < Binary32.largestMagnitude(one.input()));
        assertMet(
                "decode factor beyond FLT_MAX on the way",
                one -> Binary32.isFinite(one.tensor().amax())
                        && Arrays.stream(one.scales())
                                .anyMatch(scale -> Binary32.isInfinite(Binary32.multiply(
                                        E4M3.decode(scale), one.tensor().amax()))));
        assertMet(
                "only zeros, of both signs",
                one -> Binary32.largestMagnitude(one.input()) == 0
                        && Arrays.stream(one.input()).anyMatch(x -> x == 0)
                        && Arrays.stream(one.input()).anyMatch(x -> x == Binary32.SIGN));
        assertMet(
                "only subnormals",
                one -> one.tensor().amax() > 0 && one.tensor().amax() < 1 << 23);
        assertMet("not a number", one -> Arrays.stream(one.input()).anyMatch(Binary32::isNaN));
        assertMet("no element", one -> one.codes().length == 0);
        assertMet("odd width", one -> one.cols() % 2 == 1);
        assertMet("width of whole blocks", one -> one.cols() % 16 == 0 && one.cols() > 16);
    }

    @ParameterizedTest
    @EnumSource(names = {"FOUR_OVER_SIX_MAE", "FOUR_OVER_SIX_MSE"})
    void fourAndSixBothWin(Scaling scaling) {
        int[] wins = new int[2];
        tensors(Recipe.nvfp4(scaling, 256)).forEach(one -> {
            for (int block = 0; block < one.scales().length; block++) {
                int largest = Binary32.largestMagnitude(Arrays.copyOfRange(one.input(), 16 * block, 16 * block + 16));
                int six = E4M3.encode(Nvfp4.legacyScale(one.tensor(), largest));
                wins[one.scales()[block] == six ? 1 : 0]++;
            }
        });

        assertThat(Arrays.stream(wins)).allMatch(count -> count > 500);
    }

    private static void assertMet(String corner, Predicate<OracleTensor> isCorner) {
        assertThat(tensors(FOLD).anyMatch(isCorner)).as(corner).isTrue();
    }

    private static boolean isMidpoint(int bits) {
        return IntStream.range(0, E4M3.midpointCount()).anyMatch(code -> E4M3.midpoint(code) == bits);
    }

    private static Stream<OracleTensor> tensors(Recipe recipe) {
        TensorDraws draws = new TensorDraws(SEED, recipe);
        return Stream.generate(draws::next).limit(TENSORS).map(Drawn::quantised);
    }
}
