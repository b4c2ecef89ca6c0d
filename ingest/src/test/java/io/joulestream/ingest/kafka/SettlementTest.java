package io.joulestream.ingest.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class SettlementTest {
    private static final TopicPartition P0 = new TopicPartition("t", 0);
    private static final TopicPartition P1 = new TopicPartition("t", 1);
    private static final Duration POLL = Duration.ofMillis(1);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Test
    void anOffsetIsSettledWhenTheCommittedOneHasPassedIt() throws InterruptedException {
        Iterator<Map<TopicPartition, Long>> commits = List.of(
                        Map.<TopicPartition, Long>of(), Map.of(P0, 7L), Map.of(P0, 8L, P1, 1L))
                .iterator();

        Settlement.Outcome outcome =
                new Settlement(commits::next, behind -> {}, POLL).await(Map.of(P0, 7L, P1, 0L), PATIENCE);

        assertThat(outcome).isEqualTo(new Settlement.Outcome.Settled());
    }

    @Test
    void aTimeoutSaysWhatIsMissing() throws InterruptedException {
        Settlement.Outcome outcome = new Settlement(() -> Map.of(P0, 7L), behind -> {}, POLL)
                .await(Map.of(P0, 7L, P1, 3L), Duration.ofMillis(200));

        assertThat(outcome)
                .isEqualTo(new Settlement.Outcome.TimedOut(
                        "t-0 wants offset 7, committed is 7; t-1 wants offset 3, committed is none"));
    }

    @Test
    void aBrokerThatFailsIsAskedAgain() throws InterruptedException {
        Iterator<Boolean> fails = List.of(true, true, false).iterator();
        Settlement settlement = new Settlement(
                () -> {
                    if (fails.next()) {
                        throw new IOException("away");
                    }
                    return Map.of(P0, 1L);
                },
                behind -> {},
                POLL);

        assertThat(settlement.await(Map.of(P0, 0L), PATIENCE)).isEqualTo(new Settlement.Outcome.Settled());
    }

    @Test
    void nothingPublishedIsSettled() throws InterruptedException {
        assertThat(new Settlement(Map::of, behind -> {}, POLL).await(Map.of(), PATIENCE))
                .isEqualTo(new Settlement.Outcome.Settled());
    }

    @Test
    void onlyPartitionsThatAreBehindAreNudged() throws InterruptedException {
        Set<TopicPartition> nudged = ConcurrentHashMap.newKeySet();
        CountDownLatch told = new CountDownLatch(1);
        Settlement settlement = new Settlement(
                () -> told.getCount() == 0 ? Map.of(P0, 8L, P1, 4L) : Map.of(P0, 8L),
                behind -> {
                    nudged.addAll(behind);
                    told.countDown();
                },
                POLL);

        Settlement.Outcome outcome = settlement.await(Map.of(P0, 7L, P1, 3L), PATIENCE);

        assertThat(outcome).isEqualTo(new Settlement.Outcome.Settled());
        assertThat(nudged).containsExactly(P1);
    }
}
