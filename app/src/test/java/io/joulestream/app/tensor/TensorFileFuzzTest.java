package io.joulestream.app.tensor;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Valid files with some of their bytes changed. Whatever comes of it, it is a tensor that lies within the file or a refusal, and
 * costs little memory. Three in four tell the length of their changed header truly, and numbers and lists are changed as
 * such, so that every check has something to refuse.
 *
 * <p>Two seconds each in a build: {@code mvn -pl app -am test -Dtest=TensorFileFuzzTest -Dfuzz.seconds=300} for longer,
 * {@code -Dseed=N} for one that failed.
 */
class TensorFileFuzzTest {
    private static final long SEED = Long.getLong("seed", 53);
    private static final Duration TIME = Duration.ofSeconds(Long.getLong("fuzz.seconds", 2));
    private static final long MOST_ALLOCATED = 4 << 20;
    /** So many files load classes, which takes memory once. */
    private static final int LOADING = 100;

    private static final byte[] SAFETENSORS = TensorFiles.safetensors(
            "{\"__metadata__\":{\"format\":\"pt\"},\"a.weight\":{\"dtype\":\"F32\",\"shape\":[2,4],\"data_offsets\":[0,32]},"
                    + "\"b\":{\"dtype\":\"BF16\",\"shape\":[3],\"data_offsets\":[32,38]},"
                    + "\"c\":{\"dtype\":\"I8\",\"shape\":[6],\"data_offsets\":[38,44]}}",
            new byte[44]);
    private static final byte[] NPY =
            TensorFiles.npy("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 4), }          \n", new byte[32]);

    private static final List<String> NUMBERS = List.of(
            "0",
            "1",
            "6",
            "38",
            "45",
            "1152921504606846976",
            "9223372036854775807",
            "18446744073709551616",
            "-1",
            "2.0");

    private static final Pattern NUMBER = Pattern.compile("[0-9]+");
    private static final Pattern LIST = Pattern.compile("[\\[(][0-9, ]*[])]");

    /** Parts of refusals, all of which are to be met: it is not always the first check that refuses. */
    private static final List<String> OF_SAFETENSORS = List.of(
            "not JSON as it should be",
            "inside the one before it",
            "leaves a hole",
            "lie behind the header",
            "bytes, but its data_offsets span",
            "of more elements than there can be",
            "in its shape");

    private static final List<String> OF_NPY = List.of(
            "does not begin as a .npy file does",
            "bytes behind its header, but has",
            "of more elements than there can be",
            "something that is no dimension",
            "not read at its character",
            "other entries than descr",
            "is of dtype");

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
        List<String> kinds = name.endsWith(".npy") ? OF_NPY : OF_SAFETENSORS;
        Set<String> met = new TreeSet<>();
        int read = 0;
        int refused = 0;

        while (System.nanoTime() < end) {
            byte[] bytes = changed(valid, random);
            if (random.nextInt(4) > 0) {
                tellTheLengthOfTheHeader(bytes, valid);
            }
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
                kinds.stream().filter(e.getMessage()::contains).forEach(met::add);
                refused++;
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("seed " + SEED + ", file " + new String(bytes, ISO_8859_1), e);
            }
            long allocated = thread.getCurrentThreadAllocatedBytes() - before;
            if (read + refused > LOADING) {
                assertThat(allocated)
                        .as("seed %s, file %s", SEED, new String(bytes, ISO_8859_1))
                        .isLessThan(MOST_ALLOCATED);
            }
        }

        // the changes are small enough that some files stay whole, and large enough that most do not
        assertThat(read).isPositive();
        assertThat(refused).isGreaterThan(read);
        assertThat(met).containsExactlyInAnyOrderElementsOf(kinds);
    }

    /** As if all that was added or taken away was in the header, so that what it says is looked at. */
    private static void tellTheLengthOfTheHeader(byte[] bytes, byte[] valid) {
        ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int more = bytes.length - valid.length;
        if (valid == SAFETENSORS && bytes.length >= 8) {
            file.putLong(
                    0, ByteBuffer.wrap(valid).order(ByteOrder.LITTLE_ENDIAN).getLong(0) + more);
        } else if (valid == NPY && bytes.length >= 10) {
            file.putShort(8, (short)
                    (ByteBuffer.wrap(valid).order(ByteOrder.LITTLE_ENDIAN).getShort(8) + more));
        }
    }

    private static byte[] changed(byte[] valid, RandomGenerator random) {
        byte[] bytes = valid.clone();
        for (int change = random.nextInt(1, 4); change > 0; change--) {
            int at = random.nextInt(bytes.length + 1);
            bytes = switch (random.nextInt(8)) {
                case 0 -> with(bytes, at, Math.min(bytes.length, at + 1), new byte[] {(byte) random.nextInt()});
                case 1 -> withBitFlipped(bytes, random.nextInt(8 * bytes.length + 1));
                case 2 ->
                    with(bytes, at, at, WORDS.get(random.nextInt(WORDS.size())).getBytes(ISO_8859_1));
                case 3 -> with(bytes, at, Math.min(bytes.length, at + random.nextInt(12)), new byte[0]);
                case 4 -> {
                    int to = Math.min(bytes.length, at + random.nextInt(60));
                    yield with(bytes, at, at, Arrays.copyOfRange(bytes, at, to));
                }
                case 5 -> withOneOf(NUMBER, bytes, random, NUMBERS);
                case 6 -> withOneOf(LIST, bytes, random, all(LIST, bytes));
                default -> Arrays.copyOf(bytes, at);
            };
        }
        return bytes;
    }

    /** With one of {@code others} in the place of something that is like {@code what}. */
    private static byte[] withOneOf(Pattern what, byte[] bytes, RandomGenerator random, List<String> others) {
        List<MatchResult> found =
                what.matcher(new String(bytes, ISO_8859_1)).results().toList();
        if (found.isEmpty() || others.isEmpty()) {
            return bytes;
        }
        MatchResult place = found.get(random.nextInt(found.size()));
        String other = others.get(random.nextInt(others.size()));
        return with(bytes, place.start(), place.end(), other.getBytes(ISO_8859_1));
    }

    private static List<String> all(Pattern what, byte[] bytes) {
        return what.matcher(new String(bytes, ISO_8859_1))
                .results()
                .map(MatchResult::group)
                .toList();
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
