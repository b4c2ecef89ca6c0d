package io.joulestream.core.nvfp4;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import java.util.function.IntToDoubleFunction;
import java.util.function.ToIntFunction;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class FormatsPropertiesTest {
    private static final long SEED = Long.getLong("joulestream.seed", 4_711L);

    @BeforeAll
    static void printSeed() {
        System.out.println("FormatsPropertiesTest seed " + SEED);
    }

    @Test
    void everyCodeOfANumberComesBack() {
        for (int code = 0; code < 16; code++) {
            assertThat(E2M1.encode(E2M1.decode(code))).isEqualTo(code);
        }
        for (int code = 0; code < 256; code++) {
            if (Float.isFinite(E4M3.decode(code))) {
                assertThat(E4M3.encode(E4M3.decode(code))).isEqualTo(code);
            }
            if (Float.isFinite(E5M2.decode(code))) {
                assertThat(E5M2.encode(E5M2.decode(code))).isEqualTo(code);
            }
        }
        for (int code = 0; code < 255; code++) {
            assertThat(E8M0.encodeUp(E8M0.decode(code))).isEqualTo(code);
            assertThat(E8M0.encodeExponent(E8M0.floorLog2(E8M0.decode(code)))).isEqualTo(code);
        }
        for (int pattern = 0; pattern < 65_536; pattern++) {
            if (!Float.isNaN(Fp16.decode(pattern))) {
                assertThat(Fp16.encode(Fp16.decode(pattern))).isEqualTo(pattern);
            }
            if (!Float.isNaN(Bf16.decode(pattern))) {
                assertThat(Bf16.encode(Bf16.decode(pattern))).isEqualTo(pattern);
            }
        }
    }

    @Test
    void roundingTakesTheNearestValueAndTheEvenCodeOfTwo() {
        Random random = new Random(SEED);
        for (int i = 0; i < 20_000; i++) {
            float v = (float) (random.nextGaussian() * Math.scalb(1.0, random.nextInt(24) - 14));
            assertNearest(v, E2M1::encode, code -> E2M1.decode(code), 8, 8);
            assertNearest(v, E4M3::encode, code -> E4M3.decode(code), 0x7F, 0x80);
            assertNearest(v, E5M2::encode, code -> E5M2.decode(code), 0x7C, 0x80);
        }
    }

    /** Compares with a search over all magnitudes, in double, where differences of these formats are exact. */
    private static void assertNearest(
            float v, ToIntFunction<Float> encode, IntToDoubleFunction decode, int magnitudes, int signBit) {
        double magnitude = Math.abs((double) v);
        int best = 0;
        for (int code = 1; code < magnitudes; code++) {
            double gain =
                    Math.abs(decode.applyAsDouble(best) - magnitude) - Math.abs(decode.applyAsDouble(code) - magnitude);
            if (gain > 0 || gain == 0 && code % 2 == 0) {
                best = code;
            }
        }
        int sign = Float.floatToRawIntBits(v) < 0 ? signBit : 0;
        assertThat(encode.applyAsInt(v)).as("%s", v).isEqualTo(best | sign);
    }

    @Test
    void anOrderedPairKeepsItsOrder() {
        Random random = new Random(SEED);
        for (int i = 0; i < 20_000; i++) {
            float a = Math.abs(Float.intBitsToFloat(random.nextInt()));
            float b = Math.abs(Float.intBitsToFloat(random.nextInt()));
            if (a < b) {
                assertThat(E2M1.encode(a)).isLessThanOrEqualTo(E2M1.encode(b));
                assertThat(E4M3.encode(a)).isLessThanOrEqualTo(E4M3.encode(b));
                assertThat(E5M2.encode(a)).isLessThanOrEqualTo(E5M2.encode(b));
                assertThat(Fp16.encode(a)).isLessThanOrEqualTo(Fp16.encode(b));
                assertThat(Bf16.encode(a)).isLessThanOrEqualTo(Bf16.encode(b));
            }
        }
    }

    @Test
    void stochasticRoundingGoesUpForTheStatedNumberOfBytes() {
        Random random = new Random(SEED);
        for (int i = 0; i < 2_000; i++) {
            int lower = random.nextInt(7);
            double gap = E2M1.decode(lower + 1) - E2M1.decode(lower);
            int position = random.nextInt(256);
            float y = (float) (E2M1.decode(lower) + gap * (position + 0.5) / 256);

            int up = 0;
            for (int bytes = 0; bytes < 256; bytes++) {
                up += E2M1.encodeStochastic(y, bytes) - lower;
            }

            assertThat(up).as("%s", y).isEqualTo(position);
        }
    }

    @Test
    void powersOfTwoAreRefusedForWhatHasNone() {
        assertThatThrownBy(() -> E8M0.floorLog2(0f)).hasMessageContaining("positive finite value, was 0.0");
        assertThatThrownBy(() -> E8M0.encodeUp(Float.NaN)).hasMessageContaining("NaN");
        assertThatThrownBy(() -> E8M0.encodeUp(-1f)).hasMessageContaining("-1.0");
        assertThat(E8M0.encodeUp(0f)).isZero();
        assertThat(E8M0.encodeUp(Float.MIN_VALUE)).isZero();
        assertThat(E8M0.encodeUp(Float.MAX_VALUE)).isEqualTo(254);
        assertThat(E8M0.floorLog2(Float.MIN_VALUE)).isEqualTo(-149);
    }
}
