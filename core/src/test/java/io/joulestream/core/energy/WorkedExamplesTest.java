package io.joulestream.core.energy;

import static org.assertj.core.api.Assertions.assertThat;

import io.joulestream.core.energy.OwnerFrame.ChannelReading;
import io.joulestream.core.ledger.EnergyBuckets;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The examples of the method's description that concern one channel: W02, W03, W04 and W23. */
class WorkedExamplesTest {
    private static final ChannelId CHANNEL = new ChannelId("meter", 31);
    private static final long WATT_HOUR = 3_600_000_000L;
    private static final long DAY = Instant.parse("2026-03-10T00:00:00Z").toEpochMilli();

    private final List<Reading> readings = new ArrayList<>();

    @Test
    void w02AResetIsEstimatedFromItsNeighboursAndNotTakenFromTheNewRegister() {
        kilowattHours("10:00", 99_800);
        kilowattHours("10:15", 100_040);
        kilowattHours("10:30", 120);
        kilowattHours("10:45", 360);
        kilowattHours("11:00", 600);

        Amount hour = total(counter(Duration.ofMinutes(15), 2_000_000_000L, BigInteger.ZERO));

        assertThat(hour.energy()).isEqualTo(new EnergyBuckets(720_000 * WATT_HOUR, 0, 240_000 * WATT_HOUR));
        assertThat(hour.coveredMillis()).isEqualTo(Duration.ofMinutes(45).toMillis());
        assertThat(hour.accountedMillis()).isEqualTo(Duration.ofMinutes(60).toMillis());
    }

    @Test
    void w03ARolloverIsAcceptedWhereTheNameplateAllowsIt() {
        wattHours("10:00", 4_294_900_000L);
        wattHours("10:15", 32_704);
        BigInteger modulus = BigInteger.ONE.shiftLeft(32).multiply(BigInteger.valueOf(WATT_HOUR));

        Amount amount = total(counter(Duration.ofMinutes(15), 1_000_000_000L, modulus));

        assertThat(amount.energy()).isEqualTo(new EnergyBuckets(100_000 * WATT_HOUR, 0, 0));
    }

    @Test
    void w03ARolloverBeyondTheNameplateIsAReset() {
        wattHours("10:00", 4_294_900_000L);
        wattHours("10:15", 32_704);
        wattHours("10:30", 62_704);
        BigInteger modulus = BigInteger.ONE.shiftLeft(32).multiply(BigInteger.valueOf(WATT_HOUR));

        Amount amount = total(counter(Duration.ofMinutes(15), 300_000_000L, modulus));

        assertThat(amount.energy().measuredMicrojoules()).isEqualTo(30_000 * WATT_HOUR);
        assertThat(amount.energy().estimatedMicrojoules()).isEqualTo(32_704 * WATT_HOUR);
        assertThat(amount.coveredMillis()).isEqualTo(Duration.ofMinutes(15).toMillis());
    }

    @Test
    void w04AGapOfAGaugeIsInterpolatedAndNotCovered() {
        for (long[] sample : new long[][] {{0, 100}, {60, 110}, {120, 120}, {300, 130}, {360, 120}}) {
            readings.add(reading(DAY + sample[0] * 1_000, sample[1] * 1_000_000, readings.size()));
        }

        Amount amount =
                total(rule(ChannelRule.Kind.INSTANT_POWER, Duration.ofSeconds(30), 200_000_000, BigInteger.ZERO));

        assertThat(amount.energy()).isEqualTo(new EnergyBuckets(5_750 * WATT_HOUR, 0, 6_250 * WATT_HOUR));
        assertThat(amount.coveredMillis()).isEqualTo(180_000);
    }

    @Test
    void w23AnHourIsCutFromReadingsThatDoNotFallOnItsEdges() {
        kilowattHours("09:58", 1_000);
        kilowattHours("10:03", 1_010);
        kilowattHours("10:03", 1_010);
        kilowattHours("10:03", 1_009, 0);
        kilowattHours("10:58", 1_120);
        kilowattHours("11:03", 1_131);
        OwnerLedger ledger = new OwnerLedger();
        List<OwnerChanges> changes = new ArrayList<>();
        OwnerRules rules = rules(counter(Duration.ofMinutes(60), 2_000_000_000L, BigInteger.ZERO));

        for (int i = 0; i < readings.size(); i++) {
            changes.add(ledger.accept(frame(i + 1, List.of(readings.get(i))), rules, 0));
        }

        long from = at("10:00") / 60_000;
        long hour = changes.stream()
                .flatMap(change -> change.differences().stream())
                .filter(difference -> difference.minute() >= from && difference.minute() < from + 60)
                .mapToLong(difference -> difference.amount().energy().totalMicrojoules())
                .sum();
        assertThat(hour).isEqualTo(120_400 * WATT_HOUR);
        assertThat(changes.stream().flatMap(change -> change.rejects().stream()))
                .extracting(reject -> reject.code().name())
                .containsExactly("DUP_CONFLICT");
    }

    @Test
    void aReadingThatTheNextDoesNotConfirmIsRefusedAndTheBaseStays() {
        kilowattHours("10:00", 1_000);
        kilowattHours("10:15", 3);
        kilowattHours("10:30", 1_200);

        Amount amount = total(counter(Duration.ofMinutes(30), 2_000_000_000L, BigInteger.ZERO));

        assertThat(amount.energy()).isEqualTo(new EnergyBuckets(200_000 * WATT_HOUR, 0, 0));
    }

    @Test
    void aLongSilenceOfALargeMeterIsBridgedEvenPastTheRangeOfALong() {
        readings.add(reading(DAY, 1_000_000_000_000_000L, 1));
        Duration silence = Duration.ofDays(9);
        long gigawattHour = 3_600_000_000_000_000L; // in millijoules
        readings.add(reading(DAY + silence.toMillis(), 1_000_000_000_000_000L + 60 * gigawattHour, 2));

        OwnerChanges changes = new OwnerLedger()
                .accept(
                        frame(1, readings),
                        rules(counter(Duration.ofMinutes(1), 300_000_000_000L, BigInteger.ZERO)),
                        0);

        BigInteger sum = changes.differences().stream()
                .map(difference ->
                        BigInteger.valueOf(difference.amount().energy().bridgedMicrojoules()))
                .reduce(BigInteger.ZERO, BigInteger::add);
        assertThat(sum).isEqualTo(BigInteger.valueOf(60 * gigawattHour).multiply(BigInteger.valueOf(1_000)));
        assertThat(changes.differences()).hasSize(9 * 24 * 60);
    }

    private void kilowattHours(String time, long value) {
        kilowattHours(time, value, readings.size() + 1L);
    }

    private void kilowattHours(String time, long value, long session) {
        readings.add(new Reading(at(time), value * WATT_HOUR, 0, false, 1, session, 1, 0));
    }

    private void wattHours(String time, long value) {
        readings.add(reading(at(time), value * (WATT_HOUR / 1_000), readings.size()));
    }

    private static Reading reading(long at, long value, long sequence) {
        return new Reading(at, value, 0, false, 1, 1, sequence, 0);
    }

    private static long at(String time) {
        return Instant.parse("2026-03-10T" + time + ":00Z").toEpochMilli();
    }

    private Amount total(ChannelRule rule) {
        return new OwnerLedger()
                .accept(frame(1, readings), rules(rule), 0).differences().stream()
                        .map(OwnerChanges.Difference::amount)
                        .reduce(Amount.NONE, Amount::plus);
    }

    private static OwnerFrame frame(long sequence, List<Reading> readings) {
        return new OwnerFrame(
                1,
                sequence,
                readings.stream().map(r -> new ChannelReading(CHANNEL, 0, r)).toList(),
                List.of());
    }

    private static ChannelRule counter(Duration period, long nameplateMilliwatts, BigInteger modulus) {
        return rule(ChannelRule.Kind.COUNTER, period, nameplateMilliwatts, modulus);
    }

    private static ChannelRule rule(ChannelRule.Kind kind, Duration period, long nameplate, BigInteger modulus) {
        long millis = period.toMillis();
        return new ChannelRule(
                kind,
                millis * 3 / 2,
                Math.max(millis * 3 / 2, Math.min(3 * millis, 900_000)),
                900_000,
                nameplate,
                0,
                0,
                modulus);
    }

    private static OwnerRules rules(ChannelRule rule) {
        return new OwnerRules() {
            @Override
            public ChannelRule rule(ChannelId channel, long atMillis) {
                return rule;
            }

            @Override
            public long allocationGapMillis(String entity) {
                return rule.maxGapMillis();
            }

            @Override
            public long rawTailMillis() {
                return 60_000;
            }
        };
    }
}
