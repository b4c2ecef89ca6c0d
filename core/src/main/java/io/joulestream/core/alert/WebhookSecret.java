package io.joulestream.core.alert;

import java.security.SecureRandom;
import java.util.Base64;

/** What the messages to a webhook are signed with: 256 random bits. {@link #toString} does not tell it. */
public final class WebhookSecret {
    private static final String PREFIX = "whsec_";
    private static final int BYTES = 32;

    private final byte[] bytes;

    private WebhookSecret(byte[] bytes) {
        this.bytes = bytes;
    }

    public static WebhookSecret random(SecureRandom random) {
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        return new WebhookSecret(bytes);
    }

    /** The key of the HMAC. */
    public byte[] bytes() {
        return bytes.clone();
    }

    /** As Standard Webhooks shows it to whoever checks what is sent. */
    public String text() {
        return PREFIX + Base64.getEncoder().encodeToString(bytes);
    }

    @Override
    public String toString() {
        return PREFIX + "***";
    }
}
