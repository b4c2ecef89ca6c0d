package io.joulestream.core.energy;

import static org.assertj.core.api.Assertions.assertThat;

import io.joulestream.core.ledger.EnergyBuckets;
import org.junit.jupiter.api.Test;

class SettledHoursTest {
    private static final ChannelId METER = new ChannelId("meter", 31);
    private static final Amount AMOUNT = new Amount(new EnergyBuckets(7, 0, 0), 60_000, 60_000);
    private static final long HOUR = 490_000;

    private final HoursInMemory store = new HoursInMemory();
    private final SettledHours settled = new SettledHours(store);

    @Test
    void hoursBeforeOneAreForgottenWrittenOrNot() {
        add(HOUR);
        add(HOUR + 1);
        add(HOUR + 2);
        settled.write();
        add(HOUR);
        add(HOUR + 1);

        settled.dropBefore(HOUR + 1);
        settled.write();

        assertThat(store.keys()).containsExactlyInAnyOrder(-1 - (HOUR + 1), -1 - (HOUR + 2));
        assertThat(settled.minute(METER, HOUR * 60)).isNull();
        assertThat(settled.minute(METER, (HOUR + 1) * 60)).containsEntry("a", AMOUNT.plus(AMOUNT));
        assertThat(new SettledHours(store).minute(METER, (HOUR + 1) * 60)).containsEntry("a", AMOUNT.plus(AMOUNT));
    }

    @Test
    void olderHoursThatLieInTheSameStoreStay() {
        store.put(0, new byte[1]);
        store.put(HOUR, new byte[1]);
        store.put(Integer.MIN_VALUE - 1L, new byte[1]);
        add(HOUR);
        settled.write();

        settled.dropBefore(HOUR + 1);

        assertThat(store.keys()).containsExactlyInAnyOrder(0L, HOUR, Integer.MIN_VALUE - 1L);
        assertThat(SettledHours.isOfSettled(Integer.MIN_VALUE)).isTrue();
    }

    private void add(long hour) {
        settled.add(METER, hour * 60, "a", AMOUNT);
    }
}
