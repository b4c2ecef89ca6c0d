package io.joulestream.core.energy;

import static io.joulestream.core.energy.Channels.METER;
import static io.joulestream.core.energy.Channels.SECOND;
import static io.joulestream.core.energy.Channels.gauge;
import static io.joulestream.core.energy.Channels.rules;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** An owner of more senders than are remembered, each with a channel of its own, in turns. */
class ManySendersTest {
    private static final int SENDERS = FrameSequences.MAX_ORIGINS + 1;
    private static final OwnerRules RULES = rules(gauge(SECOND), 60 * SECOND);

    private final OwnerLedger ledger = new OwnerLedger();

    @Test
    void noFrameThatCameCountsAsMissingAndWhatIsOldIsFolded() {
        sendInTurns(1, 600);

        assertThat(ledger.sequences.framesMissing()).isZero();
        assertThat(ledger.channels).hasSize(SENDERS);
        ledger.channels
                .values()
                .forEach(channel -> assertThat(channel.readings()).hasSizeLessThan(130));
    }

    @Test
    void aFrameThatComesTwiceOrLateChangesWhatItWouldChangeInOrder() {
        sendInTurns(1, 100);
        sendInTurns(102, 110);

        assertThat(send(0, 110).repeated()).isTrue();
        OwnerChanges late = send(0, 101);

        assertThat(late.rejects()).isEmpty();
        assertThat(late.rows()).isNotEmpty();
    }

    @Test
    void ofASenderThatIsNewWhatLiesBelowItsFirstFrameIsMissing() {
        sendInTurns(1, 10);

        send(SENDERS, 4);

        assertThat(ledger.sequences.framesMissing()).isEqualTo(3);
    }

    private void sendInTurns(int from, int to) {
        for (int second = from; second <= to; second++) {
            for (int sender = 0; sender < SENDERS; sender++) {
                send(sender, second);
            }
        }
    }

    /** The frame of one second, whose number is the second's. */
    private OwnerChanges send(int sender, int second) {
        Reading reading = new Reading(second * SECOND, 100 + second, 0, false, 1 + sender, 1, second, 0);
        ChannelId channel = new ChannelId("meter-" + sender, METER.metric());
        OwnerFrame frame = new OwnerFrame(
                1 + sender, second, List.of(new OwnerFrame.ChannelReading(channel, 0, reading)), List.of());
        return ledger.accept(frame, RULES, second * SECOND);
    }
}
