package io.joulestream.core.account;

import static org.assertj.core.api.Assertions.assertThat;

import io.joulestream.core.account.RunReport.StepReport;
import io.joulestream.core.account.RunReport.Told;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TokenCutsTest {
    private static final long SEED = 20_260_311;

    @Test
    void aStepIsCutAtMinutesByItsShareOfTime() {
        assertThat(TokenCuts.byMinute(step(30_000, 150_000, 1_200))).isEqualTo(Map.of(0L, 300L, 1L, 600L, 2L, 300L));
    }

    @Test
    void theRemainderGoesToALaterMinute() {
        assertThat(TokenCuts.byMinute(step(0, 180_000, 100))).isEqualTo(Map.of(0L, 33L, 1L, 33L, 2L, 34L));
    }

    @Test
    void aStepThatEndsAtAMinutesEdgeDoesNotTouchTheNext() {
        assertThat(TokenCuts.byMinute(step(0, 60_000, 5))).isEqualTo(Map.of(0L, 5L));
    }

    @Test
    void aStepWithoutLengthBelongsToTheMinuteOfItsEnd() {
        assertThat(TokenCuts.byMinute(step(60_000, 60_000, 7))).isEqualTo(Map.of(1L, 7L));
    }

    @Test
    void theTokensOfAnyStepAddUp() {
        Random random = new Random(SEED);
        for (int i = 0; i < 2_000; i++) {
            long from = random.nextInt(1_000_000_000);
            long tokens = random.nextLong() >>> (1 + random.nextInt(62));
            StepReport step = step(from, from + random.nextInt(3_000_000), tokens);

            Map<Long, Long> minutes = TokenCuts.byMinute(step);

            assertThat(minutes.values().stream().mapToLong(Long::longValue).sum())
                    .as("%s, seed %d", step, SEED)
                    .isEqualTo(tokens);
            assertThat(minutes.values()).allMatch(share -> share >= 0);
        }
    }

    private static StepReport step(long from, long to, long tokens) {
        return new StepReport(1, 1, 0, from, to, tokens, tokens, 1, RunReport.NOT_TOLD, new Told(false, 1, 1));
    }
}
