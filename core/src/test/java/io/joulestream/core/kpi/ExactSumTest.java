package io.joulestream.core.kpi;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ExactSumTest {
    @Test
    void isTheSumHoweverLarge() {
        Random random = new Random(6);
        for (int i = 0; i < 1_000; i++) {
            isExact(random.longs(20).toArray());
            isExact(random.longs(20, Long.MAX_VALUE - 5, Long.MAX_VALUE).toArray());
            isExact(random.longs(20, Long.MIN_VALUE, Long.MIN_VALUE + 5).toArray());
            isExact(random.longs(20, -5, 5).toArray());
        }
    }

    private static void isExact(long[] summands) {
        ExactSum sum = new ExactSum();
        LongStream.of(summands).forEach(sum::add);

        assertThat(sum.total())
                .isEqualTo(
                        LongStream.of(summands).mapToObj(BigInteger::valueOf).reduce(BigInteger.ZERO, BigInteger::add));
    }
}
