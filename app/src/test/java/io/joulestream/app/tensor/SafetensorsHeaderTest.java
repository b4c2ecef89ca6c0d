package io.joulestream.app.tensor;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SafetensorsHeaderTest {
    private static final String LINE = "{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%d,%d]}";

    @TempDir
    private Path folder;

    @Test
    void tensorsAreListedInTheOrderOfTheirBytes() throws IOException {
        String header = "{\"__metadata__\":{\"format\":\"pt\"},\"second\":" + LINE.formatted("BF16", "[2,3,4]", 16, 64)
                + ",\"first\":" + LINE.formatted("F32", "[4]", 0, 16) + ",\"empty\":"
                + LINE.formatted("F16", "[0,8]", 64, 64)
                + ",\"scalar\":" + LINE.formatted("I64", "[]", 64, 72) + "}   ";

        List<StoredTensor> tensors = read(TensorFiles.safetensors(header, new byte[72]));

        long data = 8 + header.length();
        assertThat(tensors)
                .containsExactly(
                        new StoredTensor("first", "F32", List.of(4L), false, data, 16),
                        new StoredTensor("second", "BF16", List.of(2L, 3L, 4L), false, data + 16, 48),
                        new StoredTensor("empty", "F16", List.of(0L, 8L), false, data + 64, 0),
                        new StoredTensor("scalar", "I64", List.of(), false, data + 64, 8));
        assertThat(tensors).extracting(StoredTensor::rows).containsExactly(1L, 6L, 0L, 1L);
        assertThat(tensors).extracting(StoredTensor::cols).containsExactly(4L, 4L, 8L, 1L);
    }

    @Test
    void aDtypeThatIsNotKnownIsListedAsItIsGiven() throws IOException {
        String header = "{\"x\":" + LINE.formatted("Q3_NEW", "[7]", 0, 3) + "}";

        assertThat(read(TensorFiles.safetensors(header, new byte[3])))
                .extracting(StoredTensor::dtype)
                .containsExactly("Q3_NEW");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{`x`:L(F32;[4];0;12)}            | 12 | tensor \"x\" of shape [4] and dtype F32 should have 16 bytes, but its data_offsets span 12",
                "{`x`:L(F32;[4];0;16)}            | 12 | tensor \"x\" ends at byte 16, but 12 lie behind the header",
                "{`x`:L(F32;[4];16;0)}            | 16 | tensor \"x\" ends at 0, before it begins at 16",
                "{`x`:L(F32;[1152921504606846976];0;16)} | 16 | should have 4611686018427387904 bytes, but its data_offsets span 16",
                "{`x`:L(F32;[4294967296,4294967296];0;16)} | 16 | tensor \"x\" has a shape [4294967296, 4294967296] of more elements than there can be",
                "{`x`:L(F32;[0,4294967296,4294967296];0;0)} | 0 | of more elements than there can be",
                "{`x`:L(F32;[9223372036854775807];0;16)} | 16 | of more elements than there can be",
                "{`x`:L(F32;[9223372036854775808];0;16)} | 16 | tensor \"x\" has 9223372036854775808 in its shape",
                "{`x`:L(F32;[-4];0;16)}           | 16 | tensor \"x\" has -4 in its shape",
                "{`x`:L(F32;[4.0];0;16)}          | 16 | no whole number",
                "{`x`:L(F32;[[4]];0;16)}          | 16 | no whole number",
                "{`x`:L(F32;{};0;16)}             | 16 | shape that is no array",
                "{`x`:L(F4;[3];0;2)}              | 2  | should have whole bytes",
                "{`a`:L(F32;[4];0;16),`b`:L(F32;[4];8;24)}  | 24 | tensor \"b\" begins at byte 8, inside the one before it, which ends at 16",
                "{`a`:L(F32;[4];0;16),`b`:L(F32;[4];0;16)}  | 16 | inside the one before it",
                "{`a`:L(F32;[4];0;16),`b`:L(F32;[4];20;36)} | 36 | leaves a hole of 4 bytes before it",
                "{`a`:L(F32;[4];4;20)}            | 20 | leaves a hole of 4 bytes before it",
                "{`a`:L(F32;[4];0;16)}            | 19 | has 3 bytes at its end that belong to no tensor",
                "{}                               | 1  | has 1 bytes at its end that belong to no tensor",
                "{`a`:L(F32;[4];0;16),`a`:L(F32;[4];0;16)}  | 16 | has the name \"a\" twice",
                "{`a`:{`dtype`:`F32`,`dtype`:`F32`}}        | 0  | has the name \"dtype\" twice",
                "{`a`:{`dtype`:`F32`,`shape`:[1]}}          | 4  | tensor \"a\" lacks one of dtype, shape and data_offsets",
                "{`a`:{`strides`:[1]}}            | 4  | tensor \"a\" has a field \"strides\" that the format does not know",
                "{`a`:{`dtype`:4}}                | 4  | a dtype that is no short text",
                "{`a`:{`data_offsets`:[0,4,8]}}   | 4  | more than 2 numbers in its data_offsets",
                "{`a`:{`dtype`:`F32`,`shape`:[1],`data_offsets`:[4]}} | 4 | where a beginning and an end should be",
                "{`a`:[]}                         | 0  | something that is no object",
                "{`__metadata__`:{`a`:1}}         | 0  | whose \"a\" is no text",
                "{`__metadata__`:{`a`:`1`,`a`:`1`}} | 0  | has the name \"a\" twice",
                "{`a`:L(F32;[4];0;16)} 1          | 16 | something behind the JSON object",
                "{`a`:L(F32;[4];0;16)             | 16 | not JSON as it should be",
                "[]                               | 0  | does not begin with {",
            })
    void aLyingHeaderIsRefusedWithTheTensorAndTheNumber(String header, int dataBytes, String why) {
        String json = header.replace('`', '"')
                .replaceAll(
                        "L\\((\\w+);([^;]*);(\\d+);(\\d+)\\)",
                        "{\"dtype\":\"$1\",\"shape\":$2,\"data_offsets\":[$3,$4]}");

        assertRefused(TensorFiles.safetensors(json, new byte[dataBytes]), why);
    }

    @Test
    void theLengthOfTheHeaderIsHeldAgainstTheFileBeforeAnythingIsAllocated() {
        byte[] json = "{}".getBytes(UTF_8);

        assertRefused(TensorFiles.safetensors(99_999_999, json, new byte[0]), "has 99999999 bytes, but only 2 follow");
        assertRefused(TensorFiles.safetensors(100_000_001, json, new byte[0]), "2 to 100000000 are allowed");
        assertRefused(TensorFiles.safetensors(-1, json, new byte[0]), "header has 18446744073709551615 bytes");
        assertRefused(TensorFiles.safetensors(0, json, new byte[0]), "header has 0 bytes");
        assertRefused(new byte[7], "has 7 bytes, too few");
        assertRefused(new byte[0], "has 0 bytes, too few");
    }

    @ParameterizedTest
    @ValueSource(ints = {1_000, 1_000_000})
    void deepNestingIsRefusedWithoutGoingDeep(int depth) {
        String deep = "{\"a\":{\"shape\":" + "[".repeat(depth) + "]".repeat(depth) + "}}";
        String deepMetadata = "{\"__metadata__\":{\"a\":" + "{\"a\":".repeat(depth) + "1" + "}".repeat(depth) + "}}";

        assertRefused(TensorFiles.safetensors(deep, new byte[0]), "no whole number");
        assertRefused(TensorFiles.safetensors(deepMetadata, new byte[0]), "no text");
    }

    @Test
    void aHeaderOfCountlessNamesOrEndlessOnesIsRefused() {
        String many = IntStream.range(0, 65_537)
                .mapToObj(i -> "\"" + i + "\":" + LINE.formatted("F32", "[0]", 0, 0))
                .collect(Collectors.joining(",", "{", "}"));
        String manyFacts = IntStream.range(0, 65_537)
                .mapToObj(i -> "\"" + i + "\":\"\"")
                .collect(Collectors.joining(",", "{\"__metadata__\":{", "}}"));
        String longName = "{\"" + "n".repeat(2_000_000) + "\":" + LINE.formatted("F32", "[0]", 0, 0) + "}";

        assertRefused(TensorFiles.safetensors(many, new byte[0]), "more than 65536 names");
        assertRefused(TensorFiles.safetensors(manyFacts, new byte[0]), "more than 65536 names");
        assertRefused(TensorFiles.safetensors(longName, new byte[0]), "exceeds the maximum allowed (512");
    }

    @Test
    void whatIsNotUtf8IsRefusedAndAByteOrderMarkToo() {
        byte[] utf16 = "{}".getBytes(StandardCharsets.UTF_16LE);
        byte[] broken = {'{', '"', (byte) 0xC0, (byte) 0xAF, '"', '}'};

        assertRefused(TensorFiles.safetensors(utf16.length, utf16, new byte[0]), "not JSON as it should be");
        assertRefused(TensorFiles.safetensors(broken.length, broken, new byte[0]), "not UTF-8");
        assertRefused(TensorFiles.safetensors("\uFEFF{}", new byte[0]), "does not begin with {");
    }

    @Test
    void aRefusalIsOneLineThatDoesNothingToATerminal() {
        String header = "{\"\\u001b]0;owned\\u0007\\u202e\\nx\":" + LINE.formatted("F32", "[4]", 0, 12) + "}";

        assertThatThrownBy(() -> read(TensorFiles.safetensors(header, new byte[12])))
                .isInstanceOf(RefusedTensorException.class)
                .hasMessageContaining("\\u001b]0;owned\\u0007\\u202e\\u000ax")
                .message()
                .doesNotContainPattern("[\\p{Cntrl}\\u202e]");
    }

    @Test
    void aFileOfSixteenGibibytesIsListedFromItsHeaderAlone() throws IOException {
        Path file = folder.resolve("large.safetensors");
        String header = "{\"w\":" + LINE.formatted("F32", "[65536,65536]", 0, 17_179_869_184L) + "}";
        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.write(TensorFiles.safetensors(header, new byte[0]));
            sparse.setLength(8 + header.length() + 17_179_869_184L);
        }

        assertThat(TensorFile.read(file).only().rows()).isEqualTo(65_536);
    }

    @Test
    void aTensorIsChosenByName() throws IOException {
        String header =
                "{\"a\":" + LINE.formatted("F32", "[1]", 0, 4) + ",\"b\":" + LINE.formatted("F32", "[1]", 4, 8) + "}";
        TensorFile file = file(TensorFiles.safetensors(header, new byte[8]));

        assertThat(file.tensor("b").offset()).isEqualTo(8 + header.length() + 4);
        assertThatThrownBy(() -> file.tensor("c"))
                .isInstanceOf(RefusedTensorException.class)
                .hasMessageEndingWith("has no tensor \"c\"; it has \"a\", \"b\"");
        assertThatThrownBy(file::only)
                .isInstanceOf(RefusedTensorException.class)
                .hasMessageContaining("has 2 tensors; say which one by --tensor");
    }

    private void assertRefused(byte[] bytes, String why) {
        assertThatThrownBy(() -> read(bytes))
                .isInstanceOf(RefusedTensorException.class)
                .hasMessageContaining(why)
                .hasMessageContaining("x.safetensors");
    }

    private List<StoredTensor> read(byte[] bytes) throws IOException {
        return file(bytes).tensors();
    }

    private TensorFile file(byte[] bytes) throws IOException {
        return TensorFile.read(Files.write(folder.resolve("x.safetensors"), bytes));
    }
}
