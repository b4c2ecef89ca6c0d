package io.joulestream.streaming;

import io.joulestream.wire.ReplayProducer;
import io.joulestream.wire.Topics;
import java.util.Optional;

/**
 * Where a refused thing first stood, which is its identity. For a dead letter that was sent again that is not the record
 * which brings it now, but the one of which the letter tells: refused once more for the same reason, it is the same
 * letter, however often it is sent.
 *
 * @param slot of the one sample that was sent again; -1 where slots are those of the frame itself
 */
record Place(String topic, int partition, long offset, int slot) {
    private static final int OF_FRAME = -1;

    static Place of(TelemetryRecord record) {
        return new Place(record.topic(), record.partition(), record.offset(), OF_FRAME);
    }

    /** @param tenant to whom the frame belongs; an identity on another tenant's topic is not believed */
    static Place of(TelemetryRecord record, String producer, String tenant) {
        Optional<ReplayProducer> replay = ReplayProducer.parse(producer);
        boolean own = replay.flatMap(of -> Topics.parse(of.topic()))
                .map(topic -> topic.tenant().equals(tenant))
                .orElse(false);
        if (!own) {
            return of(record);
        }
        return new Place(
                replay.get().topic(),
                replay.get().partition(),
                replay.get().offset(),
                replay.get().slot());
    }

    /** The slot that a dead letter names. */
    int slotOf(int slotInFrame, int slotsInFrame) {
        return slot >= 0 && slotInFrame == 0 && slotsInFrame == 1 ? slot : slotInFrame;
    }
}
