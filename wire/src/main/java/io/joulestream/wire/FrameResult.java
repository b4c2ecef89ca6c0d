package io.joulestream.wire;

import static java.util.Objects.requireNonNull;

import io.joulestream.core.ledger.RejectCode;
import io.joulestream.wire.v1.TelemetryFrame;

/** What came of the bytes of one record: a frame, or why there is none. Bad input is data, not an exception. */
public sealed interface FrameResult {
    /** @param frame keeps every rule that {@link FrameCodec#decode} checks */
    record Decoded(TelemetryFrame frame) implements FrameResult {
        public Decoded {
            requireNonNull(frame, "frame");
        }
    }

    /**
     * @param code why the whole frame goes to the dead letters
     * @param detail what was found and what was expected, in one line of plain characters
     */
    record Refused(RejectCode code, String detail) implements FrameResult {
        public Refused {
            requireNonNull(code, "code");
            requireNonNull(detail, "detail");
        }
    }
}
