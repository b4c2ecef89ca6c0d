package io.joulestream.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.joulestream.core.digest.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** The golden vectors through the command line: every case of every tensor, and every code of the tables. */
class Nvfp4GoldenTest {
    private static final Path GOLDEN = Path.of("../core/src/test/resources/golden/nvfp4");

    @TempDir
    private Path folder;

    @TestFactory
    List<DynamicTest> everyCaseOfEveryTensor() throws IOException {
        JsonNode tensors =
                new ObjectMapper().readTree(GOLDEN.resolve("tensors.json").toFile());
        byte[] numbers = Files.readAllBytes(GOLDEN.resolve("tensors.bin"));
        List<DynamicTest> tests = new ArrayList<>();
        for (JsonNode tensor : tensors) {
            for (JsonNode golden : tensor.get("cases")) {
                tests.add(DynamicTest.dynamicTest(
                        tensor.get("name").asText() + " " + golden.get("case").asText(),
                        () -> check(tensor, golden, numbers)));
            }
        }
        assertThat(tests).hasSize(8 * 17 - 2);
        return tests;
    }

    private void check(JsonNode tensor, JsonNode golden, byte[] numbers) throws IOException {
        Path x = Files.write(folder.resolve("x.f32"), slice(numbers, tensor.get("x")));
        boolean isFp8 = golden.has("codes");
        boolean hasScales = golden.has("scales");
        List<Object> arguments = new ArrayList<>(List.of("nvfp4", "quantize", "--json", "--input", x));
        arguments.addAll(List.of("--rows", tensor.get("rows"), "--cols", tensor.get("cols")));
        arguments.addAll(options(golden));
        arguments.addAll(List.of("--out-codes", folder.resolve("codes"), "--out-dequant", folder.resolve("values")));
        if (hasScales) {
            arguments.addAll(List.of("--out-scales", folder.resolve("scales")));
        }

        CommandRun run = CommandRun.of(arguments.toArray());

        assertThat(run.exit()).as(run.err()).isZero();
        JsonNode report = run.json();
        byte[] codes = Files.readAllBytes(folder.resolve("codes"));
        if (golden.has("packed") || isFp8) {
            assertThat(codes).isEqualTo(slice(numbers, golden.get(isFp8 ? "codes" : "packed")));
        }
        assertThat(report.get("codes_sha256").asText()).isEqualTo(Sha256.hex(codes));
        if (hasScales) {
            byte[] scales = Files.readAllBytes(folder.resolve("scales"));
            assertThat(scales).isEqualTo(slice(numbers, golden.get("scales")));
            assertThat(report.get("scales_sha256").asText()).isEqualTo(Sha256.hex(scales));
        } else {
            assertThat(report.get("scales_sha256").isNull()).isTrue();
        }
        assertThat(report.get("dequant_sha256")).isEqualTo(golden.get("deq_sha256"));
        assertThat(Sha256.hex(Files.readAllBytes(folder.resolve("values"))))
                .isEqualTo(golden.get("deq_sha256").asText());
        assertScalars(report, golden);
        assertMetrics(report.get("metrics"), golden.get("metrics"));
    }

    private static List<String> options(JsonNode golden) {
        String name = golden.get("case").asText();
        List<String> options = new ArrayList<>();
        if (name.startsWith("1d_transpose")) {
            options.add("--transpose");
        }
        options.addAll(List.of(
                "--mode",
                switch (name) {
                    case "1d_legacy" -> "1d-legacy";
                    case "1d_sr", "1d_given_amax2" -> "1d";
                    default -> name.startsWith("1d_transpose") ? "1d" : name.replace('_', '-');
                }));
        if (golden.path("rounding").asText().equals("sr")) {
            options.addAll(List.of("--rounding", "sr"));
            options.addAll(List.of("--seed", golden.get("seed").asText()));
            options.addAll(List.of("--stream", golden.get("stream").asText()));
        }
        switch (golden.get("input").asText()) {
            case "rht(xT)" -> options.addAll(List.of("--rht", "fp32"));
            case "rht_bf16(bf16(xT))" -> options.addAll(List.of("--rht", "bf16"));
            default -> options.addAll(List.of("--rht", "none"));
        }
        if (name.equals("1d_given_amax2")) {
            float amax = Float.intBitsToFloat(
                    Integer.parseUnsignedInt(golden.get("amax_hex").asText(), 16));
            options.addAll(List.of("--amax", Float.toString(amax)));
        }
        return options;
    }

    private static void assertScalars(JsonNode report, JsonNode golden) {
        JsonNode encode = golden.has("scale_hex") ? golden.get("scale_hex") : golden.get("s_enc_hex");
        for (Map.Entry<String, JsonNode> scalar : Map.of(
                        "amax_hex",
                        golden.path("amax_hex"),
                        "s_hex",
                        golden.has("amax_hex") ? encode : golden.path("none"))
                .entrySet()) {
            if (scalar.getValue().isMissingNode()) {
                assertThat(report.get(scalar.getKey()).isNull())
                        .as(scalar.getKey())
                        .isTrue();
            } else {
                assertThat(report.get(scalar.getKey())).isEqualTo(scalar.getValue());
            }
        }
        assertThat(report.get("d_hex").isNull()).isEqualTo(report.get("s_hex").isNull());
    }

    private static void assertMetrics(JsonNode actual, JsonNode golden) {
        golden.fields().forEachRemaining(metric -> {
            JsonNode value = actual.get(metric.getKey());
            if (metric.getValue().isNull()) {
                assertThat(value.isNull()).as(metric.getKey()).isTrue();
            } else {
                double wanted = metric.getValue().asDouble();
                assertThat(value.asDouble()).as(metric.getKey()).isCloseTo(wanted, within(1e-9 * Math.abs(wanted)));
            }
        });
    }

    private static byte[] slice(byte[] numbers, JsonNode place) {
        int offset = place.get("offset").asInt();
        return Arrays.copyOfRange(numbers, offset, offset + place.get("bytes").asInt());
    }

    @Test
    void theTableIsTheGoldenOne() throws IOException {
        JsonNode golden =
                new ObjectMapper().readTree(GOLDEN.resolve("tables.json").toFile());
        List<String> expected = new ArrayList<>();
        for (String format : List.of("e2m1", "e4m3", "e5m2", "e8m0")) {
            for (JsonNode value : golden.get(format)) {
                expected.add(format.toUpperCase() + " " + value.asText());
            }
        }

        CommandRun run = CommandRun.of("nvfp4", "table", "--format", "csv");

        assertThat(run.out().lines().skip(1).map(line -> line.split(",")).map(cells -> cells[0] + " " + cells[4]))
                .containsExactlyElementsOf(expected);
    }

    @Test
    void theTableReadsAsTheFormatsAreTaught() {
        assertThat(CommandRun.of("nvfp4", "table").out().replaceAll(" +", " "))
                .contains("0x00 0 0.5 1 1.5 2 3 4 6\n")
                .contains("0x78 256 288 320 352 384 416 448 NaN\n")
                .contains("0x7c Infinity NaN NaN NaN\n")
                .contains("0x7f 1\n");
    }
}
