package io.joulestream.core.state;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes state into memory. Not thread-safe. */
public final class StateOutput {
    private byte[] bytes = new byte[1024];
    private int size;

    public StateOutput(int version) {
        write(version);
    }

    private void write(int octet) {
        if (size == bytes.length) {
            bytes = Arrays.copyOf(bytes, 2 * size);
        }
        bytes[size++] = (byte) octet;
    }

    private void write(byte[] some) {
        if (size + some.length > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, size + some.length));
        }
        System.arraycopy(some, 0, bytes, size, some.length);
        size += some.length;
    }

    /** A number whose magnitude is usually small: 1 to 10 bytes. */
    public void writeNumber(long value) {
        long zigZag = (value << 1) ^ (value >> 63);
        while ((zigZag & ~0x7FL) != 0) {
            write((int) ((zigZag & 0x7F) | 0x80));
            zigZag >>>= 7;
        }
        write((int) zigZag);
    }

    /** A number of any magnitude, such as a hash: 8 bytes. */
    public void writeHash(long value) {
        for (int shift = 56; shift >= 0; shift -= 8) {
            write((int) (value >>> shift));
        }
    }

    public void writeBits(int bits) {
        write(bits);
    }

    public void writeText(String text) {
        writeBytes(text.getBytes(StandardCharsets.UTF_8));
    }

    public void writeBytes(byte[] some) {
        writeNumber(some.length);
        write(some);
    }

    public byte[] toBytes() {
        return Arrays.copyOf(bytes, size);
    }
}
