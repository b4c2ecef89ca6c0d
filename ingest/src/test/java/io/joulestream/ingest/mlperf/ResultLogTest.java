package io.joulestream.ingest.mlperf;

import static org.assertj.core.api.Assertions.assertThat;

import io.joulestream.ingest.Samples;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultLogTest {
    private static final String START = line(1000, "run_start", "null", "{}");
    private static final String STOP = line(9000, "run_stop", "1", "{\"samples_count\": 40}");

    @TempDir
    Path folder;

    @Test
    void progressIsWhatTrackedStatsAndRunStopCount() throws IOException {
        ResultLog log = read(START
                + line(1500, "block_start", "null", "{\"samples_count\": 99}")
                + tracked(3000, "10.0")
                + line(3000, "eval_start", "null", "{\"samples_count\": 77}")
                + line(3500, "eval_stop", "null", "{\"samples_count\": 77}")
                + line(4000, "tracked_stats", "{\"throughput\": 2}", "{\"step\": 1536}")
                + tracked(5000, "30")
                + STOP
                + tracked(9500, "50"));

        assertThat(log.start()).isEqualTo(Instant.ofEpochMilli(1000));
        assertThat(log.stop()).isEqualTo(Instant.ofEpochMilli(9000));
        assertThat(log.progress())
                .containsExactly(progress(3000, 10, 10), progress(5000, 30, 30), progress(9000, 40, 40));
        assertThat(log.samples()).hasValue(40);
        assertThat(log.tokens()).isEmpty();
    }

    @Test
    void whatDoesNotGrowIsLeftToTheNextCount() throws IOException {
        ResultLog log = read(START
                + tracked(900, "2")
                + tracked(1000, "5")
                + tracked(3000, "10")
                + tracked(3100, "10")
                + tracked(4000, "20")
                + tracked(4000, "25")
                + line(9000, "run_stop", "1", "{\"samples_count\": 25}"));

        assertThat(log.progress()).containsExactly(progress(3000, 10, 10), progress(4000, 25, 25));
    }

    @Test
    void whatAnEvaluationOrABlockCountsIsNotTheRuns() throws IOException {
        ResultLog log = read(START
                + line(1100, "eval_start", "null", "{}")
                + tracked(1200, "16")
                + line(1300, "eval_stop", "null", "{}")
                + tracked(3000, "10")
                + tracked(4000, "20")
                + tracked(4001, "12")
                + STOP);

        assertThat(log.progress())
                .containsExactly(progress(3000, 10, 10), progress(4000, 20, 20), progress(9000, 40, 40));
        assertThat(log.passedOver()).isEqualTo(1);
    }

    @Test
    void stepsAreTheLogsOwnWhereItNumbersAll() throws IOException {
        String first = line(3000, "tracked_stats", "{}", "{\"samples_count\": 10, \"step\": 1.0}");
        String second = line(9000, "run_stop", "1", "{\"samples_count\": 40, \"step\": 4}");

        assertThat(read(START + first + second).progress())
                .containsExactly(progress(3000, 10, 1), progress(9000, 40, 4));
        assertThat(read(START + first + STOP).progress())
                .containsExactly(progress(3000, 10, 10), progress(9000, 40, 40));
    }

    @Test
    void theSequenceLengthIsTheLogsOwnElseTheBenchmarks() throws IOException {
        String benchmark = line(1, "submission_benchmark", "\"gpt3\"", "{}");
        String length = line(2, "max_sequence_length", "4096.0", "{}");

        assertThat(read(benchmark + START + STOP).tokens()).hasValue(40 * 2048);
        assertThat(read(benchmark + length + START + STOP).tokens()).hasValue(40 * 4096);
        assertThat(read(line(1, "submission_benchmark", "\"new\"", "{}") + START + STOP)
                        .tokens())
                .isEmpty();
    }

    @Test
    void aLogWithoutCountsStillBoundsTheRun() throws IOException {
        ResultLog log = read(START + line(9000, "run_stop", "1", "{}"));

        assertThat(log.samples()).isEmpty();
        assertThat(log.tokens()).isEmpty();
    }

    @Test
    void whatCannotBeOneRunIsAProblem() throws IOException {
        assertThat(problem(START))
                .isEqualTo("result.txt: no run_stop in this log; give the result log of a run that has ended");
        assertThat(problem(STOP)).startsWith("result.txt: no run_start");
        assertThat(problem(START + line(1001, "run_start", "null", "{}") + STOP))
                .startsWith("result.txt:2: a second run_start, the first is in line 1");
        assertThat(problem(line(9000, "run_start", "null", "{}") + STOP))
                .startsWith("result.txt:2: run_stop is not after run_start");
        assertThat(problem(START + tracked(3000, "50") + STOP))
                .startsWith("result.txt:3: run_stop counts 40 samples, tracked_stats 50 before it");
        assertThat(problem(START + tracked(3000, "1.5") + STOP)).startsWith("result.txt:2: samples_count is 1.5");
        assertThat(problem(START + tracked(3000, "-1") + STOP)).startsWith("result.txt:2: samples_count is -1");
        assertThat(problem(line(1, "max_sequence_length", "0", "{}") + START + STOP))
                .startsWith("result.txt:1: max_sequence_length is 0");
        assertThat(problem(line(1, "max_sequence_length", "9007199254740992", "{}")
                        + START
                        + line(9000, "run_stop", "1", "{\"samples_count\": 4096}")))
                .startsWith("result.txt: more tokens than 64 bits count");
        assertThat(problem(START + line(9_000_000_000L, "run_stop", "1", "{\"samples_count\": 40}")))
                .startsWith("result.txt: the log is silent for more than 49 days");
    }

    @Test
    void aRealRunOfAnotherBenchmarkIsRead() {
        ResultLog.Outcome outcome = ResultLog.read(Samples.get("training/mllog_llama31_8b_8xGB200.txt"));

        ResultLog log = ((ResultLog.Outcome.Read) outcome).log();
        assertThat(log.start()).isEqualTo(Instant.ofEpochMilli(1759906639894L));
        assertThat(log.stop()).isEqualTo(Instant.ofEpochMilli(1759910772587L));
        assertThat(log.benchmark()).contains("llama31_8b");
        assertThat(log.samples()).hasValue(184_320);
        assertThat(log.tokens()).hasValue(184_320L * 8192);
        assertThat(log.progress()).hasSize(360);
        assertThat(log.progress().get(0)).isEqualTo(progress(1759906650694L, 512, 31));
        assertThat(log.passedOver()).isEqualTo(14);
    }

    private static ResultLog.Progress progress(long at, long samples, long step) {
        return new ResultLog.Progress(Instant.ofEpochMilli(at), samples, step);
    }

    private ResultLog read(String content) throws IOException {
        ResultLog.Outcome outcome = ResultLog.read(write(content));
        assertThat(outcome).isInstanceOf(ResultLog.Outcome.Read.class);
        return ((ResultLog.Outcome.Read) outcome).log();
    }

    private String problem(String content) throws IOException {
        ResultLog.Outcome outcome = ResultLog.read(write(content));
        assertThat(outcome).isInstanceOf(ResultLog.Outcome.Refused.class);
        return ((ResultLog.Outcome.Refused) outcome).problem().toString().replace(folder + "/", "");
    }

    private Path write(String content) throws IOException {
        return Files.writeString(folder.resolve("result.txt"), content);
    }

    private static String tracked(long time, String samples) {
        return line(time, "tracked_stats", "{}", "{\"samples_count\": " + samples + "}");
    }

    private static String line(long time, String key, String value, String metadata) {
        return "0: :::MLLOG {\"time_ms\": " + time + ", \"key\": \"" + key + "\", \"value\": " + value
                + ", \"metadata\": " + metadata + "}\n";
    }
}
