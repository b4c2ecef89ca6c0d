package io.joulestream.api.oidc;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.joulestream.core.digest.Sha256;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * One attempt of a browser to sign in. All that it takes is derived from a secret that only this browser holds: what others
 * see, the state, the nonce and the challenge, tells none of the rest. So nothing of an attempt is kept here.
 *
 * @param secret 256 random bits, base64url
 */
public record Attempt(String secret) {
    private static final Pattern SECRET = Pattern.compile("[A-Za-z0-9_-]{43}");
    private static final int SECRET_BYTES = 32;

    public static Attempt random(SecureRandom random) {
        byte[] secret = new byte[SECRET_BYTES];
        random.nextBytes(secret);
        return new Attempt(base64(secret));
    }

    /** Empty for whatever is no secret of an attempt. */
    public static Optional<Attempt> parse(String secret) {
        return SECRET.matcher(secret).matches() ? Optional.of(new Attempt(secret)) : Optional.empty();
    }

    /** Whether this browser began what comes back. */
    public boolean isOf(String state) {
        return MessageDigest.isEqual(state().getBytes(US_ASCII), state.getBytes(US_ASCII));
    }

    /** Goes to the issuer and comes back with the code. */
    String state() {
        return derived("state");
    }

    /** Stands in the token. */
    String nonce() {
        return derived("nonce");
    }

    /** Of PKCE (RFC 7636): shown with the code only. */
    String verifier() {
        return derived("verifier");
    }

    /** As the method S256 makes it of the verifier. */
    String challenge() {
        return base64(Sha256.of(verifier().getBytes(US_ASCII)));
    }

    private String derived(String use) {
        return base64(Sha256.of((use + " " + secret).getBytes(US_ASCII)));
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return "attempt " + state();
    }
}
