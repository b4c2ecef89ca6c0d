package io.joulestream.streaming;

import java.nio.charset.StandardCharsets;

/** A 64-bit hash of a sender (FNV-1a): equal senders hash alike on every machine and version. */
final class SenderHash {
    private SenderHash() {}

    static long of(String producer, long session) {
        long hash = 0xcbf29ce484222325L;
        for (byte b : (producer + "|" + session).getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (b & 0xFF)) * 0x100000001b3L;
        }
        return hash;
    }
}
