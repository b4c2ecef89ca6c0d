package io.joulestream.api;

import static java.util.Objects.requireNonNull;

/**
 * Everything the API can be told.
 *
 * @param host the address to listen on; a loopback address unless the operator decides otherwise
 * @param port 0 for any free one
 * @param tenant whose ledger everybody reads where no keys are asked for; a key opens that of its own
 * @param keys whether who asks has to show one
 */
public record ApiConfig(String host, int port, String tenant, Keys keys) {
    public static final String LOOPBACK = "127.0.0.1";

    /** What it takes to read. */
    public enum Keys {
        /** Nothing: for a loopback address, or a network where everybody may. */
        NONE,
        /** A key of a member of a tenant. */
        REQUIRED
    }

    public ApiConfig {
        requireNonNull(host, "host");
        requireNonNull(tenant, "tenant");
        requireNonNull(keys, "keys");
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("api.port must be 0 to 65535, was " + port);
        }
        if (host.isBlank() || tenant.isBlank()) {
            throw new IllegalArgumentException("api.host and api.tenant must not be blank");
        }
    }

    /** On loopback, without keys. */
    public static ApiConfig onLoopback(int port, String tenant) {
        return new ApiConfig(LOOPBACK, port, tenant, Keys.NONE);
    }
}
