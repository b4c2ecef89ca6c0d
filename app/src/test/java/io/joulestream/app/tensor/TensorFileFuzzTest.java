package io.joulestream.app.tensor;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Valid files with some of their bytes changed. Whatever comes of it, it is a tensor that lies within the file or a refusal, and
 * costs little memory.
 *
 * <p>Two seconds each in a build: {@code mvn -pl app -am test -Dtest=TensorFileFuzzTest -Dfuzz.seconds=300} for longer,
 * {@code -Dseed=N} for one that failed.
 */
class TensorFileFuzzTest {
    private static final long SEED = Long.getLong("seed", 53);
    private static final Duration TIME = Duration.ofSeconds(Long.getLong("fuzz.seconds", 2));
    private static final long MOST_ALLOCATED = 4 << 20;

    private static final byte[] SAFETENSORS = TensorFiles.safetensors(
            "{\"__metadata__\":{\"format\":\"pt\"},\"a.weight\":{\"dtype\":\"F32\",\"shape\":[2,4],\"data_offsets\":[0,32]},"
                    + "\"b\":{\"dtype\":\"BF16\",\"shape\":[3],\"data_offsets\":[32,38]},"
                    + "\"c\":{\"dtype\":\"I8\",\"shape\":[],\"data_offsets\":[38,39]}}",
            new byte[39]);
    private static final byte[] NPY =
            TensorFiles.npy("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 4), }          \n", new byte[32]);

    /** What tells a parser the most. */
    private static final List<String> WORDS = List.of(
            "{",
            "}",
            "[",
            "]",
            "(",
            ")",
            ",",
            ":",
            "\"",
            "'",
            "\\u0000",
            "\\",
            "-",
            "0",
            "1",
            "e9",
            "9223372036854775807",
            "18446744073709551616",
            "1152921504606846976",
            "null",
            "true",
            "__metadata__",
            "shape",
            "dtype",
            "data_offsets",
            "F32",
            "BF16",
            "F4",
            "<f4",
            "<f2",
            "<V2",
            "True",
            "\u00ff\u00fe",
            "\u0000",
            "[[[[[[[[",
            "{\"a\":{\"a\":{\"a\":");

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"x.safetensors", "x.npy"})
    void aChangedFileIsReadOrRefusedAndNothingElse(String name) throws IOException {
        byte[] valid = name.endsWith(".npy") ? NPY : SAFETENSORS;
        ThreadMXBean thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        Random random = new Random(SEED);
        Path path = folder.resolve(name);
        long end = System.nanoTime() + TIME.toNanos();
        int read = 0;
        int refused = 0;

        while (System.nanoTime() < end) {
            byte[] bytes = changed(valid, random);
            Files.write(path, bytes);
            long before = thread.getCurrentThreadAllocatedBytes();
            try {
                for (StoredTensor tensor : TensorFile.read(path).tensors()) {
                    assertThat(tensor.offset()).isBetween(0L, (long) bytes.length);
                    assertThat(tensor.bytes()).isBetween(0L, bytes.length - tensor.offset());
                    assertThat(tensor.rows() * tensor.cols()).isNotNegative();
                }
                read++;
            } catch (RefusedTensorException e) {
                assertThat(e.getMessage()).isNotBlank().isEqualTo(Printable.of(e.getMessage()));
                refused++;
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("seed " + SEED + ", file " + new String(bytes, ISO_8859_1), e);
            }
            assertThat(thread.getCurrentThreadAllocatedBytes() - before)
                    .as("seed %s, file %s", SEED, new String(bytes, ISO_8859_1))
                    .isLessThan(MOST_ALLOCATED);
        }

        // the changes are small enough that some files stay whole, and large enough that most do not
        assertThat(read).isPositive();
        assertThat(refused).isGreaterThan(read);
    }

    private static byte[] changed(byte[] valid, RandomGenerator random) {
        byte[] bytes = valid.clone();
        for (int change = random.nextInt(1, 4); change > 0; change--) {
            int at = random.nextInt(bytes.length + 1);
            bytes = switch (random.nextInt(6)) {
                case 0 -> with(bytes, at, Math.min(bytes.length, at + 1), new byte[] {(byte) random.nextInt()});
                case 1 -> withBitFlipped(bytes, random.nextInt(8 * bytes.length + 1));
                case 2 ->
                    with(bytes, at, at, WORDS.get(random.nextInt(WORDS.size())).getBytes(ISO_8859_1));
                case 3 -> with(bytes, at, Math.min(bytes.length, at + random.nextInt(12)), new byte[0]);
                case 4 -> {
                    int to = Math.min(bytes.length, at + random.nextInt(60));
                    yield with(bytes, at, at, Arrays.copyOfRange(bytes, at, to));
                }
                default -> Arrays.copyOf(bytes, at);
            };
        }
        return bytes;
    }

    /** @param bit may lie behind the last */
    private static byte[] withBitFlipped(byte[] bytes, int bit) {
        byte[] result = Arrays.copyOf(bytes, Math.max(bytes.length, bit / 8 + 1));
        result[bit / 8] ^= (byte) (1 << bit % 8);
        return result;
    }

    private static byte[] with(byte[] bytes, int from, int to, byte[] between) {
        byte[] result = new byte[bytes.length - (to - from) + between.length];
        System.arraycopy(bytes, 0, result, 0, from);
        System.arraycopy(between, 0, result, from, between.length);
        System.arraycopy(bytes, to, result, from + between.length, bytes.length - to);
        return result;
    }
}
