package io.joulestream.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.javalin.Javalin;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A body that is sent as it is made, over a real connection. */
class StreamsTest {
    private static final byte[] LINE = "a line of some length, as many are\n".getBytes(UTF_8);
    private static final int LINES = 10_000;

    private final HttpClient client = HttpClient.newHttpClient();
    private Javalin server;
    private Duration idle = Duration.ofSeconds(30);

    /** Nobody waits for an answer that was broken off. */
    @AfterEach
    void stop() {
        long begun = System.nanoTime();
        server.stop();
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(4));
    }

    private URI serve(Streams streams, Consumer<OutputStream> body) {
        server = Javalin.create(config -> {
                    config.startup.showJavalinBanner = false;
                    config.jetty.modifyHttpConfiguration(http -> http.setIdleTimeout(idle.toMillis()));
                    config.jetty.modifyServer(jetty -> {
                        jetty.setHandler(new GracefulHandler());
                        jetty.setStopTimeout(5_000);
                    });
                    config.routes.get("/{tenant}", context -> {
                        boolean isCompressed = Compression.isAccepted(context.header("Accept-Encoding"));
                        Answer answer =
                                Answer.streamed("application/x-ndjson", body).with("Envelope", "site=\"berlin\"");
                        streams.send(answer, context.pathParam("tenant"), isCompressed, context);
                    });
                    config.routes.exception(
                            ProblemException.class,
                            (e, context) -> context.status(e.kind().status()));
                    config.routes.exception(IllegalStateException.class, (e, context) -> context.status(503));
                })
                .start("127.0.0.1", 0);
        return URI.create("http://127.0.0.1:" + server.port());
    }

    private HttpResponse<byte[]> get(URI address, String tenant, String... headers) throws IOException {
        HttpRequest.Builder request = HttpRequest.newBuilder(address.resolve("/" + tenant));
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            return client.send(request.build(), BodyHandlers.ofByteArray());
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void write(OutputStream out, int lines) {
        try {
            for (int i = 0; i < lines; i++) {
                out.write(LINE);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aBodyIsSentWholeAndWithWhatIsToldBesideIt() throws IOException {
        URI address = serve(new Streams(), out -> write(out, LINES));

        HttpResponse<byte[]> answer = get(address, "a");

        assertThat(answer.body()).hasSize(LINES * LINE.length);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/x-ndjson");
        assertThat(answer.headers().firstValue("Envelope")).hasValue("site=\"berlin\"");
        assertThat(answer.headers().firstValue("Content-Length")).isEmpty();
    }

    @Test
    void whoTakesGzipIsSentFewerBytesOfTheSame() throws IOException {
        URI address = serve(new Streams(), out -> write(out, LINES));

        HttpResponse<byte[]> answer = get(address, "a", "Accept-Encoding", "gzip");

        assertThat(answer.headers().firstValue("Content-Encoding")).hasValue("gzip");
        assertThat(answer.body()).hasSizeLessThan(LINES * LINE.length / 10);
        assertThat(new GZIPInputStream(new ByteArrayInputStream(answer.body())).readAllBytes())
                .hasSize(LINES * LINE.length);
    }

    @Test
    void aBodyOfNothingIsWhole() throws IOException {
        URI address = serve(new Streams(), out -> {});

        HttpResponse<byte[]> answer = get(address, "a");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEmpty();
        assertThat(answer.headers().firstValue("Envelope")).isPresent();
    }

    @Test
    void whatFailsBeforeAnythingWasSentIsAnsweredLikeAnyFailure() throws IOException {
        URI address = serve(new Streams(), out -> {
            write(out, 10);
            throw new IllegalStateException("no database");
        });

        HttpResponse<byte[]> answer = get(address, "a");

        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.headers().firstValue("Envelope")).isEmpty();
    }

    @Test
    void whatFailsLaterIsNeverTakenForWhole() {
        URI address = serve(new Streams(), out -> {
            write(out, 100 * LINES); // compressed too more than is kept back
            throw new IllegalStateException("no database any more");
        });

        assertThatThrownBy(() -> get(address, "a")).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> get(address, "a", "Accept-Encoding", "gzip")).isInstanceOf(IOException.class);
    }

    @Test
    void anErrorOfTheMachineBreaksItOffToo() {
        URI address = serve(new Streams(), out -> {
            write(out, LINES);
            throw new OutOfMemoryError("made up");
        });

        assertThatThrownBy(() -> get(address, "a")).isInstanceOf(IOException.class);
    }

    @Test
    void aTenantHasSoManyAtOnceAndTakesNoneFromOthers() throws Exception {
        CountDownLatch begun = new CountDownLatch(Streams.OF_ONE_TENANT);
        CountDownLatch done = new CountDownLatch(1);
        URI address = serve(new Streams(), out -> {
            write(out, LINES);
            begun.countDown();
            hold(done);
        });
        for (int i = 0; i < Streams.OF_ONE_TENANT; i++) {
            client.sendAsync(HttpRequest.newBuilder(address.resolve("/a")).build(), BodyHandlers.ofByteArray());
        }
        begun.await(10, TimeUnit.SECONDS);

        HttpResponse<byte[]> refused = get(address, "a");
        var another =
                client.sendAsync(HttpRequest.newBuilder(address.resolve("/b")).build(), BodyHandlers.ofByteArray());
        done.countDown();

        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(refused.headers().firstValue("Retry-After")).isPresent();
        assertThat(another.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        // an answer has come to its end a moment before its place is free again
        await().until(() -> get(address, "a").statusCode() == 200);
    }

    private static void hold(CountDownLatch latch) {
        try {
            latch.await(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void whoTakesNothingIsCutWhenTheConnectionWasIdle() throws Exception {
        idle = Duration.ofSeconds(1);
        CountDownLatch ended = new CountDownLatch(1);
        URI address = serve(new Streams(), out -> {
            try {
                write(out, Integer.MAX_VALUE);
            } finally {
                ended.countDown();
            }
        });
        try (Socket socket = new Socket(address.getHost(), address.getPort())) {
            socket.getOutputStream()
                    .write("GET /a HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".getBytes(UTF_8));

            assertThat(ended.await(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    /** Each byte that is taken would restart the time that a connection may be idle. */
    @Test
    void whoTakesItByteByByteIsCutAfterTheLongestTime() throws Exception {
        CountDownLatch ended = new CountDownLatch(1);
        URI address = serve(new Streams(Duration.ofSeconds(2)), out -> {
            try {
                write(out, Integer.MAX_VALUE);
            } finally {
                ended.countDown();
            }
        });
        long begun = System.nanoTime();
        try (Socket socket = new Socket()) {
            socket.setReceiveBufferSize(4 << 10);
            socket.setSoTimeout(10_000);
            socket.connect(new InetSocketAddress(address.getHost(), address.getPort()));
            socket.getOutputStream().write("GET /a HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(UTF_8));
            InputStream in = socket.getInputStream();
            while (!ended.await(50, TimeUnit.MILLISECONDS)) {
                in.read();
            }
        } catch (SocketException e) {
            assertThat(e).hasMessageContaining("reset");
        }

        assertThat(Duration.ofNanos(System.nanoTime() - begun))
                .isBetween(Duration.ofMillis(1_900), Duration.ofSeconds(20));
    }
}
