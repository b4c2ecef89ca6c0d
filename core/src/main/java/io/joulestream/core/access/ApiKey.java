package io.joulestream.core.access;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.joulestream.core.digest.Sha256;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A key as its owner holds it: {@code js_TENANT_PREFIX_SECRET}. The tenant and the prefix are no secret: by them a key is
 * looked up, listed and revoked. Of the secret, 256 random bits, only the {@link #digest} is ever stored; nothing slower than
 * one round of SHA-256 is needed, because nobody guesses so many bits. {@link #toString} does not tell it.
 *
 * @param prefix eight letters and digits, unique among all keys but for chance
 */
public record ApiKey(String tenant, String prefix, String secret) {
    /** What a tenant may be called where keys are used: an underscore would end the name too early. */
    public static final String TENANT_NAME = "[a-z0-9][a-z0-9-]{0,39}";

    private static final Pattern TEXT = Pattern.compile("js_(" + TENANT_NAME + ")_([a-z2-7]{8})_([A-Za-z0-9_-]{43})");
    private static final String PREFIX_LETTERS = "abcdefghijklmnopqrstuvwxyz234567";
    private static final int PREFIX_LENGTH = 8;
    private static final int SECRET_BYTES = 32;

    public ApiKey {
        if (!TEXT.matcher(text(tenant, prefix, secret)).matches()) {
            throw new IllegalArgumentException("no key of tenant " + tenant + " has the prefix " + prefix);
        }
    }

    /** @throws IllegalArgumentException if the tenant's name does not match {@link #TENANT_NAME} */
    public static ApiKey random(String tenant, SecureRandom random) {
        byte[] secret = new byte[SECRET_BYTES];
        random.nextBytes(secret);
        StringBuilder prefix = new StringBuilder(PREFIX_LENGTH);
        for (int i = 0; i < PREFIX_LENGTH; i++) {
            prefix.append(PREFIX_LETTERS.charAt(random.nextInt(PREFIX_LETTERS.length())));
        }
        return new ApiKey(
                tenant,
                prefix.toString(),
                Base64.getUrlEncoder().withoutPadding().encodeToString(secret));
    }

    /** Empty for whatever is no key. */
    public static Optional<ApiKey> parse(String text) {
        Matcher key = TEXT.matcher(text);
        return key.matches() ? Optional.of(new ApiKey(key.group(1), key.group(2), key.group(3))) : Optional.empty();
    }

    /** What its owner holds, to be shown once. */
    public String text() {
        return text(tenant, prefix, secret);
    }

    private static String text(String tenant, String prefix, String secret) {
        return "js_" + tenant + "_" + prefix + "_" + secret;
    }

    /** SHA-256 of the whole text, 32 bytes. */
    public byte[] digest() {
        return Sha256.of(text().getBytes(US_ASCII));
    }

    @Override
    public String toString() {
        return text(tenant, prefix, "***");
    }
}
