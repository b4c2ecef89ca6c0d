package io.joulestream.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DecimalsTest {
    @ParameterizedTest
    @ValueSource(strings = {"", " ", "NaN", "Infinity", "1,5", "1_000", "0x10", "1e", "--1", "١٢", "1e99999", "."})
    void whatIsNoDecimalHasNoValue(String text) {
        assertThat(Decimals.parse(text)).isEmpty();
    }

    @Test
    void decimalsAreReadExactly() {
        assertThat(Decimals.parse(" -2.5e3 ")).contains(new BigDecimal("-2.5e3"));
        assertThat(Decimals.parse("2831.")).contains(new BigDecimal("2831"));
        assertThat(Decimals.scaled(new BigDecimal("0.0025"), 3)).hasValue(2);
        assertThat(Decimals.scaled(new BigDecimal("9223372036.854775807"), 9)).hasValue(Long.MAX_VALUE);
    }

    @Test
    void hugeExponentsCostNothing() {
        assertThat(Decimals.scaled(new BigDecimal("1e999999999"), 9)).isEmpty();
        assertThat(Decimals.scaled(new BigDecimal("1e-999999999"), 9)).hasValue(0);
        assertThat(Decimals.scaled(new BigDecimal("0e999999999"), 9)).hasValue(0);
        assertThat(Decimals.whole(new BigDecimal("1e-999999999"))).isEmpty();
        assertThat(Decimals.scaled(new BigDecimal("9223372036.854775808"), 9)).isEmpty();
    }

    @Test
    void aWholeNumberMayBeWrittenWithAPoint() {
        assertThat(Decimals.whole(new BigDecimal("31.0"))).hasValue(31);
        assertThat(Decimals.whole(new BigDecimal("31.5"))).isEmpty();
    }

    @Test
    void aProblemIsOneLine() {
        Problem problem = Problem.at("a\nb.txt", 3, "x\u0000\u001b[31my" + "z".repeat(1000), "mend it");

        assertThat(problem.toString())
                .startsWith("a?b.txt:3: x??[31my")
                .endsWith("...; mend it")
                .hasSizeLessThan(300)
                .doesNotContainPattern("\\p{Cntrl}");
    }
}
