package io.joulestream.streaming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.joulestream.streaming.TopicCheck.Present;
import io.joulestream.wire.kafka.InventoryReader.Site;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class KnownTopicsTest {
    private static final String SHARED = "js.telemetry.v1.t";
    private static final String OWN = "js.telemetry.v1.t.s";

    /** What the broker has now; static, because operators reach it after they were serialised. */
    private static final List<Present> BROKER = new ArrayList<>();

    private static final class Lookup implements TopicLookup {
        @Override
        public Found look() {
            return new Found(
                    List.copyOf(BROKER), new TopicCheck(Set.of(new Site("t", "north")), Map.of(), Set.of(SHARED, OWN)));
        }

        @Override
        public long beginning(TopicPartition partition) {
            return BROKER.stream()
                    .filter(topic -> topic.topic().equals(partition.topic()))
                    .findFirst()
                    .orElseThrow()
                    .beginnings()
                    .get(partition.partition());
        }
    }

    @BeforeEach
    void anEmptyTopic() {
        BROKER.clear();
        BROKER.add(new Present(SHARED, "a", List.of(0L, 0L)));
    }

    @Test
    void aTruncatedTopicWithoutStateEndsTheJobForGood() {
        BROKER.set(0, new Present(SHARED, "a", List.of(0L, 3L)));

        assertThatThrownBy(() -> start(null))
                .isInstanceOf(SuppressRestartsException.class)
                .cause()
                .hasMessageContaining("the ledger job refuses to start")
                .hasMessageContaining("joulestream site rebuild north --from TIME --state-lost");
    }

    @Test
    void whatWasReadMayGoAndWhatWasNotMayNot() throws Exception {
        OperatorSubtaskState state;
        try (var job = start(null)) {
            job.processElement(new StreamRecord<>(frame(SHARED, 1, 3)));
            job.processElement(new StreamRecord<>(TelemetryRecord.empty(SHARED, 1, 4)));
            state = job.snapshot(1, 1);
        }

        BROKER.set(0, new Present(SHARED, "a", List.of(0L, 5L)));
        assertThatCode(() -> start(state).close()).doesNotThrowAnyException();
        BROKER.set(0, new Present(SHARED, "a", List.of(0L, 6L)));
        assertThatThrownBy(() -> start(state)).cause().hasMessageContaining("the job had read to 5");
    }

    @Test
    void aTopicMadeAnewAndAddedPartitionsAreRefusedWithState() throws Exception {
        OperatorSubtaskState state;
        try (var job = start(null)) {
            state = job.snapshot(1, 1);
        }

        BROKER.set(0, new Present(SHARED, "b", List.of(0L, 0L)));
        assertThatThrownBy(() -> start(state)).cause().hasMessageContaining("made anew");
        BROKER.set(0, new Present(SHARED, "a", List.of(0L, 0L, 0L)));
        assertThatThrownBy(() -> start(state)).cause().hasMessageContaining("has 3 partitions, and had 2");
    }

    /** Each subtask reads some partitions; after a restart with more or fewer of them nothing is forgotten. */
    @Test
    void theStateOutlivesAnotherParallelism() throws Exception {
        OperatorSubtaskState both;
        try (var first = start(null, 2, 0);
                var second = start(null, 2, 1)) {
            first.processElement(new StreamRecord<>(frame(SHARED, 0, 6)));
            second.processElement(new StreamRecord<>(frame(SHARED, 1, 8)));
            both = AbstractStreamOperatorTestHarness.repackageState(first.snapshot(1, 1), second.snapshot(1, 1));
        }

        BROKER.set(0, new Present(SHARED, "a", List.of(7L, 9L)));
        for (int parallelism = 1; parallelism <= 3; parallelism++) {
            for (int index = 0; index < parallelism; index++) {
                int of = parallelism;
                int at = index;
                OperatorSubtaskState mine =
                        AbstractStreamOperatorTestHarness.repartitionOperatorState(both, 16, 2, of, at);
                assertThatCode(() -> start(mine, of, at).close()).doesNotThrowAnyException();
            }
        }
    }

    @Test
    void aTopicThatComesLaterIsLookedAtAloneWhateverBecameOfTheOthers() throws Exception {
        try (var job = start(null)) {
            job.processElement(new StreamRecord<>(frame(SHARED, 0, 0)));
            // another subtask has read partition 1 meanwhile, and retention has taken it
            BROKER.set(0, new Present(SHARED, "a", List.of(1L, 500L)));
            BROKER.add(new Present(OWN, "o", List.of(0L)));

            job.processElement(new StreamRecord<>(frame(OWN, 0, 1)));

            assertThat(job.extractOutputValues())
                    .extracting(TelemetryRecord::topic)
                    .containsExactly(SHARED, OWN);
        }
    }

    @Test
    void aGapIsTheBrokersOwnUnlessWhatWasInItIsDeleted() throws Exception {
        try (var job = start(null)) {
            job.processElement(new StreamRecord<>(frame(SHARED, 0, 1)));
            job.processElement(new StreamRecord<>(frame(SHARED, 0, 3)));
            BROKER.set(0, new Present(SHARED, "a", List.of(9L, 0L)));

            assertThatThrownBy(() -> job.processElement(new StreamRecord<>(frame(SHARED, 0, 9))))
                    .cause()
                    .hasMessageContaining("no longer holds what follows offset 4 of partition 0");
        }
    }

    @Test
    void offsetsThatGoBackAreThoseOfAnotherTopic() throws Exception {
        try (var job = start(null)) {
            job.processElement(new StreamRecord<>(frame(SHARED, 0, 5)));

            assertThatThrownBy(() -> job.processElement(new StreamRecord<>(frame(SHARED, 0, 1))))
                    .isInstanceOf(SuppressRestartsException.class);
        }
    }

    @Test
    void recordsWithoutAValueEndHere() throws Exception {
        try (var job = start(null)) {
            job.processElement(new StreamRecord<>(TelemetryRecord.empty(SHARED, 0, 0)));
            job.processElement(new StreamRecord<>(frame(SHARED, 0, 1)));

            assertThat(job.extractOutputValues())
                    .extracting(TelemetryRecord::offset)
                    .containsExactly(1L);
        }
    }

    private static TelemetryRecord frame(String topic, int partition, long offset) {
        return new TelemetryRecord(topic, partition, offset, 1, "t|s|o", new byte[1]);
    }

    private static OneInputStreamOperatorTestHarness<TelemetryRecord, TelemetryRecord> start(OperatorSubtaskState state)
            throws Exception {
        return start(state, 1, 0);
    }

    private static OneInputStreamOperatorTestHarness<TelemetryRecord, TelemetryRecord> start(
            OperatorSubtaskState state, int parallelism, int index) throws Exception {
        var job = new OneInputStreamOperatorTestHarness<TelemetryRecord, TelemetryRecord>(
                new KnownTopics(Lookup::new), 16, parallelism, index);
        if (state == null) {
            job.initializeEmptyState();
        } else {
            job.initializeState(state);
        }
        job.open();
        return job;
    }
}
