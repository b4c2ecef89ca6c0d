package io.joulestream.api;

import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/** Names by which an answer is found again in the log. */
final class TraceIds {
    /** Of every answer. */
    static final String HEADER = "Trace-Id";

    private TraceIds() {}

    static String next() {
        return HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
    }
}
