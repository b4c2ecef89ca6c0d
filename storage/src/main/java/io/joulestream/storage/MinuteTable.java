package io.joulestream.storage;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/** The tables of minutes. */
enum MinuteTable {
    CHANNEL_MINUTE,
    SITE_MINUTE,
    RUN_MINUTE;

    /** As SQL names it. */
    String sql() {
        return name().toLowerCase(Locale.ROOT);
    }

    Duration kept(MinuteRules rules) {
        return this == CHANNEL_MINUTE ? rules.channelMinutes() : rules.minutes();
    }

    /** Which old rows {@code m} stay, as SQL: the newest minute of a site tells until when it had data. */
    Optional<String> stays() {
        return this == SITE_MINUTE
                ? Optional.of("not exists (select from site_minute as later"
                        + " where later.site_id = m.site_id and later.minute > m.minute)")
                : Optional.empty();
    }
}
