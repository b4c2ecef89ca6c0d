package io.joulestream.ingest;

import io.joulestream.core.digest.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/** Names a producer by what identifies it. Any thread. */
public final class Digests {
    private Digests() {}

    /** The producer of the frames made from a file by a mapping: the same file and mapping, the same producer. */
    public static String producer(String fileSha256, String... mapping) {
        MessageDigest digest = Sha256.begin();
        digest.update(fileSha256.getBytes(StandardCharsets.UTF_8));
        for (String part : mapping) {
            digest.update((byte) 0);
            digest.update(part.getBytes(StandardCharsets.UTF_8));
        }
        return Sha256.hex(digest);
    }
}
