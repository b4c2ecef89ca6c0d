package io.joulestream.core.access;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.joulestream.core.digest.Sha256;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a browser holds in the place of a key: {@code TENANT.SECRET}, 256 random bits of which only the {@link #digest} is
 * stored. {@link #toString} does not tell the secret.
 */
public record SessionToken(String tenant, String secret) {
    private static final Pattern TEXT = Pattern.compile("(" + ApiKey.TENANT_NAME + ")\\.([A-Za-z0-9_-]{43})");
    private static final int SECRET_BYTES = 32;

    public SessionToken {
        if (!TEXT.matcher(tenant + "." + secret).matches()) {
            throw new IllegalArgumentException("no token of tenant " + tenant);
        }
    }

    /** @throws IllegalArgumentException if the tenant's name does not match {@link ApiKey#TENANT_NAME} */
    public static SessionToken random(String tenant, SecureRandom random) {
        byte[] secret = new byte[SECRET_BYTES];
        random.nextBytes(secret);
        return new SessionToken(tenant, Base64.getUrlEncoder().withoutPadding().encodeToString(secret));
    }

    /** Empty for whatever is no token. */
    public static Optional<SessionToken> parse(String text) {
        Matcher token = TEXT.matcher(text);
        return token.matches() ? Optional.of(new SessionToken(token.group(1), token.group(2))) : Optional.empty();
    }

    /** What the browser holds. */
    public String text() {
        return tenant + "." + secret;
    }

    /** SHA-256 of the whole text, 32 bytes. */
    public byte[] digest() {
        return Sha256.of(text().getBytes(US_ASCII));
    }

    @Override
    public String toString() {
        return tenant + ".***";
    }
}
