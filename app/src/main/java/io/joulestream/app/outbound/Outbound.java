package io.joulestream.app.outbound;

import java.io.IOException;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import javax.net.ssl.SSLContext;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.io.Closer;
import org.apache.hc.core5.ssl.SSLContexts;
import org.apache.hc.core5.util.Timeout;

/**
 * The only way by which this process calls the outside.
 *
 * <p>A call goes to a host that the operator named, by https. The name is resolved once; where one of its addresses is not
 * public the call is refused, and else the connection is made to these very addresses, while TLS still asks for the name. So a
 * name that resolves to something else a moment later leads nowhere else. Redirects are not followed, nothing is taken from
 * the environment, no connection is used twice. A call takes at most five seconds, its answer 64 KiB. Thread-safe.
 */
public final class Outbound implements AutoCloseable {
    static final int ANSWER_LIMIT = 64 << 10;
    /** Each that does not answer takes its time. */
    private static final int MOST_ADDRESSES = 2;

    private static final Timeout TIMEOUT = Timeout.ofSeconds(5);

    private final OutboundHosts hosts;
    private final CloseableHttpClient client;
    private final ScheduledExecutorService deadlines = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "outbound-deadlines");
        thread.setDaemon(true);
        return thread;
    });

    /** How a name becomes addresses. */
    interface Resolver {
        InetAddress[] resolve(String host) throws UnknownHostException;
    }

    /** @param body the first 64 KiB of it */
    public record Answer(int status, byte[] body) {}

    public Outbound(OutboundHosts hosts) {
        this(hosts, InetAddress::getAllByName, PublicAddresses::isPublic, SSLContexts.createSystemDefault());
    }

    Outbound(OutboundHosts hosts, Resolver resolver, Predicate<InetAddress> isPublic, SSLContext trust) {
        this.hosts = hosts;
        this.client = HttpClients.custom()
                .setConnectionManager(PoolingHttpClientConnectionManagerBuilder.create()
                        .setDnsResolver(new Checked(hosts, resolver, isPublic))
                        .setTlsSocketStrategy(new DefaultClientTlsStrategy(trust))
                        .setDefaultConnectionConfig(ConnectionConfig.custom()
                                .setConnectTimeout(TIMEOUT)
                                .setSocketTimeout(TIMEOUT)
                                .build())
                        .build())
                .setDefaultRequestConfig(RequestConfig.custom()
                        .setConnectionRequestTimeout(TIMEOUT)
                        .setResponseTimeout(TIMEOUT)
                        .build())
                .setConnectionReuseStrategy((request, response, context) -> false)
                .setUserAgent("joulestream")
                .disableRedirectHandling()
                .disableAutomaticRetries()
                .disableContentCompression()
                .disableCookieManagement()
                .disableAuthCaching()
                .build();
    }

    /** What a name resolves to, if a call may go there; the connection is made to nothing else. */
    private record Checked(OutboundHosts hosts, Resolver resolver, Predicate<InetAddress> isPublic)
            implements DnsResolver {
        @Override
        public InetAddress[] resolve(String host) throws UnknownHostException {
            InetAddress[] addresses = resolver.resolve(host);
            if (!hosts.isInternal(host) && !Arrays.stream(addresses).allMatch(isPublic)) {
                throw new NotPublicException(host + " has an address that is not public");
            }
            return Arrays.copyOf(addresses, Math.min(MOST_ADDRESSES, addresses.length));
        }

        @Override
        public String resolveCanonicalHostname(String host) {
            return host;
        }
    }

    private static final class NotPublicException extends UnknownHostException {
        private static final long serialVersionUID = 1L;

        NotPublicException(String message) {
            super(message);
        }
    }

    /**
     * Asks for what is there.
     *
     * @return whatever the status
     * @throws OutboundException as of {@link #post}
     */
    public Answer get(String url) throws OutboundException {
        return send(new HttpGet(hosts.check(url)));
    }

    /**
     * Sends a body.
     *
     * @return whatever the status
     * @throws OutboundException if the call may not be made, or is not answered in time, or not at all
     */
    public Answer post(String url, Map<String, String> headers, String mediaType, byte[] body)
            throws OutboundException {
        HttpPost request = new HttpPost(hosts.check(url));
        headers.forEach(request::setHeader);
        request.setEntity(new ByteArrayEntity(body, ContentType.create(mediaType)));
        return send(request);
    }

    private Answer send(HttpUriRequestBase request) throws OutboundException {
        String host = request.getAuthority().getHostName();
        AtomicBoolean isLate =
                new AtomicBoolean(); // set before the call is broken off, so that whoever waits for it knows why
        Runnable giveUp = () -> {
            isLate.set(true);
            request.cancel();
        };
        ScheduledFuture<?> deadline = deadlines.schedule(giveUp, TIMEOUT.toMilliseconds(), TimeUnit.MILLISECONDS);
        try {
            ClassicHttpResponse response = client.executeOpen(null, request, null);
            try {
                return new Answer(response.getCode(), start(response.getEntity()));
            } finally {
                request.cancel(); // else closing would read whatever is still to come
                Closer.closeQuietly(response);
            }
        } catch (NotPublicException e) {
            throw new OutboundException(OutboundException.Why.REFUSED, e.getMessage(), e);
        } catch (IOException e) {
            throw isLate.get() || e instanceof SocketTimeoutException
                    ? new OutboundException(OutboundException.Why.TIMEOUT, host + " did not answer in 5 s", e)
                    : new OutboundException(
                            OutboundException.Why.FAILED,
                            host + " cannot be called: " + e.getClass().getSimpleName(),
                            e);
        } finally {
            deadline.cancel(false);
        }
    }

    private static byte[] start(HttpEntity entity) throws IOException {
        return entity == null ? new byte[0] : entity.getContent().readNBytes(ANSWER_LIMIT);
    }

    @Override
    public void close() throws IOException {
        deadlines.shutdownNow();
        client.close();
    }
}
