package io.joulestream.core.account;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.joulestream.core.energy.Amount;
import io.joulestream.core.ledger.EnergyBuckets;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** State that an earlier program wrote stays readable. Each file was written by the encoder of its version. */
class GroupHourCodecGoldenTest {
    private static final long HOUR = 490_000;
    private static final long FIRST = HOUR * 60;

    @Test
    void aGroupHourOfVersionOneIsRead() {
        GroupHourBook book = GroupHourCodec.decode(HOUR, golden("group-hour-v1"));

        assertThat(book.minutes).hasSize(60);
        GroupMinute first = book.minutes.get(FIRST);
        assertThat(first.shape).isEqualTo(new GroupShape(20, 8, 1, true));
        assertThat(first.changes).isEqualTo(7);
        assertThat(first.meter)
                .isEqualTo(Map.of(
                        "", new Amount(new EnergyBuckets(1, -2, 3), 4, 5),
                        "run-ü", new Amount(new EnergyBuckets(600_000_000, 0, 0), 60_000, 60_000)));
        assertThat(first.gpus).isEqualTo(Map.of("run-ü", new Amount(new EnergyBuckets(6, 7, 8), 480_000, 480_000)));
        assertThat(first.gpusHeld).isEqualTo(Map.of("run-ü", new TreeMap<>(Map.of(0, 8, 59_999, -8))));
        assertThat(first.nodesHeld)
                .isEqualTo(Map.of("run-ü", new TreeMap<>(Map.of(0, 1)), "withdrawn", new TreeMap<>()));
        assertThat(book.minutes.values()).noneMatch(minute -> minute.late);
    }

    @Test
    void aGroupHourOfVersionTwoIsReadAndWrittenAgainByteForByte() {
        byte[] golden = golden("group-hour-v2");

        GroupHourBook book = GroupHourCodec.decode(HOUR, golden);

        assertThat(book.minutes.get(FIRST).late).isTrue();
        assertThat(book.minutes.get(FIRST + 1).late).isFalse();
        assertThat(GroupHourCodec.encode(book)).isEqualTo(golden);
    }

    @Test
    void minutesThatKnowTheSameAreWrittenOnce() {
        GroupHourBook hour = new GroupHourBook(HOUR);
        for (long at = FIRST; at < FIRST + 60; at++) {
            GroupMinute minute = new GroupMinute();
            minute.shape = new GroupShape(20, 8, 1, true);
            minute.changes = 1;
            minute.hold(true, "a", 0, 60_000, 8);
            hour.minutes.put(at, minute);
        }

        assertThat(GroupHourCodec.encode(hour)).hasSizeLessThan(40);
    }

    /** A node of eight GPUs at 10 kW, read throughout and held by one run: 75 KB a day. */
    @Test
    void anHourOfANodeTakesSomeThreeKilobytes() {
        GroupHourBook hour = new GroupHourBook(HOUR);
        for (long at = FIRST; at < FIRST + 60; at++) {
            GroupMinute minute = new GroupMinute();
            minute.shape = new GroupShape(20, 8, 1, true);
            minute.changes = 6;
            minute.add(false, "llama-70b-2026-03-10", energy(600_000_000_000L + at, 1));
            minute.add(true, "llama-70b-2026-03-10", energy(420_000_000_000L + at, 8));
            minute.hold(false, "llama-70b-2026-03-10", 0, 60_000, 1);
            minute.hold(true, "llama-70b-2026-03-10", 0, 60_000, 8);
            hour.minutes.put(at, minute);
        }

        assertThat(GroupHourCodec.encode(hour)).hasSizeBetween(3_000, 3_200);
    }

    private static Amount energy(long microjoules, int devices) {
        return new Amount(new EnergyBuckets(microjoules, 0, 0), devices * 60_000L, devices * 60_000L);
    }

    @Test
    void damagedBytesAreRefused() {
        byte[] golden = golden("group-hour-v2");

        assertThatIllegalStateException()
                .isThrownBy(() -> GroupHourCodec.decode(HOUR, Arrays.copyOf(golden, golden.length - 1)))
                .withMessageContaining("group hour is damaged");
    }

    static GroupHourBook book() {
        GroupHourBook book = new GroupHourBook(HOUR);
        for (long at = FIRST; at < FIRST + 60; at++) {
            GroupMinute minute = new GroupMinute();
            minute.shape = new GroupShape(20, 8, 1, true);
            minute.changes = at == FIRST ? 7 : 1;
            minute.hold(false, "run-ü", 0, 60_000, 1);
            if (at == FIRST) {
                minute.add(false, "", new Amount(new EnergyBuckets(1, -2, 3), 4, 5));
                minute.add(false, "run-ü", new Amount(new EnergyBuckets(600_000_000, 0, 0), 60_000, 60_000));
                minute.add(true, "run-ü", new Amount(new EnergyBuckets(6, 7, 8), 480_000, 480_000));
                minute.hold(true, "run-ü", 0, 59_999, 8);
                minute.hold(false, "withdrawn", 0, 60_000, 0);
            }
            book.minutes.put(at, minute);
        }
        return book;
    }

    private static byte[] golden(String file) {
        try (InputStream in = GroupHourCodecGoldenTest.class.getResourceAsStream("/golden/state/" + file + ".hex")) {
            return HexFormat.of().parseHex(new String(in.readAllBytes(), US_ASCII).replaceAll("\\s", ""));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
