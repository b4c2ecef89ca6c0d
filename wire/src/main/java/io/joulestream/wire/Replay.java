package io.joulestream.wire;

import io.joulestream.core.ledger.DeadLetter;
import io.joulestream.core.ledger.RejectCode;
import io.joulestream.wire.v1.TelemetryFrame;
import java.util.Arrays;
import java.util.Optional;

/** A dead letter as a frame to be sent again: whose it is and how it is numbered stay, so every rule decides as before. */
public sealed interface Replay {
    /** @param topic where the letter's record stood */
    record Frame(String topic, TelemetryFrame frame) implements Replay {}

    /** It cannot be sent again. */
    record Refused(String why) implements Replay {}

    /**
     * @param tenant who asks
     * @param sentMs when it is sent, UTC epoch milliseconds
     */
    static Replay of(DeadLetter letter, String tenant, long sentMs) {
        if (!isReplayable(letter.code())) {
            return new Refused(letter.code() + " is not replayable");
        }
        if (!(FrameCodec.decode(letter.payload()) instanceof FrameResult.Decoded decoded)) {
            return new Refused("its bytes are no frame");
        }
        if (!decoded.frame().getTenantId().equals(tenant)) {
            return new Refused("it is a frame of another tenant");
        }
        Optional<Topics.Telemetry> topic = Topics.parse(letter.topic());
        boolean granted = topic.isPresent()
                && topic.get().tenant().equals(tenant)
                && topic.get().site().map(decoded.frame().getSiteId()::equals).orElse(true);
        if (!granted) {
            return new Refused("topic " + letter.topic() + " does not grant its site");
        }
        ReplayProducer producer = new ReplayProducer(
                letter.topic(),
                letter.partition(),
                letter.offset(),
                letter.entity(),
                letter.metric(),
                letter.slot(),
                letter.code());
        return new Frame(
                letter.topic(),
                decoded.frame().toBuilder()
                        .setProducerId(producer.producerId())
                        .setSentMs(sentMs)
                        .build());
    }

    /** Whether sending letters of a code again can have another outcome; a code nobody knows is not. */
    static boolean isReplayable(String code) {
        return Arrays.stream(RejectCode.values()).anyMatch(known -> known.name().equals(code) && known.isReplayable());
    }
}
