package io.joulestream.app.outbound;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Where calls may go: nowhere but to hosts that the operator named.
 *
 * @param hosts names, which must resolve to public addresses; reached by https only
 * @param internal names or addresses that may be anything but public, and may be reached by plain http
 */
public record OutboundHosts(Set<String> hosts, Set<String> internal) {
    private static final int NONE = -1;
    private static final int LAST_PORT = 65_535;
    private static final Pattern NAME =
            Pattern.compile("(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)*[a-z]([a-z0-9-]{0,61}[a-z0-9])?");
    private static final Pattern ADDRESS = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}|\\[[0-9a-f:.]+]");

    /** @throws IllegalArgumentException if one is no name as it stands in a URL: lower case, IDNs in their xn-- form */
    public OutboundHosts {
        hosts = Set.copyOf(hosts);
        internal = Set.copyOf(internal);
        for (String host : hosts) {
            if (!isName(host)) {
                throw new IllegalArgumentException(host + " is no host name in lower case without a final dot");
            }
        }
        for (String host : internal) {
            if (!isName(host) && !ADDRESS.matcher(host).matches()) {
                throw new IllegalArgumentException(
                        host + " is neither a host name in lower case nor an address, IPv6 in brackets");
            }
        }
    }

    private static boolean isName(String host) {
        return NAME.matcher(host).matches();
    }

    boolean isInternal(String host) {
        return internal.contains(host);
    }

    /** Why a URL may not be called; empty where it may. */
    public Optional<String> refusal(String url) {
        try {
            check(url);
            return Optional.empty();
        } catch (OutboundException e) {
            return Optional.of(e.getMessage());
        }
    }

    /**
     * A URL that may be called.
     *
     * @throws OutboundException if it may not be; the message says why
     */
    URI check(String url) throws OutboundException {
        URI uri;
        try {
            uri = new URI(url);
        } catch (URISyntaxException e) {
            throw new OutboundException(OutboundException.Why.REFUSED, "the address cannot be read as a URL");
        }
        String host = uri.getHost();
        if (host == null || uri.getRawUserInfo() != null || uri.getRawFragment() != null) {
            throw new OutboundException(
                    OutboundException.Why.REFUSED, "a URL has a host, and neither user nor fragment");
        }
        if (uri.getPort() != NONE && (uri.getPort() < 1 || uri.getPort() > LAST_PORT)) {
            throw new OutboundException(OutboundException.Why.REFUSED, "a port is between 1 and " + LAST_PORT);
        }
        // the name that is looked up here is the one that is called: nothing reads it in another way in between
        String name = host.toLowerCase(Locale.ROOT);
        if (!hosts.contains(name) && !isInternal(name)) {
            throw new OutboundException(
                    OutboundException.Why.REFUSED, "host " + name + " is not among joulestream.outbound.hosts");
        }
        boolean isPlain = "http".equalsIgnoreCase(uri.getScheme());
        if (!"https".equalsIgnoreCase(uri.getScheme()) && !(isPlain && isInternal(name))) {
            throw new OutboundException(
                    OutboundException.Why.REFUSED,
                    "only https is called, and http at joulestream.outbound.internal-hosts");
        }
        return uri;
    }
}
