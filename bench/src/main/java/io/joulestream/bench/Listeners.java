package io.joulestream.bench;

import io.joulestream.bench.ListenersServer.Usage;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;

/**
 * How fast live events reach many listeners of three sites, and what these cost the server: a process of its own, over a
 * database of its own. Server, database and all listeners share the machine.
 *
 * <p>{@code bench/run listeners [count, 1000] [seconds, 60]}
 */
public final class Listeners {
    private static final int INTERVAL_SECONDS = 5;
    private static final Duration IN_TIME = Duration.ofSeconds(1);
    private static final int WARM_UP_SECONDS = 15;
    private static final int PATIENCE_SECONDS = 60;

    /**
     * An event that one listener was told.
     *
     * @param madeAt which is its id
     */
    private record Told(int site, Instant madeAt, Duration delay) {}

    private final URI server;
    private final HttpClient client = HttpClient.newBuilder()
            .executor(Executors.newFixedThreadPool(2, work -> {
                Thread thread = new Thread(work, "listeners");
                thread.setDaemon(true);
                return thread;
            }))
            .build();
    private final Queue<Told> told = new ConcurrentLinkedQueue<>();
    private final Queue<Flow.Subscription> streams = new ConcurrentLinkedQueue<>();
    private final Queue<String> lost = new ConcurrentLinkedQueue<>();
    private volatile boolean isOver;

    private Listeners(URI server) {
        this.server = server;
    }

    public static void main(String[] arguments) throws Exception {
        int count = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 1_000;
        int seconds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 60;
        Process server = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "-Dlog4j2.level=ERROR",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ListenersServer.class.getName(),
                        Integer.toString(INTERVAL_SECONDS))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader said = new BufferedReader(
                        new InputStreamReader(server.getInputStream(), StandardCharsets.US_ASCII));
                OutputStream asked = server.getOutputStream()) {
            URI address = URI.create(said.readLine());
            new Listeners(address).listen(ListenersServer.SITES.size(), WARM_UP_SECONDS);
            Usage without = usage(said, asked);
            Listeners all = new Listeners(address);
            all.open(count);
            Usage opened = usage(said, asked);
            Instant from = Instant.now();
            all.hear(seconds);
            Instant to = Instant.now().minus(IN_TIME);
            Usage with = usage(said, asked);
            all.close();
            double cores = (with.cpuNanos() - opened.cpuNanos()) / (seconds * 1e9);
            all.report(count, from, to);
            say("server: %.3f CPU seconds a second, collections of this measurement left in", cores);
            say(
                    "memory: heap after a collection %+.1f MB (%.1f to %.1f), resident %+.1f MB (%.1f to %.1f)",
                    megabytes(with.heapBytes() - without.heapBytes()),
                    megabytes(without.heapBytes()),
                    megabytes(with.heapBytes()),
                    megabytes(with.residentBytes() - without.residentBytes()),
                    megabytes(without.residentBytes()),
                    megabytes(with.residentBytes()));
            say("threads: %d without listeners, %d with them", without.threads(), with.threads());
        } finally {
            if (!server.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                server.destroyForcibly();
            }
        }
    }

    private static Usage usage(BufferedReader said, OutputStream asked) throws IOException {
        asked.write('\n');
        asked.flush();
        return Usage.parse(said.readLine());
    }

    private void listen(int count, int seconds) throws InterruptedException {
        open(count);
        hear(seconds);
        close();
    }

    /** Returns when each has heard its first event. */
    private void open(int count) throws InterruptedException {
        CountDownLatch heard = new CountDownLatch(count);
        for (int i = 0; i < count; i++) {
            int site = i % ListenersServer.SITES.size();
            URI address = server.resolve("/v1/sites/" + ListenersServer.SITES.get(site) + "/live");
            client.sendAsync(
                            HttpRequest.newBuilder(address).build(),
                            BodyHandlers.fromLineSubscriber(new Lines(site, heard)))
                    .whenComplete((answer, problem) -> {
                        if (!isOver) {
                            lost.add(problem == null ? "ended with status " + answer.statusCode() : problem.toString());
                        }
                    });
        }
        if (!heard.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException(heard.getCount() + " of " + count + " heard nothing; " + lost);
        }
    }

    private static void hear(int seconds) throws InterruptedException {
        new CountDownLatch(1).await(seconds, TimeUnit.SECONDS);
    }

    private void close() {
        isOver = true;
        streams.forEach(Flow.Subscription::cancel);
    }

    private final class Lines implements Flow.Subscriber<String> {
        private final int site;
        private final CountDownLatch heard;
        private boolean isFirst = true;

        Lines(int site, CountDownLatch heard) {
            this.site = site;
            this.heard = heard;
        }

        @Override
        public void onSubscribe(Flow.Subscription stream) {
            streams.add(stream);
            stream.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(String line) {
            if (line.startsWith("id: ")) {
                Instant madeAt = Instant.parse(line.substring(4));
                told.add(new Told(site, madeAt, Duration.between(madeAt, Instant.now())));
                if (isFirst) {
                    isFirst = false;
                    heard.countDown();
                }
            }
        }

        @Override
        public void onError(Throwable problem) {
            // the whole request tells
        }

        @Override
        public void onComplete() {
            // the whole request tells
        }
    }

    /** Of events that were made in a time; what somebody heard, everybody who listens to that site should have. */
    private void report(int count, Instant from, Instant to) {
        List<Told> ofTime = told.stream()
                .filter(event -> !event.madeAt().isBefore(from) && event.madeAt().isBefore(to))
                .toList();
        Set<List<Object>> made = new HashSet<>();
        ofTime.forEach(event -> made.add(List.of(event.site(), event.madeAt())));
        int sites = ListenersServer.SITES.size();
        long expected = made.stream()
                .mapToLong(event -> count / sites + ((int) event.get(0) < count % sites ? 1 : 0))
                .sum();
        List<Duration> delays = new ArrayList<>(ofTime.stream().map(Told::delay).sorted().toList());
        long inTime = delays.stream().filter(delay -> delay.compareTo(IN_TIME) <= 0).count();
        if (delays.isEmpty()) {
            throw new IllegalStateException("nothing was heard; " + lost);
        }
        say("%,d listeners of %d sites, an event each %d s; %,d connections lost", count, sites, INTERVAL_SECONDS, lost.size());
        say(
                "%,d events made, %,d expected at listeners, %,d came, %.3f %% within 1 s of being made",
                made.size(), expected, delays.size(), 100.0 * inTime / expected);
        say(
                "delay: p50 %d ms, p99 %d ms, greatest %d ms",
                delays.get(delays.size() / 2).toMillis(),
                delays.get(delays.size() * 99 / 100).toMillis(),
                delays.get(delays.size() - 1).toMillis());
    }

    private static double megabytes(long bytes) {
        return bytes / 1e6;
    }

    private static void say(String format, Object... values) {
        System.out.println(String.format(Locale.ROOT, format, values));
    }
}
