package io.joulestream.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program as a process of its own: what it prints, how it ends, and that nothing of it is left. */
class CommandLineIT {
    private static final Path EXAMPLES =
            Path.of("../docs/examples").toAbsolutePath().normalize();
    private static final Path LOGS = EXAMPLES.resolve("mlperf-power");

    private static final Path H200 =
            Path.of("../core/src/test/resources/captures/h200").toAbsolutePath().normalize();

    @TempDir
    private Path folder;

    private record Result(int exit, List<String> out, List<String> err) {
        String lastLine() {
            return out.get(out.size() - 1);
        }
    }

    @Test
    void anImportGivesTheSameNumbersInNewfoundlandAndInTurkish() throws Exception {
        Result result = joulestream(
                Map.of("TZ", "America/St_Johns"),
                List.of("-Duser.language=tr", "-Duser.country=TR"),
                importOnce(LOGS.resolve("node_0_ac.txt"), LOGS.resolve("result_0.txt"), "--json"));

        assertThat(result.exit()).as("%s", result).isZero();
        JsonNode run = new ObjectMapper().readTree(result.lastLine());
        assertThat(run.get("energy_mj").asText()).isEqualTo("5075754897");
        assertThat(run.get("estimated_mj").asText()).isEqualTo("183823228");
        assertThat(run.get("coverage").decimalValue()).isEqualByComparingTo("0.966713");
        assertThat(run.get("tokens").asLong()).isEqualTo(3_932_160);
        assertThat(run.get("joules_per_token").decimalValue()).isEqualByComparingTo("1.29083122");
        assertThat(result.out().size() + result.err().size()).isLessThan(25);
        assertThat(leftInTemporaryFolder()).isEmpty();
    }

    @Test
    void aTableGivesEnergyAndCarbonWithoutAnySiteFile() throws Exception {
        Path table = Files.writeString(
                folder.resolve("power.csv"),
                "time,watts\n2025-01-01T00:00:00Z,1000\n2025-01-01T00:30:00Z,1000\n2025-01-01T01:00:00Z,2000\n");

        Result result = joulestream(
                "import",
                "csv",
                table.toString(),
                "--grid-zone",
                "GB",
                "--json",
                "--data-dir",
                folder.resolve("unused").toString());

        assertThat(result.exit()).as("%s", result).isZero();
        JsonNode body = new ObjectMapper().readTree(result.lastLine());
        assertThat(body.get("energy_mj").asText()).isEqualTo("4500000000");
        assertThat(body.get("energy_kwh").asText()).isEqualTo("1.25");
        assertThat(body.get("co2e_kg_location").asText()).isEqualTo("0.221250");
        assertThat(body.get("pue").isNull()).isTrue();
        assertThat(body.get("reasons")).extracting(JsonNode::asText).containsExactly("NO_FACILITY_METER");
    }

    @Test
    void aForeignFileIsRefusedInOneLineBeforeAnythingStarts() throws Exception {
        Path foreign = Files.writeString(folder.resolve("notes.txt"), "these are not power readings\n");

        Result result = joulestream(importOnce(foreign, LOGS.resolve("result_0.txt")));

        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.err()).singleElement().asString().contains("notes.txt");
        assertThat(result.out()).isEmpty();
    }

    @Test
    void theCaptureOfARealGpuIsImportedOnceAndNothingIsLeft() throws Exception {
        Result result = joulestream("import", "capture", "--once", H200.toString(), "--site", "lab", "--json");

        assertThat(result.exit()).as("%s", result).isZero();
        assertThat(String.join("\n", result.out()))
                .contains("site lab, NVIDIA H200: energy of the GPU boards; host and cooling are not metered")
                .contains(
                        "  energy          13045.069 J (0.004 kWh), 97.38 % covered, 1.21 % estimated, 520.7 W on average")
                .contains("  tokens          1146880 processed, 1146880 retained, 0 redone, 2 attempts")
                .contains("  energy / token  0.0172529 J per processed token")
                .contains("  averaged power  9412.227 J (0.003 kWh) by trapezoid, -3.49 % off the counter");
        JsonNode report = new ObjectMapper().readTree(result.lastLine());
        assertThat(report.get("runs").get(1).get("joules_per_token").decimalValue())
                .isEqualByComparingTo("0.0172529");
        assertThat(leftInTemporaryFolder()).isEmpty();
    }

    @Test
    void aCaptureIsRefusedWithFileAndLineBeforeAnythingStarts() throws Exception {
        for (String file : List.of("nvml.csv", "about.json")) {
            Files.copy(H200.resolve(file), folder.resolve(file));
        }
        Files.writeString(
                folder.resolve("steps.jsonl"),
                Files.readString(H200.resolve("steps.jsonl")).replace("\"idle_end\"", "\"idle_stop\""));

        Result result = joulestream("import", "capture", "--once", folder.toString(), "--site", "lab");

        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.err())
                .hasSize(2)
                .first()
                .asString()
                .contains("steps.jsonl:2: event 'idle_stop' is not known; remove the line");
        assertThat(result.out()).isEmpty();
    }

    @Test
    void aTruncatedLogIsRefusedWithItsLine() throws Exception {
        String log = Files.readString(LOGS.resolve("node_0_ac.txt"));
        Path cut = Files.writeString(folder.resolve("cut.txt"), log.substring(0, log.length() / 2));

        Result result = joulestream(importOnce(cut, LOGS.resolve("result_0.txt")));

        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.err()).singleElement().asString().matches("joulestream: .*cut\\.txt:\\d+: .*");
    }

    @Test
    void anImportWithoutAServiceSaysHowToStartOne() throws Exception {
        Result result = joulestream(
                "import",
                "mlperf-power",
                "--data-dir",
                folder.resolve("nobody").toString(),
                "--ac",
                LOGS.resolve("node_0_ac.txt").toString(),
                "--mllog",
                LOGS.resolve("result_0.txt").toString(),
                "--run",
                "r",
                "--site",
                "s");

        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.err()).singleElement().asString().contains("joulestream up");
    }

    @Test
    void aDirectoryOfAnotherVersionIsRefusedAndLeftAlone() throws Exception {
        Path directory = Files.createDirectories(folder.resolve("data"));
        Files.writeString(directory.resolve("version"), "99\n");

        Result result = joulestream("up", "--data-dir", directory.toString(), "--port", "0");

        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.err()).singleElement().asString().contains("99").contains(directory.toString());
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .doesNotContain("kafka", "postgres", "checkpoints");
        }
    }

    @Test
    void aPortInUseIsSaidInOneLineAndNothingStaysRunning() throws Exception {
        try (java.net.ServerSocket taken = new java.net.ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(taken.getLocalPort());

            Result result =
                    joulestream("up", "--data-dir", folder.resolve("data").toString(), "--port", port);

            assertThat(result.exit()).as("%s", result).isEqualTo(1);
            assertThat(result.err()).singleElement().asString().contains(port);
        }
    }

    @Test
    void aSiteFileWithMistakesTellsAllOfThemWithLines() throws Exception {
        Path site = Files.writeString(folder.resolve("site.yaml"), """
                site: lab
                kind: edge
                zone: Mars/Olympus
                effectiveFrom: 2026-01-01T00:00:00Z
                itBoundary: NODE_IN
                entities:
                  - { id: a, kind: NODE, role: NODE_IN, nameplateW: 1000, parent: nobody,
                      channels: [ { metric: node.power, samplePeriod: PT1S } ] }
                """);

        Result result = joulestream("site", "check", site.toString());

        assertThat(result.exit()).isEqualTo(1);
        assertThat(String.join("\n", result.err()))
                .contains("site.yaml:3: ")
                .contains("site.yaml:7: ")
                .contains("nothing was applied");
    }

    @Test
    void theExampleSitesAreValid() throws Exception {
        try (Stream<Path> files = Files.list(EXAMPLES.resolve("sites"))) {
            for (Path file : files.filter(f -> f.toString().endsWith(".yaml")).toList()) {
                assertThat(joulestream("site", "check", file.toString()).exit())
                        .as("%s", file)
                        .isZero();
            }
        }
    }

    @Test
    void aSettingThatDoesNotExistIsAnErrorWithItsLine() throws Exception {
        Path settings = Files.writeString(folder.resolve("my.conf"), "joulestream {\n  api.prot = 1\n}\n");

        Result result = joulestream("up", "--config", settings.toString());

        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.err())
                .singleElement()
                .asString()
                .contains("my.conf:2")
                .contains("joulestream.api.prot");
    }

    @Test
    void quantizeWritesAllOfItsFilesOrNone() throws Exception {
        Path tensor = folder.resolve("x.f32");
        Files.write(tensor, new byte[4 * 32]);
        Path codes = folder.resolve("codes");

        Result wrongShape = joulestream(
                "nvfp4",
                "quantize",
                "--input",
                tensor.toString(),
                "--rows",
                "3",
                "--cols",
                "16",
                "--out-codes",
                codes.toString());
        Result right = joulestream(
                "nvfp4",
                "quantize",
                "--input",
                tensor.toString(),
                "--rows",
                "2",
                "--cols",
                "16",
                "--mode",
                "1d",
                "--out-codes",
                codes.toString(),
                "--json");

        assertThat(wrongShape.exit()).isEqualTo(1);
        assertThat(wrongShape.err())
                .singleElement()
                .asString()
                .contains("128 bytes")
                .contains("192");
        assertThat(right.exit()).as("%s", right).isZero();
        JsonNode report = new ObjectMapper().readTree(right.lastLine());
        assertThat(report.get("s_hex").asText()).isEqualTo("3f800000");
        assertThat(report.get("metrics").get("zeroScaleBlocks").asInt()).isEqualTo(2);
        assertThat(Files.readAllBytes(codes)).hasSize(16).containsOnly(0);
    }

    // ---- the process

    private String[] importOnce(Path ac, Path result, String... more) {
        List<String> arguments = new ArrayList<>(List.of(
                "import",
                "mlperf-power",
                "--once",
                "--ac",
                ac.toString(),
                "--mllog",
                result.toString(),
                "--run",
                "example",
                "--site",
                "lab"));
        arguments.addAll(List.of(more));
        return arguments.toArray(new String[0]);
    }

    private Result joulestream(String... arguments) throws IOException, InterruptedException {
        return joulestream(Map.of(), List.of(), arguments);
    }

    private Result joulestream(Map<String, String> environment, List<String> jvm, String... arguments)
            throws IOException, InterruptedException {
        Path temporary = Files.createDirectories(folder.resolve("tmp"));
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx768m",
                "-XX:+UseSerialGC",
                "-Djava.io.tmpdir=" + temporary,
                "-cp",
                System.getProperty("java.class.path")));
        command.addAll(jvm);
        command.add(Joulestream.class.getName());
        command.addAll(List.of(arguments));
        Path out = folder.resolve("out.txt");
        Path err = folder.resolve("err.txt");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        if (!process.waitFor(120, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("still running after 120 s: " + command);
        }
        return new Result(
                process.exitValue(),
                Files.readAllLines(out, StandardCharsets.UTF_8),
                Files.readAllLines(err, StandardCharsets.UTF_8));
    }

    /** Data directories and unpacked programs; logs of commands without a data directory may stay. */
    private List<String> leftInTemporaryFolder() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("tmp"))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.startsWith("joulestream-logs") && !name.startsWith("hsperfdata"))
                    .toList();
        }
    }
}
