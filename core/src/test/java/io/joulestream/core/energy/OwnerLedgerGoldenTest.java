package io.joulestream.core.energy;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.groups.Tuple.tuple;

import io.joulestream.core.energy.OwnerFrame.Assertion;
import io.joulestream.core.energy.OwnerFrame.ChannelReading;
import io.joulestream.core.ledger.LedgerFlag;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * State that an earlier program wrote stays readable. The file was written by version 1's own encoder: a gauge with a
 * folded link, a hole, a conflict and two runs, one of them from two frames; a register with a refused reading, a restart,
 * microjoules and a second sender; missing frames.
 */
class OwnerLedgerGoldenTest {
    private static final ChannelId POWER = new ChannelId("node", 20);
    private static final ChannelId ENERGY = new ChannelId("node", 21);
    static final OwnerRules VERSION_TWO_RULES = new OwnerRules() {
        @Override
        public ChannelRule rule(ChannelId channel, long atMillis) {
            return channel.equals(POWER) ? Channels.gauge(10_000) : Channels.counter(10_000, 1_000_000);
        }

        @Override
        public long allocationGapMillis(String entity) {
            return 30_000;
        }

        @Override
        public long rawTailMillis() {
            return 60_000;
        }
    };
    private static final OwnerRules RULES = Channels.rules(Channels.gauge(Channels.SECOND), 60_000);

    @Test
    void versionOneIsReadAndMeansTheSameWhenItIsWrittenAsTheNewest() {
        byte[] newest = OwnerLedgerCodec.encode(OwnerLedgerCodec.decode(golden(), RULES, new HoursInMemory()));

        OwnerLedger again = OwnerLedgerCodec.decode(newest, RULES, new HoursInMemory());

        assertThat(newest[0]).isEqualTo((byte) 4);
        assertThat(OwnerLedgerCodec.encode(again)).isEqualTo(newest);
    }

    @Test
    void versionOneStillMeansTheSame() {
        OwnerLedger ledger = OwnerLedgerCodec.decode(golden(), RULES, new HoursInMemory());

        assertThat(ledger.sequences.framesMissing()).isEqualTo(2);
        assertThat(ledger.newestMillis).isEqualTo(250_000);
        assertThat(ledger.channels).containsOnlyKeys(new ChannelId("meter", 31), new ChannelId("node", 20));
        assertThat(ledger.allocations.get("node").over(0, 130_000))
                .containsExactly(
                        new Allocation(0, 100_000, "run-a", true), new Allocation(100_000, 130_000, "run-b", true));
        assertThat(ledger.allocations.get("node").assertions())
                .containsEntry(
                        new AllocationTable.Start(0, "run-a", 1, 1),
                        new AllocationTable.Extent(100_000, 2, 0, 100_000));
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
        assertThat(ledger.sequences.framesMissing()).isGreaterThan(2);
    }

    @Test
    void versionTwoIsReadAndMeansTheSameWhenItIsWrittenAsTheNewest() {
        byte[] newest = OwnerLedgerCodec.encode(
                OwnerLedgerCodec.decode(golden("owner-ledger-v2"), VERSION_TWO_RULES, new HoursInMemory()));
        OlderHour hour = OwnerLedgerCodec.decodeHour(golden("owner-hour-v2"));

        OwnerLedger again = OwnerLedgerCodec.decode(newest, VERSION_TWO_RULES, new HoursInMemory());

        assertThat(newest[0]).isEqualTo((byte) 4);
        assertThat(OwnerLedgerCodec.encode(again)).isEqualTo(newest);
        byte[] newestHour = OwnerLedgerCodec.encode(hour);
        assertThat(OwnerLedgerCodec.encode(OwnerLedgerCodec.decodeHour(newestHour)))
                .isEqualTo(newestHour);
        assertThat(OwnerLedgerCodec.decodeHour(newestHour).assertions)
                .isEqualTo(hour.assertions)
                .isNotEmpty();
    }

    /** The frames of version 2's file, written by version 3's own encoder; hours are still written so. */
    @Test
    void versionThreeIsReadAndMeansTheSameWhenItIsWrittenAsTheNewest() {
        byte[] newest = OwnerLedgerCodec.encode(
                OwnerLedgerCodec.decode(golden("owner-ledger-v3"), VERSION_TWO_RULES, new HoursInMemory()));
        byte[] hour = golden("owner-hour-v3");

        OwnerLedger again = OwnerLedgerCodec.decode(newest, VERSION_TWO_RULES, new HoursInMemory());

        assertThat(again.settledFromMillis)
                .as("what version 3 settled is not known")
                .isEqualTo(again.newestMillis);
        assertThat(OwnerLedgerCodec.encode(again)).isEqualTo(newest);
        assertThat(OwnerLedgerCodec.encode(OwnerLedgerCodec.decodeHour(hour))).isEqualTo(hour);
    }

    /** The same frames, written by version 4's own encoder. */
    @Test
    void versionFourIsReadAndWrittenAgainByteForByte() {
        byte[] ledger = golden("owner-ledger-v4");
        byte[] settled = golden("settled-hour-v1");

        assertThat(OwnerLedgerCodec.encode(OwnerLedgerCodec.decode(ledger, VERSION_TWO_RULES, new HoursInMemory())))
                .isEqualTo(ledger);
        assertThat(SettledHourCodec.encode(SettledHourCodec.decode(settled))).isEqualTo(settled);
        SettledHour hour = SettledHourCodec.decode(settled);
        assertThat(hour.minute(POWER, 39)).containsOnlyKeys("run-0");
        assertThat(hour.minute(POWER, 40)).containsOnlyKeys("run-1");
        assertThat(hour.minute(ENERGY, 41).get("run-1").energy().measuredMicrojoules())
                .isEqualTo(30_000_000);
    }

    /** Frames 21 and 61 were lost; the readings around them, and the register's restart, lie in two older hours. */
    @Test
    void aFrameThatVersionTwoStillWaitsForFillsItsHole() {
        HoursInMemory hours = new HoursInMemory();
        hours.put(0, golden("owner-hour-v2"));
        hours.put(1, golden("owner-hour-1-v2"));
        OwnerLedger ledger = OwnerLedgerCodec.decode(golden("owner-ledger-v2"), VERSION_TWO_RULES, hours);
        assertThat(ledger.sequences.framesMissing()).isEqualTo(2);
        assertThat(ledger.channels.get(POWER).readings()).hasSizeLessThan(12);

        OwnerChanges changes = ledger.accept(frameOfVersionTwo(20), VERSION_TWO_RULES, 9_100_000);

        assertThat(changes.rejects()).isEmpty();
        assertThat(changes.rows())
                .extracting(OwnerChanges.Row::channel, OwnerChanges.Row::minute, OwnerChanges.Row::samples)
                .contains(tuple(POWER, 20L, 6), tuple(ENERGY, 20L, 6));
        assertThat(ledger.sequences.framesMissing()).isEqualTo(1);
        ledger.writeOlder();
        assertThat(hours.get(0)).isNotEqualTo(golden("owner-hour-v2"));
        assertThat(hours.get(1)).isEqualTo(golden("owner-hour-1-v2"));
    }

    /** A minute of a node's power and register; runs change every forty minutes, the register restarts in the tenth. */
    static OwnerFrame frameOfVersionTwo(int number) {
        List<ChannelReading> readings = new ArrayList<>();
        long first = number * 60_000L;
        for (int slot = 0; slot < 6; slot++) {
            long at = first + slot * 10_000;
            long register = number < 10 ? 900_000_000 + at / 2 : at / 2;
            readings.add(new ChannelReading(POWER, slot, sent(at, 500_000 + at % 7_000, number)));
            readings.add(new ChannelReading(ENERGY, slot, sent(at, register, number)));
        }
        long since = number / 40 * 40 * 60_000L;
        Assertion assertion = new Assertion("node", since, first + 50_000, "run-" + number / 40);
        return new OwnerFrame(7, number + 1, readings, List.of(assertion));
    }

    private static Reading sent(long at, long value, int number) {
        return new Reading(at, value, 0, false, 7, 5, number + 1, 0);
    }

    @Test
    void anotherVersionIsRefusedByName() {
        byte[] bytes = golden();
        bytes[0] = 5;

        assertThatIllegalStateException()
                .isThrownBy(() -> OwnerLedgerCodec.decode(bytes, RULES, new HoursInMemory()))
                .withMessage("owner state is of version 5; this program reads 1 to 4");
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
        return golden("owner-ledger-v1");
    }

    private static byte[] golden(String name) {
        try (InputStream in = OwnerLedgerGoldenTest.class.getResourceAsStream("/golden/state/" + name + ".hex")) {
            return HexFormat.of().parseHex(new String(in.readAllBytes(), US_ASCII).replaceAll("\\s", ""));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
