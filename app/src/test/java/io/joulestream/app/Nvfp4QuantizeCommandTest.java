package io.joulestream.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.joulestream.app.tensor.TensorFiles;
import io.joulestream.core.nvfp4.Bf16;
import io.joulestream.core.nvfp4.QuantisationMode;
import io.joulestream.core.nvfp4.Quantised;
import io.joulestream.core.nvfp4.Quantiser;
import io.joulestream.core.nvfp4.QuantiserOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class Nvfp4QuantizeCommandTest {
    private static final float[] X = gauss(4 * 20);

    @TempDir
    private Path folder;

    private static float[] gauss(int size) {
        Random random = new Random(53);
        float[] x = new float[size];
        for (int i = 0; i < size; i++) {
            // of few digits, so that BF16 and FP16 hold them
            x[i] = (float) Math.round(random.nextGaussian() * 16) / 16;
        }
        return x;
    }

    // ---- the same tensor from every kind of file

    @Test
    void aTensorIsTheSameInEveryFile() throws IOException {
        String expected = quantize(raw(X), "--rows", 4, "--cols", 20).json().toString();

        assertThat(quantize(npy("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2, 20)}", TensorFiles.floats(X)))
                        .json())
                .hasToString(expected);
        assertThat(quantize(npy(
                                "{'descr': '<f4', 'fortran_order': True, 'shape': (4, 20)}",
                                TensorFiles.floats(columnMajor())))
                        .json())
                .hasToString(expected);
        assertThat(quantize(npy("{'descr': '<V2', 'fortran_order': False, 'shape': (4, 20)}", bf16()))
                        .json())
                .hasToString(expected);
        assertThat(quantize(safetensors(), "--tensor", "w.bf16").json()).hasToString(expected);
        assertThat(quantize(safetensors(), "--tensor", "w.f32", "--rows", 4, "--cols", 20, "--dtype", "f32")
                        .json())
                .hasToString(expected);
        assertThat(quantize(Files.write(folder.resolve("x.bf16"), bf16()), "--rows", 4, "--cols", 20, "--dtype", "bf16")
                        .json())
                .hasToString(expected);
        assertThat(quantize(raw(columnMajor()), "--rows", 20, "--cols", 4, "--transpose")
                        .json())
                .hasToString(expected);
    }

    private static float[] columnMajor() {
        float[] turned = new float[X.length];
        for (int row = 0; row < 4; row++) {
            for (int col = 0; col < 20; col++) {
                turned[col * 4 + row] = X[row * 20 + col];
            }
        }
        return turned;
    }

    private static byte[] bf16() {
        ByteBuffer bytes = ByteBuffer.allocate(2 * X.length).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : X) {
            bytes.putShort((short) Bf16.encode(value));
        }
        return bytes.array();
    }

    @Test
    void anOddWidthIsPaddedInTheCodesAndNotInTheValues() throws IOException {
        Path codes = folder.resolve("codes");
        Path values = folder.resolve("values");

        CommandRun run = quantize(raw(X), "--rows", 16, "--cols", 5, "--out-codes", codes, "--out-dequant", values);

        Quantised expected = new Quantiser(QuantiserOptions.of(QuantisationMode.ONE_D)).quantise(X, 16, 5);
        assertThat(run.exit()).as(run.err()).isZero();
        assertThat(Files.readAllBytes(codes)).hasSize(16 * 8).isEqualTo(expected.codes());
        assertThat(Files.readAllBytes(values)).isEqualTo(TensorFiles.floats(expected.dequantise()));
        assertThat(run.json().get("cols").asInt()).isEqualTo(5);
    }

    @Test
    void withATransformEverythingIsInItsDomain() throws IOException {
        Path values = folder.resolve("values");

        CommandRun run = quantize(raw(X), "--rows", 16, "--cols", 5, "--rht", "fp32", "--out-dequant", values);

        assertThat(run.json().get("cols").asInt()).isEqualTo(16);
        assertThat(run.json().get("metrics").get("n").asInt()).isEqualTo(16 * 16);
        assertThat(Files.size(values)).isEqualTo(4 * 16 * 16);
    }

    // ---- values that no healthy tensor has

    @Test
    void aTensorOfZerosHasScaleOneAndIsExact() throws IOException {
        JsonNode report =
                quantize(raw(new float[32]), "--rows", 2, "--cols", 16).json();

        assertThat(report.get("amax_hex").asText()).isEqualTo("00000000");
        assertThat(report.get("s_hex").asText()).isEqualTo("3f800000");
        assertThat(report.get("metrics").get("sqnrDb").isNull()).isTrue();
        assertThat(report.get("metrics").get("mse").asDouble()).isZero();
        assertThat(report.get("metrics").get("zeroScaleBlocks").asInt()).isEqualTo(2);
    }

    @Test
    void whatIsExactHasNoUnitAndASmallShareIsNotNone() throws IOException {
        float[] x = new float[16 * 1_024];
        Arrays.fill(x, 1);
        CommandRun exact = CommandRun.of("nvfp4", "quantize", "--input", raw(x), "--rows", 1, "--cols", x.length);
        x[5] = 0.001f;
        CommandRun nearly = CommandRun.of("nvfp4", "quantize", "--input", raw(x), "--rows", 1, "--cols", x.length);

        assertThat(exact.out()).contains("SQNR exact  zeroed 0 %");
        assertThat(nearly.out()).contains(" dB  zeroed < 0.01 %");
    }

    @Test
    void notANumberIsLeftOutOfTheMaximumAndCounted() throws IOException {
        float[] x = new float[16];
        x[0] = Float.NaN;
        x[1] = 3;

        CommandRun run = CommandRun.of("nvfp4", "quantize", "--input", raw(x), "--rows", 1, "--cols", 16);
        JsonNode report = quantize(raw(x), "--rows", 1, "--cols", 16).json();

        assertThat(report.get("amax_hex").asText()).isEqualTo("40400000");
        assertThat(report.get("metrics").get("nonFinite").asInt()).isEqualTo(1);
        assertThat(run.exit()).isZero();
        assertThat(run.out()).contains("SUSPECT: 1 elements are not finite");
    }

    @Test
    void anInfinityMakesTheTensorScaleOne() throws IOException {
        float[] x = new float[16];
        x[0] = Float.NEGATIVE_INFINITY;

        JsonNode report = quantize(raw(x), "--rows", 1, "--cols", 16).json();

        assertThat(report.get("amax_hex").asText()).isEqualTo("7f800000");
        assertThat(report.get("s_hex").asText()).isEqualTo("3f800000");
    }

    @Test
    void aTensorWithoutElementsIsQuantisedToNothing() throws IOException {
        JsonNode report = quantize(raw(new float[0]), "--rows", 0, "--cols", 16).json();

        assertThat(report.get("metrics").get("n").asInt()).isZero();
        assertThat(report.get("metrics").get("mse").isNull()).isTrue();
    }

    // ---- refusals

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "--rows 4 --cols 21                       | x.f32 has 320 bytes; 4 x 21 F32 are 336",
                "--rows 4 --cols 20 --dtype f16           | x.f32 has 320 bytes; 4 x 20 F16 are 160",
                "--rows -4 --cols -20                     | must not be negative, were -4 and -20",
                "--rows 4294967296 --cols 4294967296      | are more elements than there can be",
                "--rows 2305843009213693952 --cols 8      | are more elements than there can be",
                "--rows 4 --cols 20 --dtype f64           | --dtype: element type must be one of f32, bf16, f16, was f64",
                "--rows 4 --cols 20 --tensor w            | --tensor is for .safetensors files",
                "--rows 4 --cols 20 --mode nvfp5          | --mode: quantisation mode must be one of 1d",
                "--rows 4 --cols 20 --mode 2d             | needs rows and cols to be multiples of 16, were 4 and 20",
                "--rows 4 --cols 20 --rht fp64            | --rht: random Hadamard transform must be one of none, fp32, bf16",
                "--rows 4 --cols 20 --rht fp32 --mode 2d  | random Hadamard transform fp32 is not defined for mode 2d",
                "--rows 4 --cols 20 --rounding up         | --rounding: must be rne or sr, was up",
                "--rows 4 --cols 20 --rounding sr         | --rounding sr needs a --seed",
                "--rows 4 --cols 20 --seed 1              | --seed and --stream are for --rounding sr",
                "--rows 4 --cols 20 --rounding sr --seed -1 | --seed: must be a whole number from 0 to 2^64 - 1, was -1",
                "--rows 4 --cols 20 --rounding sr --seed 18446744073709551616 | was 18446744073709551616",
                "--rows 4 --cols 20 --rounding sr --seed 1 --mode fp8-e4m3 | stochastic rounding is not defined for mode fp8-e4m3",
                "--rows 4 --cols 20 --amax -1             | --amax: must be >= 0 and not NaN, was -1",
                "--rows 4 --cols 20 --amax NaN            | --amax: must be >= 0 and not NaN, was NaN",
                "--rows 4 --cols 20 --amax 1e39           | --amax: 1e39 is beyond what an FP32 can hold",
                "--rows 4 --cols 20 --amax 1e-60          | --amax: 1e-60 is beyond what an FP32 can hold",
                "--rows 4 --cols 20 --amax much           | --amax: is no number",
                "--rows 4 --cols 20 --amax 1 --mode mxfp4-ocp | mode mxfp4-ocp has no tensor scale",
                "--rows 4 --cols 20 --mode fp8-e4m3 --out-scales s | --out-scales: mode fp8-e4m3 has no scale bytes",
                "--rows 4 --cols 20 --out-codes same --out-scales same | two outputs cannot go to one file",
                "--rows 4 --cols 20 --out-codes no/where  | no such folder",
            })
    void whatCannotBeDoneIsRefusedInOneLine(String options, String why) throws IOException {
        List<Object> arguments = new ArrayList<>();
        for (String word : options.strip().split(" +")) {
            arguments.add(word.matches("s|same|no/where") ? folder.resolve(word) : word);
        }

        CommandRun run = quantize(raw(X), arguments.toArray());

        assertThat(run.exit()).as(run.out()).isEqualTo(1);
        assertThat(run.err().lines())
                .singleElement()
                .asString()
                .startsWith("joulestream: ")
                .contains(why);
        assertThat(run.out()).isEmpty();
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactly(folder.resolve("x.f32"));
        }
    }

    @Test
    void theLargestSeedsAreTakenAndAnInfiniteAmaxToo() throws IOException {
        Object[] largest = {"--rounding", "sr", "--seed", "18446744073709551615", "--stream", "18446744073709551615"};

        assertThat(quantize(raw(X), join(largest, "--rows", 4, "--cols", 20)).exit())
                .isZero();
        assertThat(quantize(raw(X), "--rows", 4, "--cols", 20, "--amax", "Infinity")
                        .json()
                        .get("s_hex")
                        .asText())
                .isEqualTo("3f800000");
    }

    private static Object[] join(Object[] first, Object... second) {
        return Stream.of(first, second).flatMap(Stream::of).toArray();
    }

    @Test
    void rawNumbersWithoutAShapeAreWrongUsage() throws IOException {
        CommandRun run = quantize(raw(X), "--cols", 20);

        assertThat(run.exit()).isEqualTo(2);
        assertThat(run.err()).contains("raw numbers need --rows and --cols");
    }

    @Test
    void whatIsNoFileIsRefused() {
        assertThat(quantize(folder.resolve("none.npy")).err()).contains("no such file");
        assertThat(quantize(folder, "--rows", 1, "--cols", 1).err()).contains("is no file");
    }

    @Test
    @Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void aPipeIsNotWaitedFor() throws Exception {
        Path pipe = folder.resolve("pipe.safetensors");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();

        for (String command : List.of("report", "quantize")) {
            CommandRun run = command.equals("report") ? CommandRun.of("nvfp4", "report", pipe) : quantize(pipe);

            assertThat(run.exit()).isEqualTo(1);
            assertThat(run.err()).isEqualTo("joulestream: " + pipe + " is no file" + System.lineSeparator());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "                              | has 3 tensors; say which one by --tensor: \"w.f32\", \"w.bf16\", \"ids\"",
                "--tensor w                    | has no tensor \"w\"; it has \"w.f32\"",
                "--tensor ids                  | x.safetensors: tensor \"ids\" is of dtype I64, which is not quantised; F32, BF16 and F16 are",
                "--tensor w.f32 --rows 20      | holds 4 x 20 (shape [2, 2, 20]), not 20 x ?",
                "--tensor w.f32 --cols 21      | holds 4 x 20 (shape [2, 2, 20]), not ? x 21",
                "--tensor w.f32 --dtype bf16   | holds F32, not bf16",
            })
    void aTensorThatIsNotAsItIsAskedForIsRefused(String options, String why) throws IOException {
        Object[] arguments = options == null ? new Object[0] : options.split(" +");

        CommandRun run = quantize(safetensors(), arguments);

        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.err().lines()).singleElement().asString().contains(why);
    }

    @ParameterizedTest
    @ValueSource(ints = {7, 40, 400, 700})
    void aTruncatedFileIsRefused(int bytes) throws IOException {
        byte[] whole = Files.readAllBytes(safetensors());
        Path cut = Files.write(folder.resolve("cut.safetensors"), Arrays.copyOf(whole, bytes));

        CommandRun run = quantize(cut, "--tensor", "w.f32");

        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.err().lines()).singleElement().asString().contains("cut.safetensors");
    }

    @Test
    void aNameFromAFileDoesNothingToTheTerminal() throws IOException {
        String header = "{\"\\u001b[2Jx\":{\"dtype\":\"I8\",\"shape\":[1],\"data_offsets\":[0,1]}}";
        Path file = Files.write(folder.resolve("e.safetensors"), TensorFiles.safetensors(header, new byte[1]));

        CommandRun run = quantize(file);

        assertThat(run.err()).contains("\\u001b[2Jx").doesNotContain("\u001b");
    }

    // ---- outputs

    @Test
    void anOutputThatCannotBeWhollyWrittenLeavesWhatWasThere() throws IOException {
        Path codes = Files.writeString(folder.resolve("codes"), "before");
        Path scales = Files.createDirectories(folder.resolve("scales"))
                .resolve("..")
                .resolve("nowhere")
                .resolve("s");

        CommandRun run = quantize(raw(X), "--rows", 4, "--cols", 20, "--out-codes", codes, "--out-scales", scales);

        assertThat(run.exit()).isEqualTo(1);
        assertThat(codes).hasContent("before");
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactlyInAnyOrder(folder.resolve("x.f32"), codes, folder.resolve("scales"));
        }
    }

    @Test
    void whatIsReadIsNotOverwritten() throws IOException {
        Path input = raw(X);
        Path model = safetensors();
        byte[] before = Files.readAllBytes(model);

        CommandRun codes = quantize(input, "--rows", 4, "--cols", 20, "--out-codes", input);
        CommandRun report = CommandRun.of("nvfp4", "report", model, "--out", model);

        assertThat(codes.exit()).isEqualTo(1);
        assertThat(codes.err()).contains("an output cannot go to the file that is read: " + input);
        assertThat(input).hasBinaryContent(TensorFiles.floats(X));
        assertThat(report.exit()).isEqualTo(1);
        assertThat(report.err()).contains("an output cannot go to the file that is read: " + model);
        assertThat(model).hasBinaryContent(before);
    }

    @Test
    void aFolderIsNoOutput() throws IOException {
        Path empty = Files.createDirectories(folder.resolve("empty"));

        assertThat(quantize(raw(X), "--rows", 4, "--cols", 20, "--out-codes", empty)
                        .err())
                .contains("is a folder");
        assertThat(empty).isEmptyDirectory();
    }

    @Test
    void progressIsToldWhereItIsAskedFor() throws IOException {
        assertThat(quantize(raw(X), "--rows", 4, "--cols", 20, "--progress").err())
                .isEqualTo(" 50 % read" + System.lineSeparator() + "100 % read" + System.lineSeparator());
        assertThat(quantize(raw(X), "--rows", 4, "--cols", 20).err()).isEmpty();
    }

    // ---- files

    private static CommandRun quantize(Path input, Object... options) {
        return CommandRun.of(join(new Object[] {"nvfp4", "quantize", "--json", "--input", input}, options));
    }

    private Path raw(float[] x) throws IOException {
        return Files.write(folder.resolve("x.f32"), TensorFiles.floats(x));
    }

    private Path npy(String header, byte[] data) throws IOException {
        return Files.write(folder.resolve("x.npy"), TensorFiles.npy(header, data));
    }

    private Path safetensors() throws IOException {
        String header = "{\"w.f32\":{\"dtype\":\"F32\",\"shape\":[2,2,20],\"data_offsets\":[0,320]},"
                + "\"w.bf16\":{\"dtype\":\"BF16\",\"shape\":[4,20],\"data_offsets\":[320,480]},"
                + "\"ids\":{\"dtype\":\"I64\",\"shape\":[1],\"data_offsets\":[480,488]}}";
        ByteBuffer data = ByteBuffer.allocate(488).put(TensorFiles.floats(X)).put(bf16());
        return Files.write(folder.resolve("x.safetensors"), TensorFiles.safetensors(header, data.array()));
    }
}
