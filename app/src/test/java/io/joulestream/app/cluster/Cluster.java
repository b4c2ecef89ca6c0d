package io.joulestream.app.cluster;

import io.joulestream.app.embedded.RestartablePostgres;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.Uuid;
import org.awaitility.Awaitility;

/**
 * A whole installation on the loopback interface, each part a process of its own: three Kafka brokers, a Flink job manager
 * and two task managers, PostgreSQL, and the API. Flink's processes know nothing of Joulestream: the job comes with its
 * jar. Between the job and brokers, and between the job and the database, is a {@link TcpProxy}.
 *
 * <p>For one thread, except where said.
 */
final class Cluster implements AutoCloseable {
    static final int BROKERS = 3;
    static final int TASK_MANAGERS = 2;
    static final int SLOTS = 2;
    static final int PARALLELISM = 2;
    static final Duration CHECKPOINT_INTERVAL = Duration.ofSeconds(1);

    static final String DATABASE = "joulestream";

    private static final Duration UP = Duration.ofSeconds(120);
    /** What stands in Flink's lib folder, and no more. */
    private static final Pattern FLINKS_OWN = Pattern.compile("(flink-(?!connector-(kafka|base)|test)|log4j-|slf4j-api"
            + "|commons-(cli|collections|compress|io|lang3|math3|text)|kryo|reflectasm|objenesis|minlog|RoaringBitmap|jsr305"
            + "|javassist|async-profiler|snappy-java|lz4-java|frocksdbjni|snakeyaml-engine"
            + "|postgresql|checker-qual).*\\.jar");

    private final Path folder;
    private final Deque<Integer> ports = new ArrayDeque<>();
    private final List<AutoCloseable> parts = new ArrayList<>();

    private final String kafkaId = Uuid.randomUuid().toString();
    private final List<int[]> brokerPorts = new ArrayList<>();
    private final ServerProcess[] brokers = new ServerProcess[BROKERS];
    private final List<TcpProxy> toBrokers = new ArrayList<>();
    private final ServerProcess[] taskManagers = new ServerProcess[TASK_MANAGERS];
    private ServerProcess jobManager;
    private final int rest;
    private final int apiPort;
    private final int databasePort;
    private final TcpProxy toDatabase;
    private RestartablePostgres postgres;
    private ServerProcess api;
    private final HttpClient http = HttpClient.newHttpClient();

    /** Returns when every part answers. */
    static Cluster start(Path folder) throws Exception {
        Cluster cluster = new Cluster(folder);
        try {
            cluster.bringUp();
            cluster.awaitUp();
            return cluster;
        } catch (Exception | Error e) {
            cluster.close();
            throw e;
        }
    }

    private Cluster(Path folder) throws IOException {
        this.folder = folder;
        choosePorts(3 * BROKERS + 4);
        for (int node = 0; node < BROKERS; node++) {
            int[] of = {ports.pop(), ports.pop(), ports.pop()};
            brokerPorts.add(of);
            toBrokers.add(proxyBefore(of[1]));
        }
        databasePort = ports.pop();
        toDatabase = proxyBefore(databasePort);
        rest = ports.pop();
        apiPort = ports.pop();
    }

    private TcpProxy proxyBefore(int port) throws IOException {
        TcpProxy proxy = new TcpProxy(0, new InetSocketAddress("127.0.0.1", port));
        parts.add(proxy);
        return proxy;
    }

    private void bringUp() throws IOException {
        writeFlinkSettings(ports.pop());
        for (int node = 0; node < BROKERS; node++) {
            startBroker(node);
        }
        startJobManager();
        for (int number = 0; number < TASK_MANAGERS; number++) {
            startTaskManager(number);
        }
        postgres = RestartablePostgres.start(folder.resolve("database"), databasePort);
        parts.add(postgres);
        writeSettings(settings(), DATABASE, "joulestream-ledger");
    }

    // ---- the parts, and how they end and start again

    void startBroker(int node) throws IOException {
        int[] of = brokerPorts.get(node);
        List<String> voters = new ArrayList<>();
        for (int voter = 0; voter < BROKERS; voter++) {
            voters.add(voter + 1 + "@127.0.0.1:" + brokerPorts.get(voter)[2]);
        }
        brokers[node] = ServerProcess.start(
                ServerProcess.java(
                        "256m",
                        System.getProperty("java.class.path"),
                        options("broker-" + (node + 1)),
                        ClusterBroker.class.getName(),
                        folder.resolve("broker-" + (node + 1)).toString(),
                        Integer.toString(node + 1),
                        Integer.toString(of[0]),
                        Integer.toString(of[1]),
                        Integer.toString(toBrokers.get(node).port()),
                        Integer.toString(of[2]),
                        String.join(",", voters),
                        kafkaId),
                log("broker-" + (node + 1)));
    }

    void killBroker(int node) throws InterruptedException {
        brokers[node].kill();
    }

    void startJobManager() throws IOException {
        jobManager = ServerProcess.start(
                ServerProcess.java(
                        "256m",
                        flinkClassPath(),
                        options("job-manager"),
                        "org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint",
                        "--configDir",
                        flinkSettings().getParent().toString()),
                log("job-manager"));
    }

    void killJobManager() throws InterruptedException {
        jobManager.kill();
    }

    void startTaskManager(int number) throws IOException {
        taskManagers[number] = ServerProcess.start(
                ServerProcess.java(
                        "384m",
                        flinkClassPath(),
                        options("task-manager-" + number),
                        "org.apache.flink.runtime.taskexecutor.TaskManagerRunner",
                        "--configDir",
                        flinkSettings().getParent().toString(),
                        "-D",
                        "taskmanager.resource-id=tm" + number),
                log("task-manager-" + number));
    }

    ServerProcess taskManager(int number) {
        return taskManagers[number];
    }

    RestartablePostgres postgres() {
        return postgres;
    }

    TcpProxy toDatabase() {
        return toDatabase;
    }

    List<TcpProxy> toBrokers() {
        return toBrokers;
    }

    void startApi() throws IOException {
        api = ServerProcess.start(
                joulestream(
                        "api",
                        settings(),
                        "api",
                        "--port",
                        Integer.toString(apiPort),
                        "--admin-port",
                        "0",
                        "--jobmanager",
                        jobManagerUrl()),
                log("api"));
    }

    void killApi() throws InterruptedException {
        api.kill();
    }

    // ---- what they answer

    String bootstrap() {
        return String.join(
                ",", brokerPorts.stream().map(of -> "127.0.0.1:" + of[0]).toList());
    }

    String jobManagerUrl() {
        return "http://127.0.0.1:" + rest;
    }

    /** Past the proxy, whatever it does. */
    Connection connect() throws SQLException {
        return connect(DATABASE);
    }

    Connection connect(String database) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + databasePort + "/" + database, postgres.user(), postgres.password());
    }

    /** GET over the job manager's REST interface; empty text when it does not answer. Any thread. */
    String askFlink(String path) {
        return get(jobManagerUrl() + path);
    }

    /** GET over the product's API; empty text when it does not answer. Any thread. */
    String askApi(String path) {
        return get("http://127.0.0.1:" + apiPort + path);
    }

    private String get(String url) {
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create(url))
                    .timeout(Duration.ofSeconds(5))
                    .build();
            return http.send(request, HttpResponse.BodyHandlers.ofString()).body();
        } catch (IOException e) {
            return "";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "";
        }
    }

    int freeSlots() {
        Matcher free = Pattern.compile("\"slots-available\":(\\d+)").matcher(askFlink("/overview"));
        return free.find() ? Integer.parseInt(free.group(1)) : 0;
    }

    /** Task managers with at least one slot in use. */
    List<Integer> workingTaskManagers() {
        String answer = askFlink("/taskmanagers");
        List<Integer> working = new ArrayList<>();
        Matcher manager =
                Pattern.compile("\"id\":\"tm(\\d)\".*?\"freeSlots\":(\\d+)").matcher(answer);
        while (manager.find()) {
            if (Integer.parseInt(manager.group(2)) < SLOTS) {
                working.add(Integer.valueOf(manager.group(1)));
            }
        }
        return working;
    }

    void awaitUp() {
        Awaitility.await("all parts answer; logs in " + folder)
                .atMost(UP)
                .pollInterval(Duration.ofMillis(250))
                .until(() ->
                        Arrays.stream(brokers).allMatch(broker -> broker.text().contains("is up"))
                                && freeSlots() == TASK_MANAGERS * SLOTS);
    }

    // ---- commands

    /** What a command said, on either stream, and its exit code. */
    record Said(int exitCode, String text) {}

    /** One command of Joulestream, in a JVM of its own, with this installation's settings. */
    Said run(String... arguments) throws IOException, InterruptedException {
        return run(settings(), Map.of(), arguments);
    }

    Said run(Path settings, Map<String, String> environment, String... arguments)
            throws IOException, InterruptedException {
        return said(joulestream("command", settings, arguments), environment);
    }

    /** {@code flink run} of the distribution: its own main class, its own class path, and our jar. */
    Said flinkRun(Path jar) throws IOException, InterruptedException {
        List<String> command = ServerProcess.java(
                "256m",
                flinkClassPath(),
                options("flink-run"),
                "org.apache.flink.client.cli.CliFrontend",
                "run",
                "--detached",
                "--parallelism",
                Integer.toString(PARALLELISM),
                jar.toString(),
                settings().toString());
        return said(
                command, Map.of("FLINK_CONF_DIR", flinkSettings().getParent().toString()));
    }

    private Said said(List<String> command, Map<String, String> environment) throws IOException, InterruptedException {
        Path log = Files.createTempFile(folder, "command-", ".txt");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        parts.add(process::destroyForcibly);
        int exit = process.waitFor();
        return new Said(exit, Files.readString(log));
    }

    private List<String> joulestream(String name, Path settings, String... arguments) {
        List<String> all = new ArrayList<>(List.of("io.joulestream.app.Joulestream"));
        all.addAll(List.of(arguments));
        all.addAll(List.of("--config", settings.toString()));
        return ServerProcess.java(
                "256m",
                System.getProperty("java.class.path"),
                List.of("-Djoulestream.logs=" + folder.resolve("logs-" + name)),
                all.toArray(new String[0]));
    }

    // ---- settings

    Path folder() {
        return folder;
    }

    Path settings() {
        return folder.resolve("joulestream.conf");
    }

    private Path flinkSettings() {
        return folder.resolve("flink").resolve("config.yaml");
    }

    /** Settings for a job of its own group that writes to this database of the same server. */
    Path settingsFor(String database, String group) throws IOException {
        Path settings = folder.resolve(database + "-" + group + ".conf");
        writeSettings(settings, database, group);
        return settings;
    }

    private void writeSettings(Path settings, String database, String group) throws IOException {
        Files.writeString(settings, """
                joulestream {
                  kafka { bootstrap = "%s", replication = 3 }
                  database { url = "jdbc:postgresql://127.0.0.1:%d/%s?socketTimeout=10", user = "%s", password = "%s" }
                  job {
                    parallelism = %d
                    group = "%s"
                    topic-discovery = 2s
                    cluster { checkpoint-interval = %d ms, checkpoint-dir = "%s" }
                  }
                }
                """.formatted(
                String.join(
                        ",",
                        toBrokers.stream().map(p -> "127.0.0.1:" + p.port()).toList()),
                toDatabase.port(),
                database,
                postgres.user(),
                postgres.password(),
                PARALLELISM,
                group,
                CHECKPOINT_INTERVAL.toMillis(),
                folder.resolve("checkpoints").toUri()));
    }

    private void writeFlinkSettings(int rpc) throws IOException {
        Files.createDirectories(flinkSettings().getParent());
        for (String work : List.of("blob", "tmp", "web", "checkpoints")) {
            Files.createDirectories(folder.resolve(work));
        }
        // the memory sizes are those that Flink's shell scripts would work out
        Files.writeString(flinkSettings(), """
                jobmanager.rpc.address: 127.0.0.1
                jobmanager.rpc.port: %1$d
                jobmanager.bind-host: 127.0.0.1
                rest.address: 127.0.0.1
                rest.bind-address: 127.0.0.1
                rest.port: %2$d
                rest.bind-port: %2$d
                taskmanager.host: 127.0.0.1
                taskmanager.bind-host: 127.0.0.1
                taskmanager.numberOfTaskSlots: %3$d
                taskmanager.cpu.cores: 1.0
                taskmanager.memory.task.heap.size: 256m
                taskmanager.memory.task.off-heap.size: 16m
                taskmanager.memory.framework.heap.size: 64m
                taskmanager.memory.framework.off-heap.size: 64m
                taskmanager.memory.network.min: 64m
                taskmanager.memory.network.max: 64m
                taskmanager.memory.managed.size: 64m
                taskmanager.memory.jvm-metaspace.size: 192m
                taskmanager.memory.jvm-overhead.min: 64m
                taskmanager.memory.jvm-overhead.max: 64m
                heartbeat.interval: 1000
                heartbeat.timeout: 6000
                cluster.services.shutdown-timeout: 2000
                blob.storage.directory: %4$s/blob
                io.tmp.dirs: %4$s/tmp
                web.tmpdir: %4$s/web
                """.formatted(rpc, rest, SLOTS, folder));
        Files.writeString(folder.resolve("log4j2.properties"), """
                status = ERROR
                appender.console.type = Console
                appender.console.name = console
                appender.console.layout.type = PatternLayout
                appender.console.layout.pattern = %d{HH:mm:ss.SSS} %-5level [%t] %c{1.} %m%n%xEx{30}
                rootLogger.level = WARN
                rootLogger.appenderRef.console.ref = console
                logger.job.name = org.apache.flink.runtime
                logger.job.level = INFO
                logger.metrics.name = org.apache.flink.runtime.metrics
                logger.metrics.level = ERROR
                logger.metricgroup.name = org.apache.flink.metrics
                logger.metricgroup.level = ERROR
                logger.clients.name = org.apache.kafka.clients
                logger.clients.level = ERROR
                """);
    }

    private List<String> options(String part) throws IOException {
        Path temporary = Files.createDirectories(folder.resolve("tmp-" + part));
        return List.of(
                "-Dlog4j2.configurationFile=" + folder.resolve("log4j2.properties"),
                "-Djava.io.tmpdir=" + temporary,
                "-XX:MaxDirectMemorySize=256m",
                // of those that Flink's own scripts open, what this needs
                "--add-opens=java.base/java.util=ALL-UNNAMED",
                "--add-opens=java.base/java.lang=ALL-UNNAMED");
    }

    private Path log(String part) {
        return folder.resolve(part + ".log");
    }

    private static String flinkClassPath() {
        List<String> own = new ArrayList<>();
        String all = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        for (String entry : all.split(java.io.File.pathSeparator)) {
            if (FLINKS_OWN.matcher(Path.of(entry).getFileName().toString()).matches()) {
                own.add(entry);
            }
        }
        return String.join(java.io.File.pathSeparator, own);
    }

    /** Free when chosen, all held at once so that they differ. */
    private void choosePorts(int count) throws IOException {
        List<ServerSocket> held = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
            held.add(socket);
            ports.add(socket.getLocalPort());
        }
        for (ServerSocket socket : held) {
            socket.close();
        }
    }

    @Override
    public void close() throws Exception {
        for (ServerProcess process : processes()) {
            process.kill();
        }
        for (int i = parts.size() - 1; i >= 0; i--) {
            parts.get(i).close();
        }
    }

    private List<ServerProcess> processes() {
        List<ServerProcess> all = new ArrayList<>();
        all.add(api);
        all.addAll(Arrays.asList(taskManagers));
        all.add(jobManager);
        all.addAll(Arrays.asList(brokers));
        all.removeIf(java.util.Objects::isNull);
        return all;
    }
}
