package io.joulestream.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ScaleTest {
    private static final BigInteger MAX = BigInteger.valueOf(Long.MAX_VALUE);
    private static final BigInteger MIN = BigInteger.valueOf(Long.MIN_VALUE);

    @Test
    void wattsBecomeMilliwattsAndJoulesMicrojoules() {
        assertThat(Scale.toMilli(2831, 0)).hasValue(2_831_000);
        assertThat(Scale.toMicro(36, 7)).hasValue(360_000_000_000_000L);
    }

    @Test
    void digitsBelowTheTargetAreRoundedHalfEven() {
        assertThat(Scale.toMilli(25, -4)).hasValue(2);
        assertThat(Scale.toMilli(35, -4)).hasValue(4);
        assertThat(Scale.toMilli(-25, -4)).hasValue(-2);
        assertThat(Scale.toMilli(-35, -4)).hasValue(-4);
        assertThat(Scale.toMilli(26, -4)).hasValue(3);
    }

    @Test
    void whatDoesNotFitHasNoValue() {
        assertThat(Scale.toMicro(Long.MAX_VALUE / 1_000_000 + 1, 0)).isEmpty();
        assertThat(Scale.toMicro(Long.MIN_VALUE, -5)).isEmpty();
        assertThat(Scale.toMilli(0, 10)).isEmpty();
        assertThat(Scale.toMilli(0, Integer.MIN_VALUE)).isEmpty();
    }

    static LongStream seeds() {
        return LongStream.range(0, 50);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void agreesWithExactDecimals(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 1000; i++) {
            long value = random.nextLong() >> random.nextInt(64);
            int exp10 = random.nextInt(-9, 10);

            assertThat(Scale.toMilli(value, exp10)).isEqualTo(exact(value, exp10, 3));
            assertThat(Scale.toMicro(value, exp10)).isEqualTo(exact(value, exp10, 6));
        }
    }

    private static OptionalLong exact(long value, int exp10, int digits) {
        BigInteger scaled = BigDecimal.valueOf(value)
                .scaleByPowerOfTen(exp10 + digits)
                .setScale(0, RoundingMode.HALF_EVEN)
                .toBigInteger();
        return scaled.compareTo(MAX) > 0 || scaled.compareTo(MIN) < 0
                ? OptionalLong.empty()
                : OptionalLong.of(scaled.longValueExact());
    }
}
