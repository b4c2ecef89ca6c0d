package io.joulestream.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.joulestream.core.kpi.Figure;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FigureBodyTest {
    @ParameterizedTest
    @CsvSource({
        "1.250000, 1.25",
        "1.3684210526315789473684, 1.36842105263",
        "1E+20, 100000000000000000000",
        "0.0000000012345, 0.0000000012345",
        "100, 100",
        "0.000, 0",
        "-5.5, -5.5"
    })
    void valuesArePlainDecimalsOfTwelveDigits(BigDecimal value, String published) {
        Figure figure = Figure.of(value, BigDecimal.ONE, BigDecimal.ZERO, "m", Instant.EPOCH);

        assertThat(FigureBody.of(figure).value()).isEqualTo(published);
    }

    @Test
    void aShareBelowOneNeverReadsAsOneNorOneAboveZeroAsZero() {
        assertThat(FigureBody.share(new BigDecimal("0.99999999"))).isEqualByComparingTo("0.999999");
        assertThat(FigureBody.share(new BigDecimal("0.00000001"))).isEqualByComparingTo("0.000001");
        assertThat(FigureBody.share(BigDecimal.ONE)).isEqualByComparingTo("1");
        assertThat(FigureBody.share(BigDecimal.ZERO)).isEqualByComparingTo("0");
        assertThat(FigureBody.share(BigDecimal.ONE.divide(new BigDecimal(3), MathContext.DECIMAL128)))
                .isEqualByComparingTo("0.333333");
        assertThat(FigureBody.share(null)).isNull();
    }

    @Test
    void decimalsAreWrittenPlainAndWithoutLocale() {
        Locale locale = Locale.getDefault();
        try {
            Locale.setDefault(Locale.forLanguageTag("tr-TR"));

            assertThat(new String(Json.bytes(new BigDecimal("1E+3")), StandardCharsets.UTF_8))
                    .isEqualTo("1000");
        } finally {
            Locale.setDefault(locale);
        }
    }
}
