package io.joulestream.ingest.world;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * One Kafka record.
 *
 * @param key tenant|site|owner
 * @param value what should be a frame; not to be written
 * @param clockMillis how far the agent says that its clock is ahead; 0 where it is right or nobody has looked
 */
public record FeedRecord(String key, byte[] value, long clockMillis) {
    /** Of an agent whose clock is right, or unknown. */
    public FeedRecord(String key, byte[] value) {
        this(key, value, 0);
    }

    /**
     * As in a file of records: length (2 bytes) and UTF-8 of the key, length (4 bytes) of the value, the value, and the
     * clock (8 bytes).
     */
    public void write(DataOutputStream out) throws IOException {
        byte[] name = key.getBytes(StandardCharsets.UTF_8);
        out.writeShort(name.length);
        out.write(name);
        out.writeInt(value.length);
        out.write(value);
        out.writeLong(clockMillis);
    }

    /** The next record of a file, or empty at its end. */
    public static Optional<FeedRecord> read(DataInputStream in) throws IOException {
        int first = in.read();
        if (first < 0) {
            return Optional.empty();
        }
        byte[] name = new byte[first << 8 | in.readUnsignedByte()];
        in.readFully(name);
        String key = new String(name, StandardCharsets.UTF_8);
        int length = in.readInt();
        byte[] value = length < 0 ? new byte[0] : in.readNBytes(length);
        if (value.length != length) {
            throw new EOFException("the record of " + key + " has " + value.length + " bytes of " + length);
        }
        return Optional.of(new FeedRecord(key, value, in.readLong()));
    }
}
