package io.joulestream.ingest.mlperf;

import io.joulestream.ingest.ImportedPower;
import io.joulestream.ingest.PowerChannel;
import io.joulestream.ingest.PowerFrames;
import io.joulestream.ingest.PowerOutcome;
import io.joulestream.ingest.PowerReadings;
import io.joulestream.ingest.Problem;
import io.joulestream.ingest.RunWindow;
import io.joulestream.wire.FrameKey;
import io.joulestream.wire.v1.EntityKind;
import io.joulestream.wire.v1.SourceKind;
import io.joulestream.wire.v1.TelemetryFrame;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * An MLPerf submission's power and result logs as frames.
 *
 * <p>Every power file is a producer of its own, named by its bytes, so the parts of one log may be imported by several
 * processes at once, and importing any of them again adds nothing. Stateless; any thread.
 */
public final class MlperfImport {
    private static final String OPTION_PERIOD = "--sample-period";

    /**
     * @param ac power logs at the wall, of node-0, node-1, ... in this order; at least one
     * @param dc a second meter on node-0's own load, behind its power supplies: a check, never added
     * @param result without it no reading belongs to a run
     * @param runId needed with a result log
     * @param samplePeriod instead of each file's own median spacing
     */
    public record Request(
            String tenant,
            String site,
            List<Path> ac,
            Optional<Path> dc,
            Optional<Path> result,
            Optional<String> runId,
            Optional<Duration> samplePeriod) {
        public Request {
            ac = List.copyOf(ac);
        }
    }

    /** What came of the files: all of them, or what is wrong with each that is not right. */
    public sealed interface Outcome {
        /**
         * @param nodes in the order of their files
         * @param dc role CHECK on node-0
         * @param run empty without a result log
         */
        record Ready(List<ImportedPower> nodes, Optional<ImportedPower> dc, Optional<ImportedRun> run)
                implements Outcome {
            public Ready {
                nodes = List.copyOf(nodes);
            }

            /** All owners' frames; each owner's are together and in order. */
            public List<TelemetryFrame> frames() {
                return Stream.of(
                                nodes.stream().flatMap(node -> node.frames().stream()),
                                dc.stream().flatMap(meter -> meter.frames().stream()),
                                run.stream().flatMap(job -> job.frames().stream()))
                        .flatMap(frames -> frames)
                        .toList();
            }
        }

        /** @param problems at least one */
        record Refused(List<Problem> problems) implements Outcome {
            public Refused {
                problems = List.copyOf(problems);
            }
        }
    }

    private final Request request;
    private final List<Problem> problems = new ArrayList<>();
    private final Map<String, String> ownerByDigest = new HashMap<>();

    private MlperfImport(Request request) {
        this.request = request;
    }

    /** Reads every file; nothing is sent. */
    public static Outcome read(Request request) {
        return new MlperfImport(request).read();
    }

    private Outcome read() {
        Optional<FrameKey> job = jobKey();
        if (!problems.isEmpty()) {
            return new Outcome.Refused(problems);
        }
        Optional<ResultLog> log = request.result().flatMap(this::resultLog);
        Optional<RunWindow> window = log.map(l -> new RunWindow(request.runId().orElseThrow(), l.start(), l.stop()));
        List<ImportedPower> nodes = new ArrayList<>();
        for (int i = 0; i < request.ac().size(); i++) {
            power(request.ac().get(i), channel("node-" + i, EntityKind.NODE, PowerChannel.NODE_POWER), window)
                    .ifPresent(nodes::add);
        }
        Optional<ImportedPower> dc = request.dc()
                .flatMap(
                        path -> power(path, channel("meter/dc-0", EntityKind.METER, PowerChannel.METER_POWER), window));
        return problems.isEmpty()
                ? new Outcome.Ready(
                        nodes,
                        dc,
                        log.map(l ->
                                JobFrames.of(job.orElseThrow(), request.runId().orElseThrow(), l)))
                : new Outcome.Refused(problems);
    }

    /** The run's owner, with the request's own mistakes as problems. */
    private Optional<FrameKey> jobKey() {
        if (request.ac().isEmpty()) {
            problems.add(new Problem("--ac", "no power log", "give one for each node"));
        }
        if (FrameKey.parse(request.tenant() + "|" + request.site() + "|node-0").isEmpty()) {
            problems.add(new Problem(
                    "--tenant, --site",
                    "not a name: " + request.tenant() + ", " + request.site(),
                    "use 1 to 40 of a-z, 0-9 and '-'"));
            return Optional.empty();
        }
        if (request.samplePeriod().filter(p -> p.toMillis() < 1).isPresent()) {
            problems.add(
                    new Problem(OPTION_PERIOD, "it is " + request.samplePeriod().get(), "give at least 1 ms"));
        }
        if (request.result().isEmpty()) {
            return Optional.empty();
        }
        String runId = request.runId().orElse("");
        Optional<FrameKey> key = FrameKey.parse(request.tenant() + "|" + request.site() + "|job/" + runId);
        if (runId.isBlank() || key.isEmpty()) {
            problems.add(
                    new Problem("--run", "not a name: '" + runId + "'", "name the run in up to 200 plain characters"));
            return Optional.empty();
        }
        return key;
    }

    private Optional<ResultLog> resultLog(Path path) {
        ResultLog.Outcome outcome = ResultLog.read(path);
        if (outcome instanceof ResultLog.Outcome.Refused refused) {
            problems.add(refused.problem());
            return Optional.empty();
        }
        return Optional.of(((ResultLog.Outcome.Read) outcome).log());
    }

    private PowerChannel channel(String owner, EntityKind kind, int metric) {
        return new PowerChannel(
                new FrameKey(request.tenant(), request.site(), owner),
                kind,
                metric,
                SourceKind.TRAIN_LOG,
                PowerLog.READING);
    }

    private Optional<ImportedPower> power(Path path, PowerChannel channel, Optional<RunWindow> window) {
        PowerOutcome outcome = PowerLog.read(path);
        if (outcome instanceof PowerOutcome.Refused refused) {
            problems.addAll(refused.shown());
            return Optional.empty();
        }
        PowerReadings readings = ((PowerOutcome.Read) outcome).readings();
        String owner = channel.key().owner();
        String other = ownerByDigest.putIfAbsent(readings.sha256(), owner);
        if (other != null) {
            problems.add(new Problem(
                    path.toString(), "has the same content as the file of " + other, "give each meter's own log"));
            return Optional.empty();
        }
        if (request.samplePeriod().or(readings::samplePeriod).isEmpty()) {
            problems.add(new Problem(
                    path.toString(),
                    "all readings have one time, so their period is unknown",
                    "give " + OPTION_PERIOD));
            return Optional.empty();
        }
        return Optional.of(PowerFrames.of(readings, channel, window, request.samplePeriod()));
    }
}
