package io.joulestream.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** A port that nobody listens on. */
final class FreePort {
    private FreePort() {}

    /** The first free port from one on. 0 stays 0: the system chooses. */
    static int from(String host, int first, int tries) {
        if (first == 0) {
            return 0;
        }
        for (int port = first; port < first + tries && port <= 65_535; port++) {
            if (isFree(host, port)) {
                return port;
            }
        }
        throw new UserError("no free port from " + first + " to " + (first + tries - 1) + "; give another with --port");
    }

    /** On the loopback interface; another may take it before it is used. */
    static int any() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}))) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException("no free port on the loopback interface", e);
        }
    }

    /** @throws UserError if somebody listens there, or nobody can; what to give instead is named by {@code option} */
    static void require(String host, int port, String option) {
        try {
            listen(host, port);
        } catch (IOException e) {
            throw new UserError(
                    "cannot listen on " + host + " port " + port + " (" + e.getMessage() + "); give another with "
                            + option,
                    e);
        }
    }

    private static boolean isFree(String host, int port) {
        try {
            listen(host, port);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** For a moment. */
    private static void listen(String host, int port) throws IOException {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getByName(host), port));
        }
    }
}
