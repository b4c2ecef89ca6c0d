package io.joulestream.bench;

import io.joulestream.app.MadeUpHistory;
import io.joulestream.app.embedded.DataDirectory;
import io.joulestream.app.embedded.EmbeddedServers;
import io.joulestream.storage.Database;
import io.joulestream.storage.DatabaseAddress;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * How fast live events reach many listeners of three sites, and what these cost {@code joulestream api}, which is a process of
 * its own. Database and listeners share the machine with it.
 *
 * <p>{@code bench/run listeners [count, 1000] [seconds, 60]}
 */
public final class Listeners {
    private static final List<String> SITES = List.of("synthetic-01", "synthetic-02", "synthetic-03");
    private static final Duration IN_TIME = Duration.ofSeconds(1);
    private static final int WARM_UP_SECONDS = 15;
    private static final int PATIENCE_SECONDS = 60;
    private static final int CLIENT_THREADS = 2;
    /** More requests of one sender that wait would be told to come later. */
    private static final int OPENED_AT_ONCE = 100;

    /** An event that one listener was told; its id is when it was made. */
    private record Told(int site, Instant madeAt, Duration delay) {}

    private record Made(int site, Instant at) {}

    private final URI api;
    private final HttpClient client;
    private final Semaphore opening = new Semaphore(OPENED_AT_ONCE);
    private final Queue<Told> told = new ConcurrentLinkedQueue<>();
    private final Queue<Flow.Subscription> streams = new ConcurrentLinkedQueue<>();
    private final Queue<String> lost = new ConcurrentLinkedQueue<>();
    private volatile boolean isOver;

    private Listeners(URI api) {
        this.api = api;
        this.client = HttpClient.newBuilder()
                .executor(Executors.newFixedThreadPool(CLIENT_THREADS, work -> {
                    Thread thread = new Thread(work, "listeners");
                    thread.setDaemon(true);
                    return thread;
                }))
                .build();
    }

    public static void main(String[] arguments) throws Exception {
        int count = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 1_000;
        int seconds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 60;
        try (DataDirectory directory = DataDirectory.temporary();
                EmbeddedServers servers = EmbeddedServers.start(directory)) {
            DatabaseAddress address =
                    new DatabaseAddress(servers.jdbcUrl(), servers.jdbcUser(), servers.jdbcPassword());
            try (Database database = Database.open(address)) {
                MadeUpHistory.store(database, 2, Instant.now().truncatedTo(ChronoUnit.HOURS));
            }
            try (ServedApi served = ServedApi.start(settings(servers))) {
                measure(served, count, seconds);
            }
        }
    }

    private static Map<String, String> settings(EmbeddedServers servers) {
        Map<String, String> settings = ServedApi.settings(servers);
        settings.put("JOULESTREAM_API_REQUESTS_PER_MINUTE", "1000000");
        // the heap is resident from the beginning, so that what else is resident is seen
        settings.put("JAVA_TOOL_OPTIONS", "-XX:+AlwaysPreTouch");
        settings.put("JOULESTREAM_API_LIVE_LISTENERS", "1900");
        settings.put("JOULESTREAM_API_LIVE_LISTENERS_OF_ONE", "1900");
        return settings;
    }

    private static void measure(ServedApi served, int count, int seconds) throws Exception {
        Listeners few = new Listeners(served.api());
        few.open(SITES.size());
        few.hear(WARM_UP_SECONDS);
        few.close();
        Usage without = Usage.of(served);
        Listeners all = new Listeners(served.api());
        all.open(count);
        Duration cpuBefore = cpu(served);
        Instant from = Instant.now();
        all.hear(seconds);
        Instant to = Instant.now();
        double cores = cpu(served).minus(cpuBefore).toMillis() / 1e3 / seconds;
        Usage with = Usage.of(served);
        all.report(count, from, to.minus(IN_TIME));
        all.close();
        say("server: %.3f seconds of CPU a second", cores);
        say(
                "memory: heap in use after a collection %+.1f MB (from %.1f), direct buffers %+.1f MB (from %.1f)",
                megabytes(with.heapBytes() - without.heapBytes()),
                megabytes(without.heapBytes()),
                megabytes(with.directBytes() - without.directBytes()),
                megabytes(without.directBytes()));
        say(
                "resident: %+.1f MB (from %.1f), of which the heap taken from the system %+.1f MB (from %.1f)",
                megabytes(with.residentBytes() - without.residentBytes()),
                megabytes(without.residentBytes()),
                megabytes(with.committedBytes() - without.committedBytes()),
                megabytes(without.committedBytes()));
        say("threads: %d without listeners, %d with them", without.threads(), with.threads());
    }

    private static Duration cpu(ServedApi served) {
        return served.process().info().totalCpuDuration().orElseThrow();
    }

    /**
     * What the process uses, after a collection.
     *
     * @param committedBytes of the heap, in use or not
     * @param residentBytes as the system tells
     */
    private record Usage(long heapBytes, long committedBytes, long directBytes, long residentBytes, int threads) {
        static Usage of(ServedApi served) throws IOException, InterruptedException {
            long pid = served.process().pid();
            new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "jcmd")
                                    .toString(),
                            Long.toString(pid),
                            "GC.run")
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
            HttpRequest request =
                    HttpRequest.newBuilder(served.admin().resolve("/metrics")).build();
            String metrics = HttpClient.newHttpClient()
                    .send(request, BodyHandlers.ofString())
                    .body();
            return new Usage(
                    number(metrics, "jvm_memory_used_bytes{area=\"heap\"} "),
                    number(metrics, "jvm_memory_committed_bytes{area=\"heap\"} "),
                    number(metrics, "jvm_buffer_pool_used_bytes{pool=\"direct\"} "),
                    number(Files.readString(Path.of("/proc/" + pid + "/status")), "VmRSS:") << 10,
                    (int) number(metrics, "jvm_threads_current "));
        }

        /** Of the line that begins so; in the unit that stands there. */
        private static long number(String text, String beginning) {
            return text.lines()
                    .filter(line -> line.startsWith(beginning))
                    .map(line ->
                            line.substring(beginning.length()).replace("kB", "").strip())
                    .mapToLong(number -> (long) Double.parseDouble(number))
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("no line begins with " + beginning));
        }
    }

    /** Returns when each has heard its first event. */
    private void open(int count) throws InterruptedException {
        CountDownLatch heard = new CountDownLatch(count);
        for (int i = 0; i < count && opening.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS); i++) {
            int site = i % SITES.size();
            URI address = api.resolve("/v1/sites/" + SITES.get(site) + "/live");
            client.sendAsync(
                            HttpRequest.newBuilder(address).build(),
                            BodyHandlers.fromLineSubscriber(new Lines(site, heard)))
                    .whenComplete((answer, problem) -> {
                        if (!isOver) {
                            lost.add(problem == null ? "status " + answer.statusCode() : problem.toString());
                        }
                    });
        }
        if (!heard.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException(heard.getCount() + " of " + count + " heard nothing; " + lost);
        }
    }

    private void hear(int seconds) throws InterruptedException {
        new CountDownLatch(1).await(seconds, TimeUnit.SECONDS);
    }

    private void close() {
        isOver = true;
        streams.forEach(Flow.Subscription::cancel);
    }

    private final class Lines implements Flow.Subscriber<String> {
        private static final String ID = "id: ";

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
            if (!line.startsWith(ID)) {
                return;
            }
            Instant madeAt = Instant.parse(line.substring(ID.length()));
            told.add(new Told(site, madeAt, Duration.between(madeAt, Instant.now())));
            if (isFirst) {
                isFirst = false;
                heard.countDown();
                opening.release();
            }
        }

        @Override
        public void onError(Throwable problem) {
            // told by the request as a whole
        }

        @Override
        public void onComplete() {
            // told by the request as a whole
        }
    }

    /** Of events that were made in that time. What one has heard, everybody who listens to that site should have. */
    private void report(int count, Instant from, Instant to) {
        List<Told> heard = told.stream()
                .filter(event ->
                        !event.madeAt().isBefore(from) && event.madeAt().isBefore(to))
                .toList();
        List<Duration> delays = heard.stream().map(Told::delay).sorted().toList();
        if (delays.isEmpty()) {
            throw new IllegalStateException("nothing was heard; " + lost);
        }
        Set<Made> made = new HashSet<>();
        heard.forEach(event -> made.add(new Made(event.site(), event.madeAt())));
        int sites = SITES.size();
        long expected = made.stream()
                .mapToLong(event -> count / sites + (event.site() < count % sites ? 1 : 0))
                .sum();
        long inTime =
                delays.stream().filter(delay -> delay.compareTo(IN_TIME) <= 0).count();
        say("%,d listeners of %d sites; %,d connections lost", count, sites, lost.size());
        say(
                "%,d events made, %,d to be heard, %,d heard, %.3f %% within 1 s of being made",
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
