package io.joulestream.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.joulestream.core.alert.AlertRule;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AlertSightTest {
    private static final AlertRule ONE = AlertRule.defaults().get(0);
    private static final AlertRule OTHER = AlertRule.defaults().get(1);

    private final AlertSight sight = new AlertSight();

    @Test
    void whereARuleCouldNotLookIsUnseenForThatRuleOnly() {
        sight.fail(ONE, Optional.of("mill"), new IllegalStateException("mill"));

        assertThat(sight.isUnseen(ONE.name(), "mill")).isTrue();
        assertThat(sight.isUnseen(ONE.name(), "barn")).isFalse();
        assertThat(sight.isUnseen(OTHER.name(), "mill")).isFalse();
    }

    @Test
    void aRuleThatCouldLookNowhereLeavesAllPlacesUnseen() {
        sight.fail(ONE, Optional.empty(), new IllegalStateException("runs"));

        assertThat(sight.isUnseen(ONE.name(), "mill")).isTrue();
        assertThat(sight.isUnseen(ONE.name(), "barn")).isTrue();
        assertThat(sight.isUnseen(OTHER.name(), "mill")).isFalse();
    }

    @Test
    void theFirstFailureHasTheOthersWithItEachOnce() {
        RuntimeException first = new IllegalStateException("of a whole site");
        RuntimeException second = new IllegalStateException("of a rule");
        sight.fail(ONE, Optional.of("mill"), first);
        sight.fail(OTHER, Optional.of("mill"), first);
        sight.fail(ONE, Optional.of("barn"), second);

        assertThat(sight.failure()).containsSame(first);
        assertThat(first.getSuppressed()).containsExactly(second);
    }

    @Test
    void whatSeesNothingIsNoRuleThatSees() {
        sight.add(ONE, List.of());

        assertThat(sight.seen()).isEmpty();
        assertThat(sight.failure()).isEmpty();
    }
}
