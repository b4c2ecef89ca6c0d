package io.joulestream.core.nvfp4;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What an NVIDIA H200 gave: tables of its conversions, digests of what Transformer Engine made of tensors, and tensors of a
 * training step. How they were made: docs/nvfp4.md and bench/gpu.
 */
final class H200 {
    /** Whether everything is compared, which takes minutes; a build compares a part. */
    static final boolean ALL = Boolean.getBoolean("h200.all");

    private static final String FOLDER = "/captures/h200/";
    private static final Map<String, String> DIGESTS = lines("digests.sha256").stream()
            .map(line -> line.split("  "))
            .collect(Collectors.toMap(cells -> cells[1], cells -> cells[0]));

    private H200() {}

    /** The rows of a table after its header, each as its cells. */
    static List<String[]> rows(String table) {
        return lines(table).stream().skip(1).map(line -> line.split(",")).toList();
    }

    /** A tensor of a training step, 256 x 512 numbers in BF16: x, w or dy. */
    static float[] captured(String name) {
        ByteBuffer patterns = ByteBuffer.wrap(bytes(name + ".bf16")).order(ByteOrder.LITTLE_ENDIAN);
        float[] x = new float[patterns.capacity() / 2];
        for (int i = 0; i < x.length; i++) {
            x[i] = Bf16.decode(patterns.getShort());
        }
        return x;
    }

    /** The numbers that were generated on the GPU as well, and have the same digest; in BF16, rounded after that. */
    static float[] generated(GeneratedTensor tensor, ElementType type) {
        float[] x = tensor.elements();
        assertDigest(tensor + ".input", Golden.littleEndian(x));
        if (type == ElementType.BF16) {
            for (int i = 0; i < x.length; i++) {
                x[i] = Bf16.round(x[i]);
            }
        }
        return x;
    }

    static void assertSame(String name, Quantised quantised) {
        assertSame(name, quantised.codes(), quantised.scales());
    }

    static void assertSame(String name, byte[] codes, byte[] scales) {
        assertDigest(name + ".scales", scales);
        assertDigest(name + ".codes", codes);
    }

    static void assertDigest(String name, byte[] bytes) {
        assertThat(sha256(bytes)).as(name).isEqualTo(DIGESTS.get(name));
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<String> lines(String file) {
        return new String(bytes("reference/" + file), UTF_8).lines().toList();
    }

    private static byte[] bytes(String file) {
        try (InputStream in = H200.class.getResourceAsStream(FOLDER + file)) {
            if (in == null) {
                throw new IllegalStateException("no capture " + file);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
