package io.joulestream.api;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import io.joulestream.storage.StorageException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.ConnectionMetaData;
import org.eclipse.jetty.util.thread.Scheduler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends bodies that are too large to be held, as fast as they are taken. What fails before anything was sent is answered like any
 * other failure. What fails later breaks the connection off in the middle of a chunk, so that nobody takes a part for the whole.
 *
 * <p>Each holds a thread and a connection to the database for as long as it lasts. So there are only so many at once, and each
 * ends: when nothing was taken for as long as the server lets a connection be idle, and after five minutes in any case.
 * Thread-safe.
 */
final class Streams {
    private static final Logger LOG = LoggerFactory.getLogger(Streams.class);

    /** A quarter of the connections that there are for questions. */
    static final int AT_ONCE = 4;

    static final int OF_ONE_TENANT = 2;

    private static final Duration LONGEST = Duration.ofMinutes(5);

    private static final String RETRY_AFTER = "10";

    private static final int CHUNK_BYTES = 16 << 10;

    private final Semaphore all = new Semaphore(AT_ONCE);
    private final Map<String, Semaphore> byTenant = new ConcurrentHashMap<>();
    private final Duration longest;

    Streams() {
        this(LONGEST);
    }

    /** @param longest after which each is broken off */
    Streams(Duration longest) {
        this.longest = longest;
    }

    /** @throws ProblemException while there are too many */
    void send(Answer answer, String tenant, boolean isCompressed, Context context) {
        if (context.method() == HandlerType.HEAD) {
            begin(answer, isCompressed, context);
            return;
        }
        Semaphore own = byTenant.computeIfAbsent(tenant, name -> new Semaphore(OF_ONE_TENANT));
        take(own, context);
        try {
            take(all, context);
            try {
                stream(answer, isCompressed, context);
            } finally {
                all.release();
            }
        } finally {
            own.release();
        }
    }

    private static void take(Semaphore places, Context context) {
        if (!places.tryAcquire()) {
            context.header("Retry-After", RETRY_AFTER);
            throw ProblemException.tooManyStreams(OF_ONE_TENANT);
        }
    }

    private void stream(Answer answer, boolean isCompressed, Context context) {
        ConnectionMetaData connection =
                ServletContextRequest.getServletContextRequest(context.req()).getConnectionMetaData();
        EndPoint client = connection.getConnection().getEndPoint();
        FirstWriteBegins sent = new FirstWriteBegins(() -> begin(answer, isCompressed, context), context);
        Scheduler.Task atLast = connection
                .getConnector()
                .getScheduler()
                .schedule(client::close, longest.toMillis(), TimeUnit.MILLISECONDS);
        boolean isWhole = false;
        try {
            OutputStream chunks = new BufferedOutputStream(sent, CHUNK_BYTES);
            OutputStream body = isCompressed ? new GZIPOutputStream(chunks, CHUNK_BYTES) : chunks;
            answer.stream().orElseThrow().accept(body);
            body.close(); // only here: it ends the body as one that is whole
            isWhole = true;
        } catch (IOException | RuntimeException e) {
            if (!sent.hasBegun && e instanceof RuntimeException failure) {
                throw failure;
            }
            log(e, context);
        } finally {
            atLast.cancel();
            if (!isWhole && sent.hasBegun && !sent.hasFailed) {
                client.close();
            }
        }
    }

    private static void begin(Answer answer, boolean isCompressed, Context context) {
        context.status(answer.status());
        answer.headers().forEach(context::header);
        context.contentType(answer.mediaType());
        if (Compression.isOffered(answer)) {
            context.res().addHeader("Vary", "Accept-Encoding");
        }
        if (isCompressed) {
            context.header("Content-Encoding", Compression.ENCODING);
        }
    }

    private static void log(Exception e, Context context) {
        String asked = context.res().getHeader(TraceIds.HEADER) + ": " + context.method() + " " + context.path();
        if (e instanceof IOException || e instanceof UncheckedIOException) {
            LOG.info("{} was not taken to its end: {}", asked, e.getMessage());
        } else if (e instanceof StorageException) {
            LOG.warn("{} is broken off: {}", asked, e.getMessage());
        } else {
            LOG.error("{} is broken off", asked, e);
        }
    }

    /** Says how the answer is when the first of its bytes are there. */
    private static final class FirstWriteBegins extends OutputStream {
        private final Runnable begin;
        private final Context context;
        private boolean hasBegun;
        private boolean hasFailed;

        FirstWriteBegins(Runnable begin, Context context) {
            this.begin = begin;
            this.context = context;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            begin();
            try {
                context.res().getOutputStream().write(bytes, from, length);
            } catch (IOException e) {
                hasFailed = true;
                throw e;
            }
        }

        private void begin() {
            if (!hasBegun) {
                hasBegun = true;
                begin.run();
            }
        }

        @Override
        public void close() throws IOException {
            begin();
            context.res().getOutputStream().close();
        }
    }
}
