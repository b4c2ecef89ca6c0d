package io.joulestream.streaming;

import io.joulestream.wire.Topics;
import java.nio.charset.StandardCharsets;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/** Passes a record on as it is; the opening record of a partition, which has no value, says nothing. */
final class ReadTelemetryRecord implements KafkaRecordDeserializationSchema<TelemetryRecord> {
    private static final long serialVersionUID = 1;

    @Override
    public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<TelemetryRecord> out) {
        if (record.value() == null) {
            return;
        }
        String key = record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8);
        out.collect(new TelemetryRecord(
                record.topic(),
                record.partition(),
                record.offset(),
                record.timestamp(),
                key,
                record.value(),
                clockMillis(record.headers().lastHeader(Topics.HEADER_CLOCK_MS))));
    }

    /** What is no number says nothing. */
    private static long clockMillis(Header header) {
        if (header == null || header.value() == null) {
            return TelemetryRecord.CLOCK_UNKNOWN;
        }
        try {
            return Long.parseLong(new String(header.value(), StandardCharsets.UTF_8).strip());
        } catch (NumberFormatException e) {
            return TelemetryRecord.CLOCK_UNKNOWN;
        }
    }

    @Override
    public TypeInformation<TelemetryRecord> getProducedType() {
        return TypeInformation.of(TelemetryRecord.class);
    }
}
