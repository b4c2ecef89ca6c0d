package io.joulestream.core.alert;

import io.joulestream.core.kpi.ReasonCode;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** What tests see: the PUE of one site, which should be at most 1.32. */
final class Seen {
    static final Instant NOON = Instant.parse("2026-04-01T12:00:00Z");
    static final Band BAND = AlertKind.PUE_OUT_OF_BAND.band(null, new BigDecimal("1.32"), Optional.empty());
    static final UUID ID = new UUID(0, 1);

    private Seen() {}

    static AlertRule rule(Duration holdFor) {
        return new AlertRule(
                "pue",
                AlertKind.PUE_OUT_OF_BAND,
                Optional.empty(),
                Optional.empty(),
                Optional.of(BAND),
                holdFor,
                Severity.WARNING,
                true);
    }

    static Observation pue(int minute, String value) {
        return observation(minute, new BigDecimal(value), null);
    }

    static Observation nothing(int minute) {
        return observation(minute, null, ReasonCode.COVERAGE_BELOW_MIN);
    }

    private static Observation observation(int minute, BigDecimal value, ReasonCode missing) {
        Instant at = NOON.plus(Duration.ofMinutes(minute));
        return new Observation(
                AlertKind.PUE_OUT_OF_BAND,
                "fra1",
                "fra1",
                "PUE of site fra1",
                value,
                missing,
                BAND,
                at.minus(Duration.ofHours(1)),
                at,
                at,
                "/v1/sites/fra1/pue");
    }
}
