package io.joulestream.app;

import com.typesafe.config.Config;
import java.nio.file.Path;
import java.util.Optional;

/**
 * An OpenID provider, as the settings say it.
 *
 * @param audience of access tokens; empty: none are taken
 * @param clientId of the pages; empty: nobody signs in
 * @param clientSecretFile empty: the client has no secret
 */
record OidcSettings(
        String issuer, Optional<String> audience, Optional<String> clientId, Optional<Path> clientSecretFile) {
    OidcSettings {
        if (clientSecretFile.isPresent() && clientId.isEmpty()) {
            throw new UserError("joulestream.api.oidc.client-secret-file needs client-id beside it");
        }
    }

    static Optional<OidcSettings> from(Config oidc) {
        Optional<String> issuer = AppConfig.given(oidc.getString("issuer"));
        Optional<String> audience = AppConfig.given(oidc.getString("audience"));
        Optional<String> clientId = AppConfig.given(oidc.getString("client-id"));
        Optional<Path> secret =
                AppConfig.given(oidc.getString("client-secret-file")).map(Path::of);
        if (issuer.isEmpty() && (audience.isPresent() || clientId.isPresent() || secret.isPresent())) {
            throw new UserError("joulestream.api.oidc needs issuer beside its other settings");
        }
        return issuer.map(name -> new OidcSettings(name, audience, clientId, secret));
    }

    /**
     * What the client shows to the provider; empty where it has none.
     *
     * @throws UserError if the file cannot be read, or others may read it
     */
    Optional<String> clientSecret() {
        return clientSecretFile.map(SecretFile::read);
    }
}
