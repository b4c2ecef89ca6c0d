package io.joulestream.ingest.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.joulestream.wire.FrameCodec;
import io.joulestream.wire.FrameResult;
import io.joulestream.wire.InventoryRecord;
import io.joulestream.wire.v1.TelemetryFrame;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

class PublishersTest {
    private static final String TOPIC = "js.telemetry.v1.acme.north";
    private static final TelemetryFrame FRAME = TelemetryFrame.newBuilder()
            .setSchemaVersion(1)
            .setTenantId("acme")
            .setSiteId("north")
            .setOwnerId("node-0")
            .setFrameSeq(5)
            .setSlots(1)
            .build();

    @Test
    void aFrameGoesOutUnderItsOwnersKeyWithItsSchema() {
        MockProducer<String, byte[]> kafka = producer(true);

        new FramePublisher(kafka, TOPIC).publish(FRAME);

        ProducerRecord<String, byte[]> sent = kafka.history().get(0);
        assertThat(sent.key()).isEqualTo("acme|north|node-0");
        assertThat(sent.timestamp()).isNull();
        assertThat(new String(sent.headers().lastHeader("js-schema").value(), StandardCharsets.US_ASCII))
                .isEqualTo("telemetry-frame/1");
        assertThat(FrameCodec.decode(sent.value())).isEqualTo(new FrameResult.Decoded(FRAME));
    }

    @Test
    void theHighestOffsetOfEachPartitionIsRemembered() {
        FramePublisher publisher = new FramePublisher(producer(true), TOPIC);
        for (int i = 0; i < 3; i++) {
            publisher.publish(FRAME);
        }

        publisher.flush();

        assertThat(publisher.highestOffsets()).isEqualTo(Map.of(new TopicPartition(TOPIC, 0), 2L));
    }

    @Test
    void theFirstFailureIsThrownByFlushAndEndsPublishing() {
        MockProducer<String, byte[]> kafka = producer(false);
        FramePublisher publisher = new FramePublisher(kafka, TOPIC);
        publisher.publish(FRAME);
        publisher.publish(FRAME);
        kafka.errorNext(new TimeoutException("first"));
        kafka.errorNext(new TimeoutException("second"));

        assertThatThrownBy(publisher::flush)
                .isInstanceOf(PublishException.class)
                .hasMessage("frame 5 of acme|north|node-0 did not reach " + TOPIC + ": first");
        assertThatThrownBy(() -> publisher.publish(FRAME)).isInstanceOf(PublishException.class);
        assertThat(publisher.highestOffsets()).isEmpty();
    }

    @Test
    void anInventoryVersionIsSentOrItsFailureThrown() throws InterruptedException {
        InventoryRecord inventory = new InventoryRecord("acme", "north", 1, Instant.EPOCH, "site: north\n");
        MockProducer<String, byte[]> kafka = producer(true);

        assertThat(new InventoryPublisher(kafka).publish(inventory)).isZero();
        assertThat(kafka.history().get(0).key()).isEqualTo("acme|north|1");
        assertThat(InventoryRecord.decode(kafka.history().get(0).value()))
                .isEqualTo(new InventoryRecord.Result.Decoded(inventory));

        kafka.sendException = new TimeoutException("full");
        assertThatThrownBy(() -> new InventoryPublisher(kafka).publish(inventory))
                .isInstanceOf(PublishException.class)
                .hasMessage("inventory acme|north|1 did not reach js.inventory.v1: full");
    }

    private static MockProducer<String, byte[]> producer(boolean completes) {
        return new MockProducer<>(completes, null, new StringSerializer(), new ByteArraySerializer());
    }
}
