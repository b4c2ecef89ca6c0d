package io.joulestream.core.account;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.groups.Tuple.tuple;

import io.joulestream.core.account.SiteReport.PartDifference;
import io.joulestream.core.ledger.EnergyBuckets;
import io.joulestream.core.ledger.SitePart;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class SitePartBookTest {
    private static final long FIRST = 29_400_000;

    private final SitePartBook book = new SitePartBook();

    @Test
    void minutesAddUpToTheSitesLedgerSteps() {
        book.add(difference("GPU//", 0, 5), 1_800);
        book.add(difference("GPU//", 29, 7), 1_800);
        book.add(difference("GPU//", 30, 11), 1_800);

        assertThat(book.publish("t", "s", 2, 1_800))
                .extracting(
                        SitePart::start,
                        SitePart::lengthSeconds,
                        row -> row.energy().totalMicrojoules(),
                        SitePart::coveredWattMillis,
                        SitePart::generation,
                        SitePart::revision)
                .containsExactly(tuple(at(0), 1_800, 12L, 200L, 2, 2L), tuple(at(30), 1_800, 11L, 100L, 2, 1L));
    }

    @Test
    void aDifferenceBelongsToTheBookOfItsHour() {
        assertThat(SitePartBook.hourOf(difference("GPU//", 59, 5))).isEqualTo(FIRST / 60);
        assertThat(SitePartBook.hourOf(difference("GPU//", 60, 5))).isEqualTo(FIRST / 60 + 1);
    }

    @Test
    void onlyWhatChangedIsGivenOutAgain() {
        book.add(difference("GPU//", 0, 5), 3_600);
        book.add(difference("GROUP//", 0, 6), 3_600);
        book.publish("t", "s", 0, 3_600);

        book.add(difference("GROUP//", 1, 6), 3_600);

        assertThat(book.publish("t", "s", 0, 3_600))
                .extracting(SitePart::part, row -> row.energy().totalMicrojoules())
                .containsExactly(tuple("GROUP//", 12L));
    }

    @Test
    void bytesOfVersionOneAreReadAndWrittenAgainByteForByte() {
        byte[] golden = golden();

        SitePartBook read = SitePartBook.decode(golden);

        assertThat(read.sums)
                .containsOnlyKeys(
                        new SitePartBook.PartStep("COOLING_ELEC/CHILLER/GRID_IMPORT", FIRST),
                        new SitePartBook.PartStep("UNALLOCATED//", FIRST + 15))
                .containsEntry(
                        new SitePartBook.PartStep("UNALLOCATED//", FIRST + 15),
                        new Sum(new EnergyBuckets(-7, 8, 9), 10, 11, 0, 12));
        assertThat(read.encode()).isEqualTo(golden);
    }

    @Test
    void bytesThatEndTooSoonAreRefused() {
        byte[] golden = golden();
        for (int length = 0; length < golden.length; length++) {
            byte[] cut = Arrays.copyOf(golden, length);

            assertThatIllegalStateException().isThrownBy(() -> SitePartBook.decode(cut));
        }
    }

    private static byte[] golden() {
        try (InputStream in = SitePartBookTest.class.getResourceAsStream("/golden/state/site-parts-v1.hex")) {
            return HexFormat.of().parseHex(new String(in.readAllBytes(), US_ASCII).replaceAll("\\s", ""));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static Instant at(long minute) {
        return Instant.ofEpochSecond((FIRST + minute) * 60);
    }

    private static PartDifference difference(String part, long minute, long microjoules) {
        return new PartDifference(part, FIRST + minute, new EnergyBuckets(microjoules, 0, 0), 100, 100, 1);
    }
}
