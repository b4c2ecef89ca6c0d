package io.joulestream.app.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntSupplier;
import org.postgresql.ds.PGSimpleDataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A PostgreSQL server of its own for one data directory: on the loopback interface only, with a random password, and with
 * every setting that keeps committed data through a crash switched on.
 *
 * <p>The server is not a child of this JVM's process group, so that Ctrl-C on the terminal reaches the JVM alone and the
 * JVM stops the server last. When the JVM is killed the server lives on; the next start stops it and recovers. When the
 * server ends by itself, as where its disk is full or somebody kills it, it is started again, for ever: what asks of it
 * meets an outage and no more (see {@link #startAgainWheneverItEnds}).
 */
final class EmbeddedPostgres implements AutoCloseable {
    /** The server's own folder, below {@link DataDirectory#postgres()}. */
    static final String CLUSTER = "data";

    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedPostgres.class);
    private static final String SUPERUSER = "joulestream";
    private static final String DATABASE = "joulestream";
    private static final String FRESH_CLUSTER = "new-cluster-";
    private static final int PORT_ATTEMPTS = 5;
    private static final int MAX_START_SECONDS = 300;
    private static final long MAX_LOG_BYTES = 16 << 20;
    private static final String UNDEFINED_DATABASE = "3D000";
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    private final Launch launch;
    private final int port;
    private final String password;
    private final Thread keeper = new Thread(this::keep, "embedded-postgres-keeper");
    private volatile ProcessHandle postmaster;
    private volatile Optional<DatabaseOutage> outage = Optional.empty();
    private final CountDownLatch closing = new CountDownLatch(1);

    /** How the server of a cluster is started. */
    private record Launch(
            Path folder, PostgresPrograms programs, PostgresAccount account, Path log, boolean disposable) {
        Path cluster() {
            return folder.resolve(CLUSTER);
        }
    }

    private EmbeddedPostgres(Launch launch, ProcessHandle postmaster, int port, String password) {
        this.launch = launch;
        this.postmaster = postmaster;
        this.port = port;
        this.password = password;
        keeper.setDaemon(true);
    }

    /** Creates the cluster where there is none, or recovers the one that is there; returns when connections are accepted. */
    static EmbeddedPostgres start(DataDirectory directory) throws IOException {
        return start(directory, EmbeddedPostgres::freePort);
    }

    /** @param ports asked for a port that seems free; asked again when it turns out to be taken */
    static EmbeddedPostgres start(DataDirectory directory, IntSupplier ports) throws IOException {
        Path folder = directory.postgres();
        Path log = directory.logs().resolve("postgres.log");
        PostgresProcesses.stopLeftOver(folder.resolve(CLUSTER));
        rotate(log);

        PostgresAccount account = PostgresAccount.of(folder);
        PostgresPrograms programs = PostgresPrograms.in(programsFolder(account, folder));
        String password = password(folder.resolve("password"));
        account.own(folder);
        if (Files.notExists(folder.resolve(CLUSTER))) {
            createCluster(folder, programs, account, log);
        }

        Launch launch = new Launch(folder, programs, account, log, directory.isTemporary());
        int port = startServer(launch, ports);
        EmbeddedPostgres postgres =
                new EmbeddedPostgres(launch, PostgresProcesses.started(launch.cluster()), port, password);
        try {
            postgres.createDatabase();
            return postgres;
        } catch (SQLException e) {
            postgres.close();
            throw new IOException("PostgreSQL started but cannot be used: " + e.getMessage() + "; see " + log, e);
        }
    }

    /** From now on until it is closed. It keeps its port and password. */
    EmbeddedPostgres startAgainWheneverItEnds() {
        keeper.start();
        return this;
    }

    /** Empty while the server runs, as far as is known. */
    Optional<DatabaseOutage> outage() {
        return outage;
    }

    String jdbcUrl() {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + DATABASE;
    }

    String user() {
        return SUPERUSER;
    }

    String password() {
        return password;
    }

    @Override
    public void close() {
        synchronized (this) {
            if (closing.getCount() == 0) {
                return;
            }
            closing.countDown();
        }
        keeper.interrupt();
        try {
            joinKeeper();
            if (postmaster.isAlive()) {
                PostgresProcesses.stop(postmaster);
            }
            if (outage.isPresent()) { // a start that was under way
                PostgresProcesses.stopLeftOver(launch.cluster());
            }
        } catch (IOException e) {
            LOG.error("{}", e.getMessage(), e);
        }
    }

    private void joinKeeper() {
        boolean interrupted = false;
        while (true) {
            try {
                keeper.join();
                break;
            } catch (InterruptedException e) {
                // leaving now would leave PostgreSQL running
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends when it is interrupted. */
    private void keep() {
        try {
            while (true) {
                long saidBefore = awaitEnd();
                tell("PostgreSQL has ended: " + reason(launch.log(), saidBefore) + "; it is started again, see "
                        + launch.log());
                startAgain();
                LOG.info("PostgreSQL runs again, process {}", postmaster.pid());
                outage = Optional.empty();
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    /** @return how long the server's log was a second or two before the end */
    private long awaitEnd() throws InterruptedException {
        long earlier = length(launch.log());
        long before = earlier;
        while (postmaster.isAlive() && !PostgresProcesses.hasEnded(postmaster)) {
            earlier = before;
            before = length(launch.log());
            try {
                postmaster.onExit().get(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException | ExecutionException e) {
                continue; // looked at again: some ended ones are never reported
            }
        }
        return earlier;
    }

    private void startAgain() throws InterruptedException {
        Duration pause = FIRST_PAUSE;
        do {
            try {
                PostgresProcesses.stopLeftOver(launch.cluster());
                startServer(launch, () -> port);
                postmaster = PostgresProcesses.started(launch.cluster());
                return;
            } catch (IOException e) {
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                tell(e.getMessage() + "; it is tried again");
                pause = shorter(pause.multipliedBy(2), LONGEST_PAUSE);
            }
        } while (!closing.await(pause.toMillis(), TimeUnit.MILLISECONDS));
        throw new InterruptedException();
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private void tell(String text) {
        LOG.error("{}", text);
        outage = Optional.of(DatabaseOutage.of(text));
    }

    private void createDatabase() throws SQLException {
        try (Connection existing = connect(DATABASE)) {
            LOG.debug("database {} is there", existing.getCatalog());
        } catch (SQLException e) {
            if (!UNDEFINED_DATABASE.equals(e.getSQLState())) {
                throw e;
            }
            try (Connection connection = connect("postgres");
                    Statement statement = connection.createStatement()) {
                statement.execute("create database " + DATABASE);
            }
        }
    }

    private Connection connect(String database) throws SQLException {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setServerNames(new String[] {"127.0.0.1"});
        source.setPortNumbers(new int[] {port});
        source.setDatabaseName(database);
        source.setUser(SUPERUSER);
        source.setPassword(password);
        return source.getConnection();
    }

    /** Made beside its place and moved there when it is complete. */
    private static void createCluster(Path folder, PostgresPrograms programs, PostgresAccount account, Path log)
            throws IOException {
        deleteUnfinished(folder);
        Path fresh = Files.createTempDirectory(folder, FRESH_CLUSTER);
        account.own(fresh);
        List<String> command = account.command(
                programs.initdb(),
                "--pgdata=" + fresh.getFileName(),
                "--username=" + SUPERUSER,
                "--pwfile=password",
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                // the same order and the same cases on every system and in every later release
                "--locale=C",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                "--no-instructions");
        long said = length(log);
        if (Commands.run(command, folder, log) != 0) {
            DataDirectory.deleteTree(fresh);
            throw new IOException(
                    "PostgreSQL could not create its files in " + folder + ": " + reason(log, said) + "; see " + log);
        }
        Files.move(fresh, folder.resolve(CLUSTER), ATOMIC_MOVE);
    }

    private static void deleteUnfinished(Path folder) throws IOException {
        try (var unfinished = Files.newDirectoryStream(folder, FRESH_CLUSTER + "*")) {
            for (Path cluster : unfinished) {
                DataDirectory.deleteTree(cluster);
            }
        }
    }

    private static int startServer(Launch launch, IntSupplier ports) throws IOException {
        // relative, because pg_ctl hands the path to a shell
        List<String> command = launch.account()
                .command(
                        launch.programs().pgCtl(),
                        "start",
                        "--wait",
                        "--timeout=" + MAX_START_SECONDS,
                        "--silent",
                        "--pgdata=" + CLUSTER);
        for (int attempt = 1; ; attempt++) {
            int port = ports.getAsInt();
            configure(launch.cluster(), port, launch.disposable());
            launch.account().own(launch.cluster());
            long said = length(launch.log());
            if (Commands.run(command, launch.folder(), launch.log()) == 0) {
                return port;
            }
            if (attempt == PORT_ATTEMPTS || !textFrom(launch.log(), said).contains("could not bind")) {
                throw new IOException(
                        "PostgreSQL did not start: " + reason(launch.log(), said) + "; see " + launch.log());
            }
            LOG.info("port {} was taken, trying another", port);
        }
    }

    private static void configure(Path cluster, int port, boolean disposable) throws IOException {
        String durable = disposable ? "off" : "on";
        write(cluster.resolve("pg_hba.conf"), "host all all 127.0.0.1/32 scram-sha-256\n");
        write(cluster.resolve("postgresql.conf"), """
                # Written at each start of Joulestream.
                listen_addresses = '127.0.0.1'
                port = %d
                unix_socket_directories = ''
                max_connections = 60
                password_encryption = 'scram-sha-256'

                # on: what has been committed stays; off only where all of it is deleted when the process ends
                fsync = %s
                synchronous_commit = %s
                full_page_writes = %s

                # small: it shares the machine with the rest
                shared_buffers = 128MB
                max_wal_size = 1GB
                max_worker_processes = 4
                max_logical_replication_workers = 0
                max_parallel_workers = 2
                autovacuum_max_workers = 2
                io_method = sync
                jit = off

                timezone = 'UTC'
                log_timezone = 'UTC'
                datestyle = 'iso, mdy'
                lc_messages = 'C'
                default_text_search_config = 'pg_catalog.simple'
                log_checkpoints = off
                """.formatted(port, durable, durable, durable));
    }

    /** All of it or nothing, also where the disk is full. */
    private static void write(Path file, String text) throws IOException {
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        try {
            Files.writeString(fresh, text);
            Files.move(fresh, file, ATOMIC_MOVE);
        } catch (IOException e) {
            Files.deleteIfExists(fresh);
            throw new IOException("PostgreSQL did not start: " + file + " cannot be written: " + e.getMessage(), e);
        }
    }

    private static String password(Path file) throws IOException {
        if (Files.notExists(file)) {
            byte[] random = new byte[24];
            new SecureRandom().nextBytes(random);
            Path fresh = file.resolveSibling("password.new");
            Files.deleteIfExists(fresh);
            Files.createFile(fresh, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(fresh, HexFormat.of().formatHex(random) + "\n");
            Files.move(fresh, file, ATOMIC_MOVE);
        }
        return Files.readString(file).strip();
    }

    /** One for all data directories of a user, unless the account could not reach it or others could write there. */
    private static Path programsFolder(PostgresAccount account, Path folder) {
        Path cache = userCache();
        return account.ownsOurFiles() && PostgresAccount.isPrivate(cache) ? cache : folder;
    }

    private static Path userCache() {
        String cache = System.getenv("XDG_CACHE_HOME");
        return cache != null && Path.of(cache).isAbsolute()
                ? Path.of(cache, "joulestream")
                : Path.of(System.getProperty("user.home"), ".cache", "joulestream");
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}))) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException("no free port on the loopback interface", e);
        }
    }

    private static void rotate(Path log) throws IOException {
        if (Files.exists(log) && Files.size(log) > MAX_LOG_BYTES) {
            Files.move(log, log.resolveSibling("postgres.log.1"), ATOMIC_MOVE);
        }
        if (Files.notExists(log)) {
            Files.createFile(log);
        }
    }

    /** 0 where it is not there: somebody may remove or move it, and PostgreSQL is looked after all the same. */
    private static long length(Path log) {
        try {
            return Files.size(log);
        } catch (IOException e) {
            return 0;
        }
    }

    /** What PostgreSQL gave up on, or else the last it said, on one line. */
    private static String reason(Path log, long from) {
        List<String> lines =
                textFrom(log, from).lines().filter(line -> !line.isBlank()).toList();
        return lines.stream()
                .filter(line -> line.contains("FATAL:") || line.contains("PANIC:") || line.contains("error:"))
                .reduce((earlier, later) -> later)
                .or(() -> lines.stream().reduce((earlier, later) -> later))
                .map(line -> line.replaceFirst(".*?(FATAL|PANIC|error): *", ""))
                .orElse("it gave no reason");
    }

    /** At most the last 64 KiB; empty where they cannot be read. */
    private static String textFrom(Path log, long from) {
        try (FileChannel channel = FileChannel.open(log, StandardOpenOption.READ)) {
            ByteBuffer text = ByteBuffer.allocate(64 << 10);
            channel.read(text, Math.max(from, channel.size() - text.capacity()));
            return new String(text.array(), 0, text.position(), UTF_8);
        } catch (IOException e) {
            LOG.debug("{} cannot be read", log, e);
            return "";
        }
    }
}
