package io.joulestream.ingest.mlperf;

import static org.assertj.core.api.Assertions.assertThat;

import io.joulestream.ingest.PowerOutcome;
import io.joulestream.ingest.PowerReading;
import io.joulestream.ingest.PowerReadings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PowerLogTest {
    private static final String START =
            "0: :::MLLOG {\"time_ms\": 500, \"key\": \"power_measurement_start\", \"value\": \"null\"}\n";

    @TempDir
    Path folder;

    @Test
    void readingsMayBeIntegersFloatsOrTexts() throws IOException {
        PowerReadings readings = read(START + reading("1000", "2831") + "stdout noise\n" + reading("2000.0", "28.5e2")
                + reading("3000", "\"-1.25\""));

        assertThat(readings.readings())
                .containsExactly(
                        new PowerReading(1000, 2_831_000_000_000L, false),
                        new PowerReading(2000, 2_850_000_000_000L, false),
                        new PowerReading(3000, -1_250_000_000L, false));
    }

    @Test
    void equalReadingsAtOneTimeAreOne() throws IOException {
        PowerReadings readings =
                read(reading("2000", "5") + reading("1000", "4") + reading("2000", "5.0") + reading("2000", "6"));

        assertThat(readings.readings()).extracting(PowerReading::measuredAtMs).containsExactly(1000L, 2000L, 2000L);
    }

    @Test
    void theStopsTimeIsNotUsed() throws IOException {
        assertThat(read(reading("1000", "5") + reading("2000", "6")
                                + ":::MLLOG {\"time_ms\": 500, \"key\": \"power_measurement_stop\"}\n")
                        .first()
                        .toEpochMilli())
                .isEqualTo(1000);
    }

    @Test
    void aCutLineIsAProblemWithItsPlace() throws IOException {
        String whole = START + reading("1000", "5") + reading("2000", "6");

        assertThat(problem(whole.substring(0, whole.length() - 10)))
                .isEqualTo("power.txt:3: the last line is cut off; copy the whole log again");
        assertThat(problem(START + reading("1000", "5") + "0: :::MLL"))
                .isEqualTo("power.txt:3: the last line is cut off; copy the whole log again");
    }

    @Test
    void aLastLineWithoutItsLineEndIsWhole() throws IOException {
        String whole = reading("1000", "5") + reading("2000", "6");

        assertThat(read(whole.substring(0, whole.length() - 1)).readings()).hasSize(2);
    }

    @Test
    void otherFilesAreProblems() throws IOException {
        assertThat(problem("hello\nworld\n"))
                .isEqualTo("power.txt: no ':::MLLOG' line in 2 lines; give a log that MLPerf's logger wrote");
        assertThat(problem("")).startsWith("power.txt: no ':::MLLOG' line in 0 lines");
        assertThat(problem(START)).startsWith("power.txt: no 'power_reading' in this log");
        assertThat(problem("a\nb\u0000c\n")).startsWith("power.txt:2: a zero byte");
        assertThat(problem("x".repeat(MllogReader.MAX_LINE_BYTES + 1))).startsWith("power.txt:1: a line of more than");
        assertThat(problem(START + ":::MLLOG {\"time_ms\": 1,, }\n"))
                .startsWith("power.txt:2: the JSON after ':::MLLOG' is malformed");
        assertThat(problem(":::MLLOG {\"time_ms\": \"soon\", \"key\": \"power_reading\", \"value\": 1}\n"))
                .startsWith("power.txt:1: a ':::MLLOG' line without a usable time_ms and key");
        assertThat(problem(reading("1000", "NaN"))).startsWith("power.txt:1: ");
        assertThat(problem(reading("1000", "null"))).startsWith("power.txt:1: power_reading is no number: null");
        assertThat(problem(reading("1000", "1e999999999"))).startsWith("power.txt:1: power_reading is more watts");
        assertThat(problem(reading("1e999999999", "1"))).startsWith("power.txt:1: a ':::MLLOG' line without");
        assertThat(problem(reading("-1", "1"))).startsWith("power.txt:1: a ':::MLLOG' line without");
    }

    @Test
    void aFileThatIsNotThereOrNoFileIsAProblem() {
        assertThat(problem(folder.resolve("none"))).contains("there is no such file");
        assertThat(problem(folder)).contains("cannot be read");
    }

    static LongStream seeds() {
        return LongStream.range(0, 100);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void noDamageThrows(long seed) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        byte[] good = (START + reading("1000", "5") + reading("2000", "6") + reading("3000", "7.5"))
                .getBytes(StandardCharsets.UTF_8);
        Path file = folder.resolve("damaged.txt");
        for (int i = 0; i < 20; i++) {
            byte[] bad = Arrays.copyOf(good, random.nextInt(good.length));
            for (int flips = random.nextInt(3); flips > 0 && bad.length > 0; flips--) {
                bad[random.nextInt(bad.length)] = (byte) random.nextInt(256);
            }
            Files.write(file, bad);

            assertThat(PowerLog.read(file)).isNotNull();
            assertThat(ResultLog.read(file)).isNotNull();
        }
    }

    private PowerReadings read(String content) throws IOException {
        PowerOutcome outcome = PowerLog.read(write(content));
        assertThat(outcome).isInstanceOf(PowerOutcome.Read.class);
        return ((PowerOutcome.Read) outcome).readings();
    }

    private String problem(String content) throws IOException {
        return problem(write(content)).replace(folder + "/", "");
    }

    private static String problem(Path path) {
        PowerOutcome outcome = PowerLog.read(path);
        assertThat(outcome).isInstanceOf(PowerOutcome.Refused.class);
        return ((PowerOutcome.Refused) outcome).shown().get(0).toString();
    }

    private Path write(String content) throws IOException {
        return Files.writeString(folder.resolve("power.txt"), content);
    }

    private static String reading(String time, String watts) {
        return ":::MLLOG {\"time_ms\": " + time + ", \"key\": \"power_reading\", \"value\": " + watts
                + ", \"metadata\": \"\"}\n";
    }
}
