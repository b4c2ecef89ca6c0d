package io.joulestream.storage;

import java.time.Duration;

/**
 * How long minutes are kept. Hours, and all else of the ledger, are kept for ever.
 *
 * @param channelMinutes those of channels
 * @param minutes those of sites and runs
 */
public record MinuteRules(Duration channelMinutes, Duration minutes) {
    /** By how much longer minutes are kept than a late reading may still change them. */
    private static final Duration MARGIN = Duration.ofDays(5);

    /** A minute that was written is not removed for so long, however old it is. */
    public static final Duration AFTER_WRITING = Duration.ofDays(7);

    public MinuteRules {
        atLeastADay(channelMinutes);
        atLeastADay(minutes);
    }

    private static void atLeastADay(Duration keep) {
        if (keep.compareTo(Duration.ofDays(1)) < 0) {
            throw new IllegalArgumentException("minutes must be kept for at least a day, was " + keep);
        }
    }

    /** The least for which minutes may be kept. @param acceptHistory the longest that any version of any site grants */
    public static Duration least(Duration acceptHistory) {
        return acceptHistory.plus(MARGIN);
    }

    /** These, or longer where a site accepts readings that are older. */
    public MinuteRules atLeast(Duration acceptHistory) {
        Duration least = least(acceptHistory);
        return new MinuteRules(longer(channelMinutes, least), longer(minutes, least));
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? other : one;
    }
}
