package io.joulestream.core.energy;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.joulestream.core.energy.OwnerFrame.Assertion;
import io.joulestream.core.ledger.LedgerFlag;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/**
 * State that an earlier program wrote stays readable. The file was written by version 1's own encoder: a gauge with a
 * folded link, a hole, a conflict and two runs, one of them from two frames; a register with a refused reading, a restart,
 * microjoules and a second sender; missing frames.
 */
class OwnerLedgerGoldenTest {
    private static final OwnerRules RULES = Channels.rules(Channels.gauge(Channels.SECOND), 60_000);

    @Test
    void versionOneIsReadAndMeansTheSameWhenItIsWrittenAsTheNewest() {
        byte[] newest = OwnerLedgerCodec.encode(OwnerLedgerCodec.decode(golden(), RULES, new HoursInMemory()));

        OwnerLedger again = OwnerLedgerCodec.decode(newest, RULES, new HoursInMemory());

        assertThat(newest[0]).isEqualTo((byte) 2);
        assertThat(OwnerLedgerCodec.encode(again)).isEqualTo(newest);
    }

    @Test
    void versionOneStillMeansTheSame() {
        OwnerLedger ledger = OwnerLedgerCodec.decode(golden(), RULES, new HoursInMemory());

        assertThat(ledger.framesMissing()).isEqualTo(2);
        assertThat(ledger.newestMillis).isEqualTo(250_000);
        assertThat(ledger.channels).containsOnlyKeys(new ChannelId("meter", 31), new ChannelId("node", 20));
        assertThat(ledger.allocations.get("node").over(0, 130_000))
                .containsExactly(
                        new Allocation(0, 100_000, "run-a", true), new Allocation(100_000, 130_000, "run-b", true));
        assertThat(ledger.allocations.get("node").assertions())
                .containsEntry(new AllocationTable.Start(0, "run-a"), new AllocationTable.Extent(100_000, 1, 1, 2));
        ChannelLedger gauge = ledger.channels.get(new ChannelId("node", 20));
        assertThat(gauge.readings()).hasSizeLessThan(100);
        assertThat(gauge.foldedAfter(1).edges()).containsOnlyKeys(0L, 2L);
        assertThat(gauge.foldedAfter(1)
                        .edges()
                        .get(0L)
                        .byRun
                        .get("run-a")
                        .energy()
                        .measuredMicrojoules())
                .isEqualTo(29_500_000_000L);
        assertThat(gauge.readings()).anyMatch(reading -> LedgerFlag.CONFLICT.in(reading.flags()));
        ChannelLedger register = ledger.channels.get(new ChannelId("meter", 31));
        assertThat(register.readings()).extracting(Reading::origin).contains(1L, 2L);
        assertThat(register.readings()).anyMatch(reading -> reading.microjoules() == 123 && reading.correction());
        assertThat(register.kept())
                .filteredOn(KeptReading::refusalTold)
                .extracting(kept -> kept.reading().atMillis())
                .containsExactly(50_000L);
    }

    @Test
    void aLedgerReadFromVersionOneGoesOn() {
        OwnerLedger ledger = OwnerLedgerCodec.decode(golden(), RULES, new HoursInMemory());

        OwnerChanges changes = ledger.accept(
                Channels.frame(9, new Assertion("meter", 250_000, 251_000, ""), new long[] {251_000, 1}), RULES, 0);

        assertThat(changes.rejects()).isEmpty();
        assertThat(ledger.framesMissing()).isGreaterThan(2);
    }

    @Test
    void anotherVersionIsRefusedByName() {
        byte[] bytes = golden();
        bytes[0] = 3;

        assertThatIllegalStateException()
                .isThrownBy(() -> OwnerLedgerCodec.decode(bytes, RULES, new HoursInMemory()))
                .withMessage("owner state is of version 3; this program reads 1 to 2");
    }

    @Test
    void bytesThatEndTooSoonAreRefusedWhereverTheyEnd() {
        byte[] golden = golden();
        for (int length = 0; length < golden.length; length++) {
            byte[] cut = Arrays.copyOf(golden, length);

            assertThatIllegalStateException()
                    .as("%d of %d bytes", length, golden.length)
                    .isThrownBy(() -> OwnerLedgerCodec.decode(cut, RULES, new HoursInMemory()))
                    .withMessageStartingWith("owner state is damaged at byte ");
        }
    }

    @Test
    void anEmptyLedgerIsWrittenAndRead() {
        byte[] bytes = OwnerLedgerCodec.encode(new OwnerLedger());

        assertThat(OwnerLedgerCodec.encode(OwnerLedgerCodec.decode(bytes, RULES, new HoursInMemory())))
                .isEqualTo(bytes);
    }

    private static byte[] golden() {
        try (InputStream in = OwnerLedgerGoldenTest.class.getResourceAsStream("/golden/state/owner-ledger-v1.hex")) {
            return HexFormat.of().parseHex(new String(in.readAllBytes(), US_ASCII).replaceAll("\\s", ""));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
