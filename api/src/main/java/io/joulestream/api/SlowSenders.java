package io.joulestream.api;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.component.AbstractLifeCycle;
import org.eclipse.jetty.util.thread.Scheduler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends connections on which a request arrives byte by byte, its head or its body: each byte restarts the server's idle time, so
 * without this a few hundred of them would hold all the connections there may be.
 */
final class SlowSenders extends AbstractLifeCycle implements Connection.Listener {
    private static final Logger LOG = LoggerFactory.getLogger(SlowSenders.class);

    /** A head, and a body, has this long, and at most twice as long, to arrive. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /**
     * What had arrived when it was looked at.
     *
     * @param heads that were whole
     */
    private record Arrived(long bytes, long heads, long answers) {
        static Arrived on(Connection connection) {
            return new Arrived(connection.getBytesIn(), connection.getMessagesIn(), connection.getMessagesOut());
        }

        /** Whether more came since, and with it neither a head nor an answer was done. */
        boolean cameToNothing(Arrived before) {
            return bytes > before.bytes && heads == before.heads && answers == before.answers;
        }
    }

    private final Server server;
    private final Map<Connection, Arrived> open = new ConcurrentHashMap<>();
    private volatile Scheduler.Task next = () -> true;

    SlowSenders(Server server) {
        this.server = server;
    }

    @Override
    protected void doStart() {
        schedule();
    }

    @Override
    protected void doStop() {
        next.cancel();
    }

    private void schedule() {
        next = server.getScheduler().schedule(this::look, PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void onOpened(Connection connection) {
        open.put(connection, Arrived.on(connection));
    }

    @Override
    public void onClosed(Connection connection) {
        open.remove(connection);
    }

    private void look() {
        try {
            open.replaceAll(SlowSenders::look);
        } catch (Throwable e) { // an error too: else this would be the last look
            LOG.warn("connections on which a request arrives too slowly were not all ended", e);
        }
        if (isRunning()) {
            schedule();
        }
    }

    private static Arrived look(Connection connection, Arrived before) {
        Arrived now = Arrived.on(connection);
        if (now.cameToNothing(before)) {
            connection.close();
        }
        return now;
    }
}
