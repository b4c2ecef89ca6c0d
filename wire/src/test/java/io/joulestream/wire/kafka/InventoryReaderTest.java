package io.joulestream.wire.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.joulestream.wire.InventoryRecord;
import io.joulestream.wire.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class InventoryReaderTest {
    private static final TopicPartition PARTITION = new TopicPartition(Topics.INVENTORY, 0);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final InventoryReader.Site NORTH = new InventoryReader.Site("acme", "north");

    private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
    private InventoryReader reader;
    private long end;

    @BeforeEach
    void start() {
        consumer.updateBeginningOffsets(Map.of(PARTITION, 0L));
        consumer.updateEndOffsets(Map.of(PARTITION, 0L));
        reader = new InventoryReader(consumer);
    }

    @Test
    void anEmptyTopicHasNoSites() {
        assertThat(reader.catchUp(PATIENCE)).isEmpty();
    }

    @Test
    void everyVersionIsReadAndTheOpeningRecordSkipped() {
        append(null);
        append(version(2).encode());
        append(version(1).encode());

        assertThat(reader.catchUp(PATIENCE)).isEqualTo(Map.of(NORTH, List.of(version(1), version(2))));
        assertThat(reader.problems()).isEmpty();
    }

    @Test
    void catchingUpAddsWhatIsNew() {
        append(version(1).encode());
        reader.catchUp(PATIENCE);
        append(version(2).encode());

        assertThat(reader.catchUp(PATIENCE).get(NORTH)).containsExactly(version(1), version(2));
    }

    @Test
    void aBadRecordIsToldAndHidesNoOther() {
        append(new byte[] {1, 2, 3});
        append(version(1).encode());

        assertThat(reader.catchUp(PATIENCE).get(NORTH)).containsExactly(version(1));
        assertThat(reader.problems()).singleElement().asString().startsWith("js.inventory.v1 offset 0: ");
    }

    @Test
    void aVersionNeverChanges() {
        append(version(1).encode());
        append(new InventoryRecord("acme", "north", 1, Instant.EPOCH, "other").encode());

        assertThat(reader.catchUp(PATIENCE).get(NORTH)).containsExactly(version(1));
        assertThat(reader.problems()).hasSize(1);
    }

    @Test
    void anEndThatIsNotReachedIsATimeout() {
        consumer.updateEndOffsets(Map.of(PARTITION, 5L));

        assertThatThrownBy(() -> reader.catchUp(Duration.ofMillis(1)))
                .isInstanceOf(TimeoutException.class)
                .hasMessageContaining("of 5");
    }

    private void append(byte[] value) {
        consumer.addRecord(new ConsumerRecord<>(Topics.INVENTORY, 0, end++, new byte[0], value));
        consumer.updateEndOffsets(Map.of(PARTITION, end));
    }

    private static InventoryRecord version(int number) {
        return new InventoryRecord("acme", "north", number, Instant.EPOCH, "site: north\n");
    }
}
