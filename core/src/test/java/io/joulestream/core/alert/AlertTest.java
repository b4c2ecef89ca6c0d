package io.joulestream.core.alert;

import static io.joulestream.core.alert.Seen.ID;
import static io.joulestream.core.alert.Seen.NOON;
import static io.joulestream.core.alert.Seen.nothing;
import static io.joulestream.core.alert.Seen.pue;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AlertTest {
    private static final AlertRule RULE = Seen.rule(Duration.ofMinutes(15));

    @Test
    void aFigureThatWasOutsideForLongEnoughOpensAnAlert() {
        Optional<Alert> pending = after(Optional.empty(), pue(0, "1.47"));
        Optional<Alert> still = after(pending, pue(14, "1.46"));
        Optional<Alert> open = after(still, pue(15, "1.45"));

        assertThat(pending).get().extracting(Alert::state).isEqualTo(Alert.State.PENDING);
        assertThat(still).get().extracting(Alert::state).isEqualTo(Alert.State.PENDING);
        assertThat(open).hasValueSatisfying(alert -> {
            assertThat(alert.state()).isEqualTo(Alert.State.OPEN);
            assertThat(alert.since()).isEqualTo(NOON);
            assertThat(alert.openedAt()).isEqualTo(NOON.plus(Duration.ofMinutes(15)));
            assertThat(alert.last().text())
                    .isEqualTo("PUE of site fra1 from 2026-04-01T11:15:00Z to 2026-04-01T12:15:00Z is 1.45;"
                            + " it should be at most 1.32");
        });
    }

    @Test
    void aShortExcursionIsNoAlert() {
        Optional<Alert> pending = after(Optional.empty(), pue(0, "1.47"));

        assertThat(after(pending, pue(5, "1.32"))).isEmpty();
    }

    @Test
    void whatIsNotSeenDoesNotEndAnExcursion() {
        Optional<Alert> pending = after(Optional.empty(), pue(0, "1.47"));
        Optional<Alert> unseen = after(pending, nothing(20));

        assertThat(unseen).get().extracting(Alert::state).isEqualTo(Alert.State.PENDING);
        assertThat(after(unseen, pue(21, "1.47")))
                .get()
                .extracting(Alert::state)
                .isEqualTo(Alert.State.OPEN);
    }

    @Test
    void anAlertWithoutDataStaysOpenAndSaysSo() {
        Optional<Alert> unknown = after(open(), nothing(16));

        assertThat(unknown).hasValueSatisfying(alert -> {
            assertThat(alert.state()).isEqualTo(Alert.State.UNKNOWN);
            assertThat(alert.state().isOpen()).isTrue();
            assertThat(alert.last().text()).endsWith("is not known: COVERAGE_BELOW_MIN");
        });
        assertThat(after(unknown, pue(17, "1.20")))
                .get()
                .extracting(Alert::state)
                .isEqualTo(Alert.State.OPEN);
    }

    @Test
    void anAlertClosesWhenFiguresAreWellInsideForLongEnough() {
        Optional<Alert> clear = after(open(), pue(20, "1.30"));
        Optional<Alert> closed = after(clear, pue(35, "1.25"));

        assertThat(clear).hasValueSatisfying(alert -> {
            assertThat(alert.state()).isEqualTo(Alert.State.OPEN);
            assertThat(alert.clearSince()).isEqualTo(NOON.plus(Duration.ofMinutes(20)));
        });
        assertThat(closed).hasValueSatisfying(alert -> {
            assertThat(alert.state()).isEqualTo(Alert.State.CLOSED);
            assertThat(alert.closedAt()).isEqualTo(NOON.plus(Duration.ofMinutes(35)));
            assertThat(alert.closed()).isEqualTo(Alert.Closing.RECOVERED);
        });
    }

    @Test
    void justInsideAndUnseenBeginTheWaitAnew() {
        for (Observation between : new Observation[] {pue(30, "1.31"), nothing(30), pue(30, "1.40")}) {
            Optional<Alert> clear = after(open(), pue(20, "1.30"));
            Optional<Alert> broken = after(clear, between);

            assertThat(broken).get().extracting(Alert::clearSince).isNull();
            assertThat(after(broken, pue(36, "1.30")))
                    .get()
                    .extracting(Alert::state)
                    .isEqualTo(Alert.State.OPEN);
        }
    }

    @Test
    void withoutAWaitAnAlertOpensAndClosesAtOnce() {
        AlertRule rule = Seen.rule(Duration.ZERO);

        Optional<Alert> open = Alert.after(rule, Optional.empty(), pue(0, "1.33"), () -> ID);
        Optional<Alert> closed = Alert.after(rule, open, pue(1, "1.30"), () -> ID);

        assertThat(open).get().extracting(Alert::state).isEqualTo(Alert.State.OPEN);
        assertThat(closed).get().extracting(Alert::state).isEqualTo(Alert.State.CLOSED);
        assertThatThrownBy(() -> Alert.after(rule, closed, pue(2, "1.30"), () -> ID))
                .hasMessageContaining("is closed");
    }

    @Test
    void whatNothingWatchesIsClosedAndSaysWhy() {
        assertThat(open().flatMap(alert -> alert.notWatched(NOON))).hasValueSatisfying(alert -> {
            assertThat(alert.state()).isEqualTo(Alert.State.CLOSED);
            assertThat(alert.closed()).isEqualTo(Alert.Closing.NOT_WATCHED);
        });
        assertThat(after(Optional.empty(), pue(0, "1.47")).flatMap(alert -> alert.notWatched(NOON)))
                .isEmpty();
    }

    @Test
    void aFigureIsJudgedAsItIsShown() {
        assertThat(pue(0, "1.32004").finding()).isEqualTo(Observation.Finding.NEAR);
        assertThat(pue(0, "1.32005").finding()).isEqualTo(Observation.Finding.OUTSIDE);
        assertThat(pue(0, "1.30").finding()).isEqualTo(Observation.Finding.CLEAR);
    }

    private static Optional<Alert> open() {
        return after(after(Optional.empty(), pue(0, "1.47")), pue(15, "1.47"));
    }

    private static Optional<Alert> after(Optional<Alert> before, Observation seen) {
        return Alert.after(RULE, before, seen, () -> ID);
    }
}
