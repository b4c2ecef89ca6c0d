package io.joulestream.core.ledger;

import java.time.Instant;

/**
 * One refused frame or sample. Identity: (topic, partition, offset, entity, metric, slot, code), so that a replay counts
 * nothing twice.
 *
 * @param tenant empty when not known, as for bytes that do not decode
 * @param entity empty for a whole frame
 * @param metric 0 for a whole frame
 * @param slot -1 for a whole frame
 * @param code name of a {@link RejectCode}
 * @param detail what was found and what was expected, in one line
 * @param seenAt the broker's append time of the record
 * @param payload the record's bytes, or a frame that holds only the refused sample
 */
public record DeadLetter(
        String topic,
        int partition,
        long offset,
        String tenant,
        String site,
        String entity,
        int metric,
        int slot,
        String code,
        String detail,
        Instant seenAt,
        byte[] payload) {
    public String identity() {
        return String.join("/", topic, "" + partition, "" + offset, entity, "" + metric, "" + slot, code);
    }
}
