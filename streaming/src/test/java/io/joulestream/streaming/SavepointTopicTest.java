package io.joulestream.streaming;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.joulestream.streaming.TopicCheck.Present;
import io.joulestream.wire.kafka.InventoryReader.Site;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.runtime.checkpoint.Checkpoints;
import org.apache.flink.runtime.checkpoint.OperatorState;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.checkpoint.metadata.CheckpointMetadata;
import org.apache.flink.runtime.jobgraph.OperatorID;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Savepoints put together of what operators snapshot; the whole job's are read in the tests of backups. */
class SavepointTopicTest {
    private static final String SHARED = "js.telemetry.v1.t";
    private static final String OWN = "js.telemetry.v1.t.s";

    @TempDir
    private Path folder;

    private static class Lookup implements TopicLookup {
        @Override
        public Found look() {
            List<Present> present =
                    List.of(new Present(SHARED, "a", List.of(0L, 0L, 0L)), new Present(OWN, "o", List.of(0L)));
            return new Found(present, new TopicCheck(Set.of(), Map.of(), Set.of(SHARED, OWN)));
        }

        @Override
        public long beginning(TopicPartition partition) {
            return 0;
        }
    }

    @Test
    void ofEachTopicItTellsWhereEverySubtaskGoesOn() throws Exception {
        OperatorState operator = new OperatorState("known topics", "known-topics", new OperatorID(), 2, 16);
        operator.putState(0, snapshot(0, frame(SHARED, 0, 6), frame(SHARED, 0, 7)));
        operator.putState(1, snapshot(1, frame(SHARED, 2, 41)));

        assertThat(SavepointTopic.read(
                        savepoint(new OperatorState("other", "other", new OperatorID(), 1, 16), operator)))
                .containsExactly(
                        new SavepointTopic(SHARED, "a", 3, Map.of(0, 8L, 2, 42L)),
                        new SavepointTopic(OWN, "o", 1, Map.of()));
    }

    /** Backups are kept for long; the file is never written anew. */
    @Test
    void oneThatAnEarlierBuildWroteIsRead() throws Exception {
        assertThat(SavepointTopic.read(Path.of("src/test/resources/golden/known-topics")))
                .containsExactly(
                        new SavepointTopic(SHARED, "a", 3, Map.of(0, 8L, 2, 42L)),
                        new SavepointTopic(OWN, "o", 1, Map.of()));
    }

    /** What the job itself checks when it starts, known before. */
    @Test
    void topicsThatTheJobWouldRefuseAreNamedWithTheirSites() {
        List<SavepointTopic> savepoint = List.of(new SavepointTopic(SHARED, "a", 2, Map.of(0, 8L)));
        Site site = new Site("t", "s");
        List<Present> present =
                List.of(new Present(SHARED, "a", List.of(0L, 0L, 0L)), new Present(OWN, "o", List.of(3L)));

        assertThat(SavepointTopic.mismatches(savepoint, present(present, site)))
                .containsExactly("topic " + OWN
                        + " begins at offset 3 of partition 0, and the job has no state of what was before (sites s)");
        assertThat(SavepointTopic.mismatches(savepoint, present(present.subList(0, 1), site)))
                .containsExactly("topic " + SHARED
                        + " has 3 partitions, and had 2: an owner's frames may have changed their partition (sites s)");
        assertThat(SavepointTopic.mismatches(savepoint, present(present, new Site("t2", "s"))))
                .as("topics that no site's ledger depends on")
                .isEmpty();
    }

    private static TopicLookup present(List<Present> topics, Site site) {
        Set<String> names = topics.stream().map(Present::topic).collect(toSet());
        return new Lookup() {
            @Override
            public Found look() {
                return new Found(topics, new TopicCheck(Set.of(site), Map.of(), names));
            }
        };
    }

    @Test
    void whatIsNoSavepointOfTheJobIsRefused() throws Exception {
        assertThatThrownBy(() -> SavepointTopic.read(folder.resolve("nowhere"))).isInstanceOf(IOException.class);
        Path ofAnother = savepoint(new OperatorState("other", "other", new OperatorID(), 1, 16));
        assertThatThrownBy(() -> SavepointTopic.read(ofAnother))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("is no savepoint of the ledger job");
    }

    @Test
    void oneThatIsCutOffIsRefused() throws Exception {
        OperatorState operator = new OperatorState("known topics", "known-topics", new OperatorID(), 1, 16);
        operator.putState(0, snapshot(0, frame(SHARED, 0, 6)));
        Path savepoint = savepoint(operator);
        byte[] whole = Files.readAllBytes(savepoint.resolve("_metadata"));
        Files.write(savepoint.resolve("_metadata"), Arrays.copyOf(whole, whole.length / 2));

        assertThatThrownBy(() -> SavepointTopic.read(savepoint)).isInstanceOf(IOException.class);
    }

    private static OperatorSubtaskState snapshot(int index, TelemetryRecord... records) throws Exception {
        try (var job = new OneInputStreamOperatorTestHarness<TelemetryRecord, TelemetryRecord>(
                new KnownTopics(Lookup::new), 16, 2, index)) {
            job.initializeEmptyState();
            job.open();
            for (TelemetryRecord record : records) {
                job.processElement(new StreamRecord<>(record));
            }
            return job.snapshot(1, 1);
        }
    }

    private Path savepoint(OperatorState... operators) throws IOException {
        Path savepoint = Files.createDirectory(folder.resolve("savepoint"));
        try (OutputStream out = Files.newOutputStream(savepoint.resolve("_metadata"))) {
            Checkpoints.storeCheckpointMetadata(new CheckpointMetadata(1, List.of(operators), List.of()), out);
        }
        return savepoint;
    }

    private static TelemetryRecord frame(String topic, int partition, long offset) {
        return new TelemetryRecord(topic, partition, offset, 1, "t|s|o", new byte[1]);
    }
}
