package io.joulestream.storage;

/**
 * Who somebody is to an OpenID provider. Never an e-mail address, which may be another's tomorrow.
 *
 * @param issuer as it stands in the provider's tokens
 * @param subject unique to the issuer, and never given to anybody else
 */
public record OidcSubject(String issuer, String subject) {
    /** What OpenID Connect Core 1.0 allows, 1 to 255 ASCII characters, as far as they show. */
    public static final String SUBJECT = "[\\x21-\\x7e]([\\x20-\\x7e]{0,253}[\\x21-\\x7e])?";

    public OidcSubject {
        if (issuer.isBlank() || !subject.matches(SUBJECT)) {
            throw new IllegalArgumentException("an issuer is needed, and a subject of 1 to 255 ASCII characters");
        }
    }
}
