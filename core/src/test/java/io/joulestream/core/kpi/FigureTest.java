package io.joulestream.core.kpi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class FigureTest {
    private static final Instant AS_OF = Instant.parse("2026-04-01T00:00:00Z");
    private static final BigDecimal ONE = BigDecimal.ONE;

    @Test
    void aFigureHasAValueOrAReason() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> figure(ONE, ReasonCode.NO_DATA, Quality.MEASURED, null, null))
                .withMessageContaining("value or a reason");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> figure(null, null, Quality.MISSING, null, null))
                .withMessageContaining("value or a reason");
    }

    @Test
    void aFigureWithoutValueIsMissingAndHasNoInterval() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> figure(null, ReasonCode.NO_DATA, Quality.MEASURED, null, null));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> figure(null, ReasonCode.NO_DATA, Quality.MISSING, ONE, ONE));
        assertThatIllegalArgumentException().isThrownBy(() -> figure(ONE, null, Quality.MEASURED, ONE, null));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Figure.of(ONE, new BigDecimal("1.1"), BigDecimal.ZERO, "m", AS_OF));
    }

    @Test
    void flagsAreDistinctAndOrdered() {
        Figure figure = Figure.of(ONE, ONE, new BigDecimal("0.06"), "m", AS_OF)
                .withFlags(List.of(FigureFlag.BRIDGED, FigureFlag.AT_LIMIT, FigureFlag.BRIDGED));

        assertThat(figure.flags())
                .containsExactly(FigureFlag.AT_LIMIT, FigureFlag.ESTIMATED_SHARE_HIGH, FigureFlag.BRIDGED);
        assertThat(figure.quality()).isEqualTo(Quality.MIXED);
        assertThat(figure.status().label()).isEqualTo("draft");
    }

    @Test
    void theIntervalIsTwoStandardUncertainties() {
        Figure figure =
                Figure.of(BigDecimal.TEN, ONE, BigDecimal.ZERO, "m", AS_OF).withUncertainty(ONE);

        assertThat(figure.low()).isEqualByComparingTo("8");
        assertThat(figure.high()).isEqualByComparingTo("12");
        assertThat(figure.withUncertainty(null).flags()).containsExactly(FigureFlag.ACCURACY_UNKNOWN);
    }

    @Test
    void presentationRoundsHalfUp() {
        Figure figure = Figure.of(new BigDecimal("1.2345"), ONE, BigDecimal.ZERO, "m", AS_OF);

        assertThat(figure.roundedTo(3).value()).isEqualTo("1.235");
        assertThat(Figure.missing(ReasonCode.NO_DATA, ONE, "m", AS_OF)
                        .roundedTo(3)
                        .value())
                .isNull();
    }

    @Test
    void aSumIsMissingWhenAPartIs() {
        Figure known = Figure.of(BigDecimal.TEN, ONE, BigDecimal.ZERO, "m", AS_OF);
        Figure unknown = Figure.missing(ReasonCode.FACTOR_MISSING, new BigDecimal("0.5"), "m", AS_OF);

        Figure sum = Figure.sum(List.of(known, unknown), "m", AS_OF);

        assertThat(sum.value()).isNull();
        assertThat(sum.reason()).isEqualTo(ReasonCode.FACTOR_MISSING);
        assertThat(sum.coverage()).isEqualByComparingTo("0.5");
        assertThat(Figure.sum(List.of(), "m", AS_OF).reason()).isEqualTo(ReasonCode.NO_DATA);
    }

    @Test
    void aSumWeighsEstimatedSharesByValue() {
        Figure measured = Figure.of(new BigDecimal("30"), ONE, BigDecimal.ZERO, "m", AS_OF);
        Figure estimated = Figure.of(BigDecimal.TEN, ONE, ONE, "m", AS_OF);

        Figure sum = Figure.sum(List.of(measured, estimated), "m", AS_OF);

        assertThat(sum.value()).isEqualByComparingTo("40");
        assertThat(sum.estimatedShare()).isEqualByComparingTo("0.25");
        assertThat(sum.quality()).isEqualTo(Quality.MIXED);
    }

    @Test
    void millijoulesRoundHalfAwayFromZero() {
        assertThat(MilliJoules.ofMicrojoules(BigInteger.valueOf(1_499))).isEqualTo(BigInteger.ONE);
        assertThat(MilliJoules.ofMicrojoules(BigInteger.valueOf(1_500))).isEqualTo(BigInteger.TWO);
        assertThat(MilliJoules.ofMicrojoules(BigInteger.valueOf(-1_500))).isEqualTo(BigInteger.valueOf(-2));
        assertThat(MilliJoules.toKwh(BigInteger.valueOf(3_600_000_000L))).isEqualByComparingTo("1");
        assertThat(MilliJoules.text(new BigInteger("260000000000000000000"))).isEqualTo("260000000000000000000");
        assertThat(MilliJoules.text(null)).isNull();
    }

    @Test
    void thresholdsKnowShortDaysAndShortMonths() {
        assertThat(Thresholds.DEFAULT.coverageOf(Duration.ofHours(22))).isEqualByComparingTo("0.5");
        assertThat(Thresholds.DEFAULT.coverageOf(Duration.ofHours(23))).isEqualByComparingTo("0.9");
        assertThat(Thresholds.DEFAULT.coverageOf(Duration.ofDays(7))).isEqualByComparingTo("0.9");
        assertThat(Thresholds.DEFAULT.coverageOf(Duration.ofDays(28))).isEqualByComparingTo("0.95");
    }

    private static Figure figure(
            BigDecimal value, ReasonCode reason, Quality quality, BigDecimal low, BigDecimal high) {
        BigDecimal share = value == null ? null : BigDecimal.ZERO;
        return new Figure(
                value, reason, List.of(), quality, low, high, ONE, share, "m", List.of(), Status.PROVISIONAL, AS_OF);
    }
}
