package io.joulestream.core.state;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Writes state into memory. Not thread-safe. */
public final class StateOutput {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(1024);

    public StateOutput(int version) {
        bytes.write(version);
    }

    /** A number whose magnitude is usually small: 1 to 10 bytes. */
    public void writeNumber(long value) {
        long zigZag = (value << 1) ^ (value >> 63);
        while ((zigZag & ~0x7FL) != 0) {
            bytes.write((int) ((zigZag & 0x7F) | 0x80));
            zigZag >>>= 7;
        }
        bytes.write((int) zigZag);
    }

    /** A number of any magnitude, such as a hash: 8 bytes. */
    public void writeHash(long value) {
        for (int shift = 56; shift >= 0; shift -= 8) {
            bytes.write((int) (value >>> shift));
        }
    }

    public void writeBits(int bits) {
        bytes.write(bits);
    }

    public void writeText(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        writeNumber(utf8.length);
        bytes.writeBytes(utf8);
    }

    public void writeBytes(byte[] some) {
        writeNumber(some.length);
        bytes.writeBytes(some);
    }

    public byte[] toBytes() {
        return bytes.toByteArray();
    }
}
