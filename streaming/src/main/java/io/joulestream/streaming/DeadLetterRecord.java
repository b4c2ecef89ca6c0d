package io.joulestream.streaming;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.joulestream.core.ledger.DeadLetter;
import io.joulestream.core.ledger.RejectCode;
import io.joulestream.wire.FrameCodec;
import io.joulestream.wire.Topics;
import java.util.Arrays;
import java.util.List;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;

/** A dead letter as the dead-letter topic carries it: what was refused as the value, why in the headers. */
final class DeadLetterRecord implements KafkaRecordSerializationSchema<DeadLetter> {
    private static final long serialVersionUID = 1;

    @Override
    public ProducerRecord<byte[], byte[]> serialize(DeadLetter letter, KafkaSinkContext context, Long timestamp) {
        if (letter.code().equals(RejectCode.SENTINEL.name())) {
            return null; // counted in the table; there is nothing to send again
        }
        String key = letter.tenant() + "|" + letter.site() + "|" + letter.code();
        List<Header> headers = List.of(
                header(Topics.HEADER_CODE, letter.code()),
                header(Topics.HEADER_DETAIL, letter.detail()),
                header(Topics.HEADER_TOPIC, letter.topic()),
                header(Topics.HEADER_PARTITION, Integer.toString(letter.partition())),
                header(Topics.HEADER_OFFSET, Long.toString(letter.offset())),
                header(Topics.HEADER_SEEN_MS, Long.toString(letter.seenAt().toEpochMilli())),
                header(Topics.HEADER_IDENTITY, letter.identity()));
        return new ProducerRecord<>(
                Topics.DEAD_LETTERS, null, null, key.getBytes(UTF_8), bounded(letter.payload()), headers);
    }

    /** A record too large to be a frame is shown by its beginning: the broker would refuse it whole, for ever. */
    private static byte[] bounded(byte[] payload) {
        return payload.length <= FrameCodec.MAX_BYTES ? payload : Arrays.copyOf(payload, FrameCodec.MAX_BYTES);
    }

    private static Header header(String name, String value) {
        return new RecordHeader(name, value.getBytes(UTF_8));
    }
}
