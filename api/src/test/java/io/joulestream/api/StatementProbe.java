package io.joulestream.api;

import io.joulestream.storage.DatabaseAddress;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Stands between a program and its database and notes every statement that is executed, as PostgreSQL's protocol has it: what
 * the driver does by itself too. Whether a connection is alive, which a pool asks when it likes, is no statement.
 */
final class StatementProbe implements AutoCloseable {
    private static final int PROTOCOL_3 = 196_608;

    private final ServerSocket listening;
    private final URI server;
    private final DatabaseAddress through;
    private final List<String> statements = new CopyOnWriteArrayList<>();
    private final List<Socket> open = new CopyOnWriteArrayList<>();

    private StatementProbe(DatabaseAddress address) throws IOException {
        server = URI.create(address.jdbcUrl().substring("jdbc:".length()));
        listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        through = new DatabaseAddress(
                "jdbc:postgresql://127.0.0.1:" + listening.getLocalPort() + server.getRawPath()
                        + (server.getRawQuery() == null ? "" : "?" + server.getRawQuery()),
                address.user(),
                address.password());
        start(this::accept);
    }

    static StatementProbe before(DatabaseAddress address) {
        try {
            return new StatementProbe(address);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where the database is to be asked, so that it is noted. */
    DatabaseAddress address() {
        return through;
    }

    /** What was executed while something was done, in its order; nothing else may ask meanwhile. */
    List<String> during(Runnable work) {
        statements.clear();
        work.run();
        return new ArrayList<>(statements);
    }

    private void accept() throws IOException {
        while (true) {
            Socket client = listening.accept();
            Socket database = new Socket(server.getHost(), server.getPort());
            client.setTcpNoDelay(true);
            database.setTcpNoDelay(true);
            open.addAll(List.of(client, database));
            start(() -> {
                try (client;
                        database) {
                    note(
                            new DataInputStream(client.getInputStream()),
                            new DataOutputStream(database.getOutputStream()));
                }
            });
            start(() -> {
                try (client;
                        database) {
                    database.getInputStream().transferTo(client.getOutputStream());
                }
            });
        }
    }

    /** Messages of the start have no type; all later ones have. */
    private void note(DataInputStream from, DataOutputStream to) throws IOException {
        int protocol;
        do {
            byte[] start = message(from);
            to.writeInt(start.length + Integer.BYTES);
            to.write(start);
            to.flush();
            protocol = int32(start);
        } while (protocol != PROTOCOL_3); // a question for TLS comes before
        Map<String, String> prepared = new HashMap<>();
        while (true) {
            int type = from.read();
            if (type < 0) {
                return;
            }
            byte[] message = message(from);
            note((char) type, message, prepared);
            to.writeByte(type);
            to.writeInt(message.length + Integer.BYTES);
            to.write(message);
            if (from.available() == 0) {
                to.flush();
            }
        }
    }

    private void note(char type, byte[] message, Map<String, String> prepared) {
        String[] texts = new String(message, StandardCharsets.UTF_8).split("\0", 3);
        if (type == 'Q' && !texts[0].isBlank()) {
            statements.add(texts[0]);
        } else if (type == 'P') {
            prepared.put(texts[0], texts[1]); // its name, what it is
        } else if (type == 'B') {
            String statement = prepared.getOrDefault(texts[1], ""); // of a portal, by its name
            if (!statement.isBlank()) {
                statements.add(statement);
            }
        }
    }

    private static byte[] message(DataInputStream from) throws IOException {
        byte[] message = new byte[from.readInt() - Integer.BYTES];
        from.readFully(message);
        return message;
    }

    private static int int32(byte[] bytes) {
        return (bytes[0] & 0xff) << 24 | (bytes[1] & 0xff) << 16 | (bytes[2] & 0xff) << 8 | bytes[3] & 0xff;
    }

    private interface Work {
        void run() throws IOException;
    }

    private void start(Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (EOFException | java.net.SocketException e) {
                        return; // one of the two has ended the connection
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                },
                "statement-probe");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() {
        try {
            listening.close();
            for (Socket socket : open) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
