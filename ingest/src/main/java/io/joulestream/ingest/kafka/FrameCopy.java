package io.joulestream.ingest.kafka;

import io.joulestream.wire.Topics;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;

/**
 * A frame on its way to the topic of a rebuilt site: its bytes and headers as they are, and when it was first stored, so that
 * it is judged by that time again.
 */
final class FrameCopy {
    private FrameCopy() {}

    static String key(ConsumerRecord<byte[], byte[]> record) {
        return record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8);
    }

    /** @param accounted whether the generation before accounts for the frame */
    static List<Header> headers(ConsumerRecord<byte[], byte[]> record, boolean accounted) {
        List<Header> headers = new ArrayList<>();
        for (Header header : record.headers()) {
            if (!header.key().equals(Topics.HEADER_ACCOUNTED)) {
                headers.add(header);
            }
        }
        if (record.headers().lastHeader(Topics.HEADER_APPENDED_MS) == null
                || Topics.generationOf(record.topic()) == 0) {
            headers.removeIf(header -> header.key().equals(Topics.HEADER_APPENDED_MS));
            headers.add(header(Topics.HEADER_APPENDED_MS, Long.toString(record.timestamp())));
        }
        if (accounted) {
            headers.add(header(Topics.HEADER_ACCOUNTED, "1"));
        }
        return headers;
    }

    private static Header header(String name, String value) {
        return new RecordHeader(name, value.getBytes(StandardCharsets.US_ASCII));
    }
}
