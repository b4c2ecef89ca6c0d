package io.joulestream.streaming;

import io.joulestream.core.state.StateInput;
import io.joulestream.core.state.StateOutput;
import io.joulestream.wire.Topics;
import io.joulestream.wire.kafka.InventoryReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
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
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Properties kafka;

    private transient ListState<byte[]> state;
    private transient Map<String, TopicCheck.Known> known;
    /** How far this subtask has read. */
    private transient Map<TopicPartition, Long> next;

    KnownTopics(Properties kafka) {
        this.kafka = kafka;
    }

    @Override
    public void initializeState(StateInitializationContext context) throws Exception {
        super.initializeState(context);
        state = context.getOperatorStateStore()
                .getUnionListState(new ListStateDescriptor<>(
                        "known-topics", PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO));
        known = new TreeMap<>();
        next = new HashMap<>();
        for (byte[] bytes : state.get()) {
            restore(bytes);
        }
        boolean fromBeforeThisOperator = context.isRestored() && known.isEmpty();
        meet(fromBeforeThisOperator);
    }

    @Override
    public void processElement(StreamRecord<TelemetryRecord> element) throws Exception {
        TelemetryRecord record = element.getValue();
        TopicPartition partition = new TopicPartition(record.topic(), record.partition());
        TopicCheck.Known topic = known.get(record.topic());
        if (topic == null) {
            meet(false);
            topic = known.get(record.topic());
        }
        Long expected = next.put(partition, record.offset() + 1);
        if (topic == null
                || record.partition() >= topic.partitions()
                || expected != null && record.offset() < expected) {
            refuse(List.of("topic " + record.topic() + " was deleted, made anew or given more partitions while the job "
                    + "read it; use: joulestream site rebuild SITE --from TIME --state-lost"));
        }
        if (expected != null && record.offset() > expected && beginning(partition) > expected) {
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

    /** The first offset that is still there. A gap after it is the broker's own, such as a transaction's end. */
    private long beginning(TopicPartition partition) throws Exception {
        try (Admin admin = Admin.create(kafka)) {
            return admin.listOffsets(Map.of(partition, OffsetSpec.earliest()))
                    .partitionResult(partition)
                    .get()
                    .offset();
        }
    }

    /** Looks at all telemetry topics; from then on they are known. */
    private void meet(boolean unchecked) throws Exception {
        try (Admin admin = Admin.create(kafka)) {
            List<TopicCheck.Present> present = present(admin);
            if (!unchecked) {
                refuse(check(present).problems(present, withProgress()));
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

    private TopicCheck check(List<TopicCheck.Present> present) {
        Set<String> names = new HashSet<>();
        present.forEach(topic -> names.add(topic.topic()));
        Map<String, Object> settings = new HashMap<>();
        kafka.forEach((key, value) -> settings.put(key.toString(), value));
        try (InventoryReader inventory = new InventoryReader(settings)) {
            return new TopicCheck(inventory.catchUp(PATIENCE).keySet(), inventory.generations(), names);
        }
    }

    private static List<TopicCheck.Present> present(Admin admin) throws InterruptedException {
        try {
            List<String> names = admin.listTopics().names().get().stream()
                    .filter(name -> Topics.parse(name).isPresent())
                    .sorted()
                    .toList();
            List<TopicCheck.Present> present = new ArrayList<>();
            for (TopicDescription topic :
                    admin.describeTopics(names).allTopicNames().get().values()) {
                Map<TopicPartition, OffsetSpec> earliest = new HashMap<>();
                for (int i = 0; i < topic.partitions().size(); i++) {
                    earliest.put(new TopicPartition(topic.name(), i), OffsetSpec.earliest());
                }
                Map<TopicPartition, ListOffsetsResultInfo> offsets =
                        admin.listOffsets(earliest).all().get();
                List<Long> beginnings = new ArrayList<>();
                for (int i = 0; i < topic.partitions().size(); i++) {
                    beginnings.add(
                            offsets.get(new TopicPartition(topic.name(), i)).offset());
                }
                present.add(new TopicCheck.Present(topic.name(), topic.topicId().toString(), beginnings));
            }
            return present;
        } catch (ExecutionException e) {
            throw new KafkaException(
                    "topics cannot be looked at: " + e.getCause().getMessage(), e.getCause());
        }
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

    private void restore(byte[] bytes) {
        StateInput in = new StateInput(bytes, "known topics", VERSION);
        String name = in.readText();
        String id = in.readText();
        int partitions = in.readInt();
        Map<Integer, Long> read = new TreeMap<>();
        TopicCheck.Known other = known.get(name);
        if (other != null) {
            read.putAll(other.next());
        }
        for (long left = in.readNumber(); left > 0; left--) {
            int partition = in.readInt();
            read.merge(partition, in.readNumber(), Math::max);
        }
        known.put(name, new TopicCheck.Known(id, partitions, read));
    }
}
