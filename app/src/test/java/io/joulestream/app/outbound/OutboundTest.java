package io.joulestream.app.outbound;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Calls over real sockets, to names that resolve to what a test says. */
class OutboundTest {
    private static final char[] PASSWORD = "of the test".toCharArray();

    @TempDir
    private static Path folder;

    /** What servers were asked, as host header, path and body. */
    private final List<String> asked = Collections.synchronizedList(new ArrayList<>());

    private final List<String> resolved = Collections.synchronizedList(new ArrayList<>());
    private final List<HttpServer> servers = new ArrayList<>();
    private final CountDownLatch over = new CountDownLatch(1);
    private ExecutorService threads;
    private Outbound outbound;

    @BeforeEach
    void start() {
        threads = Executors.newCachedThreadPool();
    }

    @AfterEach
    void stop() throws IOException {
        over.countDown();
        servers.forEach(server -> server.stop(0));
        threads.shutdownNow();
        if (outbound != null) {
            outbound.close();
        }
    }

    // ---- what is called

    @Test
    void aMessageReachesAnInternalHostByItsName() throws Exception {
        int port = listen("127.0.0.1", exchange -> answer(exchange, 204, ""));
        outbound = outbound(internal("relay"), "127.0.0.1");

        Outbound.Answer answer = outbound.post(
                "http://relay:" + port + "/hook?a=b", Map.of("webhook-id", "1"), "text/plain", "hello".getBytes(UTF_8));

        assertThat(answer.status()).isEqualTo(204);
        assertThat(asked).containsExactly("relay:" + port + " /hook?a=b 1 hello");
        assertThat(resolved).containsExactly("relay");
    }

    @Test
    void whatIsThereIsAskedForUnderTheSameRules() throws Exception {
        int port = listen("127.0.0.1", exchange -> answer(exchange, 200, "keys"));
        outbound = outbound(internal("login"), "127.0.0.1");

        Outbound.Answer answer = outbound.get("http://login:" + port + "/keys");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(new String(answer.body(), UTF_8)).isEqualTo("keys");
        assertThatThrownBy(() -> outbound.get("http://elsewhere:" + port + "/keys"))
                .isInstanceOf(OutboundException.class)
                .hasMessage("host elsewhere is not among joulestream.outbound.hosts");
        assertThat(resolved).containsExactly("login");
    }

    @Test
    void tlsAsksForTheNameThoughTheAddressWasCheckedBefore() throws Exception {
        SSLContext tls = certificateOf("hook.test");
        int port = listenTls("127.0.0.1", tls);
        outbound = new Outbound(hosts("hook.test"), resolver("127.0.0.1"), address -> true, tls);

        assertThat(post("https://hook.test:" + port + "/").status()).isEqualTo(200);

        outbound.close();
        outbound = new Outbound(hosts("other.test"), resolver("127.0.0.1"), address -> true, tls);
        assertThatThrownBy(() -> post("https://other.test:" + port + "/"))
                .isInstanceOf(OutboundException.class)
                .hasStackTraceContaining("No subject alternative DNS name matching other.test found");
        assertThat(asked).hasSize(1);
    }

    @Test
    void aCertificateThatNobodyVouchesForIsNotTrusted() throws Exception {
        int port = listenTls("127.0.0.1", certificateOf("hook.test"));
        outbound = new Outbound(hosts("hook.test"), resolver("127.0.0.1"), address -> true, SSLContext.getDefault());

        assertThatThrownBy(() -> post("https://hook.test:" + port + "/"))
                .isInstanceOf(OutboundException.class)
                .hasMessageContaining("SSLHandshakeException");
        assertThat(asked).isEmpty();
    }

    // ---- what is not

    @Test
    void aNameThatResolvesToThisMachineIsNotCalled() throws Exception {
        int port = listenTls("127.0.0.1", certificateOf("hook.test"));
        for (String address : List.of("127.0.0.1", "::1", "10.1.2.3", "169.254.169.254", "::ffff:127.0.0.1")) {
            outbound = outbound(hosts("hook.test"), address);
            assertRefused("https://hook.test:" + port + "/");
            outbound.close();
        }
        assertThat(asked).isEmpty();
    }

    @Test
    void oneAddressThatIsNotPublicIsTooMany() throws Exception {
        outbound = outbound(hosts("hook.test"), "1.1.1.1,127.0.0.1");

        assertRefused("https://hook.test/");
    }

    @Test
    void aNameThatResolvesToSomethingElseAMomentLaterLeadsNowhereElse() throws Exception {
        SSLContext tls = certificateOf("hook.test");
        int port = listenTls("127.0.0.2", tls);
        List<String> rebound = new ArrayList<>();
        HttpServer inside = HttpsServer.create(new InetSocketAddress("127.0.0.1", port), 0);
        ((HttpsServer) inside).setHttpsConfigurator(new HttpsConfigurator(tls));
        inside.createContext("/", exchange -> {
            rebound.add(exchange.getRequestURI().toString());
            answer(exchange, 200, "");
        });
        inside.start();
        servers.add(inside);
        // as if 127.0.0.2 were public and 127.0.0.1 the service that nobody outside may reach
        outbound = new Outbound(
                hosts("hook.test"),
                resolver("127.0.0.2", "127.0.0.1", "127.0.0.1"),
                address -> address.getHostAddress().equals("127.0.0.2"),
                tls);

        assertThat(post("https://hook.test:" + port + "/").status()).isEqualTo(200);
        assertThat(resolved).as("resolved once").hasSize(1);
        assertRefused("https://hook.test:" + port + "/");

        assertThat(asked).hasSize(1);
        assertThat(rebound).isEmpty();
    }

    @Test
    void aRedirectIsAnAnswerAndNotFollowed() throws Exception {
        List<String> inside = new ArrayList<>();
        int hidden = listen("127.0.0.1", exchange -> {
            inside.add("asked");
            answer(exchange, 200, "");
        });
        for (int status : List.of(301, 302, 303, 307, 308)) {
            int port = listen("127.0.0.1", exchange -> {
                exchange.getResponseHeaders().set("Location", "http://relay:" + hidden + "/");
                answer(exchange, status, "");
            });
            outbound = outbound(internal("relay"), "127.0.0.1");

            assertThat(post("http://relay:" + port + "/").status()).isEqualTo(status);
            outbound.close();
        }
        assertThat(inside).isEmpty();
    }

    @Test
    void whatIsNoAddressOfTheInternetForAnyLibraryIsStillNotPublic() throws Exception {
        // the resolver of the machine reads these as 127.0.0.1; none of them can be set as a host, and were one it
        // would not be called
        for (String literal : List.of("2130706433", "127.1")) {
            for (InetAddress address : InetAddress.getAllByName(literal)) {
                assertThat(PublicAddresses.isPublic(address)).as(literal).isFalse();
            }
        }
    }

    // ---- how long and how much

    @Test
    void anAnswerThatDripsIsCutOffInFiveSeconds() throws Exception {
        int port = listen("127.0.0.1", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            OutputStream out = exchange.getResponseBody();
            try {
                while (!over.await(200, java.util.concurrent.TimeUnit.MILLISECONDS)) {
                    out.write('.');
                    out.flush();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        outbound = outbound(internal("relay"), "127.0.0.1");
        long begun = System.nanoTime();

        assertThatThrownBy(() -> post("http://relay:" + port + "/"))
                .isInstanceOfSatisfying(
                        OutboundException.class,
                        late -> assertThat(late.why()).isEqualTo(OutboundException.Why.TIMEOUT));

        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isBetween(Duration.ofSeconds(4), Duration.ofSeconds(9));
    }

    @Test
    void ofALongAnswerTheStartIsRead() throws Exception {
        int port = listen("127.0.0.1", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            byte[] part = new byte[8 << 10];
            OutputStream out = exchange.getResponseBody();
            while (over.getCount() > 0) {
                out.write(part); // until the caller hangs up
            }
        });
        outbound = outbound(internal("relay"), "127.0.0.1");

        assertThat(post("http://relay:" + port + "/").body()).hasSize(64 << 10);
    }

    @Test
    void nobodyAtHomeIsToldAsSuch() throws Exception {
        int port = listen("127.0.0.1", exchange -> answer(exchange, 200, ""));
        servers.get(0).stop(0);
        outbound = outbound(internal("relay"), "127.0.0.1");

        assertThatThrownBy(() -> post("http://relay:" + port + "/"))
                .isInstanceOfSatisfying(
                        OutboundException.class,
                        failed -> assertThat(failed.why()).isEqualTo(OutboundException.Why.FAILED));
    }

    // ---- servers and names

    private Outbound.Answer post(String url) throws OutboundException {
        return outbound.post(url, Map.of(), "text/plain", new byte[0]);
    }

    private void assertRefused(String url) {
        assertThatThrownBy(() -> post(url)).isInstanceOfSatisfying(OutboundException.class, refused -> {
            assertThat(refused.why()).isEqualTo(OutboundException.Why.REFUSED);
            assertThat(refused).hasMessageContaining("is not public");
        });
    }

    private static OutboundHosts hosts(String name) {
        return new OutboundHosts(Set.of(name), Set.of());
    }

    private static OutboundHosts internal(String name) {
        return new OutboundHosts(Set.of(), Set.of(name));
    }

    private Outbound outbound(OutboundHosts hosts, String addresses) throws Exception {
        return new Outbound(hosts, resolver(addresses), PublicAddresses::isPublic, SSLContext.getDefault());
    }

    /** One answer after the other; the last for ever. */
    private Outbound.Resolver resolver(String... answers) {
        Deque<String> left = new ArrayDeque<>(Arrays.asList(answers));
        return host -> {
            resolved.add(host);
            String next = left.size() > 1 ? left.poll() : left.peek();
            List<InetAddress> addresses = new ArrayList<>();
            for (String address : next.split(",")) {
                addresses.add(InetAddress.getByName(address));
            }
            return addresses.toArray(InetAddress[]::new);
        };
    }

    private int listen(String address, Handler handler) throws IOException {
        return start(HttpServer.create(new InetSocketAddress(address, 0), 0), handler);
    }

    private int listenTls(String address, SSLContext tls) throws IOException {
        HttpsServer server = HttpsServer.create(new InetSocketAddress(address, 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(tls));
        return start(server, exchange -> answer(exchange, 200, "ok"));
    }

    private interface Handler {
        void handle(HttpExchange exchange) throws IOException;
    }

    private int start(HttpServer server, Handler handler) {
        server.setExecutor(threads);
        server.createContext("/", exchange -> {
            try (exchange;
                    InputStream body = exchange.getRequestBody()) {
                asked.add(exchange.getRequestHeaders().getFirst("Host") + " " + exchange.getRequestURI() + " "
                        + exchange.getRequestHeaders().getFirst("webhook-id") + " "
                        + new String(body.readAllBytes(), UTF_8));
                handler.handle(exchange);
            }
        });
        server.start();
        servers.add(server);
        return server.getAddress().getPort();
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    /** Made by the JDK's own tool, and trusted by whoever uses the context. */
    private static SSLContext certificateOf(String name) throws Exception {
        Path file = folder.resolve(name + ".p12");
        if (!Files.exists(file)) {
            Process keytool = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "keytool")
                                    .toString(),
                            "-genkeypair",
                            "-alias",
                            "test",
                            "-keyalg",
                            "EC",
                            "-dname",
                            "CN=" + name,
                            "-ext",
                            "san=dns:" + name,
                            "-storetype",
                            "PKCS12",
                            "-storepass",
                            new String(PASSWORD),
                            "-keystore",
                            file.toString())
                    .inheritIO()
                    .start();
            assertThat(keytool.waitFor()).isZero();
        }
        KeyStore store = KeyStore.getInstance(file.toFile(), PASSWORD);
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, PASSWORD);
        KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        trusted.setCertificateEntry("test", store.getCertificate("test"));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return tls;
    }
}
