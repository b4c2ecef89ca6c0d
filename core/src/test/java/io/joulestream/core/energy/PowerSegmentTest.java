package io.joulestream.core.energy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PowerSegmentTest {
    private static final long SEED = 20_260_310;

    @Test
    void piecesOfASegmentAddUpToTheSegment() {
        PowerSegment segment = new PowerSegment(700_000, 500_001, 59_999);

        long parts = segment.microjoulesBetween(0, 20_000) + segment.microjoulesBetween(20_000, 59_999);

        assertThat(parts).isEqualTo(segment.cumulativeMicrojoules(59_999));
    }

    @Test
    void aTrapezoidIsHalfTheSumOfItsEnds() {
        assertThat(new PowerSegment(100, 300, 1_000).cumulativeMicrojoules(1_000))
                .isEqualTo(200_000);
        assertThat(new PowerSegment(100, 300, 1_000).cumulativeMicrojoules(500)).isEqualTo(75_000);
        assertThat(new PowerSegment(300, 100, 1_000).cumulativeMicrojoules(500)).isEqualTo(125_000);
    }

    @Test
    void halfAMicrojouleIsRoundedDownAlsoBelowZero() {
        assertThat(new PowerSegment(0, 1, 1).cumulativeMicrojoules(1)).isZero();
        assertThat(new PowerSegment(0, -1, 1).cumulativeMicrojoules(1)).isEqualTo(-1);
    }

    @Test
    void powerThatFlowsOutIsNegativeEnergy() {
        PowerSegment segment = new PowerSegment(-400_000, -600_000, 2_000);

        assertThat(segment.cumulativeMicrojoules(2_000)).isEqualTo(-1_000_000_000);
        assertThat(segment.meanMilliwatts()).isEqualTo(-500_000);
    }

    @Test
    void powerThatTurnsRoundCancels() {
        PowerSegment segment = new PowerSegment(-500, 500, 1_000);

        assertThat(segment.cumulativeMicrojoules(1_000)).isZero();
        assertThat(segment.microjoulesBetween(0, 500)).isEqualTo(-125_000);
        assertThat(segment.microjoulesBetween(500, 1_000)).isEqualTo(125_000);
    }

    @ParameterizedTest
    @CsvSource({
        // around the last bits that the short path takes, both signs, either end the greater
        "1000000000, 1, 900000",
        "-1000000000, 1000000000, 900000",
        "1, 524287, 1048575",
        "524287, -524287, 1048575",
        "524288, 524288, 1048575",
        "1, 524288, 1048575",
        "-524288, 1, 1048575",
        "100000000000, 99999999999, 900000",
        "250000000000, -250000000000, 86400000"
    })
    void theShortPathAndTheLongPathAgree(long from, long to, long millis) {
        PowerSegment segment = new PowerSegment(from, to, millis);
        for (long at : new long[] {0, 1, millis / 3, millis / 2, millis - 1, millis}) {
            assertThat(segment.cumulativeMicrojoules(at)).as("at %d", at).isEqualTo(exact(segment, at));
        }
    }

    @Test
    void anySegmentIsTheFloorOfItsIntegral() {
        Random random = new Random(SEED);
        for (int i = 0; i < 20_000; i++) {
            int bits = 1 + random.nextInt(42);
            PowerSegment segment = new PowerSegment(
                    random.nextLong() >> (63 - bits), random.nextLong() >> (63 - bits), 1 + random.nextInt(1 << 20));
            long at = random.nextInt((int) segment.millis() + 1);

            assertThat(segment.cumulativeMicrojoules(at))
                    .as("%s at %d, seed %d", segment, at, SEED)
                    .isEqualTo(exact(segment, at));
        }
    }

    @Test
    void aHundredMegawattsOverAQuarterHourIsExact() {
        PowerSegment segment = new PowerSegment(100_000_000_001L, 100_000_000_003L, 900_000);

        assertThat(segment.cumulativeMicrojoules(900_000)).isEqualTo(90_000_000_001_800_000L);
    }

    @Test
    void whatALongCannotHoldIsAnErrorAndNotAWrongNumber() {
        PowerSegment segment = new PowerSegment(Long.MAX_VALUE, Long.MAX_VALUE, 2);

        assertThatThrownBy(() -> segment.cumulativeMicrojoules(2)).isInstanceOf(ArithmeticException.class);
        assertThat(new PowerSegment(Long.MIN_VALUE, Long.MAX_VALUE, 2).cumulativeMicrojoules(2))
                .isEqualTo(-1);
    }

    private static long exact(PowerSegment segment, long at) {
        BigInteger offset = BigInteger.valueOf(at);
        BigInteger millis = BigInteger.valueOf(segment.millis());
        BigInteger rise =
                BigInteger.valueOf(segment.toMilliwatts()).subtract(BigInteger.valueOf(segment.fromMilliwatts()));
        BigInteger twice = BigInteger.valueOf(segment.fromMilliwatts())
                .multiply(BigInteger.TWO)
                .multiply(offset)
                .multiply(millis)
                .add(rise.multiply(offset).multiply(offset));
        BigInteger[] parts = twice.divideAndRemainder(millis.multiply(BigInteger.TWO));
        return (parts[1].signum() < 0 ? parts[0].subtract(BigInteger.ONE) : parts[0]).longValueExact();
    }
}
