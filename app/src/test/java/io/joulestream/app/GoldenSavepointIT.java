package io.joulestream.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.joulestream.app.embedded.DataDirectory;
import io.joulestream.app.embedded.EmbeddedServers;
import io.joulestream.core.inventory.MinimalSite;
import io.joulestream.core.inventory.SampleKind;
import io.joulestream.ingest.kafka.FramePublisher;
import io.joulestream.ingest.kafka.Settlement;
import io.joulestream.ingest.mlperf.MlperfImport;
import io.joulestream.storage.Database;
import io.joulestream.storage.DatabaseAddress;
import io.joulestream.streaming.EngineSettings;
import io.joulestream.streaming.LedgerJob;
import io.joulestream.streaming.StateBackend;
import io.joulestream.wire.FrameCodec;
import io.joulestream.wire.FrameKey;
import io.joulestream.wire.Topics;
import io.joulestream.wire.v1.TelemetryFrame;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A job goes on from a savepoint that an earlier build wrote in the middle of the shipped example, and the run comes out
 * as if it had never stopped. Savepoints are kept in {@code src/test/resources/golden/savepoint}, one folder for each
 * format there has been; none is ever rewritten. Another is added by
 * {@code mvn verify -pl app -am -Dit.test=GoldenSavepointIT -Dgolden.savepoint=NAME}.
 *
 * <p>The records' append times are those of the example, not of the test: what the job forgets with time is then the same
 * in every year.
 */
class GoldenSavepointIT {
    private static final Path EXAMPLES = Path.of("../docs/examples/mlperf-power");
    private static final Path SAVEPOINTS = Path.of("src/test/resources/golden/savepoint");
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final String SITE = "golden";
    private static final String RUN = "golden-run";

    @TempDir
    private Path folder;

    private AppConfig config;
    private EmbeddedServers servers;
    private DataDirectory directory;
    private DatabaseAddress address;
    private String topic;
    private List<TelemetryFrame> frames;
    private JobClient job;

    @BeforeEach
    void start() throws Exception {
        directory = DataDirectory.temporary();
        config = AppConfig.load(null).withDataDirectory(directory.path());
        servers = EmbeddedServers.start(directory);
        address = new DatabaseAddress(servers.jdbcUrl(), servers.jdbcUser(), servers.jdbcPassword());
        topic = Topics.telemetry(config.tenant());
        frames = example();
        try (Admin admin = Admin.create(kafka())) {
            admin.createTopics(List.of(
                            new NewTopic(topic, 1, (short) 1).configs(Map.of("message.timestamp.type", "CreateTime"))))
                    .all()
                    .get();
        }
        LedgerInputs.openTopics(config, servers.kafkaBootstrap());
        publishSite();
        send(frames.subList(0, half()));
    }

    @AfterEach
    void stop() throws Exception {
        if (job != null && !job.getJobStatus().get().isGloballyTerminalState()) {
            job.cancel().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
        directory.close();
    }

    static List<Arguments> savepointsOnEveryBackend() throws IOException {
        try (Stream<Path> folders = Files.list(SAVEPOINTS)) {
            return folders.sorted()
                    .flatMap(folder -> Stream.of(StateBackend.values()).map(backend -> Arguments.of(folder, backend)))
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("savepointsOnEveryBackend")
    void aRunGoesOnFromASavepointOfAnEarlierBuild(Path savepoint, StateBackend backend) throws Exception {
        job = submit(Optional.of(savepoint), backend);
        send(frames.subList(half(), frames.size()));
        awaitSettled(true);

        assertThat(ask("select sum(energy_measured_uj) from run_hour")).isEqualTo("4891931669491");
        assertThat(ask("select sum(tokens) from run_hour")).isEqualTo("3932160");
        assertThat(ask("select count(*) from dead_letter")).isEqualTo("0");
        // of the example's eleven minutes those that the savepoint's build had finished are not written again
        assertThat(Integer.parseInt(ask("select count(*) from channel_minute"))).isBetween(1, 10);
    }

    @Test
    @EnabledIfSystemProperty(named = "golden.savepoint", matches = "[a-z0-9-]+")
    void writeASavepointOfThisBuild() throws Exception {
        job = submit(Optional.empty(), StateBackend.HASHMAP);
        // what nudges would be counted in the savepoint's offsets
        awaitSettled(false);
        String written = job.stopWithSavepoint(false, folder.toUri().toString(), SavepointFormatType.CANONICAL)
                .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        job = null; // its cluster ended with it

        Path golden = Files.createDirectories(SAVEPOINTS.resolve(System.getProperty("golden.savepoint")));
        Files.copy(Path.of(URI.create(written)).resolve("_metadata"), golden.resolve("_metadata"));
        assertThat(Files.list(Path.of(URI.create(written))))
                .as("all of it is in one file")
                .hasSize(1);
    }

    private JobClient submit(Optional<Path> savepoint, StateBackend backend) throws Exception {
        Configuration flink = new EngineSettings(
                        backend, folder.resolve("checkpoints").toUri().toString(), Duration.ofSeconds(1))
                .toFlink();
        flink.setString("execution.checkpointing.data-inline-threshold", "1 mb");
        flink.setString("taskmanager.memory.managed.size", "64m");
        flink.setString("taskmanager.memory.network.max", "32m");
        flink.setString("taskmanager.memory.network.min", "32m");
        savepoint.ifPresent(path -> {
            flink.setString(
                    "execution.state-recovery.path",
                    path.toAbsolutePath().toUri().toString());
            flink.setString("execution.state-recovery.claim-mode", "NO_CLAIM");
        });
        StreamExecutionEnvironment env = StreamExecutionEnvironment.createLocalEnvironment(1, flink);
        LedgerJob.define(env, LedgerInputs.jobConfig(config, servers.kafkaBootstrap(), address));
        return env.executeAsync(LedgerJob.NAME);
    }

    private List<TelemetryFrame> example() {
        MlperfImport.Outcome.Ready ready = (MlperfImport.Outcome.Ready) MlperfImport.read(new MlperfImport.Request(
                config.tenant(),
                SITE,
                List.of(EXAMPLES.resolve("node_0_ac.txt")),
                Optional.empty(),
                Optional.of(EXAMPLES.resolve("result_0.txt")),
                Optional.of(RUN),
                Optional.empty()));
        return ready.frames();
    }

    private int half() {
        return frames.size() / 2;
    }

    private void publishSite() throws InterruptedException {
        String yaml = MinimalSite.of(config.tenant(), SITE)
                .node("node-0", Duration.ofSeconds(2), SampleKind.INSTANT, 20_000_000)
                .toYaml();
        try (Database database = Database.open(address)) {
            new SiteRegistry(database.sites(), kafka(), Clock.systemUTC()).apply(yaml);
        }
    }

    /** Each record a second after the one before, from an instant when the example's readings were young. */
    private void send(List<TelemetryFrame> part) throws Exception {
        Instant first =
                Instant.ofEpochMilli(frames.get(frames.size() - 1).getT0Ms()).plusSeconds(60);
        try (Producer<String, byte[]> producer =
                new KafkaProducer<>(kafka(), new StringSerializer(), new ByteArraySerializer())) {
            for (TelemetryFrame frame : part) {
                long appended = first.plusSeconds(frames.indexOf(frame)).toEpochMilli();
                String key = FrameKey.of(frame).toString();
                producer.send(new ProducerRecord<>(topic, 0, appended, key, FrameCodec.encode(frame)))
                        .get();
            }
        }
    }

    private void awaitSettled(boolean nudging) throws Exception {
        TopicPartition only = new TopicPartition(topic, 0);
        try (Admin admin = Admin.create(kafka());
                FramePublisher nudge = new FramePublisher(kafka(), topic)) {
            long end = admin.listOffsets(Map.of(only, OffsetSpec.latest()))
                    .all()
                    .get()
                    .get(only)
                    .offset();
            assertThat(new Settlement(admin, config.group(), nudging ? nudge::nudge : behind -> {})
                            .await(Map.of(only, end - 1), PATIENCE))
                    .isEqualTo(new Settlement.Outcome.Settled());
        }
    }

    private String ask(String sql) throws Exception {
        try (Database database = Database.open(address);
                Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            result.next();
            return result.getString(1);
        }
    }

    private Map<String, Object> kafka() {
        return Map.of("bootstrap.servers", servers.kafkaBootstrap());
    }
}
