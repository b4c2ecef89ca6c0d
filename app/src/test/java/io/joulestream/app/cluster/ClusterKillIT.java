package io.joulestream.app.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.joulestream.app.cluster.TcpProxy.Direction;
import io.joulestream.app.truth.CheckReport;
import io.joulestream.app.truth.LedgerCheck;
import io.joulestream.ingest.kafka.FramePublisher;
import io.joulestream.ingest.kafka.Settlement;
import io.joulestream.ingest.world.FeedPlan;
import io.joulestream.ingest.world.TruthFile;
import io.joulestream.ingest.world.World;
import io.joulestream.ingest.world.WorldPreset;
import io.joulestream.ingest.world.WorldSite;
import io.joulestream.wire.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real cluster, and what can happen to it while data runs in. Its ledger is the one of a cluster that was left alone.
 *
 * <p>The seed is printed; the same seed strikes in the same order. Many faults, with a task manager frozen for a minute:
 * {@code mvn verify -pl app -am -Dit.test=ClusterKillIT -Dfaults=200 -Dfreeze=60 -Dseed=7}.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ClusterKillIT {
    private static final int FAULTS = Integer.getInteger("faults", Fault.values().length);
    private static final Duration FREEZE = Duration.ofSeconds(Integer.getInteger("freeze", 10));
    private static final Duration RECOVERY = Duration.ofSeconds(Integer.getInteger("recovery", 15));
    private static final Duration STEADY_LAG = Cluster.CHECKPOINT_INTERVAL.multipliedBy(3);
    private static final long SEED = Long.getLong("seed", 20_261_125);
    /** Fixed, so that a seed gives the same world on any day. */
    private static final Instant END = Instant.parse("2026-10-24T00:00:00Z");

    private static final Duration PATIENCE = Duration.ofMinutes(3);
    /** More than a fault takes, also on a busy machine: a feed that ends before the campaign leaves nothing to be struck. */
    private static final Duration PER_FAULT = Duration.ofSeconds(20);

    private static final String GROUP = "joulestream-ledger";

    /** What strikes. After each everything that was killed runs again. */
    private enum Fault {
        BROKER_KILLED,
        TASK_MANAGER_KILLED,
        TASK_MANAGER_FROZEN,
        JOB_MANAGER_KILLED,
        POSTMASTER_KILLED,
        BACKEND_KILLED,
        BACKEND_TERMINATED,
        API_KILLED,
        DATABASE_HEARS_NOTHING,
        DATABASE_IS_NOT_HEARD,
        DATABASE_HALF_OPEN,
        BROKERS_CUT_OFF,
        CONNECTIONS_RESET,
        NETWORK_SLOW,
        /** Two at once. */
        TASK_MANAGER_AND_BROKER_KILLED,
        /** While the job recovers from the first. */
        POSTMASTER_KILLED_IN_RECOVERY
    }

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private static Path folder;

    private final Random random = new Random(SEED);
    private final World world = world();
    private final FeedPlan plan = new FeedPlan(world.end(), world.start(), false);
    private final List<String> recoveries = new ArrayList<>();
    private Cluster cluster;
    private Feeder feeder;
    private Admin admin;

    /** A day more for every hundred faults, so that a long campaign's feed is not too slow to tell a recovery by. */
    private static World world() {
        Duration length = Duration.ofDays(1 + FAULTS / 100);
        return World.of(List.of(WorldPreset.EDGE_2RACK), SEED, END.minus(length), END);
    }

    @BeforeAll
    void start() throws Exception {
        System.out.println("seed " + SEED + ", " + FAULTS + " faults");
        cluster = Cluster.start(folder);
        admin = Admin.create(Map.of("bootstrap.servers", cluster.bootstrap()));
        feeder = new Feeder(cluster.bootstrap(), world, plan);
    }

    @AfterAll
    void end() throws Exception {
        if (cluster != null) {
            if (feeder != null) {
                feeder.close();
                admin.close();
            }
            cluster.close();
        }
    }

    // ---- the job on the cluster, by the commands of the product

    @Test
    @Order(1)
    void aJobThatCannotRunIsRefusedBeforeAnythingIsSubmitted() throws Exception {
        Cluster.Said nobody = cluster.run("submit", "--jobmanager", "http://127.0.0.1:1", "--jar", jar());
        Cluster.Said tooWide =
                cluster.run("submit", "--jobmanager", cluster.jobManagerUrl(), "--jar", jar(), "--parallelism", "9");
        Cluster.Said noJob = cluster.run("stop", "--jobmanager", cluster.jobManagerUrl(), "--savepoint", savepoints());

        assertThat(nobody.exitCode()).isEqualTo(1);
        assertThat(nobody.text()).contains("the job manager at http://127.0.0.1:1 does not answer");
        assertThat(tooWide.exitCode()).isEqualTo(1);
        assertThat(tooWide.text())
                .contains("parallelism 9 needs as many free task slots")
                .contains("has 4 of 4");
        assertThat(noJob.exitCode()).isEqualTo(1);
        assertThat(noJob.text()).contains("no joulestream ledger runs on");
        assertThat(cluster.askFlink("/jobs/overview")).contains("\"jobs\":[]");
    }

    @Test
    @Order(2)
    void theJarRunsByFlinksOwnCommandAndASecondJobIsRefused() throws Exception {
        Cluster.Said run = cluster.flinkRun(Path.of(jar()));
        assertThat(run.exitCode()).as(run.text()).isZero();
        awaitRunning();
        applySite();
        feeder.start(PER_FAULT.multipliedBy(FAULTS + 9).dividedBy(feeder.size()));

        Cluster.Said second = cluster.run("submit", "--jobmanager", cluster.jobManagerUrl(), "--jar", jar());

        assertThat(second.exitCode()).isEqualTo(1);
        assertThat(second.text()).contains("a joulestream ledger already runs on");
        assertThat(cluster.run("doctor").text()).contains("hashmap, for 1 sites and 16 GPUs");
        awaitSettled();
    }

    @Test
    @Order(3)
    void aStoppedJobGoesOnFromItsSavepointOnTheOtherStateBackend() throws Exception {
        Cluster.Said stop = cluster.run("stop", "--jobmanager", cluster.jobManagerUrl(), "--savepoint", savepoints());
        assertThat(stop.exitCode()).as(stop.text()).isZero();
        String savepoint = stop.text().strip();

        Cluster.Said submit = submit("--from-savepoint", savepoint);

        assertThat(submit.exitCode()).as(submit.text()).isZero();
        assertThat(submit.text()).contains("goes on from " + savepoint).containsPattern("job [0-9a-f]{32}");
        assertThat(Files.isRegularFile(Path.of(java.net.URI.create(savepoint)).resolve("_metadata")))
                .isTrue();
        awaitRunning();
        awaitSettled();
    }

    /** What follows is done to the restored ledger, and its rows are held against the truth at the end. */
    @Test
    @Order(4)
    void aWreckedLedgerComesBackFromABackup() throws Exception {
        String backup = folder.resolve("backup").toString();
        Cluster.Said saved = cluster.run("db", "backup", backup, "--jobmanager", cluster.jobManagerUrl());
        assertThat(saved.exitCode()).as(saved.text()).isZero();
        awaitSettled();
        Cluster.Said tooEarly = cluster.run("db", "restore", backup, "--jobmanager", cluster.jobManagerUrl());
        assertThat(tooEarly.exitCode()).isEqualTo(1);
        assertThat(tooEarly.text()).contains("end it first with: joulestream stop");
        Cluster.Said stop = cluster.run("stop", "--jobmanager", cluster.jobManagerUrl(), "--savepoint", savepoints());
        assertThat(stop.exitCode()).as(stop.text()).isZero();
        try (Connection connection = cluster.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("drop schema public cascade; create schema public");
        }

        Cluster.Said restored = cluster.run("db", "restore", backup, "--jobmanager", cluster.jobManagerUrl());
        assertThat(restored.exitCode()).as(restored.text()).isZero();
        String next = "go on with: joulestream submit --from-savepoint ";
        assertThat(restored.text()).contains(next);
        Cluster.Said submit = submit("--from-savepoint", restored.text().strip().replaceFirst("(?s).*" + next, ""));

        assertThat(submit.exitCode()).as(submit.text()).isZero();
        awaitRunning();
        awaitSettled();
    }

    // ---- the campaign

    @Test
    @Order(5)
    void theLedgerIsTrueWhateverStrikes() throws Exception {
        assertThat(cluster.workingTaskManagers()).as("the job runs").isNotEmpty();
        cluster.startApi();
        awaitApi();
        List<Fault> strikes = strikes();
        for (int number = 0; number < strikes.size(); number++) {
            Fault fault = strikes.get(number);
            long start = System.nanoTime();
            List<Long> before = met(fault);
            strike(fault, before);
            awaitFelt(fault, before);
            awaitFresh(System.nanoTime(), fault);
            say(String.format(
                    Locale.ROOT, "%3d %-31s %5.1f s to recover", number + 1, fault, (System.nanoTime() - start) / 1e9));
        }
        recoveries.forEach(ClusterKillIT::say);

        feeder.sendRest();
        awaitSettled();

        TruthFile truth = TruthFile.of(world, plan, world.end());
        try (Connection connection = cluster.connect()) {
            CheckReport report = LedgerCheck.compare(truth, connection);
            assertThat(report.firstWrong()).as("seed " + SEED).isEmpty();
            assertThat(report.rowsWrong()).isZero();
            assertThat(report.rowsChecked()).isGreaterThan(10_000);
            assertThat(report.sites())
                    .allSatisfy(site -> assertThat(site.coverage()).isEqualByComparingTo("1"));
            assertThat(number(connection, "select count(*) from channel_minute where covered_ms <> accounted_ms"))
                    .as("minutes not wholly covered")
                    .isZero();
            assertThat(number(connection, "select count(*) from dead_letter")).isZero();
            say("proof: " + report.rowsChecked() + " rows compared with the truth after " + FAULTS
                    + " faults, 0 wrong, seed " + SEED);
        }
    }

    @Test
    @Order(6)
    void theWholeTopicAgainWritesNothingIntoTheFullDatabaseAndTheSameIntoAnEmptyOne() throws Exception {
        String stop = cluster.run("stop", "--jobmanager", cluster.jobManagerUrl(), "--savepoint", savepoints())
                .text();
        List<String> versions = RowVersions.of(cluster.connect());
        List<String> ledger = RowVersions.contents(cluster.connect());
        assertThat(stop).startsWith("file:");
        assertThat(ledger).hasSizeGreaterThan(10_000);

        replayInto(Cluster.DATABASE, "replay-full");
        assertThat(firstDifferences(RowVersions.of(cluster.connect()), versions))
                .isEmpty();

        try (Connection connection = cluster.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("create database replayed");
        }
        replayInto("replayed", "replay-empty");
        assertThat(firstDifferences(RowVersions.contents(cluster.connect("replayed")), ledger))
                .isEmpty();
    }

    private static List<String> firstDifferences(List<String> found, List<String> expected) {
        List<String> differences = new ArrayList<>();
        for (int i = 0; i < Math.max(found.size(), expected.size()) && differences.size() < 20; i++) {
            String one = i < found.size() ? found.get(i) : "nothing";
            String other = i < expected.size() ? expected.get(i) : "nothing";
            if (!one.equals(other)) {
                differences.add(one + " instead of " + other);
            }
        }
        return differences;
    }

    private void replayInto(String database, String group) throws Exception {
        Path settings = cluster.settingsFor(database, group);
        Cluster.Said submit =
                cluster.run(settings, Map.of(), "submit", "--jobmanager", cluster.jobManagerUrl(), "--jar", jar());
        assertThat(submit.text()).contains("starts without state");
        awaitSettled(group);
        Cluster.Said stop = cluster.run("stop", "--jobmanager", cluster.jobManagerUrl(), "--savepoint", savepoints());
        assertThat(stop.exitCode()).as(stop.text()).isZero();
    }

    /** Every kind once, in an order of the seed, and so on. */
    private List<Fault> strikes() {
        List<Fault> strikes = new ArrayList<>();
        while (strikes.size() < FAULTS) {
            List<Fault> round = new ArrayList<>(EnumSet.allOf(Fault.class));
            Collections.shuffle(round, random);
            strikes.addAll(round);
        }
        return strikes.subList(0, FAULTS);
    }

    /** @param before what the network had met of the fault: it is not mended before it has met something */
    private void strike(Fault fault, List<Long> before) throws Exception {
        switch (fault) {
            case BROKER_KILLED -> {
                int node = random.nextInt(Cluster.BROKERS);
                cluster.killBroker(node);
                cluster.startBroker(node);
            }
            case TASK_MANAGER_KILLED -> {
                int number = aWorkingTaskManager();
                cluster.taskManager(number).kill();
                measureRecovery(fault);
                cluster.startTaskManager(number);
                awaitAllSlots();
            }
            case TASK_MANAGER_FROZEN -> {
                int number = aWorkingTaskManager();
                cluster.taskManager(number).freeze();
                try {
                    long frozen = System.nanoTime();
                    measureRecovery(fault);
                    pass(FREEZE.minusNanos(System.nanoTime() - frozen));
                } finally {
                    cluster.taskManager(number).thaw();
                }
                awaitAllSlots();
            }
            case JOB_MANAGER_KILLED -> {
                cluster.killJobManager();
                cluster.startJobManager();
                awaitAllSlotsFree();
                Cluster.Said submit = submit("--resume");
                assertThat(submit.exitCode()).as(submit.text()).isZero();
                assertThat(submit.text()).contains("goes on from file:");
            }
            case POSTMASTER_KILLED -> {
                cluster.postgres().killPostmaster();
                cluster.postgres().restart();
            }
            case BACKEND_KILLED -> cluster.postgres().killBackend(aBackend());
            case BACKEND_TERMINATED -> {
                try (Connection connection = cluster.connect()) {
                    number(connection, "select pg_terminate_backend(" + aBackend() + ")::int");
                }
            }
            case API_KILLED -> {
                cluster.killApi();
                cluster.startApi();
                awaitApi();
            }
            case DATABASE_HEARS_NOTHING -> {
                cluster.toDatabase().stall(Direction.TO_SERVER);
                pass(Duration.ofMillis(2_000 + random.nextInt(3_000)));
                awaitFelt(fault, before);
                cluster.toDatabase().heal();
            }
            case DATABASE_IS_NOT_HEARD -> {
                cluster.toDatabase().stall(Direction.TO_CLIENT);
                pass(Duration.ofMillis(2_000 + random.nextInt(3_000)));
                awaitFelt(fault, before);
                cluster.toDatabase().reset();
                cluster.toDatabase().heal();
            }
            case DATABASE_HALF_OPEN -> cluster.toDatabase().leaveHalfOpen();
            case BROKERS_CUT_OFF -> {
                cluster.toBrokers().forEach(proxy -> proxy.stall(Direction.TO_SERVER, Direction.TO_CLIENT));
                pass(Duration.ofMillis(2_000 + random.nextInt(3_000)));
                awaitFelt(fault, before);
                cluster.toBrokers().forEach(TcpProxy::heal);
            }
            case CONNECTIONS_RESET -> {
                cluster.toBrokers().forEach(TcpProxy::reset);
                cluster.toDatabase().reset();
            }
            case NETWORK_SLOW -> {
                cluster.toDatabase().delay(Duration.ofMillis(40));
                cluster.toBrokers().forEach(proxy -> proxy.delay(Duration.ofMillis(40)));
                awaitFelt(fault, before);
                awaitFresh(System.nanoTime(), fault);
                cluster.toDatabase().heal();
                cluster.toBrokers().forEach(TcpProxy::heal);
            }
            case TASK_MANAGER_AND_BROKER_KILLED -> {
                int number = aWorkingTaskManager();
                int node = random.nextInt(Cluster.BROKERS);
                cluster.taskManager(number).kill();
                cluster.killBroker(node);
                cluster.startBroker(node);
                cluster.startTaskManager(number);
                awaitAllSlots();
            }
            case POSTMASTER_KILLED_IN_RECOVERY -> {
                int number = aWorkingTaskManager();
                cluster.taskManager(number).kill();
                Awaitility.await("the job restarts")
                        .atMost(PATIENCE)
                        .pollInterval(Duration.ofMillis(50))
                        .until(() -> !cluster.askFlink("/jobs/overview").contains("\"state\":\"RUNNING\""));
                cluster.postgres().killPostmaster();
                cluster.postgres().restart();
                cluster.startTaskManager(number);
                awaitAllSlots();
            }
        }
    }

    private int aWorkingTaskManager() {
        List<Integer> working = new ArrayList<>();
        Awaitility.await("a task manager works").atMost(PATIENCE).until(() -> {
            working.clear();
            working.addAll(cluster.workingTaskManagers());
            return !working.isEmpty();
        });
        return working.get(random.nextInt(working.size()));
    }

    /** A process of PostgreSQL that writes the ledger, not one that answers the API. */
    private long aBackend() {
        List<Long> writing = new ArrayList<>();
        Awaitility.await("the job is connected").atMost(PATIENCE).until(() -> {
            writing.clear();
            try (Connection connection = cluster.connect();
                    Statement statement = connection.createStatement();
                    ResultSet pids = statement.executeQuery("select pid from pg_stat_activity"
                            + " where application_name = 'joulestream ledger' and backend_type = 'client backend'"
                            + " order by backend_start, pid")) {
                while (pids.next()) {
                    writing.add(pids.getLong(1));
                }
            }
            return !writing.isEmpty();
        });
        return writing.get(random.nextInt(writing.size()));
    }

    /** Until what was sent after the strike is in the ledger, and the ledger as fresh as before. */
    private void measureRecovery(Fault fault) {
        long struck = System.nanoTime();
        awaitFresh(struck, fault);
        Duration took = Duration.ofNanos(System.nanoTime() - struck);
        recoveries.add(String.format(Locale.ROOT, "steady lag %.1f s after %s", took.toMillis() / 1e3, fault));
        assertThat(took)
                .as("from %s to a lag of at most %s, seed %d", fault, STEADY_LAG, SEED)
                .isLessThanOrEqualTo(RECOVERY);
    }

    /** What was sent after an instant is in the ledger, and so is all that is older than a few checkpoints. */
    private void awaitFresh(long nanos, Fault fault) {
        Awaitility.await("the ledger is fresh again after " + fault + ", seed " + SEED + ", logs in " + folder)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(100))
                .until(() -> lag().compareTo(STEADY_LAG) <= 0 && feeder.settledNanos() > nanos);
    }

    private Duration lag() throws Exception {
        return feeder.lag(committed());
    }

    private Map<TopicPartition, Long> committed() throws Exception {
        Map<TopicPartition, Long> offsets = new HashMap<>();
        for (Map.Entry<TopicPartition, OffsetAndMetadata> partition : admin.listConsumerGroupOffsets(GROUP)
                .partitionsToOffsetAndMetadata()
                .get(10, TimeUnit.SECONDS)
                .entrySet()) {
            if (partition.getValue() != null) {
                offsets.put(partition.getKey(), partition.getValue().offset());
            }
        }
        return offsets;
    }

    /** All that has been confirmed by now is in the ledger. */
    private void awaitSettled() throws Exception {
        awaitSettled(GROUP);
    }

    private void awaitSettled(String group) throws Exception {
        try (FramePublisher nudge = new FramePublisher(
                Map.of("bootstrap.servers", cluster.bootstrap()), Topics.telemetry(WorldSite.TENANT))) {
            Settlement.Outcome outcome = new Settlement(admin, group, nudge::nudge).await(feeder.confirmed(), PATIENCE);
            assertThat(outcome).as("seed %d, logs in %s", SEED, folder).isEqualTo(new Settlement.Outcome.Settled());
        }
    }

    private void awaitRunning() {
        Awaitility.await("the job runs; logs in " + folder)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(250))
                .until(() -> cluster.askFlink("/jobs/overview").contains("\"state\":\"RUNNING\""));
    }

    private void awaitApi() {
        Awaitility.await("the API answers")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(250))
                .until(() -> cluster.askApi("/v1/health").contains("\"status\""));
    }

    private void awaitAllSlots() {
        Awaitility.await("all task managers are back")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(250))
                .until(() -> cluster.freeSlots() + Cluster.PARALLELISM == Cluster.TASK_MANAGERS * Cluster.SLOTS);
    }

    private void awaitAllSlotsFree() {
        Awaitility.await("all task managers have found the new job manager")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(250))
                .until(() -> cluster.freeSlots() == Cluster.TASK_MANAGERS * Cluster.SLOTS);
    }

    /** What the bad network of a fault has met so far, in each part of the network that the fault is in. */
    private List<Long> met(Fault fault) {
        long toDatabase = cluster.toDatabase().met();
        long toBrokers = cluster.toBrokers().stream().mapToLong(TcpProxy::met).sum();
        return switch (fault) {
            case DATABASE_HEARS_NOTHING, DATABASE_IS_NOT_HEARD, DATABASE_HALF_OPEN -> List.of(toDatabase);
            case BROKERS_CUT_OFF -> List.of(toBrokers);
            case CONNECTIONS_RESET, NETWORK_SLOW -> List.of(toDatabase, toBrokers);
            default -> List.of();
        };
    }

    /** Between two frames of the feed there is nothing to write for a while. */
    private void awaitFelt(Fault fault, List<Long> before) {
        Awaitility.await(fault + " meets traffic, seed " + SEED)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> {
                    List<Long> after = met(fault);
                    return IntStream.range(0, before.size()).allMatch(i -> after.get(i) > before.get(i));
                });
    }

    /** Lets a fault last; no time, or less, is over at once. */
    private static void pass(Duration time) {
        if (time.isNegative()) {
            return;
        }
        Awaitility.await().pollDelay(time).atMost(time.plusSeconds(5)).until(() -> true);
    }

    private Cluster.Said submit(String... how) throws Exception {
        List<String> arguments =
                new ArrayList<>(List.of("submit", "--jobmanager", cluster.jobManagerUrl(), "--jar", jar()));
        arguments.addAll(List.of(how));
        return cluster.run(
                cluster.settings(),
                Map.of("JOULESTREAM_JOB_STATE_BACKEND", "rocksdb"),
                arguments.toArray(new String[0]));
    }

    private void applySite() throws IOException, InterruptedException {
        Path yaml = Files.writeString(
                folder.resolve("site.yaml"), world.sites().get(0).siteYaml());
        Cluster.Said apply = cluster.run("site", "apply", yaml.toString());
        assertThat(apply.exitCode()).as(apply.text()).isZero();
    }

    private static String savepoints() {
        return folder.resolve("savepoints").toUri().toString();
    }

    /** As the build made it: what users get. */
    private static String jar() {
        Path jar = Path.of("target", "joulestream-job.jar").toAbsolutePath();
        assertThat(jar).as("made by mvn package").isRegularFile();
        return jar.toString();
    }

    private static long number(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            result.next();
            return result.getLong(1);
        }
    }

    private static void say(String what) {
        System.out.println(what);
    }
}
