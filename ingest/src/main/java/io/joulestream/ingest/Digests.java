package io.joulestream.ingest;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 as importers use it: over a file while it is read, and over what identifies a producer. Any thread. */
public final class Digests {
    private Digests() {}

    public static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    public static String hex(MessageDigest digest) {
        return HexFormat.of().formatHex(digest.digest());
    }

    /** The producer of the frames made from a file by a mapping: the same file and mapping, the same producer. */
    public static String producer(String fileSha256, String... mapping) {
        MessageDigest digest = sha256();
        digest.update(fileSha256.getBytes(StandardCharsets.UTF_8));
        for (String part : mapping) {
            digest.update((byte) 0);
            digest.update(part.getBytes(StandardCharsets.UTF_8));
        }
        return hex(digest);
    }
}
