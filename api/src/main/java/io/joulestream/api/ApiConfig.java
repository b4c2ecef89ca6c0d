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
 * @param refuseAfter how long who asks too much, or shows what is nobody's, waits to be told so; zero to five seconds
 * @param live what is told to who listens
 */
public record ApiConfig(
        String host,
        int port,
        String tenant,
        Keys keys,
        Optional<String> origin,
        int requestsPerMinute,
        Duration holdAnswers,
        Duration refuseAfter,
        Live live) {
    public static final String LOOPBACK = "127.0.0.1";

    private static final Duration LONGEST_HOLD = Duration.ofMinutes(1);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);
    private static final Duration A_QUARTER_SECOND = Duration.ofMillis(250);
    private static final int PLENTY = 1_000_000;

    /** There are 2,000 connections. */
    private static final int MOST_LISTENERS = 1_900;

    /** What it takes to read. */
    public enum Keys {
        /** Nothing: for a loopback address, or a network where everybody may. */
        NONE,
        /** A key of a member of a tenant. */
        REQUIRED
    }

    /**
     * Live events.
     *
     * @param interval between two events of a site; 1 s to 1 h
     * @param listeners as many may listen at once, of all; 1 to 1,900, so that there are connections for others
     * @param listenersOfOne of one member; of whoever shows no key ten times as many from one network
     */
    public record Live(Duration interval, int listeners, int listenersOfOne) {
        public static final Live DEFAULT = new Live(Duration.ofSeconds(5), 1_500, 50);

        public Live {
            if (interval.compareTo(Duration.ofSeconds(1)) < 0 || interval.compareTo(Duration.ofHours(1)) > 0) {
                throw new IllegalArgumentException("api.live.interval must be 1s to 1h, was " + interval);
            }
            requireRange("api.live.listeners", listeners);
            requireRange("api.live.listeners-of-one", listenersOfOne);
        }

        private static void requireRange(String name, int listeners) {
            if (listeners < 1 || listeners > MOST_LISTENERS) {
                throw new IllegalArgumentException(name + " must be 1 to " + MOST_LISTENERS + ", was " + listeners);
            }
        }
    }

    public ApiConfig {
        requireNonNull(host, "host");
        requireNonNull(tenant, "tenant");
        requireNonNull(keys, "keys");
        requireNonNull(live, "live");
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
        if (refuseAfter.isNegative() || refuseAfter.compareTo(LONGEST_WAIT) > 0) {
            throw new IllegalArgumentException("api.refuse-after must be 0 to 5 s, was " + refuseAfter);
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
        return new ApiConfig(
                LOOPBACK,
                port,
                tenant,
                Keys.NONE,
                Optional.empty(),
                PLENTY,
                Duration.ZERO,
                A_QUARTER_SECOND,
                Live.DEFAULT);
    }
}
