package io.joulestream.app.embedded;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * The PostgreSQL of the all-in-one without the rest of it, on one port for its whole life, for tests that kill its
 * processes. Not for several threads.
 */
public final class RestartablePostgres implements AutoCloseable {
    private final DataDirectory directory;
    private final int port;
    private EmbeddedPostgres server;

    private RestartablePostgres(DataDirectory directory, int port) {
        this.directory = directory;
        this.port = port;
    }

    /** Everything durable is on. */
    public static RestartablePostgres start(Path folder, int port) throws IOException {
        RestartablePostgres postgres = new RestartablePostgres(DataDirectory.open(folder), port);
        postgres.restart();
        return postgres;
    }

    /** Stops what still runs and recovers. */
    public void restart() throws IOException {
        if (server != null) {
            server.close();
        }
        server = EmbeddedPostgres.start(directory, () -> port);
    }

    public String jdbcUrl() {
        return server.jdbcUrl();
    }

    public String user() {
        return server.user();
    }

    public String password() {
        return server.password();
    }

    /** Kills the first of all processes with SIGKILL; its children notice and end. */
    public void killPostmaster() throws IOException {
        PostgresProcesses.started(cluster()).destroyForcibly();
    }

    /** Kills one process that serves a client with SIGKILL: PostgreSQL then ends all and recovers by itself. */
    public void killBackend(long pid) throws IOException {
        List<ProcessHandle> ours = PostgresProcesses.of(cluster());
        ours.stream()
                .filter(process -> process.pid() == pid)
                .findFirst()
                .orElseThrow(() -> new IOException("process " + pid + " is no PostgreSQL of " + cluster()))
                .destroyForcibly();
    }

    private Path cluster() {
        return directory.postgres().resolve(EmbeddedPostgres.CLUSTER);
    }

    @Override
    public void close() throws IOException {
        server.close();
        directory.close();
    }
}
