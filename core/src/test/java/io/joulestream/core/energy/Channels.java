package io.joulestream.core.energy;

import io.joulestream.core.energy.OwnerFrame.Assertion;
import io.joulestream.core.energy.OwnerFrame.ChannelReading;
import java.math.BigInteger;
import java.util.List;
import java.util.function.LongFunction;

/** Rules and readings for tests of one channel. */
final class Channels {
    static final ChannelId METER = new ChannelId("meter", 31);
    static final long SECOND = 1_000;
    static final long MINUTE = 60_000;

    private static final long QUARTER = 900_000;

    private Channels() {}

    static ChannelRule gauge(long periodMillis) {
        return rule(ChannelRule.Kind.INSTANT_POWER, periodMillis, 0, BigInteger.ZERO);
    }

    static ChannelRule averaged(long periodMillis) {
        return rule(ChannelRule.Kind.AVERAGED_POWER, periodMillis, 0, BigInteger.ZERO);
    }

    static ChannelRule counter(long periodMillis, long nameplateMilliwatts) {
        return counter(periodMillis, nameplateMilliwatts, BigInteger.ZERO);
    }

    static ChannelRule counter(long periodMillis, long nameplateMilliwatts, BigInteger modulusMicrojoules) {
        return rule(ChannelRule.Kind.COUNTER, periodMillis, nameplateMilliwatts, modulusMicrojoules);
    }

    private static ChannelRule rule(ChannelRule.Kind kind, long period, long nameplate, BigInteger modulus) {
        return new ChannelRule(
                kind,
                period * 3 / 2,
                Math.max(period * 3 / 2, Math.min(3 * period, QUARTER)),
                QUARTER,
                nameplate,
                0,
                0,
                modulus);
    }

    static LongFunction<ChannelRule> always(ChannelRule rule) {
        return at -> rule;
    }

    /** One rule for all channels; allocations extend over the channel's max gap. */
    static OwnerRules rules(ChannelRule rule, long rawTailMillis) {
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
                return rawTailMillis;
            }
        };
    }

    /** A reading of frame 1. */
    static Reading reading(long at, long value) {
        return reading(at, value, 1);
    }

    static Reading reading(long at, long value, long sequence) {
        return new Reading(at, value, 0, false, 1, 1, sequence, 0);
    }

    /** A frame of sender 1. */
    static OwnerFrame frame(long sequence, Assertion assertion, long[]... readings) {
        List<ChannelReading> all = java.util.Arrays.stream(readings)
                .map(r -> new ChannelReading(METER, 0, reading(r[0], r[1], sequence)))
                .toList();
        return new OwnerFrame(1, sequence, all, assertion == null ? List.of() : List.of(assertion));
    }
}
