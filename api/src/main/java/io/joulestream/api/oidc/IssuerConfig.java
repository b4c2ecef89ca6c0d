package io.joulestream.api.oidc;

import java.net.URI;
import java.util.Optional;
import java.util.Set;

/**
 * What an operator says of an OpenID provider.
 *
 * @param issuer its name, to the character as in its tokens; an https URL, or an http one of loopback
 * @param audience what access tokens for this API name as theirs; empty: none are taken
 * @param client by what name the pages are known there; empty: nobody signs in by it
 */
public record IssuerConfig(String issuer, Optional<String> audience, Optional<Client> client) {
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

    /** @param secret empty for a public client, which PKCE alone protects */
    public record Client(String id, Optional<String> secret) {
        /** Without the secret. */
        @Override
        public String toString() {
            return id;
        }
    }

    public IssuerConfig {
        if (!isSafe(issuer) || URI.create(issuer).getRawQuery() != null) {
            throw new IllegalArgumentException("issuer must be an https URL without query and fragment, was " + issuer);
        }
        if (audience.isEmpty() && client.isEmpty()) {
            throw new IllegalArgumentException("issuer needs audience, client-id, or both beside it");
        }
        if (audience.isPresent() && audience.equals(client.map(Client::id))) {
            throw new IllegalArgumentException("audience and client-id must not be the same: "
                    + "what signs a browser in would open the API as a token too");
        }
    }

    /** Whether nobody on the way can read or change what is asked there. */
    static boolean isSafe(String url) {
        try {
            URI uri = URI.create(url);
            boolean isPlain = "http".equals(uri.getScheme()) && LOOPBACK.contains(uri.getHost());
            return uri.getHost() != null
                    && uri.getRawUserInfo() == null
                    && uri.getRawFragment() == null
                    && (isPlain || "https".equals(uri.getScheme()));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
