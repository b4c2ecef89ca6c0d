package io.joulestream.streaming;

import io.joulestream.core.state.StateInput;
import io.joulestream.core.state.StateOutput;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Stands right behind the source and ends the job, for good, where its state and the topics do not belong together: see
 * {@link TopicCheck}. Before the first record, and at the first record of a topic that comes later.
 *
 * <p>State: of each topic its id, its partitions and how far they were read, as a list that every subtask sees whole.
 */
final class KnownTopics extends AbstractStreamOperator<TelemetryRecord>
        implements OneInputStreamOperator<TelemetryRecord, TelemetryRecord> {
    private static final long serialVersionUID = 1;
    private static final int VERSION = 1;

    static final ListStateDescriptor<byte[]> STATE =
            new ListStateDescriptor<>("known-topics", PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);

    private final TopicLookup.Opener opener;

    private transient TopicLookup topics;
    private transient ListState<byte[]> state;
    private transient Map<String, TopicCheck.Known> known;
    /** How far this subtask has read. */
    private transient Map<TopicPartition, Long> next;

    KnownTopics(TopicLookup.Opener opener) {
        this.opener = opener;
    }

    @Override
    public void initializeState(StateInitializationContext context) throws Exception {
        super.initializeState(context);
        state = context.getOperatorStateStore().getUnionListState(STATE);
        topics = opener.open();
        known = merged(state.get());
        next = new HashMap<>();
        boolean fromBeforeThisOperator = context.isRestored() && known.isEmpty();
        meet(fromBeforeThisOperator, true);
    }

    @Override
    public void processElement(StreamRecord<TelemetryRecord> element) throws Exception {
        TelemetryRecord record = element.getValue();
        TopicPartition partition = new TopicPartition(record.topic(), record.partition());
        TopicCheck.Known topic = known.get(record.topic());
        if (topic == null) {
            meet(false, false);
            topic = known.get(record.topic());
        }
        Long expected = next.put(partition, record.offset() + 1);
        if (topic == null
                || record.partition() >= topic.partitions()
                || expected != null && record.offset() < expected) {
            refuse(List.of("topic " + record.topic() + " was deleted, made anew or given more partitions while the job "
                    + "read it; use: joulestream site rebuild SITE --from TIME --state-lost"));
        }
        if (expected != null && record.offset() > expected && topics.beginning(partition) > expected) {
            refuse(List.of(
                    "topic " + record.topic() + " no longer holds what follows offset " + expected + " of partition "
                            + record.partition()
                            + ": it was deleted before it was read; use: joulestream site rebuild SITE --from "
                            + "TIME --state-lost"));
        }
        if (!record.isEmpty()) {
            output.collect(element);
        }
    }

    /** Looks at the telemetry topics that are new to this subtask, at the start at all; from then on they are known. */
    private void meet(boolean unchecked, boolean all) {
        TopicLookup.Found found = topics.look();
        List<TopicCheck.Present> present = found.topics().stream()
                .filter(topic -> all || !known.containsKey(topic.topic()))
                .toList();
        if (!unchecked) {
            refuse(found.check().problems(present, withProgress()));
        }
        for (TopicCheck.Present topic : present) {
            TopicCheck.Known before = known.get(topic.topic());
            if (before == null || !before.id().equals(topic.id())) {
                next.keySet().removeIf(partition -> partition.topic().equals(topic.topic()));
                known.put(
                        topic.topic(),
                        new TopicCheck.Known(topic.id(), topic.beginnings().size(), Map.of()));
            }
        }
    }

    private Map<String, TopicCheck.Known> withProgress() {
        Map<String, TopicCheck.Known> all = new TreeMap<>();
        known.forEach((name, topic) -> {
            Map<Integer, Long> read = new TreeMap<>(topic.next());
            next.forEach((partition, offset) -> {
                if (partition.topic().equals(name)) {
                    read.merge(partition.partition(), offset, Math::max);
                }
            });
            all.put(name, new TopicCheck.Known(topic.id(), topic.partitions(), read));
        });
        return all;
    }

    private static void refuse(List<String> problems) {
        if (!problems.isEmpty()) {
            throw new SuppressRestartsException(
                    new IllegalStateException("the ledger job refuses to start: " + String.join("; ", problems)));
        }
    }

    @Override
    public void snapshotState(StateSnapshotContext context) throws Exception {
        super.snapshotState(context);
        List<byte[]> entries = new ArrayList<>();
        withProgress().forEach((name, topic) -> {
            StateOutput out = new StateOutput(VERSION);
            out.writeText(name);
            out.writeText(topic.id());
            out.writeNumber(topic.partitions());
            Map<Integer, Long> mine = topic.next();
            out.writeNumber(mine.size());
            mine.forEach((partition, offset) -> {
                out.writeNumber(partition);
                out.writeNumber(offset);
            });
            entries.add(out.toBytes());
        });
        state.update(entries);
    }

    /** What the entries of all subtasks tell together, by topic. */
    static Map<String, TopicCheck.Known> merged(Iterable<byte[]> entries) {
        Map<String, TopicCheck.Known> topics = new TreeMap<>();
        for (byte[] bytes : entries) {
            StateInput in = new StateInput(bytes, "known topics", VERSION);
            String name = in.readText();
            String id = in.readText();
            int partitions = in.readInt();
            Map<Integer, Long> read = new TreeMap<>();
            TopicCheck.Known other = topics.get(name);
            if (other != null) {
                read.putAll(other.next());
            }
            for (long left = in.readNumber(); left > 0; left--) {
                int partition = in.readInt();
                read.merge(partition, in.readNumber(), Math::max);
            }
            topics.put(name, new TopicCheck.Known(id, partitions, read));
        }
        return topics;
    }
}
