package io.joulestream.storage;

/**
 * Who somebody is to an OpenID provider. Never an e-mail address, which may be another's tomorrow.
 *
 * @param issuer as it stands in the provider's tokens
 * @param subject unique to the issuer, and never given to anybody else
 */
public record OidcSubject(String issuer, String subject) {
    public OidcSubject {
        if (issuer.isBlank() || subject.isBlank()) {
            throw new IllegalArgumentException("an issuer and a subject are needed");
        }
    }
}
