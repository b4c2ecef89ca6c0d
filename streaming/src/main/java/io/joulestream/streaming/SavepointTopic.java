package io.joulestream.streaming;

import static java.util.Comparator.comparing;

import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.apache.flink.api.common.ExecutionConfig;
import org.apache.flink.core.fs.CloseableRegistry;
import org.apache.flink.runtime.checkpoint.Checkpoints;
import org.apache.flink.runtime.checkpoint.OperatorState;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.checkpoint.metadata.CheckpointMetadata;
import org.apache.flink.runtime.state.CompletedCheckpointStorageLocation;
import org.apache.flink.runtime.state.DefaultOperatorStateBackendBuilder;
import org.apache.flink.runtime.state.OperatorStateBackend;
import org.apache.flink.runtime.state.OperatorStateHandle;
import org.apache.flink.runtime.state.filesystem.AbstractFsCheckpointStorageAccess;

/**
 * A topic as a savepoint of the ledger job knows it.
 *
 * @param id the broker's
 * @param next the offset that the job reads next, by partition; a partition of which it has read nothing is not named
 */
public record SavepointTopic(String name, String id, int partitions, Map<Integer, Long> next) {
    public SavepointTopic {
        next = Map.copyOf(next);
    }

    /**
     * The topics of a savepoint, by name. It is opened as Flink opens it, without a job.
     *
     * @param savepoint a folder of this machine
     * @throws IOException if it is no savepoint, not whole, or not one of the ledger job; the message is one line
     */
    public static List<SavepointTopic> read(Path savepoint) throws IOException {
        List<OperatorStateHandle> handles = handles(savepoint);
        if (handles.isEmpty()) {
            throw new IOException(
                    savepoint + " is no savepoint of the ledger job, or one of before it kept its topics");
        }
        try (CloseableRegistry open = new CloseableRegistry();
                OperatorStateBackend state = new DefaultOperatorStateBackendBuilder(
                                loader(), new ExecutionConfig(), false, handles, open)
                        .build()) {
            List<SavepointTopic> topics = new ArrayList<>();
            KnownTopics.merged(state.getUnionListState(KnownTopics.STATE).get())
                    .forEach((name, topic) ->
                            topics.add(new SavepointTopic(name, topic.id(), topic.partitions(), topic.next())));
            topics.sort(comparing(SavepointTopic::name));
            return topics;
        } catch (IOException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException("the topics of savepoint " + savepoint + " cannot be read: " + e.getMessage(), e);
        }
    }

    /**
     * Why the job would refuse to go on from a savepoint with the topics that there are now, one line per topic.
     *
     * @param kafka the client's connection
     */
    public static List<String> mismatches(List<SavepointTopic> savepoint, Map<String, Object> kafka) {
        Properties properties = new Properties();
        properties.putAll(kafka);
        return mismatches(savepoint, new KafkaTopics(properties));
    }

    static List<String> mismatches(List<SavepointTopic> savepoint, TopicLookup topics) {
        Map<String, TopicCheck.Known> known = new TreeMap<>();
        savepoint.forEach(
                topic -> known.put(topic.name(), new TopicCheck.Known(topic.id(), topic.partitions(), topic.next())));
        TopicLookup.Found found = topics.look();
        return found.check().mismatches(found.topics(), known).stream()
                .map(mismatch -> mismatch.what() + " (sites " + String.join(", ", mismatch.sites()) + ")")
                .toList();
    }

    /** Where the subtasks of {@link KnownTopics} keep what they know. */
    private static List<OperatorStateHandle> handles(Path savepoint) throws IOException {
        CompletedCheckpointStorageLocation location =
                AbstractFsCheckpointStorageAccess.resolveCheckpointPointer(FlinkFolder.uri(savepoint));
        try (DataInputStream in =
                new DataInputStream(location.getMetadataHandle().openInputStream())) {
            CheckpointMetadata metadata =
                    Checkpoints.loadCheckpointMetadata(in, loader(), location.getExternalPointer());
            List<OperatorStateHandle> handles = new ArrayList<>();
            for (OperatorState operator : metadata.getOperatorStates()) {
                for (OperatorSubtaskState subtask : operator.getStates()) {
                    subtask.getManagedOperatorState().stream()
                            .filter(handle ->
                                    handle.getStateNameToPartitionOffsets().containsKey(KnownTopics.STATE.getName()))
                            .forEach(handles::add);
                }
            }
            return handles;
        }
    }

    private static ClassLoader loader() {
        return SavepointTopic.class.getClassLoader();
    }
}
