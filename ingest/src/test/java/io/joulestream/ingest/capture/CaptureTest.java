package io.joulestream.ingest.capture;

import static io.joulestream.ingest.capture.CaptureFolder.end;
import static io.joulestream.ingest.capture.CaptureFolder.event;
import static io.joulestream.ingest.capture.CaptureFolder.of;
import static io.joulestream.ingest.capture.CaptureFolder.start;
import static io.joulestream.ingest.capture.CaptureFolder.step;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What is wrong with a capture is said with its file, its line and what to do. */
class CaptureTest {
    private static final List<String> EVENTS =
            List.of(start(1_001_000, "a"), step(1_001_500, "a", 1), end(1_002_000, "a"));

    @TempDir
    private Path folder;

    @Test
    void aDirectoryWithoutTheFilesIsRefusedByEachOfThem() {
        assertThat(refused(folder))
                .hasSize(3)
                .allMatch(problem -> problem.contains("there is no such file; give the directory that holds nvml.csv"))
                .anyMatch(problem ->
                        problem.startsWith(folder.resolve("steps.jsonl").toString()));
    }

    private static Stream<Arguments> tables() {
        String good = "1000000,0,1,1,1,1980\n1000100,0,1,1,2,1980\n";
        String header = CaptureFolder.HEADER + "\n";
        return Stream.of(
                Arguments.of("", "nvml.csv: no reading in this file"),
                Arguments.of(header, "nvml.csv: no reading in this file"),
                Arguments.of(
                        "unix_ms,gpu,power_mw,power_instant_mw\n1,0,1,1\n", "nvml.csv:1: no column energy_mj; name"),
                Arguments.of(
                        header + good + "1000200,0,n/a,1,3,1980\n", "nvml.csv:4: power_mw is 'n/a'; write a whole"),
                Arguments.of(header + good + "1000200,0,-1,1,3,1980\n", "nvml.csv:4: power_mw is '-1'"),
                Arguments.of(header + good + "1000200,0,1.5,1,3,1980\n", "nvml.csv:4: power_mw is '1.5'"),
                Arguments.of(header + good + "1000200,0,1,1,1e30,1980\n", "nvml.csv:4: energy_mj is '1e30'"),
                Arguments.of(
                        header + good + ",0,1,1,3,1980\n", "nvml.csv:4: unix_ms is ''; write a whole number from 0"),
                Arguments.of(
                        header + good + "999999999999999,0,1,1,3,1980\n", "nvml.csv:4: unix_ms is 999999999999999"),
                Arguments.of(header + good + "1000200,512,1,1,3,1980\n", "nvml.csv:4: gpu 512; number the GPUs"),
                Arguments.of(
                        header + good + "1000200,0,1,1000000001,3,1980\n", "nvml.csv:4: 1000000001 mW are more than"),
                Arguments.of(header + good + "1000200,0,1\n", "nvml.csv:4: 3 columns of 6; repair or remove the line"),
                Arguments.of(
                        header + good + "1000050,0,1,1,3,1980\n",
                        "nvml.csv:4: gpu 0 at 1000050 ms, after a reading at 1000100 ms"),
                Arguments.of(
                        header + good + "1000100,0,1,1,2,1980\n", "nvml.csv:4: gpu 0 at 1000100 ms, after a reading"),
                Arguments.of(header + good + "1000200,0,1,1,3,\uFFFD\n", "nvml.csv:4: this is not UTF-8 text"),
                Arguments.of("\0u\0n\0i\0x\0\n", "nvml.csv:1: this is not UTF-8 text"),
                Arguments.of(
                        header + good + "1000200,0,1,1,3,\"open\n", "nvml.csv:3: after this line the table cannot"),
                Arguments.of(
                        header + good + "1".repeat(100_000) + "\n", "nvml.csv:3: after this line the table cannot"),
                Arguments.of(header + "1000000,0,1,1,1,1980\n1000100,0,x,1,1,1980\n", "nvml.csv:3: power_mw is 'x'"),
                Arguments.of(
                        header + "1000000,0,1,1,1,1980\n", "nvml.csv: gpu 0 was read once, so its period is unknown"),
                Arguments.of(
                        header + "1000000,0,,1,,1980\n1000100,0,,1,,1980\n",
                        "nvml.csv: gpu 0 tells neither energy_mj nor power_mw"));
    }

    @ParameterizedTest
    @MethodSource("tables")
    void aTableThatCannotBeRightIsRefused(String table, String problem) {
        CaptureFolder.written(folder, table, String.join("\n", EVENTS), CaptureFolder.ABOUT);

        assertThat(refused(folder)).singleElement().asString().contains(problem);
    }

    private static Stream<Arguments> logs() {
        String start = start(1_001_000, "a");
        String step = step(1_001_500, "a", 1);
        String end = end(1_002_000, "a");
        return Stream.of(
                Arguments.of(List.of(), "steps.jsonl: no phase in this log"),
                Arguments.of(List.of(event(1, "idle_start", "")), "steps.jsonl: no phase in this log"),
                Arguments.of(
                        List.of(start, step),
                        "steps.jsonl:2: phase a has no phase_end; give the log of a capture that"),
                Arguments.of(
                        List.of(start, end, step(1_002_500, "a", 2)),
                        "steps.jsonl:3: step of phase 'a', which has not started"),
                Arguments.of(
                        List.of(start, step(1_001_500, "b", 1), end),
                        "steps.jsonl:2: step of phase 'b' while a runs; give the log as it was written"),
                Arguments.of(
                        List.of(start, step.replace("8192", "-8192"), end),
                        "steps.jsonl:2: a step with step 1 and tokens -8192, which are whole numbers from 0"),
                Arguments.of(
                        List.of(start, step.replace("8192", "8192.5"), end), "steps.jsonl:2: a step with step 1 and"),
                Arguments.of(
                        List.of(start, step.replace("8192", "\"8192\""), end), "steps.jsonl:2: a step with step 1"),
                Arguments.of(
                        List.of(start, step.replace("8192", "1e300"), end), "steps.jsonl:2: a step with step 1 and"),
                Arguments.of(
                        List.of(start, step, step(1_001_600, "a", 1), end),
                        "steps.jsonl:3: step 1 after step 1 without a restart"),
                Arguments.of(List.of(start, step, step(1_001_500, "a", 2), end), "steps.jsonl:3: step 2 takes no time"),
                Arguments.of(
                        List.of(start, step, event(1_001_600, "eval", "\"phase\": \"a\""), end),
                        "steps.jsonl:3: event 'eval' is not known"),
                Arguments.of(
                        List.of(start, step, end(1_001_400, "a"), end),
                        "steps.jsonl:3: it is at 1001400 ms, the event before at 1001500 ms"),
                Arguments.of(
                        List.of(start, "{\"event\": \"step\"}", end), "steps.jsonl:2: no usable unix_ms and event"),
                Arguments.of(List.of(start, "[1]", end), "steps.jsonl:2: this is not a JSON object in UTF-8"),
                Arguments.of(List.of(start, "{} {}", end), "steps.jsonl:2: this is not a JSON object in UTF-8"),
                Arguments.of(List.of(start, start(1_001_100, "b"), end), "steps.jsonl:2: phase b starts while a runs"),
                Arguments.of(List.of(start, end, start(1_002_100, "a")), "steps.jsonl:3: phase a starts a second time"),
                Arguments.of(
                        List.of(event(1_001_000, "phase_start", "\"phase\": \"a\"")),
                        "steps.jsonl:1: a phase_start without phase and precision"),
                Arguments.of(List.of(start, end(1_001_000, "a")), "steps.jsonl:2: phase a ends when it starts"),
                Arguments.of(
                        List.of(start, of(1_001_100, "checkpoint_end", "a", 0), end),
                        "steps.jsonl:2: a checkpoint ends that did not begin"),
                Arguments.of(
                        List.of(
                                start,
                                of(1_001_100, "checkpoint_start", "a", 0),
                                of(1_001_200, "checkpoint_end", "a", 7),
                                of(1_001_300, "checkpoint_end", "a", 0),
                                end),
                        "steps.jsonl:3: a checkpoint of step 7 after step 0"),
                Arguments.of(
                        List.of(start, of(1_001_100, "checkpoint_start", "a", 0), step(1_001_200, "a", 1), end),
                        "steps.jsonl:3: a step while a checkpoint is written"),
                Arguments.of(
                        List.of(start, of(1_001_100, "restart", "a", 0), end),
                        "steps.jsonl:2: a restart without a crash"),
                Arguments.of(
                        List.of(
                                start,
                                of(1_001_100, "crash", "a", 0),
                                of(1_001_200, "restart", "a", 3),
                                of(1_001_300, "restart", "a", 0),
                                end),
                        "steps.jsonl:3: a restart from step 3 after step 0"),
                Arguments.of(
                        List.of(start, of(1_001_100, "crash", "a", 0), step(1_001_200, "a", 1), end),
                        "steps.jsonl:3: a step while the job has crashed and not restarted"),
                Arguments.of(
                        List.of(start, of(1_001_100, "crash", "a", 0), of(1_001_200, "crash", "a", 0), end),
                        "steps.jsonl:3: a crash while the job has crashed"),
                Arguments.of(
                        List.of(
                                start,
                                of(1_001_100, "crash", "a", 0),
                                event(1_001_200, "restart", "\"phase\": \"a\""),
                                end),
                        "steps.jsonl:3: restart with from_step , which is a whole number from 0"),
                Arguments.of(
                        List.of(start, end(1_001_000L + (1L << 32), "a"), end),
                        "steps.jsonl:2: the log is silent for more than 49 days"),
                Arguments.of(List.of(start, "x".repeat(70_000), end), "steps.jsonl:2: a line of more than 65536 bytes"),
                Arguments.of(List.of(start, "\0", end), "steps.jsonl:2: a zero byte: this is not UTF-8 text"));
    }

    @ParameterizedTest
    @MethodSource("logs")
    void aLogThatCannotBeRightIsRefused(List<String> events, String problem) {
        CaptureFolder.written(folder, CaptureFolder.steadyRows(40), events);

        assertThat(refused(folder)).singleElement().asString().contains(problem);
    }

    @Test
    void aLogThatIsCutOffInItsLastLineIsRefused() {
        String log = String.join("\n", EVENTS);
        String table = CaptureFolder.HEADER + "\n" + String.join("\n", CaptureFolder.steadyRows(40));
        CaptureFolder.written(folder, table, log.substring(0, log.length() - 3), CaptureFolder.ABOUT);

        assertThat(refused(folder))
                .singleElement()
                .asString()
                .contains("steps.jsonl:3: the last line is cut off; copy");
    }

    @Test
    void textThatIsNotUtf8IsRefusedWithItsLine() throws IOException {
        CaptureFolder.written(folder, CaptureFolder.steadyRows(40), EVENTS);
        Files.write(
                folder.resolve("steps.jsonl"),
                (start(1_001_000, "\u00e9") + "\n").getBytes(StandardCharsets.ISO_8859_1));
        Files.write(
                folder.resolve("nvml.csv"),
                (CaptureFolder.HEADER + "\n1000000,0,1,1,1,\u00e9\n").getBytes(StandardCharsets.ISO_8859_1));
        Files.write(folder.resolve("about.json"), new byte[] {'{', (byte) 0xE9, '}'});

        assertThat(refused(folder))
                .satisfiesExactly(
                        table -> assertThat(table).contains("nvml.csv:2: this is not UTF-8 text"),
                        log -> assertThat(log).contains("steps.jsonl:1: this is not a JSON object in UTF-8"),
                        boards -> assertThat(boards).contains("about.json: this is not a JSON object in UTF-8"));
    }

    @Test
    void boardsThatAreNotToldAreRefusedAndThoseHalfToldAreTaken() throws IOException {
        CaptureFolder.written(folder, CaptureFolder.steadyRows(40), EVENTS);
        Files.writeString(folder.resolve("about.json"), "{\"gpus\": [\"\"], \"power_limit_mw\": [\"\"]}");

        Boards boards = CaptureFolder.read(folder).boards();

        assertThat(boards.name(0)).isEqualTo("GPU");
        assertThat(boards.name(3)).isEqualTo("GPU");
        assertThat(boards.limit(0)).isZero();
        assertThat(boards.limit(3)).isZero();
        for (String bad : List.of(
                "",
                "{",
                "[]",
                "{\"gpus\": []}",
                "{\"gpus\": [\"\"], \"power_limit_mw\": [1000000001]}",
                " ".repeat(1024 * 1024) + "{}")) {
            Files.writeString(folder.resolve("about.json"), bad);
            assertThat(refused(folder)).singleElement().asString().contains("about.json: ", "as it was written");
        }
    }

    @Test
    void aPhaseThatFailedEndsThere() {
        CaptureFolder.written(
                folder,
                CaptureFolder.steadyRows(40),
                List.of(
                        event(1_000_500, "phase_failed", "\"phase\": \"fp8\""),
                        start(1_001_000, "a"),
                        step(1_001_500, "a", 1),
                        event(1_002_000, "phase_failed", "\"phase\": \"a\"")));

        assertThat(CaptureFolder.read(folder).phases())
                .singleElement()
                .satisfies(phase -> assertThat(phase.end().toEpochMilli()).isEqualTo(1_002_000));
    }

    @Test
    void ofManyProblemsTwentyAreShownAndAllAreCounted() {
        List<String> rows = new ArrayList<>(Collections.nCopies(50, "x,0,1,1,1,1980"));
        CaptureFolder.written(folder, rows, EVENTS);

        Capture.Outcome.Refused refused = (Capture.Outcome.Refused) Capture.read(folder);

        assertThat(refused.shown()).hasSize(20);
        assertThat(refused.total()).isEqualTo(50);
        assertThat(refused.shown().get(19).where()).endsWith("nvml.csv:21");
    }

    @Test
    void columnsMayStandInAnyOrderAndOthersArePassedOver() {
        CaptureFolder.written(
                folder,
                "note,energy_mj,gpu,unix_ms,power_instant_mw,power_mw\nx,7,3,1000000,1,2\ny,9,3,1000100,5,4\n",
                String.join("\n", EVENTS),
                CaptureFolder.ABOUT);

        GpuReadings gpu = CaptureFolder.read(folder).gpus().get(0);

        assertThat(gpu.gpu()).isEqualTo(3);
        assertThat(gpu.greatestMilliwatts()).isEqualTo(5);
        assertThat(gpu.readings()).containsExactly(new GpuReading(1_000_000, 2, 7), new GpuReading(1_000_100, 4, 9));
    }

    private static List<String> refused(Path folder) {
        Capture.Outcome outcome = Capture.read(folder);
        assertThat(outcome).isInstanceOf(Capture.Outcome.Refused.class);
        return ((Capture.Outcome.Refused) outcome)
                .shown().stream().map(problem -> problem.toString()).toList();
    }
}
