package io.joulestream.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Senders that hold a connection by never quite ending what they say. */
class SlowSendersIT {
    private static final int PAUSE_MILLIS = 250;
    private static final Duration ALLOWED = Duration.ofSeconds(35);

    private static final String HEAD = "GET /v1/health HTTP/1.1\r\nHost: localhost\r\n";
    private static final String BODY =
            "POST /v1/session HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                    + "Content-Length: 10000\r\n\r\n";
    private static final String SECOND = HEAD + "\r\n" + HEAD;

    @Test
    void theyAreCutOffAndWhoIsQuickIsAnsweredAndWhoListensIsLeftAlone() throws Exception {
        ExecutorService pool = Executors.newCachedThreadPool();
        ApiConfig.Live hourly = new ApiConfig.Live(Duration.ofHours(1), 10, 10);
        try (TestApi api = TestApi.start(tenant -> TestApi.HEALTH, Clock.systemUTC(), ApiConfig.Keys.NONE, hourly)) {
            Sites.berlin(api.database());
            EventsClient healthy = EventsClient.to(URI.create(api.address() + "/v1/sites/berlin/live"));
            assertThat(healthy.next().name()).isEqualTo("snapshot");
            List<Future<Duration>> held = new ArrayList<>();
            for (String start : List.of(HEAD, BODY, SECOND)) {
                held.add(pool.submit(() -> hold(api, start)));
            }
            assertThat(api.get("/v1/session/ways").statusCode()).isEqualTo(200);
            for (Future<Duration> slow : held) {
                assertThat(slow.get()).isLessThan(ALLOWED);
            }
            healthy.awaitHeartbeat(25);
            healthy.awaitHeartbeat(25); // longer than a connection may be idle
            assertThat(healthy.hasNothing()).isTrue();
            assertThat(api.get("/v1/session/ways").statusCode()).isEqualTo(200);
        } finally {
            pool.shutdownNow();
        }
    }

    /** There are 32 threads; whoever announces a body and sends none holds none of them. */
    @Test
    void bodiesThatDoNotComeKeepNobodyWaiting() throws Exception {
        List<Socket> silent = new ArrayList<>();
        try (TestApi api = TestApi.start()) {
            for (int i = 0; i < 60; i++) {
                Socket socket =
                        new Socket(api.address().getHost(), api.address().getPort());
                silent.add(socket);
                socket.getOutputStream().write(BODY.getBytes(StandardCharsets.US_ASCII));
            }
            long begun = System.nanoTime();

            assertThat(api.get("/v1/session/ways").statusCode()).isEqualTo(200);

            assertThat(since(begun)).isLessThan(Duration.ofSeconds(5));
        } finally {
            for (Socket socket : silent) {
                socket.close();
            }
        }
    }

    /** How long the server bears a byte at a time. */
    private static Duration hold(TestApi api, String start) throws IOException {
        long begun = System.nanoTime();
        try (Socket socket = new Socket(api.address().getHost(), api.address().getPort())) {
            socket.setSoTimeout(PAUSE_MILLIS);
            socket.getOutputStream().write(start.getBytes(StandardCharsets.US_ASCII));
            while (since(begun).compareTo(ALLOWED) < 0) {
                try {
                    if (socket.getInputStream().read() < 0) {
                        break;
                    }
                } catch (SocketTimeoutException e) {
                    socket.getOutputStream().write('x');
                }
            }
        } catch (SocketException e) {
            // cut off while a byte was on its way
        }
        return since(begun);
    }

    private static Duration since(long begun) {
        return Duration.ofNanos(System.nanoTime() - begun);
    }
}
