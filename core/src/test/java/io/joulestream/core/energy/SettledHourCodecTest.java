package io.joulestream.core.energy;

import static org.assertj.core.api.Assertions.assertThat;

import io.joulestream.core.ledger.EnergyBuckets;
import org.junit.jupiter.api.Test;

class SettledHourCodecTest {
    private static final ChannelId METER = new ChannelId("meter", 31);
    private static final long FIRST = 490_000 * 60;

    private final SettledHour hour = new SettledHour();

    @Test
    void minutesOfOneRunAndOfSeveralWholeAndInPartAreReadAsTheyWereWritten() {
        add(0, "a", whole(60));
        add(1, "a", whole(61));
        add(2, "b", whole(62));
        add(2, "a", whole(63));
        add(5, "b", new Amount(new EnergyBuckets(1, 2, 3), 40_000, 50_000));
        add(6, "b", whole(64));
        add(7, "", whole(65));
        hour.add(new ChannelId("meter", 7), FIRST, "a", whole(66));

        assertThat(SettledHourCodec.decode(SettledHourCodec.encode(hour)).amounts)
                .isEqualTo(hour.amounts);
    }

    @Test
    void aMinuteThatIsNotMeasuredFromEndToEndIsWrittenWithAllItsParts() {
        add(0, "a", new Amount(new EnergyBuckets(60, 1, 0), 60_000, 60_000));
        add(1, "a", new Amount(new EnergyBuckets(60, 0, 1), 60_000, 60_000));
        add(2, "a", new Amount(new EnergyBuckets(60, 0, 0), 59_999, 60_000));
        add(3, "a", new Amount(new EnergyBuckets(60, 0, 0), 60_000, 59_999));

        assertThat(SettledHourCodec.decode(SettledHourCodec.encode(hour)).amounts)
                .isEqualTo(hour.amounts);
    }

    @Test
    void aMinuteThatWasMovedToNobodyIsKeptEmpty() {
        add(0, "a", whole(60));
        add(1, "a", whole(60));
        hour.minute(METER, FIRST + 1).clear();
        add(2, "a", whole(60));

        assertThat(SettledHourCodec.decode(SettledHourCodec.encode(hour)).amounts)
                .isEqualTo(hour.amounts);
    }

    private void add(long minute, String run, Amount amount) {
        hour.add(METER, FIRST + minute, run, amount);
    }

    private static Amount whole(long microjoules) {
        return new Amount(new EnergyBuckets(microjoules, 0, 0), 60_000, 60_000);
    }
}
