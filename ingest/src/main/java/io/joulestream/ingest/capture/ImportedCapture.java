package io.joulestream.ingest.capture;

import io.joulestream.ingest.Digests;
import io.joulestream.ingest.FrameHead;
import io.joulestream.ingest.Problem;
import io.joulestream.wire.FrameKey;
import io.joulestream.wire.v1.SourceKind;
import io.joulestream.wire.v1.TelemetryFrame;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A capture as frames of a site: the GPUs of {@value #NODE}, and a run for each phase.
 *
 * <p>Everything in the frames follows from the bytes of the files, the tenant, the site and what the runs' names begin with,
 * so the same directory again gives the same frames.
 *
 * @param samplePeriod what the inventory should say of the GPUs: the longest of their median distances
 * @param producerId of the GPUs' frames
 * @param frames of the GPUs, in the order of their frame_seq
 */
public record ImportedCapture(
        Capture capture, Duration samplePeriod, String producerId, List<Run> runs, List<TelemetryFrame> frames) {
    /** Whose frames carry the readings of the GPUs. */
    public static final String NODE = "node-0";

    /**
     * The run that one phase is.
     *
     * @param key the owner is {@code job/<run>}
     * @param frames in the order of their frame_seq
     */
    public record Run(FrameKey key, String runId, Phase phase, String producerId, List<TelemetryFrame> frames) {
        public Run {
            frames = List.copyOf(frames);
        }
    }

    public ImportedCapture {
        runs = List.copyOf(runs);
        frames = List.copyOf(frames);
    }

    /**
     * Why a capture cannot become frames of this site: a name that none can have.
     *
     * @param runs what the runs' names begin with
     */
    public static Optional<Problem> refusal(Capture capture, String tenant, String site, String runs) {
        if (FrameKey.parse(tenant + "|" + site + "|" + NODE).isEmpty()) {
            return Optional.of(new Problem(
                    "--tenant, --site", "not a name: " + tenant + ", " + site, "use 1 to 40 of a-z, 0-9 and '-'"));
        }
        if (FrameKey.parse(tenant + "|" + site + "|job/" + runs).isEmpty()) {
            return Optional.of(new Problem(
                    "--run", "no run's name can begin with '" + runs + "'", "use up to 100 plain characters"));
        }
        return capture.phases().stream()
                .filter(phase -> FrameKey.parse(tenant + "|" + site + "|job/" + runId(runs, phase))
                        .isEmpty())
                .map(phase -> new Problem(
                        capture.directory() + "/" + Capture.EVENTS,
                        "phase '" + phase.name() + "' cannot be the name of a run",
                        "name the phase in up to 150 plain characters"))
                .findFirst();
    }

    /** @throws IllegalArgumentException where there is a {@link #refusal} */
    public static ImportedCapture of(Capture capture, String tenant, String site, String namesOfRuns) {
        List<Run> runs = new ArrayList<>();
        for (Phase phase : capture.phases()) {
            String runId = runId(namesOfRuns, phase);
            FrameKey key = new FrameKey(tenant, site, "job/" + runId);
            String producer = Digests.producer(capture.eventsSha256(), key.owner());
            FrameHead head = new FrameHead(
                    key, SourceKind.TRAIN_LOG, producer, phase.start().toEpochMilli());
            runs.add(new Run(key, runId, phase, producer, PhaseFrames.of(phase, runId, head)));
        }
        String producer = Digests.producer(capture.readingsSha256(), NODE, capture.eventsSha256());
        FrameHead head = new FrameHead(
                new FrameKey(tenant, site, NODE),
                SourceKind.MANUAL,
                producer,
                first(capture).toEpochMilli());
        return new ImportedCapture(
                capture, samplePeriod(capture), producer, runs, GpuFrames.of(capture.gpus(), runs, head));
    }

    /** The entity of a GPU. */
    public static String entity(GpuReadings gpu) {
        return NODE + "/gpu" + gpu.gpu();
    }

    /** All owners' frames; each owner's are together and in order. */
    public List<TelemetryFrame> allFrames() {
        return Stream.concat(frames.stream(), runs.stream().flatMap(run -> run.frames().stream()))
                .toList();
    }

    public Instant first() {
        return first(capture);
    }

    public Instant last() {
        return capture.gpus().stream()
                .map(GpuReadings::last)
                .max(Comparator.naturalOrder())
                .orElseThrow();
    }

    private static Instant first(Capture capture) {
        return capture.gpus().stream()
                .map(GpuReadings::first)
                .min(Comparator.naturalOrder())
                .orElseThrow();
    }

    private static Duration samplePeriod(Capture capture) {
        return capture.gpus().stream()
                .flatMap(gpu -> gpu.samplePeriod().stream())
                .max(Comparator.naturalOrder())
                .orElseThrow();
    }

    private static String runId(String names, Phase phase) {
        return names + "-" + phase.name();
    }
}
