package io.joulestream.ingest.capture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The real capture that ships with the project, and small ones that a test writes. */
final class CaptureFolder {
    static final Path H200 = Path.of("../core/src/test/resources/captures/h200");

    static final String HEADER = "unix_ms,gpu,power_mw,power_instant_mw,energy_mj,sm_mhz";
    static final String ABOUT = "{\"gpus\": [\"NVIDIA H200\"], \"power_limit_mw\": [700000]}";

    private CaptureFolder() {}

    static Capture h200() {
        return read(H200);
    }

    static Capture read(Path folder) {
        Capture.Outcome outcome = Capture.read(folder);
        assertThat(outcome).isInstanceOf(Capture.Outcome.Read.class);
        return ((Capture.Outcome.Read) outcome).capture();
    }

    /** @param rows and events without line ends */
    static Path written(Path folder, List<String> rows, List<String> events) {
        return written(folder, HEADER + "\n" + String.join("\n", rows) + "\n", String.join("\n", events) + "\n", ABOUT);
    }

    static Path written(Path folder, String table, String events, String about) {
        try {
            Files.writeString(folder.resolve(Capture.READINGS), table);
            Files.writeString(folder.resolve(Capture.EVENTS), events);
            Files.writeString(folder.resolve(Capture.BOARDS), about);
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A reading each 100 ms of one GPU at 200 W, from 1,000,000 ms on. */
    static List<String> steadyRows(int count) {
        return java.util.stream.IntStream.range(0, count)
                .mapToObj(i -> (1_000_000 + 100 * i) + ",0,200000,210000," + (5_000 + 20_000 * i) + ",1980")
                .toList();
    }

    static String event(long ms, String event, String rest) {
        return "{\"unix_ms\": " + ms + ", \"event\": \"" + event + "\"" + (rest.isEmpty() ? "" : ", " + rest) + "}";
    }

    static String start(long ms, String phase) {
        return event(ms, "phase_start", "\"phase\": \"" + phase + "\", \"precision\": \"bf16\"");
    }

    static String step(long ms, String phase, int step) {
        return event(ms, "step", "\"phase\": \"" + phase + "\", \"step\": " + step + ", \"tokens\": 8192");
    }

    static String of(long ms, String event, String phase, int step) {
        String field = event.equals("restart") ? "from_step" : "step";
        return event(ms, event, "\"phase\": \"" + phase + "\", \"" + field + "\": " + step);
    }

    static String end(long ms, String phase) {
        return event(ms, "phase_end", "\"phase\": \"" + phase + "\"");
    }
}
