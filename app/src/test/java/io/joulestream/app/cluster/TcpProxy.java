package io.joulestream.app.cluster;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A bad network between clients and one server, on the loopback interface: delays, directions in which nothing arrives,
 * connections of which one end is gone, resets. Any thread.
 *
 * <p>Bytes of a stalled direction wait and arrive after {@link #heal}, as TCP delivers them once packets pass again.
 */
final class TcpProxy implements AutoCloseable {
    private static final int CONNECT_MILLIS = 2_000;

    enum Direction {
        TO_SERVER,
        TO_CLIENT
    }

    private final InetSocketAddress server;
    private final ServerSocket listening;
    private final List<Connection> connections = new CopyOnWriteArrayList<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Set<Direction> stalled = EnumSet.noneOf(Direction.class);
    private final AtomicLong met = new AtomicLong();
    private long delayNanos;

    /** @param port to listen on; 0 for any free one */
    TcpProxy(int port, InetSocketAddress server) throws IOException {
        this.server = server;
        listening = new ServerSocket(port, 200, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
        daemon("proxy to " + server.getPort(), this::accept);
    }

    int port() {
        return listening.getLocalPort();
    }

    /** From now on whatever passes, in either direction, is late by this much. */
    void delay(Duration each) {
        change(() -> delayNanos = each.toNanos());
    }

    /** Nothing arrives in these directions any more; neither end is told. New connections are taken, and as mute. */
    void stall(Direction... directions) {
        change(() -> stalled.addAll(List.of(directions)));
    }

    /** Whatever waits arrives. */
    void heal() {
        change(() -> {
            delayNanos = 0;
            stalled.clear();
        });
    }

    /** Both ends of every connection get a reset. */
    void reset() {
        connections.forEach(Connection::reset);
    }

    /** The server's end of every connection is gone; the clients are not told, and nobody will ever answer them. */
    void leaveHalfOpen() {
        connections.forEach(Connection::leaveHalfOpen);
    }

    /** How often a fault has met something: bytes that were late, had to wait or were lost, connections that were reset. */
    long met() {
        return met.get();
    }

    private void change(Runnable change) {
        lock.lock();
        try {
            change.run();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                Socket client = listening.accept();
                daemon("proxied connection to " + server.getPort(), () -> connect(client));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void connect(Socket client) {
        Socket upstream = new Socket();
        try {
            upstream.connect(server, CONNECT_MILLIS);
            client.setTcpNoDelay(true);
            upstream.setTcpNoDelay(true);
        } catch (IOException refused) {
            closeQuietly(client);
            closeQuietly(upstream);
            return;
        }
        Connection connection = new Connection(client, upstream);
        connections.add(connection);
        daemon("to server " + server.getPort(), () -> connection.pump(Direction.TO_SERVER));
        connection.pump(Direction.TO_CLIENT);
    }

    /** Returns when bytes that have just been read may be handed on. */
    private void pass(Direction direction) throws InterruptedException {
        lock.lock();
        try {
            long wait = delayNanos;
            if (wait > 0 || stalled.contains(direction)) {
                met.incrementAndGet();
            }
            while (wait > 0) {
                wait = changed.awaitNanos(wait);
            }
            while (stalled.contains(direction)) {
                changed.await();
            }
        } finally {
            lock.unlock();
        }
    }

    private static void daemon(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException ignored) {
            // it is gone, which is what was wanted
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
        heal();
        connections.forEach(Connection::end);
    }

    private final class Connection {
        private final Socket client;
        private final Socket upstream;
        private volatile boolean halfOpen;

        Connection(Socket client, Socket upstream) {
            this.client = client;
            this.upstream = upstream;
        }

        void pump(Direction direction) {
            Socket from = direction == Direction.TO_SERVER ? client : upstream;
            Socket to = direction == Direction.TO_SERVER ? upstream : client;
            byte[] buffer = new byte[1 << 16];
            try {
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream();
                for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                    pass(direction);
                    if (halfOpen) {
                        met.incrementAndGet();
                    } else {
                        out.write(buffer, 0, read);
                    }
                }
            } catch (IOException | InterruptedException broken) {
                // ended below
            }
            if (!halfOpen || direction == Direction.TO_SERVER) {
                end();
            }
        }

        void leaveHalfOpen() {
            halfOpen = true;
            closeQuietly(upstream);
        }

        void reset() {
            met.incrementAndGet();
            for (Socket socket : List.of(client, upstream)) {
                try {
                    socket.setSoLinger(true, 0);
                } catch (IOException ended) {
                    continue;
                }
            }
            end();
        }

        void end() {
            connections.remove(this);
            closeQuietly(client);
            closeQuietly(upstream);
        }
    }
}
