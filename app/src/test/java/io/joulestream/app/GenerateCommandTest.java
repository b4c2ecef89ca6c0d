package io.joulestream.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.joulestream.ingest.world.FeedRecord;
import io.joulestream.ingest.world.StampedPreset;
import io.joulestream.ingest.world.StampedSite;
import io.joulestream.ingest.world.TruthFile;
import io.joulestream.wire.InventoryRecord;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class GenerateCommandTest {
    @TempDir
    private Path folder;

    @Test
    void allFaultsAreListedInTheTruthBesideTheFeed() throws IOException {
        int code =
                generate("--preset", "edge-nometer", "--days", "2", "--faults", "all", "--end", "2026-10-26T00:00:00Z");

        TruthFile truth = TruthFile.read(folder.resolve("truth.gz"));
        assertThat(code).isZero();
        assertThat(records()).isGreaterThan(900);
        assertThat(truth.unknowable()).isNotEmpty();
        assertThat(truth.faults()).extracting(fault -> fault.deadLetter()).contains("CLOCK_SKEW", "DUP_CONFLICT");
    }

    @Test
    void aHallIsStampedWithItsTruth() throws IOException {
        int code = generate("--preset", "hall-10k", "--minutes", "1", "--end", "2026-10-26T00:00:00Z");

        assertThat(code).isZero();
        assertThat(records()).isEqualTo(1_280 * 7 + 324 * 2);
        assertThat(TruthFile.read(folder.resolve("truth.gz")).cells()).hasSize(1_280 * 9 + 324 + 6);
    }

    @ParameterizedTest
    @EnumSource
    void siteCheckAcceptsTheInventoryOfAHallAndARecordHoldsIt(StampedPreset preset) throws IOException {
        Instant start = Instant.parse("2026-10-26T00:00:00Z");
        String yaml = StampedSite.of(preset, 1, start).siteYaml();
        Path file = Files.writeString(folder.resolve("site.yaml"), yaml);

        assertThat(run("site", "check", file.toString())).isZero();
        assertThat(new InventoryRecord("default", preset.presetName(), 1, start, yaml).encode())
                .hasSizeLessThan(16 * 1_024 * 1_024);
    }

    @Test
    void aNaiveLoggersTableIsWritten() throws IOException {
        Path table = folder.resolve("logger.csv");

        int code = run(
                "generate",
                "--preset",
                "edge-2rack",
                "--to",
                "csv",
                "--out",
                table.toString(),
                "--end",
                "2026-10-26T00:00:00Z");

        assertThat(code).isZero();
        assertThat(Files.readAllLines(table))
                .hasSize(24 * 60 + 2)
                .startsWith("time,watts")
                .anyMatch(line -> line.startsWith("2026-10-25T02:30:00,"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "edge-2rack --faults gaps",
                "edge-9rack",
                "edge-2rack --minutes 5",
                "hall-10k --faults gap",
                "hall-10k --minutes 0",
                "hall-10k --days 1"
            })
    void whatIsNotKnownIsRefused(String arguments) throws IOException {
        assertThat(generate(("--preset " + arguments).split(" "))).isNotZero();
        assertThat(folder.resolve("feed.bin")).doesNotExist();
    }

    private int generate(String... arguments) {
        String[] all = new String[arguments.length + 7];
        all[0] = "generate";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        String[] rest = {
            "--to",
            "file",
            "--out",
            folder.resolve("feed.bin").toString(),
            "--truth",
            folder.resolve("truth.gz").toString()
        };
        System.arraycopy(rest, 0, all, arguments.length + 1, rest.length);
        return run(all);
    }

    private static int run(String... arguments) {
        return Joulestream.run(new PrintWriter(new StringWriter()), new PrintWriter(new StringWriter()), arguments);
    }

    private long records() throws IOException {
        long records = 0;
        try (DataInputStream file =
                new DataInputStream(new BufferedInputStream(Files.newInputStream(folder.resolve("feed.bin"))))) {
            for (Optional<FeedRecord> next = FeedRecord.read(file); next.isPresent(); next = FeedRecord.read(file)) {
                records++;
            }
        }
        return records;
    }
}
