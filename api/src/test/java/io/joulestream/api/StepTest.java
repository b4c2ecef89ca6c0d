package io.joulestream.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StepTest {
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

    @Test
    void calendarDaysFollowTheWallClock() {
        Step day = Step.parse("P1D").orElseThrow();
        Instant midnight = Instant.parse("2026-10-24T22:00:00Z");

        assertThat(day.after(midnight, 1, BERLIN)).isEqualTo("2026-10-25T23:00:00Z");
        assertThat(day.after(midnight, 2, BERLIN)).isEqualTo("2026-10-26T23:00:00Z");
        assertThat(day.before(Instant.parse("2026-10-25T23:00:00Z"), BERLIN)).isEqualTo(midnight);
    }

    @Test
    void exactDaysDoNot() {
        Step hours = Step.parse("PT24H").orElseThrow();

        assertThat(hours.after(Instant.parse("2026-10-24T22:00:00Z"), 1, BERLIN))
                .isEqualTo("2026-10-25T22:00:00Z");
    }

    @Test
    void monthsAreCountedFromTheFirst() {
        Step month = Step.parse("P1M").orElseThrow();
        Instant january = Instant.parse("2026-01-31T00:00:00Z");

        assertThat(month.after(january, 1, ZoneId.of("UTC"))).isEqualTo("2026-02-28T00:00:00Z");
        assertThat(month.after(january, 2, ZoneId.of("UTC"))).isEqualTo("2026-03-31T00:00:00Z");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT1M", "pt15m", "PT1H", "PT24H", "P1D", "P7D", "P1W", "P1M", "P12M", "P1Y", "P366D"})
    void sensibleStepsAreTaken(String text) {
        Step step = Step.parse(text).orElseThrow();

        assertThat(step.atLeast()).isLessThanOrEqualTo(step.atMost());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "1h",
                "PT0S",
                "PT1S",
                "PT61S",
                "PT1M0.5S",
                "-PT1H",
                "P0D",
                "-P1D",
                "P1M-1D",
                "P13M",
                "P367D",
                "P1DT12H30",
                "PT9000H",
                "PT999999999999H",
                "P9999999999D",
                "PT1H PT1H PT1H PT1H"
            })
    void nothingElseIs(String text) {
        assertThat(Step.parse(text)).isEmpty();
    }
}
