package io.joulestream.core.digest;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256, which every Java platform has. Thread-safe; a digest begun with {@link #begin()} is for one thread. */
public final class Sha256 {
    private Sha256() {}

    /** A digest of nothing yet, for content that comes in parts. */
    public static MessageDigest begin() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** 32 bytes. */
    public static byte[] of(byte[] content) {
        return begin().digest(content);
    }

    /** 64 lower-case hexadecimal digits. */
    public static String hex(byte[] content) {
        return HexFormat.of().formatHex(of(content));
    }

    /** As {@link #hex(byte[])}, of what a digest was given; the digest then begins anew. */
    public static String hex(MessageDigest digest) {
        return HexFormat.of().formatHex(digest.digest());
    }
}
