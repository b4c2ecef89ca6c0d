package io.joulestream.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.joulestream.api.Health;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HealthTellerTest {
    private static final Health WELL = health(Health.Status.OK, List.of(), "7 frames were refused");
    private static final Health LOCKED = health(
            Health.Status.DEGRADED, List.of("DATABASE_LOCKED"), "7 frames were refused", "DATABASE_LOCKED: by x");
    private static final Health GONE =
            health(Health.Status.DOWN, List.of("DATABASE_UNREACHABLE"), "DATABASE_UNREACHABLE: no answer");

    private final StringWriter said = new StringWriter();
    private Health now = WELL;
    private final HealthTeller teller = new HealthTeller(
            () -> now,
            Clock.fixed(Instant.parse("2026-04-01T12:00:30.5Z"), ZoneOffset.UTC),
            new PrintWriter(said, true));

    private static Health health(Health.Status status, List<String> reasons, String... problems) {
        return new Health(status, reasons, Map.of(), "PLAIN", Optional.empty(), Optional.empty(), List.of(problems));
    }

    private void look(Health... inTurn) {
        for (Health health : inTurn) {
            now = health;
            teller.look();
        }
    }

    @Test
    void whatLastsIsToldOnceAndItsEndToo() {
        look(WELL, WELL, LOCKED, LOCKED, LOCKED, WELL, WELL, WELL);

        assertThat(said.toString().lines())
                .containsExactly(
                        "2026-04-01T12:00:30Z  DEGRADED, DATABASE_LOCKED: by x", "2026-04-01T12:00:30Z  OK again");
    }

    @Test
    void anotherTroubleIsToldAnew() {
        look(LOCKED, LOCKED, GONE, GONE);

        assertThat(said.toString().lines())
                .containsExactly(
                        "2026-04-01T12:00:30Z  DEGRADED, DATABASE_LOCKED: by x",
                        "2026-04-01T12:00:30Z  DOWN, DATABASE_UNREACHABLE: no answer");
    }

    @Test
    void eachTroubleIsOneLine() {
        Health failed =
                health(Health.Status.DEGRADED, List.of("DATABASE_FAILED"), "DATABASE_FAILED: no\n  Position: 25");
        look(failed, failed);

        assertThat(said.toString().lines())
                .containsExactly("2026-04-01T12:00:30Z  DEGRADED, DATABASE_FAILED: no; Position: 25");
    }

    @Test
    void whatPassesBetweenTwoLooksIsNotTold() {
        look(WELL, LOCKED, WELL, GONE, LOCKED, WELL);

        assertThat(said.toString()).isEmpty();
    }

    @Test
    void aLookThatFailsDoesNotEndTheOthers() {
        HealthTeller blind = new HealthTeller(
                () -> {
                    throw new IllegalStateException("no sight");
                },
                Clock.systemUTC(),
                new PrintWriter(said, true));

        blind.look();

        assertThat(said.toString()).isEmpty();
    }
}
