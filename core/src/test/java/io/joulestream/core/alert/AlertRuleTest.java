package io.joulestream.core.alert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AlertRuleTest {
    @Test
    void aRuleForASiteTakesThePlaceOfTheOneForEverySiteAlsoWhereItIsDisabled() {
        AlertRule everywhere = pue("pue", Optional.empty());
        AlertRule here = pue("pue-fra1", Optional.of("fra1"));

        assertThat(AlertRule.watching(List.of(everywhere, here), "fra1")).containsExactly(here);
        assertThat(AlertRule.watching(List.of(everywhere, here), "muc1")).containsExactly(everywhere);
        assertThat(AlertRule.watching(List.of(everywhere, here.withEnabled(false)), "fra1"))
                .isEmpty();
    }

    @Test
    void theDefaultsAreOneOfEachKindThatNeedsNoFigureOfAnybodys() {
        assertThat(AlertRule.defaults())
                .extracting(AlertRule::kind)
                .containsExactly(
                        AlertKind.PUE_OUT_OF_BAND,
                        AlertKind.COVERAGE_LOSS,
                        AlertKind.RESIDUAL,
                        AlertKind.METER_INVERSION,
                        AlertKind.METER_BACKWARDS);
        assertThat(AlertRule.watching(AlertRule.defaults(), "fra1")).hasSize(5);
    }

    @Test
    void whatDoesNotGoTogetherIsRefused() {
        assertRefused("needs the runs", () -> rule(AlertKind.ENERGY_PER_TOKEN, null, Optional.of(atMost("10"))));
        assertRefused("watches sites", () -> rule(AlertKind.RESIDUAL, "llm-", Optional.of(atMost("10"))));
        assertRefused("in kWh", () -> rule(AlertKind.ENERGY_BUDGET, null, Optional.empty()));
        assertRefused("lower or an upper", () -> new Band(null, null, BigDecimal.ZERO));
        assertRefused("clearance", () -> new Band(null, BigDecimal.ONE, BigDecimal.ONE.negate()));
        assertRefused(
                "a budget has an upper end",
                () -> AlertKind.ENERGY_BUDGET.band(BigDecimal.ONE, null, Optional.empty()));
        assertRefused(
                "nothing lies 0.02 inside",
                () -> AlertKind.PUE_OUT_OF_BAND.band(new BigDecimal("1.20"), new BigDecimal("1.23"), Optional.empty()));
        assertRefused(
                "no coverage is 1 above 99.5 %",
                () -> AlertKind.COVERAGE_LOSS.band(new BigDecimal("99.5"), null, Optional.empty()));
    }

    @Test
    void aBudgetIsKeptAgainOneInAHundredBelowIt() {
        Band band = AlertKind.ENERGY_BUDGET.band(null, new BigDecimal("120000"), Optional.empty());

        assertThat(band.clearance()).isEqualByComparingTo("1200");
        assertThat(band.isClear(new BigDecimal("118800"))).isTrue();
        assertThat(band.isClear(new BigDecimal("118801"))).isFalse();
    }

    private static void assertRefused(String why, Runnable action) {
        assertThatThrownBy(action::run)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(why);
    }

    private static Band atMost(String high) {
        return new Band(null, new BigDecimal(high), BigDecimal.ONE);
    }

    private static AlertRule rule(AlertKind kind, String runs, Optional<Band> band) {
        return new AlertRule(
                "a", kind, Optional.empty(), Optional.ofNullable(runs), band, Duration.ZERO, Severity.WARNING, true);
    }

    private static AlertRule pue(String name, Optional<String> site) {
        return new AlertRule(
                name,
                AlertKind.PUE_OUT_OF_BAND,
                site,
                Optional.empty(),
                Optional.empty(),
                Duration.ZERO,
                Severity.WARNING,
                true);
    }
}
