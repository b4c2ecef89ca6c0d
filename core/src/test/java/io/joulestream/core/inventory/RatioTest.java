package io.joulestream.core.inventory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RatioTest {
    @Test
    void aRatioIsKeptInLowestTerms() {
        assertThat(Ratio.parse("400/5")).isEqualTo(new Ratio(80, 1));
        assertThat(Ratio.parse("1.25")).isEqualTo(new Ratio(5, 4));
        assertThat(Ratio.parse("20000/110")).isEqualTo(new Ratio(2000, 11));
        assertThat(Ratio.parse("0.5 / 1e-2")).isEqualTo(new Ratio(50, 1));
        assertThat(Ratio.parse("1.00").isOne()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "-1", "1/0", "0/0", "-1/-1", "a", "1/2/3", "1e99", "1e999999999", "NaN", "/", "٣"})
    void whatIsNoPositiveRatioIsRefused(String text) {
        assertThatThrownBy(() -> Ratio.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
