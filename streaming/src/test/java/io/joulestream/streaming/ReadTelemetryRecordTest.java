package io.joulestream.streaming;

import static org.assertj.core.api.Assertions.assertThat;

import io.joulestream.wire.Topics;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReadTelemetryRecordTest {

    @ParameterizedTest
    @CsvSource({"-2500, -2500", "' 17 ', 17", "later, -9223372036854775808", "'', -9223372036854775808"})
    void theSendersClockComesFromItsHeaderAndWhatIsNoNumberSaysNothing(String header, long clock) {
        TelemetryRecord read = read(new byte[] {1}, header).get(0);

        assertThat(read.clockMillis()).isEqualTo(clock);
        assertThat(read.offset()).isEqualTo(9);
        assertThat(read.appendedMillis()).isEqualTo(1_000);
    }

    @Test
    void aRecordWithoutTheHeaderSaysNothingOfItsClock() {
        assertThat(read(new byte[] {1}, null).get(0).clockMillis()).isEqualTo(TelemetryRecord.CLOCK_UNKNOWN);
    }

    @Test
    void aRecordWithoutAValueSaysOnlyHowFarItsPartitionWasRead() {
        TelemetryRecord read = read(null, null).get(0);

        assertThat(read.isEmpty()).isTrue();
        assertThat(read.topic()).isEqualTo("js.telemetry.v1.t");
        assertThat(read.offset()).isEqualTo(9);
        assertThat(read(new byte[0], null).get(0).isEmpty()).isFalse();
    }

    private static List<TelemetryRecord> read(byte[] value, String clock) {
        RecordHeaders headers = new RecordHeaders();
        if (clock != null) {
            headers.add(Topics.HEADER_CLOCK_MS, clock.getBytes(StandardCharsets.UTF_8));
        }
        List<TelemetryRecord> read = new ArrayList<>();
        Collector<TelemetryRecord> collector = new Collector<>() {
            @Override
            public void collect(TelemetryRecord record) {
                read.add(record);
            }

            @Override
            public void close() {}
        };
        new ReadTelemetryRecord()
                .deserialize(
                        new ConsumerRecord<>(
                                "js.telemetry.v1.t",
                                0,
                                9,
                                1_000,
                                TimestampType.LOG_APPEND_TIME,
                                3,
                                1,
                                "t|s|o".getBytes(StandardCharsets.UTF_8),
                                value,
                                headers,
                                Optional.empty()),
                        collector);
        return read;
    }
}
