package io.joulestream.ingest.capture;

import static org.assertj.core.api.Assertions.assertThat;

import io.joulestream.core.kpi.RunLineage;
import io.joulestream.core.ledger.JobPhase;
import io.joulestream.core.telemetry.JobPrecision;
import io.joulestream.core.telemetry.Metric;
import io.joulestream.wire.FrameCodec;
import io.joulestream.wire.FrameResult;
import io.joulestream.wire.SlotTimes;
import io.joulestream.wire.v1.TelemetryFrame;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What one NVIDIA H200 in training said of itself, and what it taught. */
class RealCaptureTest {
    private static final Capture CAPTURE = CaptureFolder.h200();
    private static final ImportedCapture IMPORTED = ImportedCapture.of(CAPTURE, "default", "lab", "lab");
    private static final CaptureLedger LEDGER = CaptureLedger.of(IMPORTED.frames());

    @Test
    void aCaptureIsItsGpusItsPhasesAndItsBoards() {
        assertThat(CAPTURE.gpus()).singleElement().satisfies(gpu -> {
            assertThat(gpu.gpu()).isZero();
            assertThat(gpu.readings()).hasSize(1_884);
            assertThat(gpu.greatestMilliwatts())
                    .as("momentary, above the limit")
                    .isEqualTo(851_042);
            assertThat(gpu.first()).isEqualTo(Instant.parse("2026-11-26T18:27:17.731Z"));
        });
        assertThat(CAPTURE.phases())
                .extracting(Phase::name)
                .containsExactly("fp32", "tf32", "fp16", "bf16", "fp8", "bf16-restart");
        assertThat(CAPTURE.boards()).isEqualTo(new Boards(List.of("NVIDIA H200"), List.of(700_000L)));
        assertThat(IMPORTED.samplePeriod()).isEqualTo(Duration.ofMillis(100));
        assertThat(IMPORTED.runs())
                .extracting(ImportedCapture.Run::runId)
                .containsExactly("lab-fp32", "lab-tf32", "lab-fp16", "lab-bf16", "lab-fp8", "lab-bf16-restart");
    }

    @Test
    void allFramesAreWellFormedNumberedAndInsideAMinute() {
        assertThat(IMPORTED.frames()).hasSizeGreaterThan(12);
        assertThat(IMPORTED.allFrames()).allSatisfy(frame -> {
            assertThat(FrameCodec.decode(FrameCodec.encode(frame))).isInstanceOf(FrameResult.Decoded.class);
            assertThat(frame.getHistory()).isTrue();
        });
        for (int i = 0; i < IMPORTED.frames().size(); i++) {
            TelemetryFrame frame = IMPORTED.frames().get(i);
            long[] times = SlotTimes.of(frame);
            assertThat(frame.getFrameSeq()).isEqualTo(i + 1);
            assertThat(frame.getSessionId()).isEqualTo(1_795_717_637_731L);
            assertThat(times[times.length - 1] / 60_000).isEqualTo(times[0] / 60_000);
        }
    }

    @Test
    void theSameDirectoryGivesTheSameFramesAndAnotherSiteOthers() {
        ImportedCapture again = ImportedCapture.of(CaptureFolder.h200(), "default", "lab", "lab");
        ImportedCapture elsewhere = ImportedCapture.of(CAPTURE, "default", "other", "other");

        assertThat(again.allFrames()).isEqualTo(IMPORTED.allFrames());
        assertThat(elsewhere.runs().get(0).producerId())
                .isNotEqualTo(IMPORTED.runs().get(0).producerId());
        Set<String> producers = new HashSet<>(Set.of(IMPORTED.producerId()));
        IMPORTED.runs().forEach(run -> producers.add(run.producerId()));
        assertThat(producers).hasSize(7);
    }

    /** The board's counter, cut at the run's edges by cumulative floors, and nothing lost between the runs. */
    @Test
    void theLedgerGivesEachRunTheCountersOwnDifferencesToTheMicrojoule() {
        List<GpuReading> readings = CAPTURE.gpus().get(0).readings();
        long between = readings.get(readings.size() - 1).energyMillijoules() * 1_000
                - readings.get(0).energyMillijoules() * 1_000;
        for (ImportedCapture.Run run : IMPORTED.runs()) {
            long right = counterMicrojoules(readings, run.phase());

            assertThat(LEDGER.total(run.runId(), Metric.GPU_ENERGY))
                    .as(run.runId())
                    .isEqualTo(right);
            assertThat(LEDGER.estimated(run.runId(), Metric.GPU_ENERGY)).isZero();
            between -= right;
        }
        assertThat(LEDGER.total("", Metric.GPU_ENERGY)).isEqualTo(between);
        assertThat(LEDGER.rejects()).isEmpty();
    }

    /** What real hardware taught: the sum of the driver's averaged power is up to 3.5 % off the board's own counter. */
    @ParameterizedTest
    @CsvSource({
        "fp32, 13045.1, 221184, 0.05898, 0.978",
        "tf32, 9752.2, 565248, 0.01725, 0.965",
        "fp16, 8424.8, 1146880, 0.00735, 1.002",
        "bf16, 9430.7, 1310720, 0.00720, 0.995",
        "fp8, 9924.0, 1261568, 0.00787, 0.966",
        "bf16-restart, 8623.8, 1146880, 0.00752, 1.000"
    })
    void theAveragedGaugeIsNotTheCounter(
            String name, BigDecimal joules, long tokens, BigDecimal perToken, BigDecimal ratio) {
        Phase phase = CAPTURE.phases().stream()
                .filter(one -> one.name().equals(name))
                .findFirst()
                .orElseThrow();
        BigDecimal counter = BigDecimal.valueOf(LEDGER.total("lab-" + name, Metric.GPU_ENERGY));

        BigDecimal gauge = CAPTURE.gpus().get(0).gaugeMicrojoules(phase.start(), phase.end());

        assertThat(counter.movePointLeft(6).setScale(1, RoundingMode.HALF_UP)).isEqualByComparingTo(joules);
        assertThat(RealCaptureTest.tokens(phase)).isEqualTo(tokens);
        assertThat(counter.movePointLeft(6).divide(BigDecimal.valueOf(tokens), 5, RoundingMode.HALF_UP))
                .isEqualByComparingTo(perToken);
        assertThat(gauge.divide(counter, 3, RoundingMode.HALF_UP)).isEqualByComparingTo(ratio);
    }

    /** Read half a second later the average misses half as much: it is late, and that is not all. */
    @ParameterizedTest
    @CsvSource({"fp32, -0.006", "tf32, -0.017", "fp8, -0.016"})
    void theAverageIsLateByAboutHalfASecond(String name, BigDecimal off) {
        Phase phase = CAPTURE.phases().stream()
                .filter(one -> one.name().equals(name))
                .findFirst()
                .orElseThrow();
        BigDecimal counter = BigDecimal.valueOf(LEDGER.total("lab-" + name, Metric.GPU_ENERGY));

        BigDecimal gauge = CAPTURE.gpus()
                .get(0)
                .gaugeMicrojoules(phase.start().plusMillis(500), phase.end().plusMillis(500));

        assertThat(gauge.subtract(counter).divide(counter, 3, RoundingMode.HALF_UP))
                .isEqualByComparingTo(off);
    }

    /** Two updates of the counter may fall between two polls: a mean of twice what the board is allowed. */
    @Test
    void theCounterMayAdvanceAsIfTheBoardDrewTwiceItsLimit() {
        List<GpuReading> readings = CAPTURE.gpus().get(0).readings();
        long steepest = 0;
        for (int i = 1; i < readings.size(); i++) {
            long microjoules = 1_000
                    * (readings.get(i).energyMillijoules() - readings.get(i - 1).energyMillijoules());
            steepest = Math.max(
                    steepest,
                    microjoules / (readings.get(i).atMs() - readings.get(i - 1).atMs()));
        }

        assertThat(steepest).isEqualTo(1_436_174);
        assertThat(LEDGER.rejects()).isEmpty();
    }

    /** This capture crashes right after a checkpoint, so nothing is done twice; three seconds are idle. */
    @Test
    void aRestartFromTheCheckpointOfTheLastStepDiscardsNoToken() {
        ImportedCapture.Run run = IMPORTED.runs().get(5);

        RunLineage lineage = LineageOfFrames.of(run.frames());

        assertThat(lineage.attempts()).hasSize(2);
        assertThat(lineage.attempts().get(1).restoredFrom()).isEqualTo(80);
        assertThat(lineage.attempts().get(1).firstStep()).isEqualTo(81);
        assertThat(lineage.tokens().processed()).isEqualTo(1_146_880);
        assertThat(lineage.tokens().retained()).isEqualTo(1_146_880);
        assertThat(lineage.tokens().redone()).isZero();
        assertThat(lineage.stretches())
                .filteredOn(stretch -> stretch.use() == RunLineage.Use.IDLE)
                .singleElement()
                .isEqualTo(new RunLineage.Stretch(RunLineage.Use.IDLE, 1_795_717_824_238L, 1_795_717_827_238L));
        assertThat(run.phase().intervals())
                .filteredOn(interval -> interval.doing() == JobPhase.CHECKPOINT)
                .hasSize(7);
    }

    @Test
    void thePrecisionIsALabelAndACode() {
        for (ImportedCapture.Run run : IMPORTED.runs()) {
            String word = run.phase().precision();
            assertThat(run.frames())
                    .allSatisfy(frame ->
                            assertThat(frame.getEntities(0).getLabelsMap()).containsEntry("precision", word));
            assertThat(LineageOfFrames.values(run.frames().get(0), Metric.JOB_PRECISION))
                    .containsOnly((long) JobPrecision.ofWord(word).orElseThrow().code());
        }
    }

    private static long tokens(Phase phase) {
        return phase.intervals().stream()
                .filter(Phase.Interval::isStep)
                .mapToLong(Phase.Interval::tokens)
                .sum();
    }

    private static long counterMicrojoules(List<GpuReading> readings, Phase phase) {
        long start = phase.start().toEpochMilli();
        long end = phase.end().toEpochMilli();
        long sum = 0;
        for (int i = 1; i < readings.size(); i++) {
            GpuReading from = readings.get(i - 1);
            GpuReading to = readings.get(i);
            long microjoules = 1_000 * (to.energyMillijoules() - from.energyMillijoules());
            long millis = to.atMs() - from.atMs();
            long cutStart = Math.min(Math.max(start, from.atMs()), to.atMs()) - from.atMs();
            long cutEnd = Math.min(Math.max(end, from.atMs()), to.atMs()) - from.atMs();
            sum += Math.floorDiv(microjoules * cutEnd, millis) - Math.floorDiv(microjoules * cutStart, millis);
        }
        return sum;
    }
}
