package io.joulestream.core.savings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class RangeTest {
    @Test
    void quantilesAreThoseOfTheTriangle() {
        Range range = new Range(2, 3, 6, Basis.ASSUMED);

        assertThat(range.at(0)).isEqualTo(2);
        assertThat(range.at(0.25)).isCloseTo(3, within(1e-12));
        assertThat(range.at(1)).isEqualTo(6);
        double mean = 0;
        for (int i = 0; i < 10_000; i++) {
            mean += range.at((i + 0.5) / 10_000) / 10_000;
        }
        assertThat(mean).isCloseTo(11 / 3.0, within(1e-4));
    }

    @Test
    void aFixedValueIsItself() {
        assertThat(Range.fixed(0.1, Basis.MEASURED).at(0.7)).isEqualTo(0.1);
    }

    @Test
    void aPeakAtAnEndIsAllowedAndOneOutsideIsNot() {
        assertThat(new Range(0, 0, 1, Basis.ASSUMED).at(0)).isZero();
        assertThat(new Range(0, 1, 1, Basis.ASSUMED).at(1)).isEqualTo(1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Range(0, 2, 1, Basis.ASSUMED))
                .withMessage("low <= central <= high must hold, was 0.0, 2.0, 1.0");
        assertThatIllegalArgumentException().isThrownBy(() -> new Range(Double.NaN, 0, 1, Basis.ASSUMED));
    }
}
