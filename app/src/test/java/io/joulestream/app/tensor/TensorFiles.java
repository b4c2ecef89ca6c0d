package io.joulestream.app.tensor;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Bytes of files as their formats have them, and as they have not. */
public final class TensorFiles {
    private TensorFiles() {}

    /** @param header the JSON, whatever it is; its length is told truly */
    public static byte[] safetensors(String header, byte[] data) {
        byte[] json = header.getBytes(UTF_8);
        return safetensors(json.length, json, data);
    }

    public static byte[] safetensors(long toldLength, byte[] json, byte[] data) {
        return ByteBuffer.allocate(8 + json.length + data.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(toldLength)
                .put(json)
                .put(data)
                .array();
    }

    /** @param version of the format: 1, 2 or 3 */
    public static byte[] npy(int version, String header, byte[] data) {
        byte[] text = header.getBytes(version == 3 ? UTF_8 : ISO_8859_1);
        ByteBuffer file = ByteBuffer.allocate(12 + text.length + data.length).order(ByteOrder.LITTLE_ENDIAN);
        file.put((byte) 0x93)
                .put("NUMPY".getBytes(ISO_8859_1))
                .put((byte) version)
                .put((byte) 0);
        if (version == 1) {
            file.putShort((short) text.length);
        } else {
            file.putInt(text.length);
        }
        file.put(text).put(data);
        byte[] bytes = new byte[file.position()];
        file.flip().get(bytes);
        return bytes;
    }

    public static byte[] npy(String header, byte[] data) {
        return npy(1, header, data);
    }

    public static byte[] floats(float... values) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return bytes.array();
    }
}
