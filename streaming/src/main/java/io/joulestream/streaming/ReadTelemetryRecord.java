package io.joulestream.streaming;

import io.joulestream.wire.Topics;
import java.nio.charset.StandardCharsets;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/**
 * Passes a record on as it is; of one without a value, such as a partition's opening record, only its place. On the topic of a
 * rebuilt site a copied frame says when it was first stored.
 */
final class ReadTelemetryRecord implements KafkaRecordDeserializationSchema<TelemetryRecord> {
    private static final long serialVersionUID = 1;

    @Override
    public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<TelemetryRecord> out) {
        if (record.value() == null) {
            out.collect(TelemetryRecord.empty(record.topic(), record.partition(), record.offset()));
            return;
        }
        String key = record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8);
        Header first = record.headers().lastHeader(Topics.HEADER_APPENDED_MS);
        boolean copy = first != null && Topics.generationOf(record.topic()) > 0;
        out.collect(new TelemetryRecord(
                record.topic(),
                record.partition(),
                record.offset(),
                copy ? Math.min(record.timestamp(), number(first, record.timestamp())) : record.timestamp(),
                key,
                record.value(),
                number(record.headers().lastHeader(Topics.HEADER_CLOCK_MS), TelemetryRecord.CLOCK_UNKNOWN),
                record.timestamp(),
                copy && record.headers().lastHeader(Topics.HEADER_ACCOUNTED) != null));
    }

    /** What is no number says nothing. */
    private static long number(Header header, long otherwise) {
        if (header == null || header.value() == null) {
            return otherwise;
        }
        try {
            return Long.parseLong(new String(header.value(), StandardCharsets.UTF_8).strip());
        } catch (NumberFormatException e) {
            return otherwise;
        }
    }

    @Override
    public TypeInformation<TelemetryRecord> getProducedType() {
        return TypeInformation.of(TelemetryRecord.class);
    }
}
