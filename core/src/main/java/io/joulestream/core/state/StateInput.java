package io.joulestream.core.state;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Reads what {@link StateOutput} wrote. Damaged bytes are an {@link IllegalStateException}. Not thread-safe. */
public final class StateInput {
    private final byte[] bytes;
    private final String subject;
    private final int version;
    private int position;

    /**
     * @param subject what the bytes are, for messages
     * @param version the one version this reader knows
     */
    public StateInput(byte[] bytes, String subject, int version) {
        this(bytes, subject, version, version);
    }

    /**
     * @param subject what the bytes are, for messages
     * @param oldest the first version this reader knows
     * @param newest the last one
     */
    public StateInput(byte[] bytes, String subject, int oldest, int newest) {
        this.bytes = bytes;
        this.subject = subject;
        this.version = readBits();
        if (version < oldest || version > newest) {
            String known = oldest == newest ? "" + newest : oldest + " to " + newest;
            throw new IllegalStateException(subject + " is of version " + version + "; this program reads " + known);
        }
    }

    /** The version the bytes were written in. */
    public int version() {
        return version;
    }

    public long readNumber() {
        long zigZag = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            int next = readBits();
            zigZag |= (long) (next & 0x7F) << shift;
            if (next < 0x80) {
                return (zigZag >>> 1) ^ -(zigZag & 1);
            }
        }
        throw damaged();
    }

    public int readInt() {
        return Math.toIntExact(readNumber());
    }

    public long readHash() {
        long value = 0;
        for (int i = 0; i < 8; i++) {
            value = value << 8 | readBits();
        }
        return value;
    }

    public int readBits() {
        if (position >= bytes.length) {
            throw damaged();
        }
        return bytes[position++] & 0xFF;
    }

    public String readText() {
        int length = readInt();
        if (length < 0 || length > bytes.length - position) {
            throw damaged();
        }
        String text = new String(bytes, position, length, StandardCharsets.UTF_8);
        position += length;
        return text;
    }

    public byte[] readBytes() {
        int length = readInt();
        if (length < 0 || length > bytes.length - position) {
            throw damaged();
        }
        byte[] read = Arrays.copyOfRange(bytes, position, position + length);
        position += length;
        return read;
    }

    private IllegalStateException damaged() {
        return new IllegalStateException(subject + " is damaged at byte " + position + " of " + bytes.length);
    }
}
