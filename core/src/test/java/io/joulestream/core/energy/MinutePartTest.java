package io.joulestream.core.energy;

import static org.assertj.core.api.Assertions.assertThat;

import io.joulestream.core.ledger.EnergyBuckets;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class MinutePartTest {
    private static final Amount AMOUNT = new Amount(new EnergyBuckets(7, 0, 0), 60_000, 60_000);

    @Test
    void anotherHolderLeavesWhatWasSeenOfTheMinute() {
        MinutePart minute = new MinutePart();
        minute.add("one", AMOUNT);
        minute.see(700_000);
        minute.see(300_000);
        minute.seeRamp(40);
        minute.samples = 60;
        minute.flags = 5;
        TreeMap<String, Amount> ofTheOther = new TreeMap<>();
        ofTheOther.put("other", AMOUNT);

        MinutePart moved = minute.with(ofTheOther);

        assertThat(moved.byRun).isEqualTo(ofTheOther);
        assertThat(moved.powerMaxMilliwatts).isEqualTo(700_000);
        assertThat(moved.powerMinMilliwatts).isEqualTo(300_000);
        assertThat(moved.rampMaxMilliwattsPerSecond).isEqualTo(40);
        assertThat(moved.samples).isEqualTo(60);
        assertThat(moved.flags).isEqualTo(5);
    }
}
