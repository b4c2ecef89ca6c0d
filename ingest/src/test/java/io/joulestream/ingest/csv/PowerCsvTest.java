package io.joulestream.ingest.csv;

import static org.assertj.core.api.Assertions.assertThat;

import io.joulestream.ingest.ImportedPower;
import io.joulestream.ingest.PowerOutcome;
import io.joulestream.ingest.PowerReading;
import io.joulestream.ingest.Problem;
import io.joulestream.wire.v1.SourceKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TimeZone;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PowerCsvTest {
    private static final Optional<ZoneId> NO_ZONE = Optional.empty();
    private static final Optional<ZoneId> BERLIN = Optional.of(ZoneId.of("Europe/Berlin"));

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "time,watts\n2026-01-31T14:00:00Z,700.5\n2026-01-31T14:00:01Z,701\n",
                "2026-01-31T14:00:00Z,700.5\n2026-01-31T14:00:01Z,701",
                "\uFEFFTIME;Watts\r\n\"2026-01-31T15:00:00+01:00\";\"700.5\"\r\n\r\n2026-01-31 15:00:01+01:00;701\r\n",
                "watts,time\n7.005e2,1769868000\n701,1769868001\n",
                "1769868000000, 700.50 \n1769868001.000,701.0\n",
            })
    void everySpellingOfATableIsTheSameReadings(String table) throws IOException {
        assertThat(read(table, NO_ZONE))
                .containsExactly(
                        new PowerReading(1_769_868_000_000L, 700_500_000_000L, false),
                        new PowerReading(1_769_868_001_000L, 701_000_000_000L, false));
    }

    @Test
    void localTimesNeedAZone() throws IOException {
        String table = "2026-01-31T15:00:00,1\n";

        assertThat(read(table, BERLIN)).containsExactly(new PowerReading(1_769_868_000_000L, 1_000_000_000, false));
        assertThat(problems(table, NO_ZONE))
                .containsExactly("t.csv:1: '2026-01-31T15:00:00' has no offset, so it is not known which instant it is;"
                        + " write the offset, or give the time zone");
    }

    @Test
    void theHourThatOccursTwiceIsToldApartByItsOrder() throws IOException {
        List<PowerReading> readings = read(
                "2026-10-25T01:59:00,1\n2026-10-25T02:00:00,1\n2026-10-25T02:30:00,1\n2026-10-25T02:00:00,1\n"
                        + "2026-10-25T02:30:00,1\n2026-10-25T03:00:00,1\n",
                BERLIN);

        assertThat(readings)
                .extracting(r -> Instant.ofEpochMilli(r.measuredAtMs()).toString())
                .containsExactly(
                        "2026-10-24T23:59:00Z",
                        "2026-10-25T00:00:00Z",
                        "2026-10-25T00:30:00Z",
                        "2026-10-25T01:00:00Z",
                        "2026-10-25T01:30:00Z",
                        "2026-10-25T02:00:00Z");
        assertThat(readings)
                .extracting(PowerReading::clockSuspect)
                .containsExactly(false, true, true, true, true, false);
    }

    @Test
    void theHourThatNeverWasIsAProblem() throws IOException {
        assertThat(problems("2026-03-29T02:30:00,1\n", BERLIN))
                .singleElement()
                .asString()
                .contains("never was in Europe/Berlin");
    }

    @Test
    void everyBadLineIsCountedAndTheFirstTwentyShown() throws IOException {
        StringBuilder table = new StringBuilder("time,watts\n");
        for (int i = 0; i < 30; i++) {
            table.append("1769868000,x\n");
        }

        PowerOutcome.Refused refused = (PowerOutcome.Refused) PowerCsv.read(write(table.toString()), NO_ZONE);

        assertThat(refused.total()).isEqualTo(30);
        assertThat(refused.shown()).hasSize(20);
        assertThat(refused.shown().get(0).toString())
                .endsWith(
                        "t.csv:2: 'x' is not a number of watts; write digits and a decimal point, or remove the line");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "time,watts\n",
                "timestamp,power\n1769868000,1\n",
                "time,watts,volts\n1769868000,1,2\n",
                "1769868000\n",
                "1769868000,NaN\n",
                "1769868000,\n",
                "1769868000,1e30\n",
                "soon,1\n",
                "1e300,1\n",
                "-1,1\n",
                "1769868000,\"1\n",
                "1769868000;1,5\n",
                "PK\u0003\u0004\u0000\u0000",
            })
    void whatIsNoTableOfReadingsIsAProblem(String table) throws IOException {
        assertThat(problems(table, NO_ZONE))
                .isNotEmpty()
                .allSatisfy(p -> assertThat(p).startsWith("t.csv"));
    }

    @Test
    void framesBelongToTheNodeAndToNoRun() throws IOException {
        PowerOutcome.Read read =
                (PowerOutcome.Read) PowerCsv.read(write("1769868000,700\n1769868002,701\n1769868004,702\n"), NO_ZONE);

        ImportedPower imported = PowerCsv.frames(read.readings(), "acme", "north", Optional.empty());

        assertThat(imported.samplePeriod()).isEqualTo(Duration.ofSeconds(2));
        assertThat(imported.coversRun()).isFalse();
        assertThat(imported.frames()).singleElement().satisfies(frame -> {
            assertThat(frame.getOwnerId()).isEqualTo("node-0");
            assertThat(frame.getSource()).isEqualTo(SourceKind.MANUAL);
            assertThat(frame.getStepMs()).isEqualTo(2000);
            assertThat(frame.getEntities(0).getRunId()).isEmpty();
        });
    }

    @Test
    void theMachinesLocaleAndZoneDoNotMatter() throws IOException {
        String table = "TIME,WATTS\n2026-01-31T14:00:00Z,700.5\n";
        List<PowerReading> here = read(table, NO_ZONE);
        Locale locale = Locale.getDefault();
        TimeZone zone = TimeZone.getDefault();
        try {
            Locale.setDefault(Locale.forLanguageTag("tr"));
            TimeZone.setDefault(TimeZone.getTimeZone("America/St_Johns"));

            assertThat(read(table, NO_ZONE)).isEqualTo(here);
        } finally {
            Locale.setDefault(locale);
            TimeZone.setDefault(zone);
        }
    }

    static LongStream seeds() {
        return LongStream.range(0, 100);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void noDamageThrows(long seed) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        byte[] good = "time;watts\r\n\"2026-01-31T14:00:00Z\";\"700.5\"\r\n1769868001;701\r\n2026-10-25T02:30:00;1\r\n"
                .getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < 20; i++) {
            byte[] bad = Arrays.copyOf(good, random.nextInt(good.length));
            for (int flips = random.nextInt(4); flips > 0 && bad.length > 0; flips--) {
                bad[random.nextInt(bad.length)] = (byte) random.nextInt(256);
            }
            Path file = Files.write(folder.resolve("damaged.csv"), bad);

            assertThat(PowerCsv.read(file, BERLIN)).isNotNull();
        }
    }

    private List<PowerReading> read(String table, Optional<ZoneId> zone) throws IOException {
        PowerOutcome outcome = PowerCsv.read(write(table), zone);
        assertThat(outcome).isInstanceOf(PowerOutcome.Read.class);
        return ((PowerOutcome.Read) outcome).readings().readings();
    }

    private List<String> problems(String table, Optional<ZoneId> zone) throws IOException {
        PowerOutcome outcome = PowerCsv.read(write(table), zone);
        assertThat(outcome).isInstanceOf(PowerOutcome.Refused.class);
        return ((PowerOutcome.Refused) outcome)
                .shown().stream()
                        .map(Problem::toString)
                        .map(p -> p.replace(folder + "/", ""))
                        .toList();
    }

    private Path write(String table) throws IOException {
        return Files.writeString(folder.resolve("t.csv"), table);
    }
}
