package io.joulestream.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Listens over a real connection, and keeps what it is told. */
final class EventsClient implements Flow.Subscriber<String>, AutoCloseable {
    private static final String END = "the stream has ended";

    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final CompletableFuture<Flow.Subscription> subscription = new CompletableFuture<>();

    /** Returns when the server has let it listen. */
    static EventsClient to(URI address, String... headers) {
        EventsClient client = new EventsClient();
        HttpRequest.Builder request = HttpRequest.newBuilder(address);
        if (headers.length > 0) {
            request.headers(headers);
        }
        HttpClient.newHttpClient()
                .sendAsync(request.build(), BodyHandlers.fromLineSubscriber(client))
                .whenComplete((answer, problem) -> client.lines.add(END));
        assertThat(client.block(10)).isEqualTo("retry: 5000\n");
        return client;
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
        subscription.complete(given);
        given.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(String line) {
        lines.add(line);
    }

    @Override
    public void onError(Throwable problem) {
        lines.add(END);
    }

    @Override
    public void onComplete() {
        lines.add(END);
    }

    /** The next event, which comes within ten seconds. */
    ServerEvents.Event next() {
        String block = block(10);
        assertThat(ServerEvents.parse(block + "\n")).as(block).hasSize(1);
        return ServerEvents.parse(block + "\n").get(0);
    }

    /** That there is somebody is said next. */
    void awaitHeartbeat(int seconds) {
        assertThat(block(seconds)).isEqualTo(":\n");
    }

    void awaitEnd() {
        assertThat(block(10)).isEqualTo(END);
    }

    /** Whether nothing came that was not asked for. */
    boolean hasNothing() {
        return lines.isEmpty();
    }

    /** Lines up to an empty one. */
    private String block(int seconds) {
        StringBuilder block = new StringBuilder();
        try {
            for (String line = lines.poll(seconds, TimeUnit.SECONDS); ; line = lines.poll(seconds, TimeUnit.SECONDS)) {
                assertThat(line).as("a line after " + block).isNotNull();
                if (line.equals(END)) {
                    return END;
                }
                if (line.isEmpty()) {
                    return block.toString();
                }
                block.append(line).append('\n');
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        subscription.thenAccept(Flow.Subscription::cancel);
    }
}
