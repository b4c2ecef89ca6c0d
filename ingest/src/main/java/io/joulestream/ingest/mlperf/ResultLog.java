package io.joulestream.ingest.mlperf;

import com.fasterxml.jackson.databind.JsonNode;
import io.joulestream.ingest.Decimals;
import io.joulestream.ingest.Problem;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a result log says of its run.
 *
 * <p>Samples are the cumulative {@code samples_count} of tracked_stats and run_stop alone: on block_start and block_stop
 * some logs count per block. Logs were seen whose tracked_stats count an evaluation's own samples between eval_start and
 * eval_stop, and a block's at its end. The former are left out; of the others only growth counts, which loses nothing,
 * since a cumulative count holds all before it. The count of run_stop closes the run and must not be below any other.
 *
 * @param file as the user named it
 * @param sha256 of the file's bytes, in hexadecimal
 * @param benchmark empty where the log does not say
 * @param sequenceLength tokens per sample, padding included: the log's max_sequence_length, else what the benchmark's
 *     rules fix; empty where neither is known, and then tokens are unknown too
 * @param progress after {@code start}, up to and with {@code stop}, times and samples strictly increasing; empty where
 *     the log counts no samples
 * @param passedOver how many counts were below an earlier one, for an importer to print
 */
public record ResultLog(
        String file,
        String sha256,
        Instant start,
        Instant stop,
        Optional<String> benchmark,
        OptionalLong sequenceLength,
        List<Progress> progress,
        int passedOver) {
    /**
     * How far the run had come.
     *
     * @param samples processed since the run's start
     * @param step the log's own step number, or {@code samples} in a log that does not number every one of its steps
     */
    public record Progress(Instant at, long samples, long step) {}

    /** What came of the file. */
    public sealed interface Outcome {
        record Read(ResultLog log) implements Outcome {}

        record Refused(Problem problem) implements Outcome {}
    }

    /** Fixed by the rules of MLPerf Training as of round 5.1 (October 2025). */
    private static final Map<String, Long> SEQUENCE_LENGTHS =
            Map.of("llama2_70b_lora", 8192L, "llama31_8b", 8192L, "llama31_405b", 8192L, "gpt3", 2048L);

    private static final int MAX_TRACKED = 4_000_000;
    private static final long MAX_SILENCE_MS = 0xFFFF_FFFFL;

    public ResultLog {
        progress = List.copyOf(progress);
    }

    /** Samples of the whole run; empty where the log counts none. */
    public OptionalLong samples() {
        return progress.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(progress.get(progress.size() - 1).samples());
    }

    /** Tokens of the whole run, padding included; empty where samples or the sequence length are unknown. */
    public OptionalLong tokens() {
        return samples().isPresent() && sequenceLength.isPresent()
                ? OptionalLong.of(samples().getAsLong() * sequenceLength.getAsLong())
                : OptionalLong.empty();
    }

    /** Reads the file whole or says what is wrong with it; throws for no content. */
    public static Outcome read(Path path) {
        Collector collector = new Collector(path.toString());
        MllogReader.Outcome outcome = MllogReader.read(path, collector::take);
        if (outcome instanceof MllogReader.Outcome.Broken broken) {
            return new Outcome.Refused(broken.problem());
        }
        return collector.log(((MllogReader.Outcome.Complete) outcome).sha256());
    }

    private record Count(long line, long timeMs, long samples, OptionalLong step) {}

    private static final class Collector {
        private final String file;
        private final List<Count> tracked = new ArrayList<>();
        private Optional<MllogEntry> start = Optional.empty();
        private Optional<MllogEntry> stop = Optional.empty();
        private Optional<Count> atStop = Optional.empty();
        private Optional<String> benchmark = Optional.empty();
        private OptionalLong sequenceLength = OptionalLong.empty();
        private boolean evaluating;

        Collector(String file) {
            this.file = file;
        }

        Optional<Problem> take(MllogEntry entry) {
            return switch (entry.key()) {
                case "run_start" -> {
                    Optional<Problem> second = second(start, entry);
                    start = Optional.of(entry);
                    yield second;
                }
                case "run_stop" -> {
                    Optional<Problem> second = second(stop, entry);
                    stop = Optional.of(entry);
                    yield second.or(() -> count(entry));
                }
                case "tracked_stats" -> evaluating ? Optional.empty() : count(entry);
                case "eval_start" -> {
                    evaluating = true;
                    yield Optional.empty();
                }
                case "eval_stop", "block_start" -> {
                    evaluating = false;
                    yield Optional.empty();
                }
                case "submission_benchmark" -> {
                    benchmark = Optional.ofNullable(entry.value().textValue());
                    yield Optional.empty();
                }
                case "max_sequence_length" -> {
                    sequenceLength = whole(entry.value());
                    yield sequenceLength.isPresent() && sequenceLength.getAsLong() > 0
                            ? Optional.empty()
                            : problem(entry, "max_sequence_length is " + entry.value(), "it counts tokens, from 1");
                }
                default -> Optional.empty();
            };
        }

        private Optional<Problem> second(Optional<MllogEntry> first, MllogEntry entry) {
            return first.isEmpty() || first.get().timeMs() == entry.timeMs()
                    ? Optional.empty()
                    : problem(
                            entry,
                            "a second " + entry.key() + ", the first is in line "
                                    + first.get().line(),
                            "give the log of one run");
        }

        private Optional<Problem> count(MllogEntry entry) {
            JsonNode node = entry.metadata().path("samples_count");
            if (node.isMissingNode() || node.isNull()) {
                return Optional.empty();
            }
            OptionalLong samples = whole(node);
            if (samples.isEmpty() || samples.getAsLong() < 0) {
                return problem(entry, "samples_count is " + node, "it is a whole number from 0");
            }
            if (tracked.size() == MAX_TRACKED) {
                return problem(entry, "more than " + MAX_TRACKED + " counts of samples", "give the log of one run");
            }
            Count count = new Count(
                    entry.line(),
                    entry.timeMs(),
                    samples.getAsLong(),
                    whole(entry.metadata().path("step")));
            if (entry.key().equals("run_stop")) {
                atStop = Optional.of(count);
            } else {
                tracked.add(count);
            }
            return Optional.empty();
        }

        Outcome log(String sha256) {
            if (start.isEmpty() || stop.isEmpty()) {
                return refused(
                        file,
                        "no " + (start.isEmpty() ? "run_start" : "run_stop") + " in this log",
                        "give the result log of a run that has ended");
            }
            long from = start.get().timeMs();
            long to = stop.get().timeMs();
            if (from >= to) {
                return refused(
                        file + ":" + stop.get().line(),
                        "run_stop is not after run_start",
                        "give the log of one run, as it was written");
            }
            List<Count> counts = new ArrayList<>(
                    tracked.stream().filter(c -> c.timeMs() <= to).toList());
            counts.sort(Comparator.comparingLong(Count::timeMs));
            atStop.ifPresent(counts::add);
            long highest = 0;
            int passedOver = 0;
            for (Count count : counts) {
                passedOver += count.samples() < highest ? 1 : 0;
                highest = Math.max(highest, count.samples());
            }
            if (atStop.isPresent() && atStop.get().samples() < highest) {
                return refused(
                        file + ":" + atStop.get().line(),
                        "run_stop counts " + atStop.get().samples() + " samples, tracked_stats " + highest
                                + " before it",
                        "give the log of one run, as it was written");
            }
            List<Count> growing = growing(counts, from);
            OptionalLong length = sequenceLength.isPresent()
                    ? sequenceLength
                    : benchmark.map(SEQUENCE_LENGTHS::get).map(OptionalLong::of).orElse(OptionalLong.empty());
            if (!growing.isEmpty() && length.isPresent() && overflows(growing, length.getAsLong())) {
                return refused(file, "more tokens than 64 bits count", "check samples_count and max_sequence_length");
            }
            if (silence(growing, from, to) > MAX_SILENCE_MS) {
                return refused(file, "the log is silent for more than 49 days", "give the log of one run");
            }
            return new Outcome.Read(new ResultLog(
                    file,
                    sha256,
                    Instant.ofEpochMilli(from),
                    Instant.ofEpochMilli(to),
                    benchmark,
                    length,
                    progress(growing),
                    passedOver));
        }

        /** One per instant after the start, each with more samples than the one before; what it leaves out, the next has. */
        private static List<Count> growing(List<Count> counts, long start) {
            List<Count> growing = new ArrayList<>();
            for (Count count : counts) {
                Count last = growing.isEmpty() ? null : growing.get(growing.size() - 1);
                if (count.timeMs() <= start || count.samples() <= (last == null ? 0 : last.samples())) {
                    continue;
                }
                if (last != null && last.timeMs() == count.timeMs()) {
                    growing.remove(growing.size() - 1);
                }
                growing.add(count);
            }
            return growing;
        }

        private static List<Progress> progress(List<Count> growing) {
            boolean numbered = true;
            long step = 0;
            for (Count count : growing) {
                numbered &= count.step().isPresent() && count.step().getAsLong() > step;
                step = count.step().orElse(step);
            }
            boolean ownSteps = numbered;
            return growing.stream()
                    .map(c -> new Progress(
                            Instant.ofEpochMilli(c.timeMs()),
                            c.samples(),
                            ownSteps ? c.step().getAsLong() : c.samples()))
                    .toList();
        }

        private static boolean overflows(List<Count> growing, long length) {
            return Math.multiplyHigh(growing.get(growing.size() - 1).samples(), length) != 0
                    || growing.get(growing.size() - 1).samples() * length < 0;
        }

        private static long silence(List<Count> growing, long start, long stop) {
            long longest = 0;
            long last = start;
            for (Count count : growing) {
                longest = Math.max(longest, count.timeMs() - last);
                last = count.timeMs();
            }
            return Math.max(longest, stop - last);
        }

        private static OptionalLong whole(JsonNode node) {
            Optional<BigDecimal> number = MllogEntry.number(node);
            return number.isPresent() ? Decimals.whole(number.get()) : OptionalLong.empty();
        }

        private Optional<Problem> problem(MllogEntry entry, String what, String remedy) {
            return Optional.of(Problem.at(file, entry.line(), what, remedy));
        }

        private static Outcome refused(String where, String what, String remedy) {
            return new Outcome.Refused(new Problem(where, what, remedy));
        }
    }
}
