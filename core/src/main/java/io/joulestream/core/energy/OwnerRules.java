package io.joulestream.core.energy;

import java.time.Duration;
import java.util.function.LongFunction;

/** What the inventory says about an owner's channels, by the event time of a reading. */
public interface OwnerRules {
    /** The rule of a channel at an instant; never null for a channel that the caller let in. */
    ChannelRule rule(ChannelId channel, long atMillis);

    /** The rules of one channel by instant, for whoever asks often. */
    default LongFunction<ChannelRule> rulesOf(ChannelId channel) {
        return atMillis -> rule(channel, atMillis);
    }

    /** For how long after its end an assertion about an entity still holds when another follows. */
    long allocationGapMillis(String entity);

    /** Whether the energy of a channel is that of runs, so that a late change of who held its entity has to move it. */
    default boolean isOfRuns(ChannelId channel) {
        return true;
    }

    /** How far back, by the owner's own event time, readings are kept one by one. */
    long rawTailMillis();

    /** How long after its end an hour stays open to late readings, by append time. */
    default long acceptHistoryMillis() {
        return Duration.ofDays(35).toMillis();
    }
}
