package io.joulestream.api;

import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * The address at which browsers reach this service, by which a request from its own pages is told from one that another
 * site's page sends.
 *
 * @param told scheme, host and port as an {@code Origin} header says them; empty where nobody told: then the service must be
 *     asked on loopback
 * @param onLoopback whether it listens there and nowhere else
 */
record Origin(Optional<String> told, boolean onLoopback) {
    private static final Set<String> LOOPBACK_NAMES = Set.of("localhost", "127.0.0.1", "[::1]");

    static Origin of(ApiConfig config) {
        return new Origin(config.origin(), ApiConfig.isLoopback(config.host()));
    }

    /** Of a service to which browsers have no reason to come. */
    static Origin listeningOn(String host) {
        return new Origin(Optional.empty(), ApiConfig.isLoopback(host));
    }

    /** Whether a browser can hold a session with this service at all. */
    boolean isKnown() {
        return told.isPresent() || onLoopback;
    }

    /** Whether browsers come through TLS. */
    boolean isSecure() {
        return told.map(origin -> origin.startsWith("https:")).orElse(false);
    }

    /**
     * Whether a service on loopback is asked by a name of its own. A page of any site can be given a name that leads to loopback,
     * and would then read what is only for whoever sits at this machine.
     *
     * @param host the header of that name; null for none, as no browser sends it
     */
    boolean isAskedFor(String host) {
        return !onLoopback
                || host == null
                || isLoopbackName(host)
                || told.map(origin -> origin.endsWith("://" + host)).orElse(false);
    }

    /**
     * Whether a page of this service sent the request.
     *
     * @param origin the header of that name; null for none
     * @param host the header of that name; null for none. A foreign name that leads to loopback is not ours
     */
    boolean isOf(String origin, String host) {
        return origin != null && at(host).filter(origin::equals).isPresent();
    }

    /**
     * By what address a browser has come, as an {@code Origin} header would say it; empty where that is not known.
     *
     * @param host the header of that name; null for none
     */
    Optional<String> at(String host) {
        boolean isOurs = onLoopback && host != null && isLoopbackName(host);
        return told.isPresent() || !isOurs ? told : Optional.of("http://" + host);
    }

    private static boolean isLoopbackName(String host) {
        String name = host.replaceFirst(":[0-9]{1,5}$", "");
        return LOOPBACK_NAMES.contains(name.toLowerCase(Locale.ROOT));
    }

    /** What is wrong with an origin that somebody told; empty for nothing. */
    static Optional<String> refuse(String told) {
        URI uri;
        try {
            uri = URI.create(told);
        } catch (IllegalArgumentException e) {
            return Optional.of("is no address");
        }
        boolean plain = "http".equals(uri.getScheme());
        if (!plain && !"https".equals(uri.getScheme()) || uri.getHost() == null) {
            return Optional.of("must be https://HOST or https://HOST:PORT");
        }
        String origin = uri.getScheme() + "://" + uri.getHost() + (uri.getPort() < 0 ? "" : ":" + uri.getPort());
        if (!origin.equals(told)) {
            return Optional.of("must have no path and no user");
        }
        return plain && !LOOPBACK_NAMES.contains(uri.getHost())
                ? Optional.of("must be https: a session's cookie would be sent in the clear")
                : Optional.empty();
    }
}
