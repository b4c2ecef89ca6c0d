package io.joulestream.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class RoundsTest {
    @Test
    void whatFailsIsTriedAgainSoonAndThenLaterUpToThePeriod() throws InterruptedException {
        AtomicBoolean fails = new AtomicBoolean(true);
        try (Rounds rounds = new Rounds("test", Duration.ofMinutes(1), "NOT_DONE", "it is not done", () -> {
            if (fails.get()) {
                throw new IllegalStateException("no");
            }
        })) {
            List<Long> seconds = new ArrayList<>();
            for (int round = 0; round < 4; round++) {
                seconds.add(rounds.round().toSeconds());
            }
            assertThat(seconds).containsExactly(15L, 30L, 60L, 60L);
            assertThat(rounds.problem()).hasValueSatisfying(problem -> {
                assertThat(problem.reason()).contains("NOT_DONE");
                assertThat(problem.text()).isEqualTo("no");
            });

            fails.set(false);
            assertThat(rounds.round()).hasMinutes(1);
            assertThat(rounds.problem()).isEmpty();
        }
    }

    @Test
    void anErrorIsToldAndEndsNothing() throws InterruptedException {
        CountDownLatch done = new CountDownLatch(2);
        try (Rounds rounds = new Rounds("test", Duration.ofMillis(1), "NOT_DONE", "it is not done", () -> {
            done.countDown();
            throw new NoClassDefFoundError("io/joulestream/Missing");
        })) {
            rounds.startAfter(Duration.ZERO);

            assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
            assertThat(rounds.problem()).hasValueSatisfying(problem -> {
                assertThat(problem.reason()).contains("NOT_DONE");
                assertThat(problem.text()).isEqualTo("java.lang.NoClassDefFoundError: io/joulestream/Missing");
            });
        }
    }

    @Test
    void aFailureThatSaysNothingIsToldByItsName() throws InterruptedException {
        try (Rounds rounds = new Rounds("test", Duration.ofSeconds(5), "NOT_DONE", "it is not done", () -> {
            throw new IllegalStateException();
        })) {
            rounds.round();

            assertThat(rounds.problem().orElseThrow().text()).isEqualTo("java.lang.IllegalStateException");
        }
    }

    @Test
    void aShortPeriodIsNotExceededByARetry() throws InterruptedException {
        try (Rounds rounds = new Rounds("test", Duration.ofSeconds(5), "NOT_DONE", "it is not done", () -> {
            throw new IllegalStateException("no");
        })) {
            assertThat(rounds.round()).hasSeconds(5);
            assertThat(rounds.round()).hasSeconds(5);
        }
    }

    @Test
    void roundsFollowEachOtherUntilTheyAreClosed() throws InterruptedException {
        CountDownLatch done = new CountDownLatch(3);
        try (Rounds rounds = new Rounds("test", Duration.ofMillis(1), "NOT_DONE", "it is not done", done::countDown)) {
            rounds.startAfter(Duration.ZERO);

            assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
        }
    }
}
