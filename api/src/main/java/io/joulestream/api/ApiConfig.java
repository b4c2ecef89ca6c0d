package io.joulestream.api;

import static java.util.Objects.requireNonNull;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Optional;

/**
 * Everything the API can be told.
 *
 * @param host the address to listen on; a loopback address unless the operator decides otherwise
 * @param port 0 for any free one
 * @param tenant whose ledger everybody reads where no keys are asked for; a key opens that of its own
 * @param keys whether who asks has to show one
 * @param origin at what address browsers come, as an {@code Origin} header says it; empty where that is the one listened on
 * @param requestsPerMinute how often one member may ask, a quarter of it at once; 4 to 1,000,000
 * @param holdAnswers for how long a figure is given again to who asks the same; zero to a minute
 */
public record ApiConfig(
        String host,
        int port,
        String tenant,
        Keys keys,
        Optional<String> origin,
        int requestsPerMinute,
        Duration holdAnswers) {
    public static final String LOOPBACK = "127.0.0.1";

    private static final Duration LONGEST_HOLD = Duration.ofMinutes(1);
    private static final int PLENTY = 1_000_000;

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
        origin.flatMap(Origin::refuse).ifPresent(wrong -> {
            throw new IllegalArgumentException("api.origin " + wrong + ", was " + origin.get());
        });
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("api.port must be 0 to 65535, was " + port);
        }
        if (requestsPerMinute < 4 || requestsPerMinute > PLENTY) {
            throw new IllegalArgumentException(
                    "api.requests-per-minute must be 4 to " + PLENTY + ", was " + requestsPerMinute);
        }
        if (holdAnswers.isNegative() || holdAnswers.compareTo(LONGEST_HOLD) > 0) {
            throw new IllegalArgumentException("api.hold-answers must be 0 to 60 s, was " + holdAnswers);
        }
        if (host.isBlank() || tenant.isBlank()) {
            throw new IllegalArgumentException("api.host and api.tenant must not be blank");
        }
    }

    /** Whether only this machine can reach what listens there; not where the name is unknown. */
    public static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    /** On loopback, without keys, as often as anybody likes, and each answer made anew. */
    public static ApiConfig onLoopback(int port, String tenant) {
        return new ApiConfig(LOOPBACK, port, tenant, Keys.NONE, Optional.empty(), PLENTY, Duration.ZERO);
    }
}
