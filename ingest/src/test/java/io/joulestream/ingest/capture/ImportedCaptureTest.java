package io.joulestream.ingest.capture;

import static io.joulestream.ingest.capture.CaptureFolder.end;
import static io.joulestream.ingest.capture.CaptureFolder.of;
import static io.joulestream.ingest.capture.CaptureFolder.start;
import static io.joulestream.ingest.capture.CaptureFolder.step;
import static org.assertj.core.api.Assertions.assertThat;

import io.joulestream.core.kpi.RunLineage;
import io.joulestream.core.telemetry.Metric;
import io.joulestream.ingest.Problem;
import io.joulestream.wire.FrameKey;
import io.joulestream.wire.Quality;
import io.joulestream.wire.SeriesValues;
import io.joulestream.wire.SlotTimes;
import io.joulestream.wire.v1.Entity;
import io.joulestream.wire.v1.Series;
import io.joulestream.wire.v1.TelemetryFrame;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImportedCaptureTest {
    private static final List<String> ONE_PHASE =
            List.of(start(1_001_000, "a"), step(1_001_500, "a", 1), end(1_002_000, "a"));

    @TempDir
    private Path folder;

    @Test
    void stepsThatAreDoneAgainAfterACrashAreRedone() {
        ImportedCapture imported = imported(
                CaptureFolder.steadyRows(100),
                start(1_001_000, "a"),
                step(1_001_500, "a", 1),
                step(1_002_000, "a", 2),
                of(1_002_000, "checkpoint_start", "a", 2),
                of(1_002_400, "checkpoint_end", "a", 2),
                step(1_003_000, "a", 3),
                step(1_003_500, "a", 4),
                of(1_003_700, "crash", "a", 4),
                of(1_004_000, "restart", "a", 2),
                step(1_004_500, "a", 3),
                step(1_005_000, "a", 4),
                step(1_005_500, "a", 5),
                end(1_005_500, "a"));

        RunLineage lineage = LineageOfFrames.of(imported.runs().get(0).frames());

        assertThat(lineage.tokens().processed()).isEqualTo(7 * 8_192);
        assertThat(lineage.tokens().redone()).isEqualTo(2 * 8_192);
        assertThat(lineage.tokens().retained()).isEqualTo(5 * 8_192);
        assertThat(lineage.stretches())
                .filteredOn(stretch -> stretch.use() != RunLineage.Use.RETAINED_STEPS)
                .containsExactly(
                        new RunLineage.Stretch(RunLineage.Use.CHECKPOINTS, 1_002_000, 1_002_400),
                        new RunLineage.Stretch(RunLineage.Use.LOST_WORK, 1_002_400, 1_003_700),
                        new RunLineage.Stretch(RunLineage.Use.IDLE, 1_003_700, 1_004_000));
        assertThat(imported.runs().get(0).frames()).as("one frame per attempt").hasSize(2);
        assertThat(LineageOfFrames.values(imported.runs().get(0).frames().get(1), Metric.JOB_STEP))
                .containsExactly(2L, 3L, 4L, 5L);
    }

    /** The phase holds from 1,001,000 to 1,002,000 ms, on readings; a minute ends at 1,020,000 ms. */
    @Test
    void framesAreCutAtMinutesAndAtEveryChangeOfRun() {
        List<TelemetryFrame> frames = imported(CaptureFolder.steadyRows(300), ONE_PHASE.toArray(String[]::new))
                .frames();

        assertThat(frames)
                .extracting(ImportedCaptureTest::holding)
                .containsExactly(
                        " since 1000000, 1000000 to 1000900",
                        " since 1000000, 1001000 to 1001000, without readings",
                        "site-a since 1001000, 1001000 to 1001900",
                        "site-a since 1001000, 1002000 to 1002000, without readings",
                        " since 1002000, 1002000 to 1019900",
                        " since 1002000, 1020000 to 1029900");
    }

    @Test
    void aRunThatFollowsAtOnceTakesTheGpuFromTheOneBefore() {
        ImportedCapture imported = imported(
                CaptureFolder.steadyRows(40),
                start(1_001_050, "a"),
                end(1_002_050, "a"),
                start(1_002_050, "b"),
                end(1_003_050, "b"));

        CaptureLedger ledger = CaptureLedger.of(imported.frames());

        assertThat(ledger.total("site-a", Metric.GPU_ENERGY)).isEqualTo(200_000_000);
        assertThat(ledger.total("site-b", Metric.GPU_ENERGY)).isEqualTo(200_000_000);
        assertThat(ledger.total("", Metric.GPU_ENERGY)).isEqualTo(105 * 2_000_000 + 85 * 2_000_000);
    }

    @Test
    void aCounterThatStartsAgainTravelsAndIsEstimatedAcross() {
        List<String> rows = new ArrayList<>(CaptureFolder.steadyRows(40));
        for (int i = 15; i < rows.size(); i++) {
            rows.set(i, (1_000_000 + 100 * i) + ",0,200000,210000," + 20_000 * (i - 14) + ",1980");
        }
        ImportedCapture imported = imported(rows, start(1_001_000, "a"), end(1_002_000, "a"));

        CaptureLedger ledger = CaptureLedger.of(imported.frames());

        Series counter = imported.frames().get(2).getEntities(0).getSeries(0);
        assertThat(Quality.expand(counter.getQualityRunsList(), 10)[5]).isEqualTo(Quality.RESET);
        assertThat(ledger.total("site-a", Metric.GPU_ENERGY)).isEqualTo(200_000_000);
        assertThat(ledger.estimated("site-a", Metric.GPU_ENERGY)).isEqualTo(20_000_000);
        assertThat(ledger.rejects()).isEmpty();
    }

    @Test
    void eachGpuHasFramesOfItsOwnAndAllAreHeldByTheRun() {
        List<String> rows = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            rows.add((1_000_000 + 100 * i) + ",0,200000,," + 20_000 * i + ",1980");
            rows.add((1_000_003 + 100 * i) + ",1,100000,," + 10_000 * i + ",1980");
        }
        ImportedCapture imported = imported(rows, ONE_PHASE.toArray(String[]::new));

        CaptureLedger ledger = CaptureLedger.of(imported.frames());

        assertThat(imported.frames().stream().filter(frame -> frame.getEntitiesCount() == 2))
                .as("what closes a holding")
                .hasSize(2);
        assertThat(ledger.total("site-a", Metric.GPU_ENERGY)).isEqualTo(200_000_000 + 100_000_000);
    }

    @Test
    void whatABoardDoesNotTellIsMissing() {
        List<String> rows = new ArrayList<>(CaptureFolder.steadyRows(40));
        rows.set(12, "1001200,0,,210000,245000,1980");
        rows.set(13, "1001300,0,200000,,,1980");
        ImportedCapture imported = imported(rows, ONE_PHASE.toArray(String[]::new));

        TelemetryFrame frame = imported.frames().get(2);

        assertThat(Quality.expand(frame.getEntities(0).getSeries(0).getQualityRunsList(), 10)[3])
                .isEqualTo(Quality.MISSING);
        assertThat(Quality.expand(frame.getEntities(0).getSeries(1).getQualityRunsList(), 10)[2])
                .isEqualTo(Quality.MISSING);
        assertThat(SeriesValues.unpack(frame.getEntities(0).getSeries(0), 10))
                .containsExactly(205000, 225000, 245000, 245000, 285000, 305000, 325000, 345000, 365000, 385000);
        assertThat(CaptureLedger.of(imported.frames()).measured("site-a", Metric.GPU_ENERGY))
                .isEqualTo(200_000_000);
    }

    @Test
    void aBoardWithoutCounterTellsItsPowerAlone() {
        List<String> rows = CaptureFolder.steadyRows(40).stream()
                .map(row -> row.replaceAll(",[0-9]+,1980", ",,1980"))
                .toList();

        ImportedCapture imported = imported(rows, ONE_PHASE.toArray(String[]::new));

        assertThat(imported.frames())
                .flatExtracting(frame -> frame.getEntities(0).getSeriesList())
                .extracting(Series::getMetric)
                .containsOnly(Metric.GPU_POWER.number());
    }

    @Test
    void aGaugeIsCutWhereTheRunBeginsAndEnds() {
        List<String> rows = List.of("1000000,0,100,,1,1980", "1000100,0,300,,2,1980", "1000200,0,300,,3,1980");
        GpuReadings gpu = CaptureFolder.read(CaptureFolder.written(folder, rows, ONE_PHASE))
                .gpus()
                .get(0);

        assertThat(gpu.gaugeMicrojoules(Instant.ofEpochMilli(1_000_050), Instant.ofEpochMilli(1_000_150)))
                .isEqualByComparingTo("27500");
        assertThat(gpu.gaugeMicrojoules(Instant.ofEpochMilli(999_000), Instant.ofEpochMilli(1_009_000)))
                .isEqualByComparingTo("50000");
    }

    @Test
    void aNameThatNoRunCanHaveIsRefused() {
        Capture capture = CaptureFolder.read(CaptureFolder.written(
                folder, CaptureFolder.steadyRows(40), List.of(start(1_001_000, "a|b"), end(1_002_000, "a|b"))));

        assertThat(ImportedCapture.refusal(capture, "default", "lab", "lab"))
                .map(Problem::toString)
                .hasValueSatisfying(problem -> assertThat(problem).contains("phase 'a|b'", "steps.jsonl"));
        assertThat(ImportedCapture.refusal(CaptureFolder.h200(), "default", "Lab", "Lab"))
                .map(Problem::where)
                .contains("--tenant, --site");
        assertThat(ImportedCapture.refusal(CaptureFolder.h200(), "default", "lab", "a|b"))
                .map(Problem::where)
                .contains("--run");
        assertThat(ImportedCapture.refusal(CaptureFolder.h200(), "default", "lab", "lab"))
                .isEmpty();
    }

    @Test
    void runsMayHaveOtherNamesThanTheSite() {
        Capture capture = CaptureFolder.read(CaptureFolder.written(folder, CaptureFolder.steadyRows(40), ONE_PHASE));

        ImportedCapture imported = ImportedCapture.of(capture, "default", "lab", "second");

        assertThat(imported.runs()).extracting(ImportedCapture.Run::runId).containsExactly("second-a");
        assertThat(imported.runs())
                .extracting(ImportedCapture.Run::key)
                .containsExactly(new FrameKey("default", "lab", "job/second-a"));
        assertThat(imported.frames())
                .flatExtracting(TelemetryFrame::getEntitiesList)
                .extracting(Entity::getRunId)
                .contains("second-a")
                .allMatch(run -> run.isEmpty() || run.equals("second-a"));
    }

    private ImportedCapture imported(List<String> rows, String... events) {
        Path written = CaptureFolder.written(folder, rows, Arrays.asList(events));
        return ImportedCapture.of(CaptureFolder.read(written), "default", "site", "site");
    }

    private static String holding(TelemetryFrame frame) {
        long[] times = SlotTimes.of(frame);
        Entity entity = frame.getEntities(0);
        return entity.getRunId() + " since " + entity.getAllocFromMs() + ", "
                + Stream.of(times[0], times[times.length - 1])
                        .map(String::valueOf)
                        .reduce((a, b) -> a + " to " + b)
                        .get()
                + (entity.getSeriesCount() == 0 ? ", without readings" : "");
    }
}
