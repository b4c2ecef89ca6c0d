package io.joulestream.storage;

import io.joulestream.core.ledger.ChannelMinute;
import java.util.Comparator;

/**
 * A minute of a channel with its key as the table has it: finding the id takes longer than comparing two, so it is done once.
 *
 * @param minute in minutes since 1970
 */
record KeyedMinute(int minute, int channel, ChannelMinute row) {
    static final Comparator<KeyedMinute> IN_ORDER =
            Comparator.comparingInt(KeyedMinute::minute).thenComparingInt(KeyedMinute::channel);

    /** @param names have resolved the row's */
    static KeyedMinute of(ChannelMinute row, NameIds names) {
        return new KeyedMinute(
                Math.toIntExact(Math.floorDiv(row.minute().getEpochSecond(), 60)),
                names.channelId(row.tenant(), row.site(), row.entity(), row.metric()),
                row);
    }
}
