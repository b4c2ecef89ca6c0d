package io.joulestream.api;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.javalin.http.Context;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import org.eclipse.jetty.ee10.servlet.HttpOutput;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.io.EndPoint;

/**
 * One connection on which somebody listens. Nothing here waits: an event is written when the connection takes it, and at most
 * one waits for that, the newest. Thread-safe; any thread may offer, and the server tells when more can be written.
 */
final class Listening implements WriteListener, AsyncListener {
    /** After so long without a word, a comment shows that there is somebody. The server ends what is idle for 30 s. */
    static final Duration SILENCE = Duration.ofSeconds(15);

    /** Whoever has not taken an event after so long is cut off. */
    static final Duration PATIENCE = Duration.ofSeconds(30);

    /** When the server stops, what is on its way has this long. */
    private static final Duration LAST_PATIENCE = Duration.ofSeconds(1);

    /** What the system may hold that was not taken: else it would be hours of events, all of them old. */
    private static final int HELD_BYTES = 16 << 10;

    /** When to come back after the connection was lost, in milliseconds. */
    private static final byte[] GREETING = "retry: 5000\n\n".getBytes(US_ASCII);

    private static final byte[] HEARTBEAT = ":\n\n".getBytes(US_ASCII);

    private final HttpOutput out;
    private final EndPoint connection;
    private final Clock clock;
    private final LiveMetrics metrics;
    private final CompletableFuture<Void> over = new CompletableFuture<>();

    private boolean isOpen;
    private boolean isOver;
    private ServerEvent offered;
    private ServerEvent waiting;
    private Instant writtenAt;

    private Listening(HttpOutput out, EndPoint connection, Clock clock, LiveMetrics metrics) {
        this.out = out;
        this.connection = connection;
        this.clock = clock;
        this.metrics = metrics;
        this.writtenAt = clock.instant();
    }

    /** On the connection of a request that was not answered yet. */
    static Listening to(Context context, Clock clock, LiveMetrics metrics) throws IOException {
        EndPoint connection = ServletContextRequest.getServletContextRequest(context.req())
                .getConnectionMetaData()
                .getConnection()
                .getEndPoint();
        return new Listening((HttpOutput) context.res().getOutputStream(), connection, clock, metrics);
    }

    /** From now on the request takes no thread, and the server tells when more can be written. */
    void begin(HttpServletRequest request) throws IOException {
        if (connection.getTransport() instanceof SocketChannel channel) {
            channel.setOption(StandardSocketOptions.SO_SNDBUF, HELD_BYTES);
        }
        AsyncContext async = request.startAsync();
        async.setTimeout(0);
        async.addListener(this);
        out.setWriteListener(this);
    }

    /** Done when nobody listens any more, for whatever reason; completed without any lock held. */
    CompletableFuture<Void> over() {
        return over;
    }

    /** Takes the place of an event that still waits. */
    void offer(ServerEvent event) {
        synchronized (this) {
            if (isOver || event == offered) {
                return;
            }
            if (waiting != null) {
                metrics.superseded();
            }
            offered = event;
            waiting = event;
        }
        pump();
    }

    /** Shows that there is somebody, and cuts off who takes nothing. */
    void look() {
        if (isStuck(PATIENCE)) {
            metrics.cut();
            connection.close();
            end();
            return;
        }
        pump();
    }

    /** Ends it after what is on its way, unless that is not taken. */
    void stop() {
        if (isStuck(LAST_PATIENCE)) {
            connection.close();
        }
        end();
    }

    private synchronized boolean isStuck(Duration patience) {
        return isOpen && !isOver && hasPassed(patience) && !out.isReady();
    }

    /** Ends it after what is on its way. */
    void end() {
        synchronized (this) {
            isOver = true;
            waiting = null;
        }
        over.complete(null);
    }

    @Override
    public void onWritePossible() throws IOException {
        synchronized (this) {
            if (!isOpen && !isOver) {
                isOpen = true;
                write(ByteBuffer.wrap(GREETING));
            }
        }
        pump();
    }

    private void pump() {
        try {
            writeWhatWaits();
        } catch (IOException | IllegalStateException e) { // nobody is there any more
            end();
        }
    }

    private synchronized void writeWhatWaits() throws IOException {
        if (!isOpen || isOver) {
            return;
        }
        if (waiting != null && out.isReady()) {
            ServerEvent next = waiting;
            waiting = null;
            write(next.buffer());
            metrics.sent();
        } else if (hasPassed(SILENCE) && out.isReady()) {
            write(ByteBuffer.wrap(HEARTBEAT));
        }
    }

    /** Whether so long ago something was written last. */
    private boolean hasPassed(Duration time) {
        return !clock.instant().isBefore(writtenAt.plus(time));
    }

    /** Only where the connection is ready. The bytes are those of everybody: they are not copied. */
    private void write(ByteBuffer bytes) throws IOException {
        writtenAt = clock.instant();
        out.write(bytes);
    }

    @Override
    public void onError(Throwable problem) {
        end();
    }

    @Override
    public void onComplete(AsyncEvent event) {
        end();
    }

    @Override
    public void onTimeout(AsyncEvent event) {
        end();
    }

    @Override
    public void onError(AsyncEvent event) {
        end();
    }

    @Override
    public void onStartAsync(AsyncEvent event) {
        // begun once
    }
}
