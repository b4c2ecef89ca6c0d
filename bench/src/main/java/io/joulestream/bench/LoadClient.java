package io.joulestream.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;

/**
 * Asks questions of a server, one after the other and then again from the first, over many connections that stay open, from the thread that measures.
 *
 * <p>{@link #open} asks at random times of a given rate, whatever the answers do, and measures from when a question was due:
 * one that waits for a free connection has waited. A client that asks when it is answered would hide just the slow times.
 */
final class LoadClient implements AutoCloseable {
    private static final int ANSWER_BYTES = 1 << 20;
    private static final int PATIENCE_MILLIS = 100;
    private static final long PAUSE_NANOS = 50_000;
    /** A question has its turn within 20 s, or is refused. */
    private static final Duration AT_MOST_WAITING = Duration.ofSeconds(30);

    private final Selector selector;
    private final Deque<Connection> free = new ArrayDeque<>();
    private final Map<Integer, Integer> statuses = new TreeMap<>();
    private final InetSocketAddress server;
    private final List<byte[]> questions;
    private int nextQuestion;
    private final long[] latencies = new long[4 << 20];
    private int answered;

    /**
     * @param addresses all of one server
     * @param headers of each question, each with its line's end
     * @param connections that are open at once
     */
    LoadClient(List<URI> addresses, String headers, int connections) throws IOException {
        this.selector = Selector.open();
        this.server = new InetSocketAddress(
                addresses.get(0).getHost(), addresses.get(0).getPort());
        this.questions =
                addresses.stream().map(address -> question(address, headers)).toList();
        for (int i = 0; i < connections; i++) {
            free.add(new Connection());
        }
    }

    private static byte[] question(URI address, String headers) {
        String query = address.getRawQuery() == null ? "" : "?" + address.getRawQuery();
        return ("GET " + address.getRawPath() + query + " HTTP/1.1\r\nHost: " + address.getAuthority() + "\r\n"
                        + headers + "\r\n")
                .getBytes(US_ASCII);
    }

    /** What came of a run. */
    record Result(double perSecond, double p50Millis, double p99Millis, Map<Integer, Integer> statuses) {
        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "%,8.0f a second  p50 %6.2f ms  p99 %6.2f ms  %s",
                    perSecond,
                    p50Millis,
                    p99Millis,
                    statuses);
        }
    }

    /** Every connection asks again as soon as it is answered. Each is another than before: one that was silent may be closed. */
    Result closed(Duration length) throws IOException {
        reset();
        reconnect();
        long start = System.nanoTime();
        long end = start + length.toNanos();
        while (System.nanoTime() < end) {
            while (!free.isEmpty()) {
                free.poll().ask(System.nanoTime());
            }
            receive(selector.select(PATIENCE_MILLIS));
        }
        Result result = result(start);
        finish();
        return result;
    }

    /** @param perSecond questions, at random times */
    Result open(double perSecond, Duration length, long seed) throws IOException {
        reset();
        Random random = new Random(seed);
        Deque<Long> waiting = new ArrayDeque<>();
        long start = System.nanoTime();
        long end = start + length.toNanos();
        long next = start + gap(random, perSecond);
        while (next < end || !waiting.isEmpty()) {
            long now = System.nanoTime();
            while (next <= now && next < end) {
                waiting.add(next);
                next += gap(random, perSecond);
            }
            while (!waiting.isEmpty() && !free.isEmpty()) {
                free.poll().ask(waiting.poll());
            }
            int ready = selector.selectNow();
            receive(ready);
            if (ready == 0) {
                LockSupport.parkNanos(PAUSE_NANOS); // a thread that spins would take half of two cores
            }
        }
        finish();
        return result(start);
    }

    private static long gap(Random random, double perSecond) {
        return (long) (-Math.log(1 - random.nextDouble()) / perSecond * 1e9);
    }

    private void reset() {
        answered = 0;
        statuses.clear();
    }

    private void reconnect() throws IOException {
        for (Connection connection : free) {
            connection.channel.close();
            connection.connect();
        }
        selector.selectNow(); // forgets the closed ones
    }

    private Result result(long start) {
        double seconds = (System.nanoTime() - start) / 1e9;
        long[] sorted = Arrays.copyOf(latencies, answered);
        Arrays.sort(sorted);
        return new Result(answered / seconds, percentile(sorted, 50), percentile(sorted, 99), new TreeMap<>(statuses));
    }

    private static double percentile(long[] sorted, int percent) {
        return sorted.length == 0 ? Double.NaN : sorted[(int) ((long) (sorted.length - 1) * percent / 100)] / 1e6;
    }

    /** Waits for the answers that are still under way. */
    private void finish() throws IOException {
        long patience = System.nanoTime() + AT_MOST_WAITING.toNanos();
        while (free.size() < selector.keys().size()) {
            if (System.nanoTime() > patience) {
                throw new IOException((selector.keys().size() - free.size()) + " questions were not answered");
            }
            receive(selector.select(PATIENCE_MILLIS));
        }
    }

    private void receive(int ready) throws IOException {
        if (ready == 0) {
            return;
        }
        for (SelectionKey key : selector.selectedKeys()) {
            ((Connection) key.attachment()).read();
        }
        selector.selectedKeys().clear();
    }

    @Override
    public void close() throws IOException {
        for (SelectionKey key : selector.keys()) {
            key.channel().close();
        }
        selector.close();
    }

    private final class Connection {
        private final ByteBuffer answer = ByteBuffer.allocate(ANSWER_BYTES);
        private SocketChannel channel;
        private long due;
        private int whole = -1;

        Connection() throws IOException {
            connect();
        }

        private void connect() throws IOException {
            channel = SocketChannel.open(server);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ, this);
        }

        void ask(long dueNanos) throws IOException {
            due = dueNanos;
            ByteBuffer bytes = ByteBuffer.wrap(questions.get(nextQuestion));
            nextQuestion = (nextQuestion + 1) % questions.size();
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        }

        void read() throws IOException {
            if (channel.read(answer) < 0) {
                throw new IOException("a connection was closed after " + text());
            }
            if (whole < 0) {
                whole = length();
            }
            if (whole >= 0 && answer.position() >= whole) {
                latencies[answered++] = System.nanoTime() - due;
                statuses.merge(Integer.parseInt(text().substring(9, 12)), 1, Integer::sum);
                answer.clear();
                whole = -1;
                free.add(this);
            }
        }

        /** Of head and body; -1 while the head is not whole. */
        private int length() {
            String text = text();
            int head = text.indexOf("\r\n\r\n");
            if (head < 0) {
                return -1;
            }
            int field = text.toLowerCase(Locale.ROOT).indexOf("content-length: ");
            boolean hasBody = field >= 0 && field < head && !text.startsWith("304", 9);
            int body = hasBody
                    ? Integer.parseInt(text.substring(field + 16, text.indexOf('\r', field))
                            .strip())
                    : 0;
            return head + 4 + body;
        }

        private String text() {
            return new String(answer.array(), 0, Math.min(answer.position(), 4_096), US_ASCII);
        }
    }
}
