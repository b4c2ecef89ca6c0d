package io.joulestream.core.nvfp4;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The vector kernel gives the plain kernel's bits. {@code -Dnvfp4.blocks=10000000} is the long run; the build does a tenth
 * of it.
 */
class KernelsPropertiesTest {
    private static final long SEED = Long.getLong("joulestream.seed", 20_261_126L);
    private static final int BLOCKS = Integer.getInteger("nvfp4.blocks", 1_000_000);
    private static final int AT_ONCE = 1_000;
    private static final int ELEMENTS = AT_ONCE * Kernel.BLOCK;

    private final SplittableRandom random = new SplittableRandom(SEED);
    private final Kernel plain = new PlainKernel();
    private Kernel vector;

    @BeforeAll
    static void printSeed() {
        System.out.println("KernelsPropertiesTest seed " + SEED + ", blocks " + BLOCKS);
    }

    @BeforeEach
    void vectorsArePresent() {
        assumeTrue(Kernels.vectorsArePresent(), "run with --add-modules jdk.incubator.vector");
        vector = Kernels.vector();
    }

    @Test
    void everyStepOfManyBlocksHasTheSameBits() {
        float[] x = new float[ELEMENTS + 3];
        float[] factors = new float[AT_ONCE];
        byte[] randomBytes = new byte[ELEMENTS];
        for (int done = 0; done < BLOCKS; done += AT_ONCE) {
            int from = random.nextInt(4);
            fill(x, from);
            fillFactors(factors);
            random.nextBytes(randomBytes);

            float[] maxima = assertSameMaxima(x, from);
            assertSameScales(maxima, factors);
            byte[] codes = assertSameCodes(x, from, factors, randomBytes);
            assertSameValues(codes, factors);
            assertSameTransform(x, from, done % (2 * AT_ONCE) == 0);
        }
    }

    @Test
    void everyFloatNextToABoundaryOfE2M1HasTheSameCode() {
        float[] boundaries = {
            0f, 0.25f, 0.5f, 0.75f, 1f, 1.25f, 1.5f, 1.75f, 2f, 2.5f, 3f, 3.5f, 4f, 5f, 6f, 7f, Float.MAX_VALUE
        };
        int around = 16;
        float[] x = new float[boundaries.length * 2 * around];
        for (int i = 0; i < boundaries.length; i++) {
            int bits = Float.floatToRawIntBits(boundaries[i]);
            for (int step = -around / 2; step < around / 2; step++) {
                int at = (2 * i * around) + 2 * (step + around / 2);
                x[at] = Float.intBitsToFloat(Math.max(0, bits + step));
                x[at + 1] = -x[at];
            }
        }
        float[] ones = new float[x.length / 16];
        Arrays.fill(ones, 1f);
        byte[] randomBytes = new byte[x.length];
        for (int r = 0; r < 256; r++) {
            Arrays.fill(randomBytes, (byte) r);
            assertSameCodes(x, 0, ones, randomBytes);
        }
    }

    @Test
    void everyScaleNextToABoundaryOfE4M3HasTheSameCode() {
        for (int code = 0; code < 0x7F; code++) {
            float[] scales = new float[99];
            for (int i = 0; i < scales.length; i++) {
                float half = (E4M3.decode(code) + (code == 0x7E ? 480f : E4M3.decode(code + 1))) / 2;
                scales[i] = Float.intBitsToFloat(Float.floatToRawIntBits(half) + i - 50);
            }
            assertSameScaleCodes(scales);
        }
    }

    @Test
    void randomBytesAreTheSameForEveryCounterAndCount() {
        for (long firstBlock : new long[] {0, 1, 0xFFFF_FFFAL, (1L << 40) - 3, -5}) {
            for (int blocks = 0; blocks < 40; blocks++) {
                Rounding.Stochastic source = new Rounding.Stochastic(random.nextLong(), random.nextLong());
                byte[] expected = new byte[blocks * 16 + 1];
                byte[] actual = new byte[blocks * 16 + 1];

                plain.randomBytes(source, firstBlock, blocks, expected, 1);
                vector.randomBytes(source, firstBlock, blocks, actual, 1);

                assertThat(actual).isEqualTo(expected);
            }
        }
    }

    @Test
    void theLargestMagnitudeIsTheSameForEveryLength() {
        for (int length = 0; length < 200; length++) {
            float[] x = new float[length + 3];
            for (int i = 0; i < x.length; i++) {
                x[i] = anyFloat();
            }
            assertThat(vector.maxAbs(x, 3, length)).isEqualTo(plain.maxAbs(x, 3, length));
        }
    }

    private float[] assertSameMaxima(float[] x, int from) {
        float[] expected = new float[AT_ONCE];
        float[] actual = new float[AT_ONCE];
        plain.blockMaxima(x, from, 1, 0, AT_ONCE, expected);
        vector.blockMaxima(x, from, 1, 0, AT_ONCE, actual);
        assertSame(expected, actual);
        assertThat(vector.maxAbs(x, from, ELEMENTS)).isEqualTo(plain.maxAbs(x, from, ELEMENTS));

        int stride = 16 * (AT_ONCE / 16);
        float[] tiles = new float[AT_ONCE / 16];
        float[] actualTiles = new float[AT_ONCE / 16];
        plain.blockMaxima(x, from, 16, stride, tiles.length, tiles);
        vector.blockMaxima(x, from, 16, stride, tiles.length, actualTiles);
        assertSame(tiles, actualTiles);
        return expected;
    }

    private void assertSameScales(float[] maxima, float[] factors) {
        float[] scales = new float[maxima.length];
        for (int i = 0; i < scales.length; i++) {
            float scale = Math.abs(maxima[i] * factors[i]);
            scales[i] = scale == scale ? scale : 0f;
        }
        assertSameScaleCodes(scales);
    }

    private void assertSameScaleCodes(float[] scales) {
        byte[] expected = new byte[scales.length + 1];
        byte[] actual = new byte[scales.length + 1];
        plain.encodeScales(scales, scales.length, expected, 1);
        vector.encodeScales(scales, scales.length, actual, 1);
        assertThat(actual).isEqualTo(expected);
    }

    private byte[] assertSameCodes(float[] x, int from, float[] factors, byte[] randomBytes) {
        byte[] expected = new byte[factors.length * 8 + 1];
        byte[] actual = new byte[factors.length * 8 + 1];
        plain.encodeStochastic(x, from, factors.length, factors, randomBytes, 0, expected, 1);
        vector.encodeStochastic(x, from, factors.length, factors, randomBytes, 0, actual, 1);
        assertThat(actual).isEqualTo(expected);
        plain.encode(x, from, factors.length, factors, expected, 1);
        vector.encode(x, from, factors.length, factors, actual, 1);
        assertThat(actual).isEqualTo(expected);
        return expected;
    }

    private void assertSameValues(byte[] codes, float[] multipliers) {
        float[] expected = new float[ELEMENTS + 1];
        float[] actual = new float[ELEMENTS + 1];
        plain.decode(codes, 1, AT_ONCE, multipliers, expected, 1);
        vector.decode(codes, 1, AT_ONCE, multipliers, actual, 1);
        assertSame(expected, actual);
    }

    private void assertSameTransform(float[] x, int from, boolean bf16) {
        float[] expected = x.clone();
        float[] actual = x.clone();
        plain.transform(expected, from, AT_ONCE, bf16);
        vector.transform(actual, from, AT_ONCE, bf16);
        assertSame(expected, actual);
    }

    /** Equal bits, every NaN the same one. */
    private static void assertSame(float[] expected, float[] actual) {
        for (int i = 0; i < expected.length; i++) {
            if (Float.floatToIntBits(expected[i]) != Float.floatToIntBits(actual[i])) {
                assertThat(Golden.pattern(actual[i])).as("element " + i).isEqualTo(Golden.pattern(expected[i]));
            }
        }
    }

    /** Blocks of one kind each: gaussian of any magnitude, any pattern, ties, zeros and subnormals, huge, not finite. */
    private void fill(float[] x, int from) {
        for (int block = 0; block < AT_ONCE; block++) {
            int kind = random.nextInt(8);
            float magnitude = Math.scalb(1f, random.nextInt(-149, 128));
            for (int i = 0; i < Kernel.BLOCK; i++) {
                x[from + block * Kernel.BLOCK + i] = switch (kind) {
                    case 0 -> anyFloat();
                    case 1 -> random.nextInt(-32, 33) * 0.25f;
                    case 2 -> Math.scalb(random.nextInt(-32, 33), random.nextInt(-152, -120));
                    case 3 -> random.nextInt(4) == 0 ? anyFloat() : random.nextBoolean() ? 0f : -0f;
                    case 4 -> Math.nextAfter(random.nextInt(-32, 33) * 0.25f, random.nextBoolean() ? 9 : -9);
                    case 5 -> (float) (random.nextGaussian() * magnitude);
                    default -> (float) random.nextGaussian();
                };
            }
        }
    }

    private void fillFactors(float[] factors) {
        for (int i = 0; i < factors.length; i++) {
            factors[i] = switch (random.nextInt(6)) {
                case 0 -> Float.MAX_VALUE;
                case 1 -> Math.scalb(random.nextFloat(), random.nextInt(-148, 129));
                case 2 -> 0f;
                case 3 -> random.nextFloat() * 4;
                default -> 1f;
            };
        }
    }

    private float anyFloat() {
        return Float.intBitsToFloat(random.nextInt());
    }
}
