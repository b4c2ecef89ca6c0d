package io.joulestream.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReplayProducerTest {

    @ParameterizedTest
    @CsvSource({
        "js.telemetry.v1.t, 3, 900, h2/r07/node-a01/gpu0, 1, 7, OUT_OF_RANGE",
        "js.telemetry.v1.t.s.g2, 0, 0, '', 0, -1, UNKNOWN_SITE"
    })
    void whatALetterNamesComesBackFromItsProducer(
            String topic, int partition, long offset, String entity, int metric, int slot, String code) {
        ReplayProducer letter = new ReplayProducer(topic, partition, offset, entity, metric, slot, code);

        String producer = letter.producerId();

        assertThat(producer).startsWith("dlq/" + topic + "/").endsWith("/" + code);
        assertThat(ReplayProducer.parse(producer)).contains(letter);
        assertThat(ReplayProducer.ofIdentity(producer.substring(4))).contains(letter);
    }

    @Test
    void anEntityTooLongForAProducerIsNamedByItsHash() {
        String producer = of("e".repeat(256)).producerId();
        String other = of("f".repeat(256)).producerId();

        assertThat(producer).hasSizeLessThanOrEqualTo(256).isNotEqualTo(other);
        assertThat(ReplayProducer.parse(producer)).hasValueSatisfying(letter -> {
            assertThat(letter.offset()).isEqualTo(900);
            assertThat(letter.slot()).isEqualTo(7);
        });
    }

    @ParameterizedTest
    @CsvSource({"agent-7", "dlq/", "dlq/topic/1/2", "dlq/topic/x/2/e/1/0/CODE", "''"})
    void anyOtherProducerIsNoReplay(String producer) {
        assertThat(ReplayProducer.parse(producer)).isEmpty();
    }

    private static ReplayProducer of(String entity) {
        return new ReplayProducer("js.telemetry.v1.t", 3, 900, entity, 1, 7, "OUT_OF_RANGE");
    }
}
