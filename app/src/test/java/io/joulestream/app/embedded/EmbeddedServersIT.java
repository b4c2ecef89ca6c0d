package io.joulestream.app.embedded;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
class EmbeddedServersIT {
    private static final String TOPIC = "records";

    @TempDir
    Path folder;

    @Test
    void dataIsThereAfterAnOrderlyRestart() throws Exception {
        Path path = folder.resolve("a folder with $paces");
        try (DataDirectory directory = DataDirectory.open(path);
                EmbeddedServers servers = EmbeddedServers.start(directory)) {
            createAndWrite(servers, "one");
        }

        try (DataDirectory directory = DataDirectory.open(path);
                EmbeddedServers servers = EmbeddedServers.start(directory)) {
            assertThat(recordsIn(servers)).containsExactly("one");
            assertThat(rowsIn(servers)).containsExactly("one");

            write(servers, "two");

            assertThat(recordsIn(servers)).containsExactly("one", "two");
            assertThat(rowsIn(servers)).containsExactly("one", "two");
        }
    }

    @Test
    void dataIsThereAfterAKill() throws Exception {
        List<ProcessHandle> orphans;
        try (ChildJvm child = ChildJvm.start(HoldServers.class, folder)) {
            assertThat(child.nextLine()).isEqualTo("written");
            child.kill();
        }
        orphans = PostgresProcesses.of(folder.resolve("postgres/data"));
        assertThat(orphans).as("PostgreSQL outlives its JVM").isNotEmpty();

        try (DataDirectory directory = DataDirectory.open(folder);
                EmbeddedServers servers = EmbeddedServers.start(directory)) {
            assertThat(orphans).allMatch(PostgresProcesses::hasEnded);
            assertThat(recordsIn(servers)).containsExactly("one");
            assertThat(rowsIn(servers)).containsExactly("one");

            write(servers, "two");

            assertThat(recordsIn(servers)).containsExactly("one", "two");
        }
    }

    @Test
    void dataIsThereAfterBothProcessesWereKilled() throws Exception {
        try (ChildJvm child = ChildJvm.start(HoldServers.class, folder)) {
            assertThat(child.nextLine()).isEqualTo("written");
            List<ProcessHandle> postgres = PostgresProcesses.of(folder.resolve("postgres/data"));
            child.kill();
            postgres.forEach(ProcessHandle::destroyForcibly);
            for (ProcessHandle process : postgres) {
                process.onExit().get(30, SECONDS);
            }
        }
        // as after a reboot: the number belongs to something else now, and to something we may not stop
        String pidFile = Files.readString(folder.resolve("postgres/data/postmaster.pid"));
        Files.writeString(
                folder.resolve("postgres/data/postmaster.pid"),
                pidFile.replaceFirst(
                        "\\d+", Long.toString(ProcessHandle.current().pid())));

        try (DataDirectory directory = DataDirectory.open(folder);
                EmbeddedServers servers = EmbeddedServers.start(directory)) {
            assertThat(recordsIn(servers)).containsExactly("one");
            assertThat(rowsIn(servers)).containsExactly("one");
        }
    }

    @Test
    void postgresKeepsWhatIsCommittedAndLetsNobodyElseIn() throws Exception {
        try (DataDirectory directory = DataDirectory.open(folder);
                EmbeddedServers servers = EmbeddedServers.start(directory)) {
            assertThat(setting(servers, "fsync")).isEqualTo("on");
            assertThat(setting(servers, "synchronous_commit")).isEqualTo("on");
            assertThat(setting(servers, "full_page_writes")).isEqualTo("on");
            assertThat(setting(servers, "data_checksums")).isEqualTo("on");
            assertThat(setting(servers, "listen_addresses")).isEqualTo("127.0.0.1");
            assertThat(setting(servers, "server_encoding")).isEqualTo("UTF8");
            assertThat(setting(servers, "log_timezone")).isEqualTo("UTC");
            assertThat(
                            rows(
                                    servers,
                                    "select concat(datlocprovider, ' ', datlocale) from pg_database where datname = current_database()"))
                    .containsExactly("b C.UTF-8");

            assertThat(Files.getPosixFilePermissions(directory.postgres().resolve("password")))
                    .isEqualTo(PosixFilePermissions.fromString("rw-------"));
            assertThatThrownBy(() -> DriverManager.getConnection(servers.jdbcUrl(), servers.jdbcUser(), "guess"))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("password authentication failed");
        }
    }

    @Test
    void aRecordMayBeSixteenMebibytes() throws Exception {
        byte[] inventory = new byte[16 << 20];
        Arrays.fill(inventory, (byte) 7);

        try (DataDirectory directory = DataDirectory.temporary();
                EmbeddedServers servers = EmbeddedServers.start(directory)) {
            createTopic(servers);
            send(servers, inventory);

            assertThat(payloads(servers)).singleElement().isEqualTo(inventory);
        }
    }

    @Test
    void nothingIsLeftWhenATemporaryDirectoryIsClosed() throws Exception {
        DataDirectory directory = DataDirectory.temporary();
        EmbeddedServers servers = EmbeddedServers.start(directory);
        List<ProcessHandle> postgres = PostgresProcesses.of(directory.postgres().resolve("data"));

        directory.close();

        assertThat(postgres).isNotEmpty().allMatch(PostgresProcesses::hasEnded);
        assertThat(directory.path()).doesNotExist();
        assertThat(servers.failure()).isNotDone();
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.getName().startsWith("kafka-") && !thread.isDaemon());
    }

    @Test
    void everythingStopsWhenTheProcessIsAskedToEnd() throws Exception {
        try (ChildJvm child = ChildJvm.start(HoldServers.class, folder)) {
            assertThat(child.nextLine()).isEqualTo("written");

            child.terminate();
        }

        assertThat(PostgresProcesses.of(folder.resolve("postgres/data"))).isEmpty();
        assertThat(folder.resolve("postgres/data/postmaster.pid")).doesNotExist();
    }

    @Test
    void thePostgresOfAKilledTemporaryServiceIsStoppedByTheNext() throws Exception {
        Path left;
        List<ProcessHandle> orphans;
        try (ChildJvm child = ChildJvm.start(HoldServers.class)) {
            left = Path.of(child.nextLine());
            child.kill();
            orphans = PostgresProcesses.of(left.resolve("postgres/data"));
        }

        DataDirectory.temporary().close();

        assertThat(orphans).isNotEmpty().allMatch(PostgresProcesses::hasEnded);
        assertThat(left).doesNotExist();
    }

    @Test
    void aPortThatWasTakenMeanwhileIsGivenUpForAnother() throws Exception {
        InetAddress loopback = InetAddress.getByName("127.0.0.1");
        try (DataDirectory directory = DataDirectory.temporary();
                ServerSocket taken = new ServerSocket(0, 1, loopback)) {
            int free;
            try (ServerSocket socket = new ServerSocket(0, 1, loopback)) {
                free = socket.getLocalPort();
            }
            Iterator<Integer> ports = List.of(taken.getLocalPort(), free).iterator();

            try (EmbeddedPostgres postgres = EmbeddedPostgres.start(directory, ports::next)) {
                assertThat(postgres.jdbcUrl()).contains(":" + free + "/");
            }
        }
    }

    @Test
    void noPortAtAllIsReported() throws Exception {
        try (DataDirectory directory = DataDirectory.temporary();
                ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            assertThatThrownBy(() -> EmbeddedPostgres.start(directory, taken::getLocalPort))
                    .isInstanceOf(IOException.class)
                    .hasMessageMatching("PostgreSQL did not start: could not create any TCP/IP sockets; see .*");
        }
    }

    @Test
    void aServerThatCannotStartTakesTheOtherDownWithIt() throws Exception {
        try (DataDirectory directory = DataDirectory.open(folder)) {
            Files.writeString(directory.kafka().resolve("meta.properties"), "version=1\nnode.id=99\ncluster.id=x\n");

            assertThatThrownBy(() -> EmbeddedServers.start(directory))
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith("Kafka did not start: ");

            assertThat(PostgresProcesses.of(directory.postgres().resolve("data")))
                    .isEmpty();
        }
    }

    @Test
    void aPostgresThatEndsIsStartedAgainWhereItWasWithAllThatWasCommitted() throws Exception {
        try (DataDirectory directory = DataDirectory.open(folder);
                EmbeddedServers servers = EmbeddedServers.start(directory)) {
            createAndWrite(servers, "one");
            List<ProcessHandle> killed =
                    PostgresProcesses.of(directory.postgres().resolve("data"));
            killed.forEach(ProcessHandle::destroyForcibly);

            Awaitility.await()
                    .atMost(Duration.ofSeconds(10))
                    .until(() -> servers.databaseOutage().isPresent());
            DatabaseOutage outage = servers.databaseOutage().orElseThrow();
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> servers.databaseOutage().isEmpty());

            assertThat(outage.text()).startsWith("PostgreSQL has ended: ").contains("it is started again, see ");
            assertThat(outage.diskFull()).isFalse();
            assertThat(rowsIn(servers)).containsExactly("one");
            assertThat(servers.failure()).isNotDone();
        }
        assertThat(PostgresProcesses.of(folder.resolve("postgres/data"))).isEmpty();
    }

    @Test
    void aPostgresWhoseLogSomebodyRemovedIsStartedAgainAllTheSame() throws Exception {
        try (DataDirectory directory = DataDirectory.open(folder);
                EmbeddedPostgres postgres = EmbeddedPostgres.start(directory).startAgainWheneverItEnds()) {
            Path log = directory.logs().resolve("postgres.log");
            Files.delete(log);

            PostgresProcesses.of(directory.postgres().resolve("data")).forEach(ProcessHandle::destroyForcibly);

            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> Files.exists(log) && postgres.outage().isEmpty());
            assertThat(Files.readString(log)).contains("database system is ready to accept connections");
            DriverManager.getConnection(postgres.jdbcUrl(), postgres.user(), postgres.password())
                    .close();
        }
    }

    @Test
    void aServiceThatIsClosedWhileItsPostgresStartsAgainLeavesNoneBehind() throws Exception {
        try (DataDirectory directory = DataDirectory.open(folder);
                EmbeddedServers servers = EmbeddedServers.start(directory)) {
            PostgresProcesses.of(directory.postgres().resolve("data")).forEach(ProcessHandle::destroyForcibly);
            Awaitility.await()
                    .atMost(Duration.ofSeconds(10))
                    .until(() -> servers.databaseOutage().isPresent());
        }

        assertThat(PostgresProcesses.of(folder.resolve("postgres/data"))).isEmpty();
    }

    /** Writes to both servers in the directory it is told, or in a temporary one, says so, and stays. */
    static final class HoldServers {
        public static void main(String[] args) throws Exception {
            DataDirectory directory =
                    args.length == 0 ? DataDirectory.temporary() : DataDirectory.open(Path.of(args[0]));
            EmbeddedServers servers = EmbeddedServers.start(directory);
            createAndWrite(servers, "one");
            System.out.println(args.length == 0 ? directory.path() : "written");
            Thread.currentThread().join();
        }
    }

    private static void createAndWrite(EmbeddedServers servers, String text) throws Exception {
        createTopic(servers);
        try (Connection connection = connect(servers);
                Statement statement = connection.createStatement()) {
            statement.execute("create table rows (id serial, text text)");
        }
        write(servers, text);
    }

    private static void write(EmbeddedServers servers, String text) throws Exception {
        send(servers, text.getBytes());
        try (Connection connection = connect(servers);
                Statement statement = connection.createStatement()) {
            statement.execute("insert into rows (text) values ('" + text + "')");
        }
    }

    private static void createTopic(EmbeddedServers servers) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", servers.kafkaBootstrap()))) {
            admin.createTopics(List.of(new NewTopic(TOPIC, 1, (short) 1))).all().get(60, SECONDS);
        }
    }

    private static void send(EmbeddedServers servers, byte[] payload) throws Exception {
        Map<String, Object> config = Map.of(
                "bootstrap.servers",
                servers.kafkaBootstrap(),
                "max.request.size",
                EmbeddedKafka.MAX_MESSAGE_BYTES,
                "max.in.flight.requests.per.connection",
                1);
        try (var producer = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(TOPIC, payload)).get(60, SECONDS);
        }
    }

    private static List<String> recordsIn(EmbeddedServers servers) {
        return payloads(servers).stream().map(String::new).toList();
    }

    private static List<byte[]> payloads(EmbeddedServers servers) {
        TopicPartition partition = new TopicPartition(TOPIC, 0);
        Map<String, Object> config = Map.of("bootstrap.servers", servers.kafkaBootstrap());
        try (var consumer = new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).get(partition);
            List<byte[]> payloads = new ArrayList<>();
            while (consumer.position(partition) < end) {
                consumer.poll(Duration.ofSeconds(10)).forEach(record -> payloads.add(record.value()));
            }
            return payloads;
        }
    }

    private static List<String> rowsIn(EmbeddedServers servers) throws SQLException {
        return rows(servers, "select text from rows order by id");
    }

    private static String setting(EmbeddedServers servers, String name) throws SQLException {
        return rows(servers, "show " + name).get(0);
    }

    private static List<String> rows(EmbeddedServers servers, String query) throws SQLException {
        try (Connection connection = connect(servers);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            List<String> texts = new ArrayList<>();
            while (rows.next()) {
                texts.add(rows.getString(1));
            }
            return texts;
        }
    }

    private static Connection connect(EmbeddedServers servers) throws SQLException {
        return DriverManager.getConnection(servers.jdbcUrl(), servers.jdbcUser(), servers.jdbcPassword());
    }
}
