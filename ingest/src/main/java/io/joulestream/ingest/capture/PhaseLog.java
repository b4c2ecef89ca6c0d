package io.joulestream.ingest.capture;

import com.fasterxml.jackson.databind.JsonNode;
import io.joulestream.ingest.Decimals;
import io.joulestream.ingest.PowerReading;
import io.joulestream.ingest.Problem;
import io.joulestream.ingest.Problems;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The log of what the job did, an event per line, each with {@code unix_ms} and {@code event}.
 *
 * <p>{@code phase_start} and {@code phase_end} bound a phase, {@code phase_failed} ends one too; inside are {@code step},
 * {@code checkpoint_start} and {@code checkpoint_end}, {@code crash} and {@code restart}. {@code idle_start} and
 * {@code idle_end} are passed over. An event that is not known is refused: it might change what the others mean. For one thread.
 */
final class PhaseLog {
    private static final String AS_WRITTEN = "give the log as it was written";
    /** A frame's slots are less than 2^32 ms apart. */
    private static final long MAX_SILENCE_MS = 0xFFFF_FFFFL;

    private static final long MOST_TOKENS_PER_STEP = 1L << 53;

    private final Path path;
    private final Problems problems;
    private final List<Phase> phases = new ArrayList<>();
    private final Set<String> names = new HashSet<>();
    private OpenPhase open;
    private long line;
    private long lastMs;

    PhaseLog(Path path, Problems problems) {
        this.path = path;
        this.problems = problems;
    }

    /** In the order of their times. */
    List<Phase> phases() {
        return phases;
    }

    void read(InputStream in) throws IOException {
        int before = problems.total();
        new JsonLines(path, problems, this::take).read(in);
        if (problems.total() > before) {
            return;
        }
        if (open != null) {
            problem("phase " + open.name + " has no phase_end", "give the log of a capture that has ended");
        } else if (phases.isEmpty()) {
            problems.add(new Problem(path.toString(), "no phase in this log", "give the log of a capture that ran"));
        }
    }

    private void take(long at, JsonNode event) {
        line = at;
        OptionalLong time = whole(event, "unix_ms");
        JsonNode kind = event.path("event");
        if (time.isEmpty() || !PowerReading.isTime(time.getAsLong()) || !kind.isTextual()) {
            problem("no usable unix_ms and event", "repair or remove the line");
        } else if (time.getAsLong() < lastMs) {
            problem("it is at " + time.getAsLong() + " ms, the event before at " + lastMs + " ms", AS_WRITTEN);
        } else if (open != null && time.getAsLong() - lastMs > MAX_SILENCE_MS) {
            problem("the log is silent for more than 49 days", "give the log of one capture");
        } else {
            lastMs = time.getAsLong();
            take(kind.textValue(), lastMs, event);
        }
    }

    private void take(String kind, long atMs, JsonNode event) {
        switch (kind) {
            case "idle_start", "idle_end" -> {}
            case "phase_start" -> start(atMs, event);
            case "phase_end", "phase_failed" -> end(kind, atMs, event);
            case "step", "checkpoint_start", "checkpoint_end", "crash", "restart" -> {
                if (isOfOpenPhase(kind, event)) {
                    inside(kind, atMs, event).ifPresent(what -> problem(what, AS_WRITTEN));
                }
            }
            default -> problem("event '" + kind + "' is not known", "remove the line, or use a program that knows it");
        }
    }

    private void start(long atMs, JsonNode event) {
        String name = event.path("phase").asText("");
        String precision = event.path("precision").asText("");
        if (open != null) {
            problem("phase " + name + " starts while " + open.name + " runs", AS_WRITTEN);
        } else if (name.isBlank() || precision.isBlank()) {
            problem("a phase_start without phase and precision", AS_WRITTEN);
        } else if (!names.add(name)) {
            problem("phase " + name + " starts a second time", "name each phase of a capture by a name of its own");
        } else {
            open = new OpenPhase(name, precision, atMs);
        }
    }

    private void end(String kind, long atMs, JsonNode event) {
        boolean failedBeforeItBegan = open == null && kind.equals("phase_failed");
        if (failedBeforeItBegan || !isOfOpenPhase(kind, event)) {
            return;
        }
        Optional<Phase> phase = open.end(atMs);
        if (phase.isEmpty()) {
            problem("phase " + open.name + " ends when it starts", "remove both lines");
        }
        phase.ifPresent(phases::add);
        open = null;
    }

    private boolean isOfOpenPhase(String kind, JsonNode event) {
        String name = event.path("phase").asText("");
        if (open == null) {
            problem(kind + " of phase '" + name + "', which has not started", AS_WRITTEN);
        } else if (!open.name.equals(name)) {
            problem(kind + " of phase '" + name + "' while " + open.name + " runs", AS_WRITTEN);
        }
        return open != null && open.name.equals(name);
    }

    /** What is wrong with the event, if anything. */
    private Optional<String> inside(String kind, long atMs, JsonNode event) {
        return switch (kind) {
            case "checkpoint_start" -> open.checkpointStart(atMs);
            case "crash" -> open.crash(atMs);
            case "step" -> {
                OptionalLong step = whole(event, "step");
                OptionalLong tokens = whole(event, "tokens");
                yield step.isEmpty() || tokens.isEmpty() || tokens.getAsLong() > MOST_TOKENS_PER_STEP
                        ? Optional.of("a step with step " + event.path("step") + " and tokens " + event.path("tokens")
                                + ", which are whole numbers from 0")
                        : open.step(atMs, step.getAsLong(), tokens.getAsLong());
            }
            default -> {
                String field = kind.equals("restart") ? "from_step" : "step";
                OptionalLong step = whole(event, field);
                if (step.isEmpty()) {
                    yield Optional.of(
                            kind + " with " + field + " " + event.path(field) + ", which is a whole number from 0");
                }
                yield kind.equals("restart")
                        ? open.restart(atMs, step.getAsLong())
                        : open.checkpointEnd(atMs, step.getAsLong());
            }
        };
    }

    /** Empty where the field is no whole number from 0. */
    private static OptionalLong whole(JsonNode event, String field) {
        JsonNode number = event.path(field);
        OptionalLong whole = number.isNumber() ? Decimals.whole(number.decimalValue()) : OptionalLong.empty();
        return whole.isPresent() && whole.getAsLong() >= 0 ? whole : OptionalLong.empty();
    }

    private void problem(String what, String remedy) {
        problems.add(Problem.at(path.toString(), line, what, remedy));
    }
}
