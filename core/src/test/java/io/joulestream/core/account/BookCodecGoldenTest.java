package io.joulestream.core.account;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.entry;

import io.joulestream.core.account.RunReport.CheckpointReport;
import io.joulestream.core.account.RunReport.PhaseReport;
import io.joulestream.core.account.RunReport.StepReport;
import io.joulestream.core.account.RunReport.Told;
import io.joulestream.core.ledger.EnergyBuckets;
import io.joulestream.core.ledger.JobPhase;
import io.joulestream.core.ledger.LedgerFlag;
import io.joulestream.core.ledger.VolumeBuckets;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** State that an earlier program wrote stays readable. Each file was written by the encoder of its version. */
class BookCodecGoldenTest {
    private static final Told TOLD = new Told(true, 1_739_999_000_000L, 42);

    private enum Format {
        SITE_HOUR("site-hour-v1", "site hour", BookCodec::decodeSiteHour),
        RUN_HOUR_1("run-hour-v1", "run hour", BookCodec::decodeRunHour),
        RUN_HOUR_2("run-hour-v2", "run hour", BookCodec::decodeRunHour),
        RUN_HOUR("run-hour-v3", "run hour", BookCodec::decodeRunHour),
        STEP_V1("training-step-v1", "training step", BookCodec::decodeStep),
        STEP("training-step-v2", "training step", BookCodec::decodeStep),
        PHASE("run-phase-v1", "run phase", BookCodec::decodePhase),
        CHECKPOINT("run-checkpoint-v1", "run checkpoint", BookCodec::decodeCheckpoint),
        METER_HOUR("meter-hour-v1", "meter hour", BookCodec::decodeMeterHour),
        EXTENT("run-extent-v1", "run extent", BookCodec::decodeExtent);

        final String file;
        final String subject;
        final Consumer<byte[]> decoder;

        Format(String file, String subject, Consumer<byte[]> decoder) {
            this.file = file;
            this.subject = subject;
            this.decoder = decoder;
        }

        byte[] golden() {
            try (InputStream in = BookCodecGoldenTest.class.getResourceAsStream("/golden/state/" + file + ".hex")) {
                return HexFormat.of().parseHex(new String(in.readAllBytes(), US_ASCII).replaceAll("\\s", ""));
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
    }

    @Test
    void aSiteHourOfVersionOneIsReadAndWrittenAgainByteForByte() {
        byte[] golden = Format.SITE_HOUR.golden();

        SiteHourBook book = BookCodec.decodeSiteHour(golden);

        assertThat(book.sums)
                .containsOnlyKeys(
                        new SiteHourBook.RoleMinute("GRID_IMPORT", 29_000_000),
                        new SiteHourBook.RoleMinute("NODE_IN", 29_000_001))
                .containsEntry(
                        new SiteHourBook.RoleMinute("NODE_IN", 29_000_001),
                        new Sum(new EnergyBuckets(-7, 8, 0), 59_999, 60_000, 0, 1));
        assertThat(BookCodec.encode(book)).isEqualTo(golden);
    }

    @Test
    void aRunHourOfVersionOneIsRead() {
        RunHourBook book = BookCodec.decodeRunHour(Format.RUN_HOUR_1.golden());

        assertThat(book.minutes.get(29_000_005L).tokens()).isEqualTo(4_194_304);
        assertThat(book.meters)
                .containsEntry(
                        new RunHourBook.MeterStep("meter/dc", 31, true, 29_000_010),
                        new Sum(new EnergyBuckets(11, 12, 13), 14, 15, 0, 17));
        assertThat(book.marks).isEmpty();
    }

    @Test
    void aRunHourOfVersionTwoIsRead() {
        RunHourBook book = BookCodec.decodeRunHour(Format.RUN_HOUR_2.golden());

        assertThat(book.minutes).hasSize(2);
        assertThat(book.marks)
                .containsExactly(
                        entry(29_000_005L, new RunHourBook.Marks(2, 0)),
                        entry(29_000_006L, new RunHourBook.Marks(0, LedgerFlag.REST_UNMETERED.mask())));
    }

    @Test
    void aRunHourOfVersionThreeIsReadAndWrittenAgainByteForByte() {
        byte[] golden = Format.RUN_HOUR.golden();

        RunHourBook book = BookCodec.decodeRunHour(golden);

        assertThat(book.minutes).hasSize(2);
        assertThat(book.marks)
                .containsExactly(
                        entry(29_000_005L, new RunHourBook.Marks(2, 0)),
                        entry(
                                29_000_006L,
                                new RunHourBook.Marks(
                                        0, LedgerFlag.REST_UNMETERED.mask() | LedgerFlag.ALLOC_LATE.mask())));
        assertThat(BookCodec.encode(book)).isEqualTo(golden);
    }

    @Test
    void aMeterHourOfVersionOneIsReadAndWrittenAgainByteForByte() {
        byte[] golden = Format.METER_HOUR.golden();

        MeterHourBook book = BookCodec.decodeMeterHour(golden);

        assertThat(book.feed)
                .containsOnlyKeys(29_000_010L, 29_000_025L)
                .containsEntry(29_000_025L, new Sum(new EnergyBuckets(-7, 8, 0), 899_999, 900_000, 0, 1));
        assertThat(book.volumes)
                .hasSize(2)
                .containsEntry(
                        new MeterHourBook.VolumeQuarter(52, "FUEL", true, 29_000_025),
                        new VolumeSum(new VolumeBuckets(1L << 40, 0, -3), 900_000, 900_000, 17));
        assertThat(BookCodec.encode(book)).isEqualTo(golden);
    }

    @Test
    void aTrainingStepOfVersionOneIsReadAndTellsNothingOfWhatItDidNotKnow() {
        KeptStep kept = BookCodec.decodeStep(Format.STEP_V1.golden());

        assertThat(kept).isEqualTo(new KeptStep(step(RunReport.NOT_TOLD, RunReport.NOT_TOLD, RunReport.NOT_TOLD), 3));
    }

    @Test
    void aTrainingStepOfVersionTwoIsReadAndWrittenAgainByteForByte() {
        byte[] golden = Format.STEP.golden();

        KeptStep kept = BookCodec.decodeStep(golden);

        assertThat(kept).isEqualTo(new KeptStep(step(990, 4_000_000, 12_345_678_901L), 3));
        assertThat(BookCodec.encode(kept)).isEqualTo(golden);
    }

    @Test
    void aPhaseIsReadAndWrittenAgainByteForByte() {
        byte[] golden = Format.PHASE.golden();

        KeptPhase kept = BookCodec.decodePhase(golden);

        assertThat(kept)
                .isEqualTo(new KeptPhase(
                        new PhaseReport(2, JobPhase.CHECKPOINT, 1_740_000_000_000L, 1_740_000_012_345L, TOLD), 4));
        assertThat(BookCodec.encode(kept)).isEqualTo(golden);
    }

    @Test
    void aCheckpointIsReadAndWrittenAgainByteForByte() {
        byte[] golden = Format.CHECKPOINT.golden();

        KeptCheckpoint kept = BookCodec.decodeCheckpoint(golden);

        assertThat(kept).isEqualTo(new KeptCheckpoint(new CheckpointReport(2, 1_000, 1_740_000_012_345L, TOLD), 1));
        assertThat(BookCodec.encode(kept)).isEqualTo(golden);
    }

    private static StepReport step(long afterStep, long effectiveTokens, long reportedMicrojoules) {
        return new StepReport(
                2,
                1_000,
                afterStep,
                1_740_000_000_000L,
                1_740_000_012_345L,
                4_194_304,
                effectiveTokens,
                512,
                reportedMicrojoules,
                TOLD);
    }

    @Test
    void anExtentOfVersionOneIsReadAndWrittenAgainByteForByte() {
        byte[] golden = Format.EXTENT.golden();

        Extent extent = BookCodec.decodeExtent(golden);

        assertThat(extent).isEqualTo(new Extent(1_740_000_000_000L, 1_740_000_012_345L, 300));
        assertThat(BookCodec.encode(extent)).isEqualTo(golden);
    }

    @Test
    void aPhaseThatMeansNothingIsRefusedByItsCode() {
        byte[] bytes = BookCodec.encode(new KeptPhase(new PhaseReport(0, JobPhase.IDLE, 1, 2, TOLD), 0));
        bytes[3] = 9;

        assertThatIllegalStateException()
                .isThrownBy(() -> BookCodec.decodePhase(bytes))
                .withMessage("run phase has the code 9, which is none");
    }

    @ParameterizedTest
    @EnumSource(Format.class)
    void anotherVersionIsRefusedByName(Format format) {
        byte[] bytes = format.golden();
        bytes[0] = 9;

        assertThatIllegalStateException()
                .isThrownBy(() -> format.decoder.accept(bytes))
                .withMessageMatching(format.subject + " is of version 9; this program reads 1( to [23])?");
    }

    @ParameterizedTest
    @EnumSource(Format.class)
    void bytesThatEndTooSoonAreRefusedWhereverTheyEnd(Format format) {
        byte[] golden = format.golden();
        for (int length = 0; length < golden.length; length++) {
            byte[] cut = Arrays.copyOf(golden, length);

            assertThatIllegalStateException()
                    .as("%d of %d bytes", length, golden.length)
                    .isThrownBy(() -> format.decoder.accept(cut))
                    .withMessageStartingWith(format.subject + " is damaged at byte ");
        }
    }
}
