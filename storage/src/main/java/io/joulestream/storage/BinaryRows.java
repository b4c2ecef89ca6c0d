package io.joulestream.storage;

import io.joulestream.core.ledger.EnergyBuckets;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Arrays;
import org.postgresql.copy.CopyIn;

/** Rows in PostgreSQL's binary COPY format. An instant is written as microseconds: no time zone takes part. */
final class BinaryRows {
    private static final byte[] SIGNATURE = {'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xff, '\r', '\n', 0};
    private static final long POSTGRES_EPOCH_SECONDS =
            Instant.parse("2000-01-01T00:00:00Z").getEpochSecond();

    private final int fields;
    private ByteBuffer buffer = ByteBuffer.allocate(1 << 17);

    BinaryRows(int fields) {
        this.fields = fields;
        buffer.put(SIGNATURE).putInt(0).putInt(0);
    }

    int size() {
        return buffer.position();
    }

    void beginRow() {
        room(2).putShort((short) fields);
    }

    void end() {
        room(2).putShort((short) -1);
    }

    BinaryRows int8(long value) {
        room(12).putInt(8).putLong(value);
        return this;
    }

    BinaryRows int8OrNull(Long value) {
        if (value != null) {
            return int8(value);
        }
        room(4).putInt(-1);
        return this;
    }

    BinaryRows int4(int value) {
        room(8).putInt(4).putInt(value);
        return this;
    }

    BinaryRows bool(boolean value) {
        room(5).putInt(1).put((byte) (value ? 1 : 0));
        return this;
    }

    /** Three columns: measured, bridged, estimated. */
    BinaryRows energy(EnergyBuckets energy) {
        return int8(energy.measuredMicrojoules())
                .int8(energy.bridgedMicrojoules())
                .int8(energy.estimatedMicrojoules());
    }

    /** Rounded down to a microsecond, which is what the database keeps. */
    BinaryRows instant(Instant value) {
        long seconds = Math.subtractExact(value.getEpochSecond(), POSTGRES_EPOCH_SECONDS);
        return int8(Math.addExact(Math.multiplyExact(seconds, 1_000_000L), value.getNano() / 1_000));
    }

    BinaryRows text(String value) {
        return bytes(Text.storable(value).getBytes(StandardCharsets.UTF_8));
    }

    BinaryRows bytes(byte[] value) {
        room(4 + value.length).putInt(value.length).put(value);
        return this;
    }

    void drainTo(CopyIn copy) throws SQLException {
        copy.writeToCopy(buffer.array(), 0, buffer.position());
        buffer.clear();
    }

    private ByteBuffer room(int bytes) {
        if (buffer.remaining() < bytes) {
            int position = buffer.position();
            int capacity = Math.max(Math.multiplyExact(buffer.capacity(), 2), Math.addExact(position, bytes));
            buffer = ByteBuffer.wrap(Arrays.copyOf(buffer.array(), capacity)).position(position);
        }
        return buffer;
    }
}
