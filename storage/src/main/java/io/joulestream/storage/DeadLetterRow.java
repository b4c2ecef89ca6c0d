package io.joulestream.storage;

import io.joulestream.core.ledger.DeadLetter;
import java.util.Arrays;
import java.util.List;

/** {@code dead_letter}. What was refused once stays as it was first seen. */
final class DeadLetterRow implements RowShape<DeadLetter> {
    static final int MAX_PAYLOAD_BYTES = 1 << 16;
    static final int MAX_TEXT_CHARS = 1_000;

    @Override
    public String table() {
        return "dead_letter";
    }

    @Override
    public List<String> key() {
        return List.of("identity_sha256");
    }

    @Override
    public List<String> values() {
        return List.of(
                "seen_at",
                "topic_offset",
                "topic_partition",
                "metric",
                "slot",
                "payload_length_b",
                "topic",
                "tenant",
                "site",
                "entity",
                "code",
                "detail",
                "payload");
    }

    @Override
    public Object identity(DeadLetter row) {
        return row.identity();
    }

    @Override
    public void want(DeadLetter row, NameIds names) {}

    @Override
    public void encode(DeadLetter row, NameIds names, BinaryRows out) {
        out.bytes(Text.sha256(row.identity()))
                .instant(row.seenAt())
                .int8(row.offset())
                .int4(row.partition())
                .int4(row.metric())
                .int4(row.slot())
                .int4(row.payload().length)
                .text(row.topic())
                .text(Text.atMost(MAX_TEXT_CHARS, row.tenant()))
                .text(Text.atMost(MAX_TEXT_CHARS, row.site()))
                .text(Text.atMost(MAX_TEXT_CHARS, row.entity()))
                .text(row.code())
                .text(Text.atMost(MAX_TEXT_CHARS, row.detail()))
                .bytes(
                        row.payload().length <= MAX_PAYLOAD_BYTES
                                ? row.payload()
                                : Arrays.copyOf(row.payload(), MAX_PAYLOAD_BYTES));
    }

    @Override
    public DeadLetter keep(DeadLetter earlier, DeadLetter later) {
        return earlier;
    }

    @Override
    public boolean replaces() {
        return false;
    }
}
