package io.joulestream.ingest.capture;

import io.joulestream.ingest.Problem;
import io.joulestream.ingest.Problems;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/**
 * What a capture directory tells.
 *
 * @param directory as the user named it
 * @param readingsSha256 of the bytes of {@value #READINGS}, in hexadecimal
 * @param eventsSha256 of the bytes of {@value #EVENTS}, in hexadecimal
 * @param gpus by number; at least one, each read more than once
 * @param phases in the order of their times, at least one; no two overlap
 */
public record Capture(
        String directory,
        String readingsSha256,
        String eventsSha256,
        List<GpuReadings> gpus,
        List<Phase> phases,
        Boards boards) {
    /** The table of what NVML said. */
    public static final String READINGS = "nvml.csv";
    /** What the job did. */
    public static final String EVENTS = "steps.jsonl";
    /** What hardware it was. */
    public static final String BOARDS = "about.json";

    /** What came of a directory. */
    public sealed interface Outcome {
        record Read(Capture capture) implements Outcome {}

        /**
         * @param shown the first problems, at least one and at most 20
         * @param total how many there are, shown or not
         */
        record Refused(List<Problem> shown, int total) implements Outcome {
            public Refused {
                shown = List.copyOf(shown);
            }
        }
    }

    public Capture {
        gpus = List.copyOf(gpus);
        phases = List.copyOf(phases);
    }

    /** Reads all three files or says what is wrong with them; throws for no content. Nothing is sent. */
    public static Outcome read(Path directory) {
        Problems problems = new Problems();
        NvmlTable table = new NvmlTable(directory.resolve(READINGS), problems);
        String readings = DigestedFile.read(directory.resolve(READINGS), problems, table::read);
        List<GpuReadings> gpus = table.gpus();
        if (problems.total() == 0) {
            gpus.forEach(gpu -> requireUse(directory, gpu, problems));
        }
        PhaseLog log = new PhaseLog(directory.resolve(EVENTS), problems);
        String events = DigestedFile.read(directory.resolve(EVENTS), problems, log::read);
        AtomicReference<Boards> boards = new AtomicReference<>();
        Path about = directory.resolve(BOARDS);
        DigestedFile.read(about, problems, in -> boards.set(Boards.read(about, in, problems)));
        return problems.total() > 0
                ? new Outcome.Refused(problems.shown(), problems.total())
                : new Outcome.Read(
                        new Capture(directory.toString(), readings, events, gpus, log.phases(), boards.get()));
    }

    private static void requireUse(Path directory, GpuReadings gpu, Problems problems) {
        String file = directory.resolve(READINGS).toString();
        if (gpu.samplePeriod().isEmpty()) {
            problems.add(new Problem(
                    file, "gpu " + gpu.gpu() + " was read once, so its period is unknown", "capture for longer"));
        } else if (!gpu.hasEnergy() && !gpu.hasPower()) {
            problems.add(new Problem(
                    file,
                    "gpu " + gpu.gpu() + " tells neither energy_mj nor power_mw",
                    "remove its lines, or capture a board that tells one"));
        }
    }
}
