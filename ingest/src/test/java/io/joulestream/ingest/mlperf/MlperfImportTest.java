package io.joulestream.ingest.mlperf;

import static org.assertj.core.api.Assertions.assertThat;

import io.joulestream.ingest.ImportedPower;
import io.joulestream.ingest.Problem;
import io.joulestream.ingest.Samples;
import io.joulestream.wire.FrameCodec;
import io.joulestream.wire.FrameResult;
import io.joulestream.wire.Quality;
import io.joulestream.wire.SeriesValues;
import io.joulestream.wire.SlotTimes;
import io.joulestream.wire.v1.Entity;
import io.joulestream.wire.v1.Series;
import io.joulestream.wire.v1.TelemetryFrame;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TimeZone;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against two real runs, each with a meter on both sides of the node's power supplies. */
class MlperfImportTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({
        "clean, 897, 897, 1715281983198, 1715283668381, 12091998980",
        "gappy, 847, 846, 1715257378825, 1715259073345, 12114664496"
    })
    void aRealRunIsReadAsItIs(String name, int lines, int readings, long start, long stop, long millijoules) {
        MlperfImport.Outcome.Ready ready = ready(name);

        ImportedPower node = ready.nodes().get(0);
        assertThat(ready.nodes()).hasSize(1);
        assertThat(lines - readings).isEqualTo(name.equals("gappy") ? 1 : 0);
        assertThat(node.readings().readings()).hasSize(readings);
        assertThat(node.samplePeriod()).isEqualTo(Duration.ofSeconds(2));
        assertThat(node.coversRun()).isTrue();
        assertThat(ready.dc().orElseThrow().coversRun()).isTrue();
        ImportedRun run = ready.run().orElseThrow();
        assertThat(run.log().start()).isEqualTo(Instant.ofEpochMilli(start));
        assertThat(run.log().stop()).isEqualTo(Instant.ofEpochMilli(stop));
        assertThat(run.log().samples()).hasValue(3072);
        assertThat(run.log().tokens()).hasValue(25_165_824);
        assertThat(millijoulesInside(node, start, stop)).isEqualTo(millijoules);
    }

    @ParameterizedTest
    @CsvSource({"clean", "gappy"})
    void noFrameSpansAChangeOfRun(String name) {
        MlperfImport.Outcome.Ready ready = ready(name);
        long start = ready.run().orElseThrow().log().start().toEpochMilli();
        long stop = ready.run().orElseThrow().log().stop().toEpochMilli();

        for (ImportedPower owner : List.of(ready.nodes().get(0), ready.dc().orElseThrow())) {
            long expectedSeq = 1;
            int readings = 0;
            for (TelemetryFrame frame : owner.frames()) {
                long[] times = SlotTimes.of(frame);
                Entity entity = frame.getEntities(0);
                long last = times[times.length - 1];
                if (entity.getSeriesCount() == 0) {
                    assertThat(times).containsExactly(stop);
                    assertThat(entity.getRunId()).isEqualTo("r-1");
                    assertThat(entity.getAllocFromMs()).isEqualTo(start);
                } else if (last < start) {
                    assertThat(entity.getRunId()).isEmpty();
                    assertThat(entity.getAllocFromMs()).isZero();
                } else if (times[0] >= stop) {
                    assertThat(entity.getRunId()).isEmpty();
                    assertThat(entity.getAllocFromMs()).isEqualTo(stop);
                } else {
                    assertThat(times[0]).isGreaterThanOrEqualTo(start);
                    assertThat(last).isLessThan(stop);
                    assertThat(entity.getRunId()).isEqualTo("r-1");
                    assertThat(entity.getAllocFromMs()).isEqualTo(start);
                }
                readings += entity.getSeriesCount() * times.length;
                assertThat(last - times[0]).isLessThanOrEqualTo(60_000);
                assertThat(frame.getFrameSeq()).isEqualTo(expectedSeq++);
                assertThat(frame.getSessionId())
                        .isEqualTo(owner.readings().first().toEpochMilli());
            }
            assertThat(readings).isEqualTo(owner.readings().readings().size());
        }
    }

    @Test
    void theDcMeterIsAnOwnerOfItsOwn() {
        MlperfImport.Outcome.Ready ready = ready("clean");

        TelemetryFrame frame = ready.dc().orElseThrow().frames().get(0);
        assertThat(frame.getOwnerId()).isEqualTo("meter/dc-0");
        assertThat(frame.getEntities(0).getSeries(0).getMetric()).isEqualTo(30);
        assertThat(ready.dc().orElseThrow().producerId())
                .isNotEqualTo(ready.nodes().get(0).producerId());
    }

    @Test
    void theJobsTokensAddUpToTheGolden() {
        List<TelemetryFrame> job = ready("clean").run().orElseThrow().frames();

        long tokens = 0;
        for (TelemetryFrame frame : job) {
            assertThat(frame.getOwnerId()).isEqualTo("job/r-1");
            Series series = frame.getEntities(0).getSeries(0);
            Quality[] qualities = Quality.expand(series.getQualityRunsList(), frame.getSlots());
            long[] values = SeriesValues.unpack(series, frame.getSlots());
            for (int i = 0; i < values.length; i++) {
                tokens += qualities[i] == Quality.MISSING ? 0 : values[i];
            }
        }
        assertThat(tokens).isEqualTo(25_165_824);
    }

    @Test
    void theBytesAreTheSameOnEveryMachine() {
        Locale locale = Locale.getDefault();
        TimeZone zone = TimeZone.getDefault();
        List<byte[]> here = encoded("gappy");
        try {
            Locale.setDefault(Locale.forLanguageTag("tr"));
            TimeZone.setDefault(TimeZone.getTimeZone("America/St_Johns"));

            assertThat(encoded("gappy")).containsExactlyElementsOf(here);
        } finally {
            Locale.setDefault(locale);
            TimeZone.setDefault(zone);
        }
    }

    @Test
    void threePartsOfALogAreThreeProducersWithAllItsReadings() throws IOException {
        List<String> lines = Files.readAllLines(Samples.get("mlperf-power/clean_ac_power.txt"));
        // the last part lies after the run
        List<Integer> cuts = List.of(0, 400, 885, lines.size());
        List<ImportedPower> parts = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            Path part = Files.write(folder.resolve("part" + i), lines.subList(cuts.get(i), cuts.get(i + 1)));
            parts.add(ready(request(List.of(part), Optional.empty(), "clean"))
                    .nodes()
                    .get(0));
        }

        assertThat(parts).extracting(ImportedPower::producerId).doesNotHaveDuplicates();
        assertThat(parts).extracting(ImportedPower::coversRun).containsOnly(false);
        assertThat(parts.stream().flatMap(p -> p.readings().readings().stream()))
                .isEqualTo(ready("clean").nodes().get(0).readings().readings());
        assertThat(parts.get(2).frames())
                .filteredOn(f -> !f.getEntities(0).getRunId().isEmpty())
                .singleElement()
                .satisfies(f -> assertThat(f.getEntities(0).getSeriesCount()).isZero());
    }

    @Test
    void severalNodesAreNumberedInTheirOrder() throws IOException {
        Path first = power("a", 1000, 2000, 3000);
        Path second = power("b", 1000, 3000, 5000);

        MlperfImport.Outcome.Ready ready = ready(new MlperfImport.Request(
                "acme",
                "north",
                List.of(first, second),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty()));

        assertThat(ready.nodes()).extracting(n -> n.channel().key().owner()).containsExactly("node-0", "node-1");
        assertThat(ready.nodes())
                .extracting(ImportedPower::samplePeriod)
                .containsExactly(Duration.ofSeconds(1), Duration.ofSeconds(2));
        assertThat(ready.run()).isEmpty();
        assertThat(ready.frames()).hasSize(2);
    }

    @Test
    void aRunNotCoveredIsStillBounded() throws IOException {
        Path result = Files.writeString(
                folder.resolve("result"),
                ":::MLLOG {\"time_ms\": 10000, \"key\": \"run_start\"}\n:::MLLOG {\"time_ms\": 20000, \"key\": \"run_stop\"}\n");

        MlperfImport.Outcome.Ready ready = ready(new MlperfImport.Request(
                "acme",
                "north",
                List.of(power("a", 1000, 2000)),
                Optional.empty(),
                Optional.of(result),
                Optional.of("r-1"),
                Optional.empty()));

        assertThat(ready.nodes().get(0).coversRun()).isFalse();
        assertThat(ready.nodes().get(0).frames()).hasSize(2);
        assertThat(ready.run().orElseThrow().frames()).hasSize(1);
    }

    @Test
    void everyMistakeIsNamed() throws IOException {
        Path power = power("a", 1000, 2000);
        Path single = power("b", 1000);

        assertThat(problems(List.of(), Optional.empty(), "r"))
                .singleElement()
                .asString()
                .startsWith("--ac: no power log");
        assertThat(problems(List.of(power), Optional.of(power), "r"))
                .singleElement()
                .asString()
                .contains("no run_start");
        assertThat(problems(List.of(power), Optional.of(power), "a|b"))
                .singleElement()
                .asString()
                .startsWith("--run: ");
        assertThat(problems(List.of(power), Optional.of(power), " "))
                .singleElement()
                .asString()
                .startsWith("--run: ");
        assertThat(problems(List.of(power, power), Optional.empty(), "r"))
                .singleElement()
                .asString()
                .contains("has the same content as the file of node-0");
        assertThat(problems(List.of(single), Optional.empty(), "r"))
                .singleElement()
                .asString()
                .contains("give --sample-period");
        assertThat(problems(List.of(folder.resolve("x"), folder.resolve("y")), Optional.empty(), "r"))
                .hasSize(2);
    }

    private List<Problem> problems(List<Path> ac, Optional<Path> result, String run) {
        MlperfImport.Outcome outcome = MlperfImport.read(new MlperfImport.Request(
                "acme", "north", ac, Optional.empty(), result, Optional.of(run), Optional.empty()));
        assertThat(outcome).isInstanceOf(MlperfImport.Outcome.Refused.class);
        return ((MlperfImport.Outcome.Refused) outcome).problems();
    }

    private Path power(String name, long... times) throws IOException {
        StringBuilder log = new StringBuilder();
        for (long time : times) {
            log.append(":::MLLOG {\"time_ms\": ")
                    .append(time)
                    .append(", \"key\": \"power_reading\", \"value\": 700}\n");
        }
        return Files.writeString(folder.resolve(name), log);
    }

    private static List<byte[]> encoded(String name) {
        return ready(name).frames().stream().map(FrameCodec::encode).toList();
    }

    private static MlperfImport.Outcome.Ready ready(String name) {
        return ready(request(
                List.of(Samples.get("mlperf-power/" + name + "_ac_power.txt")),
                Optional.of(Samples.get("mlperf-power/" + name + "_dc_power.txt")),
                name));
    }

    private static MlperfImport.Request request(List<Path> ac, Optional<Path> dc, String result) {
        return new MlperfImport.Request(
                "acme",
                "north",
                ac,
                dc,
                Optional.of(Samples.get("mlperf-power/" + result + "_result.txt")),
                Optional.of("r-1"),
                Optional.empty());
    }

    private static MlperfImport.Outcome.Ready ready(MlperfImport.Request request) {
        MlperfImport.Outcome outcome = MlperfImport.read(request);
        assertThat(outcome).isInstanceOf(MlperfImport.Outcome.Ready.class);
        MlperfImport.Outcome.Ready ready = (MlperfImport.Outcome.Ready) outcome;
        assertThat(ready.frames())
                .allSatisfy(frame -> assertThat(FrameCodec.decode(FrameCodec.encode(frame)))
                        .isEqualTo(new FrameResult.Decoded(frame)));
        return ready;
    }

    /** The trapezoid rule over what the frames carry, clipped to the run, rounded once. */
    private static long millijoulesInside(ImportedPower node, long start, long stop) {
        TreeMap<Long, Long> milliwatts = new TreeMap<>();
        for (TelemetryFrame frame : node.frames()) {
            for (Series series : frame.getEntities(0).getSeriesList()) {
                assertThat(series.getExp10()).isEqualTo(-3);
                long[] values = SeriesValues.unpack(series, frame.getSlots());
                long[] times = SlotTimes.of(frame);
                for (int i = 0; i < values.length; i++) {
                    milliwatts.put(times[i], values[i]);
                }
            }
        }
        double microjoules = 0;
        Long previous = null;
        for (long time : milliwatts.keySet()) {
            if (previous != null && previous < stop && time > start) {
                long from = Math.max(previous, start);
                long to = Math.min(time, stop);
                double slope = (double) (milliwatts.get(time) - milliwatts.get(previous)) / (time - previous);
                double atFrom = milliwatts.get(previous) + slope * (from - previous);
                double atTo = milliwatts.get(previous) + slope * (to - previous);
                microjoules += (atFrom + atTo) / 2 * (to - from);
            }
            previous = time;
        }
        return Math.round(microjoules / 1000);
    }
}
