package io.joulestream.core.nvfp4;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The golden vectors: CSV rows, JSON documents, and slices of the binary file. */
public final class Golden {
    private static final String FOLDER = "/golden/nvfp4/";

    private Golden() {}

    /** The rows of a CSV file after its header, each as its cells. */
    public static List<String[]> rows(String file) {
        return new String(bytes(file), UTF_8)
                .lines()
                .skip(1)
                .map(line -> line.split(",", -1))
                .toList();
    }

    /** A JSON document; JSON is YAML. */
    public static Object json(String file) {
        LoadSettings settings =
                LoadSettings.builder().setCodePointLimit(10_000_000).build();
        return new Load(settings).loadFromString(new String(bytes(file), UTF_8));
    }

    public static byte[] bytes(String file) {
        try (InputStream in = Golden.class.getResourceAsStream(FOLDER + file)) {
            if (in == null) {
                throw new IllegalStateException("no golden file " + file);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static float value(String hex) {
        return hex.equals("nan") ? Float.NaN : Float.intBitsToFloat(Integer.parseUnsignedInt(hex, 16));
    }

    /** Floats from a list of hex patterns, or from one string of patterns without separators. */
    static float[] values(Object hex) {
        if (hex instanceof List<?> list) {
            float[] values = new float[list.size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = value((String) list.get(i));
            }
            return values;
        }
        String digits = (String) hex;
        float[] values = new float[digits.length() / 8];
        for (int i = 0; i < values.length; i++) {
            values[i] = value(digits.substring(8 * i, 8 * i + 8));
        }
        return values;
    }

    /** The bytes of a slice {offset, bytes, type} of a binary file. */
    public static byte[] slice(byte[] file, Map<String, ?> slice) {
        int offset = (Integer) slice.get("offset");
        return Arrays.copyOfRange(file, offset, offset + (Integer) slice.get("bytes"));
    }

    static float[] floats(byte[] littleEndian) {
        float[] values = new float[littleEndian.length / 4];
        ByteBuffer.wrap(littleEndian)
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer()
                .get(values);
        return values;
    }

    static byte[] littleEndian(float[] values) {
        ByteBuffer buffer = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
        buffer.asFloatBuffer().put(values);
        return buffer.array();
    }

    /** The pattern of a float, every NaN as the same one, so that equal strings are equal results. */
    static String pattern(float value) {
        return String.format("%08x", Float.floatToIntBits(value));
    }

    static List<String> patterns(float[] values) {
        String[] patterns = new String[values.length];
        for (int i = 0; i < values.length; i++) {
            patterns[i] = pattern(values[i]);
        }
        return List.of(patterns);
    }
}
