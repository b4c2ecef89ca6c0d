package io.joulestream.app;

import com.typesafe.config.Config;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * An OpenID provider, as the settings say it.
 *
 * @param audience of access tokens; empty: none are taken
 * @param clientId of the pages; empty: nobody signs in
 * @param clientSecretFile empty: the client has no secret
 */
record OidcSettings(
        String issuer, Optional<String> audience, Optional<String> clientId, Optional<Path> clientSecretFile) {
    private static final Set<PosixFilePermission> OF_THE_OWNER =
            EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

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
        return clientSecretFile.map(OidcSettings::secret);
    }

    private static String secret(Path file) {
        try {
            if (!OF_THE_OWNER.containsAll(Files.getPosixFilePermissions(file))) {
                throw new UserError(file + " holds a secret and others may read it: chmod 600 " + file);
            }
            String secret = Files.readString(file).strip();
            if (secret.isEmpty()) {
                throw new UserError(file + " holds no secret");
            }
            return secret;
        } catch (IOException e) {
            throw new UserError("the secret in " + file + " cannot be read: " + e.getMessage(), e);
        }
    }
}
