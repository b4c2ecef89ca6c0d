package io.joulestream.core.energy;

import static org.assertj.core.api.Assertions.assertThat;

import io.joulestream.core.energy.OwnerFrame.Assertion;
import io.joulestream.core.energy.OwnerFrame.ChannelReading;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** How large the state of a node with eight GPUs is, each with a power and an energy channel, and how it grows. */
@Tag("slow")
class OwnerStateSizeTest {
    private static final long START = 1_772_323_200_000L;
    private static final long HOUR = 3_600_000;
    private static final long DAY = 24 * HOUR;
    private static final int MOST_HOT_BYTES = 16 * 1_024;

    private final Random random = new Random(1);
    private final Map<ChannelId, Long> registers = new HashMap<>();
    private final List<ChannelId> channels = new ArrayList<>();
    private LedgerState state = new LedgerState();

    OwnerStateSizeTest() {
        addDevice("h2/r07/k13/node-a01", 20, 21);
        for (int gpu = 0; gpu < 8; gpu++) {
            addDevice("h2/r07/k13/node-a01/gpu" + gpu, 1, 2);
        }
    }

    @Test
    void whatIsAtHandDoesNotGrowWithTheHolesOfLostFrames() {
        OwnerRules rules = new Node(300_000, 240_000);
        Sender sender = new Sender(rules, 300_000, 1, 25);

        sender.sendUntil(START + HOUR + 30_000);
        int afterAnHour = hotBytes(sender);
        sender.sendUntil(START + 34 * DAY + 30_000);
        int after34Days = hotBytes(sender);

        System.out.printf(
                "proof: owner of 18 channels, one reading in five minutes: %d bytes at hand after 1 h, %d after 34 d; put away: %d%n",
                afterAnHour, after34Days, state.hourBytes());
        assertThat(sender.lost).isGreaterThan(300);
        assertThat(after34Days).isLessThanOrEqualTo(afterAnHour * 11 / 10).isLessThan(MOST_HOT_BYTES);
        assertThat(state.keys().size()).isGreaterThan(200);
    }

    @Test
    void aNodeThatIsReadEverySecondHasLessThanSixteenKibibytesAtHand() {
        OwnerRules rules = new Node(1_000, 60_000);
        Sender sender = new Sender(rules, 1_000, 10, 50);

        sender.sendUntil(START + HOUR);
        int afterAnHour = hotBytes(sender);
        sender.sendUntil(START + 3 * HOUR);
        int afterThreeHours = hotBytes(sender);

        System.out.printf(
                "proof: owner of 18 channels, one reading a second: %d bytes at hand after 1 h, %d after 3 h; put away: %d%n",
                afterAnHour, afterThreeHours, state.hourBytes());
        assertThat(afterAnHour).isLessThan(MOST_HOT_BYTES);
        assertThat(afterThreeHours).isLessThan(MOST_HOT_BYTES);
    }

    @Test
    void hoursPastTheirAgeAreDropped() {
        OwnerRules rules = new Node(300_000, 240_000);
        Sender sender = new Sender(rules, 300_000, 1, 20);

        sender.sendUntil(START + 40 * DAY);
        hotBytes(sender);

        long oldestHour = (START + 40 * DAY) / HOUR - 38 * 24;
        long first = START / HOUR;
        assertThat(state.keys())
                .filteredOn(hour -> hour < oldestHour && hour > first + 2)
                .isEmpty();
        assertThat(state.keys()).filteredOn(hour -> hour >= oldestHour).hasSizeGreaterThan(300);
    }

    private int hotBytes(Sender sender) {
        state.store(sender.ledger);
        sender.ledger = state.open(sender.rules);
        return state.hotBytes();
    }

    private void addDevice(String entity, int power, int energy) {
        channels.add(new ChannelId(entity, power));
        channels.add(new ChannelId(entity, energy));
        registers.put(new ChannelId(entity, energy), 5_000_000_000L);
    }

    /** Sends frames in order and loses one of some for ever; the run changes every eleven hours. */
    private final class Sender {
        final OwnerRules rules;
        OwnerLedger ledger;
        int lost;
        private final long period;
        private final int slots;
        private final int loses;
        private long at = START;
        private long sequence;

        Sender(OwnerRules rules, long period, int slots, int loses) {
            this.rules = rules;
            this.period = period;
            this.slots = slots;
            this.loses = loses;
            ledger = state.open(rules);
        }

        void sendUntil(long end) {
            while (at < end) {
                List<ChannelReading> readings = new ArrayList<>();
                long first = at;
                for (int slot = 0; slot < slots; slot++) {
                    for (ChannelId channel : channels) {
                        readings.add(new ChannelReading(channel, slot, reading(channel)));
                    }
                    at += period;
                }
                sequence++;
                long since = START + (first - START) / (11 * HOUR) * 11 * HOUR;
                List<Assertion> assertions = channels.stream()
                        .map(ChannelId::entity)
                        .distinct()
                        .map(entity -> new Assertion(entity, since, at - 1, "llama-pretrain-" + since))
                        .toList();
                if (random.nextInt(loses) == 0) {
                    lost++;
                } else {
                    ledger.accept(new OwnerFrame(1, sequence, readings, assertions), rules, at + 1_000);
                }
                if (sequence % 100 == 0) {
                    hotBytes(this);
                }
            }
        }

        private Reading reading(ChannelId channel) {
            long milliwatts = 300_000 + random.nextInt(400_000);
            Long register = registers.computeIfPresent(channel, (id, shown) -> shown + milliwatts * period / 1_000);
            long value = register == null ? milliwatts : register;
            return new Reading(at, value, 0, false, 1, START, sequence + 1, 0);
        }
    }

    private static final class Node implements OwnerRules {
        private final ChannelRule power;
        private final ChannelRule energy;
        private final long tail;

        Node(long period, long tail) {
            power = rule(ChannelRule.Kind.INSTANT_POWER, period);
            energy = rule(ChannelRule.Kind.COUNTER, period);
            this.tail = tail;
        }

        private static ChannelRule rule(ChannelRule.Kind kind, long period) {
            return new ChannelRule(kind, period * 3 / 2, period * 3, 900_000, 1_000_000, 100, 1_000, BigInteger.ZERO);
        }

        @Override
        public ChannelRule rule(ChannelId channel, long atMillis) {
            return channel.metric() == 1 || channel.metric() == 20 ? power : energy;
        }

        @Override
        public long allocationGapMillis(String entity) {
            return power.maxGapMillis();
        }

        @Override
        public long rawTailMillis() {
            return tail;
        }
    }
}
