package io.joulestream.core.alert;

import static io.joulestream.core.alert.Observation.Finding.CLEAR;
import static io.joulestream.core.alert.Observation.Finding.OUTSIDE;
import static io.joulestream.core.alert.Observation.Finding.UNKNOWN;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is seen, an alert opens and closes only for what was seen for as long as the rule says. */
class AlertPropertiesTest {
    private static final int MINUTES = 2_000;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void anAlertTellsOfWhatHeld(long seed) {
        Random random = new Random(seed);
        Duration holdFor = Duration.ofMinutes(random.nextInt(8));
        AlertRule rule = Seen.rule(holdFor);
        List<Observation> seen = new ArrayList<>();
        Optional<Alert> current = Optional.empty();
        int opened = 0;
        int closed = 0;
        int kind = 0;
        for (int minute = 0; minute < MINUTES; minute++) {
            kind = random.nextInt(4) == 0 ? random.nextInt(4) : kind;
            Observation now = observation(kind, minute);
            seen.add(now);
            Optional<Alert> before = current;
            Optional<Alert> after = Alert.after(rule, before, now, () -> new UUID(seed, seen.size()));

            if (after.isPresent() && after.get().state() != Alert.State.CLOSED) {
                assertThat(Alert.after(rule, after, now, UUID::randomUUID))
                        .as("seed %d minute %d: seen twice", seed, minute)
                        .isEqualTo(after);
            }
            if (isOpen(after) && !isOpen(before)) {
                opened++;
                assertHeld(seed, seen, after.get().since(), after.get().openedAt(), holdFor, false);
            }
            if (isOpen(before)) {
                Alert alert = after.orElseThrow();
                assertThat(alert.id()).isEqualTo(before.get().id());
                assertThat(alert.state() == Alert.State.UNKNOWN)
                        .as("seed %d minute %d: %s", seed, minute, alert)
                        .isEqualTo(now.finding() == UNKNOWN);
                if (alert.state() == Alert.State.CLOSED) {
                    closed++;
                    assertHeld(seed, seen, alert.clearSince(), alert.closedAt(), holdFor, true);
                }
            }
            current = after.filter(alert -> alert.state() != Alert.State.CLOSED);
        }
        assertThat(opened).as("seed %d opens", seed).isPositive();
        assertThat(opened - closed).as("seed %d: one at a time", seed).isBetween(0, 1);
    }

    private static boolean isOpen(Optional<Alert> alert) {
        return alert.isPresent() && alert.get().state().isOpen();
    }

    /** From the first to the last nothing else was seen; what opens may have holes, what closes may not. */
    private static void assertHeld(
            long seed, List<Observation> seen, Instant from, Instant to, Duration holdFor, boolean clear) {
        assertThat(Duration.between(from, to)).as("seed %d", seed).isGreaterThanOrEqualTo(holdFor);
        assertThat(seen)
                .filteredOn(one -> !one.at().isBefore(from) && !one.at().isAfter(to))
                .as("seed %d from %s to %s", seed, from, to)
                .isNotEmpty()
                .allMatch(one -> clear ? one.finding() == CLEAR : one.finding() == OUTSIDE || one.finding() == UNKNOWN);
    }

    private static Observation observation(int kind, int minute) {
        return switch (kind) {
            case 0 -> Seen.pue(minute, "1.4");
            case 1 -> Seen.pue(minute, "1.31");
            case 2 -> Seen.pue(minute, "1.2");
            default -> Seen.nothing(minute);
        };
    }
}
