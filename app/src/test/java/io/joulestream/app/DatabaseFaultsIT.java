package io.joulestream.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.joulestream.app.embedded.DataDirectory;
import io.joulestream.app.truth.CheckReport;
import io.joulestream.app.truth.LedgerCheck;
import io.joulestream.ingest.world.Feed;
import io.joulestream.ingest.world.FeedPlan;
import io.joulestream.ingest.world.TruthFile;
import io.joulestream.ingest.world.World;
import io.joulestream.ingest.world.WorldPreset;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
 * What befalls the database of a running service while data comes in: what it says meanwhile, that it stays within its
 * bounds, that it is well again by itself within a minute, and that its ledger is then the true one. One service meets all
 * faults, one after the other; the table of what was seen is in {@code target/database-faults.md}.
 *
 * <p>A table is locked for 20 s; the minute of the promise:
 * {@code mvn verify -pl app -am -Dit.test=DatabaseFaultsIT -Dlock.seconds=60}.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DatabaseFaultsIT {
    private static final Duration LOCKED = Duration.ofSeconds(Integer.getInteger("lock.seconds", 20));
    private static final Duration HELD = Duration.ofSeconds(5);
    private static final Duration RECOVERED_WITHIN = Duration.ofSeconds(60);
    /** An answer may wait 5 s for a lock and 4 s for a connection; the rest is for a busy machine. */
    private static final Duration ANSWERED_WITHIN = Duration.ofSeconds(15);

    private static final int MAX_HEAP_MEGABYTES = 512;
    private static final int DISK_MEGABYTES = 600;
    private static final long SEED = 20_261_126;
    private static final Duration LENGTH = Duration.ofHours(24);
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private static Path folder;

    private final FaultTable table = new FaultTable();
    private Path data;
    private Optional<SmallDisk> small = Optional.empty();
    private Process service;
    private LiveFeed feed;
    private Admin admin;

    @BeforeAll
    void start() throws Exception {
        data = folder.resolve("data");
        DataDirectory.open(data).close(); // makes its folders
        small = SmallDisk.mount(data.resolve("postgres"), DISK_MEGABYTES);
        startService("service.txt");
        admin = Admin.create(endpoints().kafkaSettings());
        feed = new LiveFeed(endpoints());
        feed.resume();
    }

    @AfterAll
    void end() throws Exception {
        if (feed != null) {
            feed.close();
            admin.close();
        }
        endService();
        table.write(Path.of("target/database-faults.md"));
        if (small.isPresent()) {
            small.get().close();
        }
    }

    @Test
    @Order(1)
    void connectionsThatTheServerEndsAreOpenedAgain() throws Exception {
        // the server answers the next question already, so health may have nothing to tell
        strike("connections ended", Set.of(), () -> {
            try (Connection admin = connect()) {
                assertThat(endOthers(admin)).isPositive();
            }
            return () -> {};
        });
    }

    @Test
    @Order(2)
    void aServerWithoutAConnectionLeftIsWaitedFor() throws Exception {
        strike("all connections taken", Set.of("DATABASE_CONNECTIONS_TAKEN"), () -> {
            Deque<Connection> taken = takeAllConnections();
            awaitReason("DATABASE_CONNECTIONS_TAKEN");
            hold(HELD);
            return () -> {
                for (Connection connection : taken) {
                    connection.close();
                }
            };
        });
    }

    @Test
    @Order(3)
    void aLockedTableIsWaitedFor() throws Exception {
        strike("table locked " + LOCKED.toSeconds() + " s", Set.of("DATABASE_LOCKED"), () -> {
            Connection holder = connect();
            holder.setAutoCommit(false);
            try (Statement statement = holder.createStatement()) {
                statement.execute("lock table site_minute in access exclusive mode");
            }
            hold(LOCKED);
            return holder::close;
        });
    }

    @Test
    @Order(4)
    void aFullDiskIsWaitedFor() throws Exception {
        strike("disk full", Set.of("DATABASE_FULL"), () -> {
            disk().fill();
            awaitReason("DATABASE_FULL");
            hold(HELD);
            return disk()::free;
        });
    }

    /** PostgreSQL cannot write its own log then: it panics, and does not come up again before there is space. */
    @Test
    @Order(5)
    void aServerThatADiskTooFullForItsLogEndsIsStartedAgain() throws Exception {
        strike("disk full for the server's log too", Set.of("DATABASE_FULL"), () -> {
            disk().fill();
            useUpTheLog();
            awaitReason("DATABASE_FULL");
            hold(HELD);
            return disk()::free;
        });
    }

    @Test
    @Order(6)
    void aServerThatIsKilledIsStartedAgain() throws Exception {
        strike("server killed", Set.of("DATABASE_UNREACHABLE"), () -> {
            signalServer("KILL");
            return () -> {};
        });
    }

    @Test
    @Order(7)
    void aServerThatIsStoppedIsStartedAgain() throws Exception {
        strike("server stopped", Set.of("DATABASE_UNREACHABLE"), () -> {
            signalServer("INT");
            return () -> {};
        });
    }

    @Test
    @Order(8)
    void theTerminalWasToldOfEachTroubleAndOfItsEnd() {
        // what lasts over two looks is told: there is time for it after the last fault, maybe not between two
        Awaitility.await("the terminal is told of the end")
                .atMost(RECOVERED_WITHIN)
                .until(() -> textOf("service.txt").lines().anyMatch(line -> line.endsWith("  OK again")));
        List<String> lines = textOf("service.txt").lines().toList();
        if (small.isPresent()) {
            assertThat(lines).anyMatch(line -> line.contains(", DATABASE_FULL: "));
        }
        assertThat(lines)
                .anyMatch(line ->
                        line.contains("  DEGRADED, DATABASE_LOCKED: ") || line.contains("  DOWN, DATABASE_LOCKED: "))
                .anyMatch(line -> line.startsWith("PostgreSQL has ended: "));
    }

    @Test
    @Order(9)
    void aStartOnAFullDiskSaysSoAndOneOnAFreedDiskGoesOn() throws Exception {
        SmallDisk disk = disk();
        feed.pause();
        endService();
        disk.fill();
        Process refused = joulestream("refused.txt");
        assertThat(refused.waitFor(60, TimeUnit.SECONDS)).isTrue();
        disk.free();

        assertThat(refused.exitValue()).isEqualTo(1);
        assertThat(textOf("refused.txt"))
                .contains("joulestream: PostgreSQL did not start: ")
                .contains("No space left on device");
        startService("again.txt");
        assertThat(check(feed.sentUntil()).rowsWrong()).isZero();
    }

    /** Skips the test where there is none. */
    private SmallDisk disk() {
        assumeTrue(small.isPresent(), "no small disk can be mounted here");
        return small.get();
    }

    // ---- one fault

    /** Begins a fault, keeps it up, and gives back what ends it. */
    private interface Strike {
        Release begin() throws Exception;
    }

    private interface Release {
        void end() throws Exception;
    }

    /** @param reasons health gives all of them while the fault lasts; none: it need not show */
    private void strike(String fault, Set<String> reasons, Strike strike) throws Exception {
        awaitSteady();
        long sentBefore = feed.framesSent();
        try (Probe probe = new Probe()) {
            long began = System.nanoTime();
            Release release = strike.begin();
            release.end();
            long released = System.nanoTime();
            probe.awaitSteadyAndWell(reasons, released, sentFromNowOn());
            double recovery = seconds(System.nanoTime() - released);
            long sent = feed.framesSent() - sentBefore;
            feed.pause();
            CheckReport report = check(feed.sentUntil());
            feed.resume();

            assertThat(report.rowsWrong())
                    .as("%s: %s", fault, report.firstWrong())
                    .isZero();
            assertThat(recovery).as(fault).isLessThan(RECOVERED_WITHIN.toSeconds());
            assertThat(probe.otherAnswers)
                    .as("answers other than 200 and 503 during: %s", fault)
                    .isEmpty();
            assertThat(probe.longestAnswer()).as(fault).isLessThan(ANSWERED_WITHIN);
            assertThat(probe.backlog.get()).as(fault).isLessThanOrEqualTo(sent + steadyBacklog());
            table.add(new FaultTable.Row(
                    fault,
                    seconds(released - began),
                    probe.statuses,
                    probe.reasons,
                    probe.answered.get(),
                    probe.refused.get(),
                    probe.longestAnswer().toMillis() / 1e3,
                    probe.backlog.get(),
                    sent,
                    probe.largestHeapMegabytes(),
                    recovery,
                    report.rowsChecked()));
        }
    }

    private static double seconds(long nanos) {
        return nanos / 1e9;
    }

    private static void hold(Duration length) {
        long until = System.nanoTime() + length.toNanos();
        Awaitility.await().atMost(length.plusSeconds(5)).until(() -> System.nanoTime() >= until);
    }

    private void awaitReason(String reason) throws Exception {
        URI health = URI.create(endpoints().api().orElseThrow() + "/v1/health");
        HttpClient client = HttpClient.newHttpClient();
        Awaitility.await("health says " + reason)
                .atMost(Duration.ofSeconds(60))
                .until(() -> client.send(HttpRequest.newBuilder(health).build(), HttpResponse.BodyHandlers.ofString())
                        .body()
                        .contains("\"" + reason + "\""));
    }

    /** The next minute of the feed, and all before it. */
    private Map<TopicPartition, Long> sentFromNowOn() {
        long before = feed.framesSent();
        Awaitility.await("the feed goes on").until(() -> feed.framesSent() > before);
        return feed.highestOffsets();
    }

    /** The job has stored something of what was sent, and keeps up. */
    private void awaitSteady() {
        Awaitility.await("all is well before the fault")
                .atMost(Duration.ofSeconds(90))
                .until(() -> backlog() < feed.framesSent() && backlog() <= steadyBacklog());
    }

    /** What five seconds of the feed bring: a checkpoint is taken every second. */
    private long steadyBacklog() {
        return 5L * feed.framesPerSecond();
    }

    private long backlog() throws Exception {
        return unstored(feed.highestOffsets());
    }

    /** How many frames up to these are not yet in a checkpoint of the job. */
    private long unstored(Map<TopicPartition, Long> highestOffsets) throws Exception {
        Map<TopicPartition, OffsetAndMetadata> committed = admin.listConsumerGroupOffsets(
                        endpoints().group())
                .partitionsToOffsetAndMetadata()
                .get(10, TimeUnit.SECONDS);
        long waiting = 0;
        for (Map.Entry<TopicPartition, Long> sent : highestOffsets.entrySet()) {
            OffsetAndMetadata done = committed.get(sent.getKey());
            waiting += Math.max(0, sent.getValue() + 1 - (done == null ? 0 : done.offset()));
        }
        return waiting;
    }

    /** Once all that was sent is stored. */
    private CheckReport check(Instant until) throws Exception {
        TruthFile truth = TruthFile.of(feed.world, feed.plan, until);
        return Awaitility.await("every row stored and true")
                .atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(500))
                .until(
                        () -> {
                            try (Connection connection = connect()) {
                                return LedgerCheck.compare(truth, connection);
                            }
                        },
                        report -> report.rowsWrong() == 0);
    }

    // ---- the faults

    /** Ends the connections of the service, and says how many of the job's writers'. */
    private int endOthers(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet ended = statement.executeQuery(
                        "select count(*) filter (where ended and application_name = 'joulestream ledger') from ("
                                + "select application_name, pg_terminate_backend(pid) as ended from pg_stat_activity"
                                + " where pid <> pg_backend_pid() and backend_type = 'client backend'"
                                + " and application_name like 'joulestream%') as one")) {
            ended.next();
            return ended.getInt(1);
        }
    }

    /** Until the service has none and no more is given. */
    private Deque<Connection> takeAllConnections() throws Exception {
        Deque<Connection> taken = new ArrayDeque<>();
        taken.add(connect());
        boolean theirs = true;
        while (theirs) {
            endOthers(taken.getFirst());
            try {
                while (true) {
                    taken.add(connect());
                }
            } catch (SQLException full) {
                assertThat(full.getSQLState()).isEqualTo("53300");
            }
            try (Statement statement = taken.getFirst().createStatement();
                    ResultSet left = statement.executeQuery(
                            "select exists (select from pg_stat_activity where application_name like 'joulestream%')")) {
                left.next();
                theirs = left.getBoolean(1);
            }
        }
        return taken;
    }

    /** Begins new segments of the log until there is no room for one. */
    private void useUpTheLog() throws Exception {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            while (true) {
                statement.execute("select pg_logical_emit_message(false, 'x', 'x')");
                statement.execute("select pg_switch_wal()");
            }
        } catch (SQLException panicked) {
            System.out.println("the server's log is full: " + panicked.getMessage());
        }
    }

    private void signalServer(String signal) throws Exception {
        String pid =
                Files.readAllLines(data.resolve("postgres/data/postmaster.pid")).get(0);
        assertThat(new ProcessBuilder("kill", "-" + signal, pid)
                        .inheritIO()
                        .start()
                        .waitFor())
                .isZero();
    }

    // ---- the service

    private void startService(String output) throws Exception {
        service = joulestream(output);
        Awaitility.await("the service is up")
                .atMost(Duration.ofSeconds(90))
                .failFast("the service ended", () -> !service.isAlive())
                .until(() -> textOf(output).contains("is up"));
    }

    private void endService() throws InterruptedException {
        if (service != null && service.isAlive()) {
            service.destroy();
            if (!service.waitFor(40, TimeUnit.SECONDS)) {
                service.destroyForcibly().waitFor();
            }
        }
    }

    private Process joulestream(String output) throws IOException {
        return new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx" + MAX_HEAP_MEGABYTES + "m",
                        "-XX:+UseSerialGC",
                        "-XX:+ExitOnOutOfMemoryError",
                        "-Xlog:gc:file=" + folder.resolve("gc.log") + "::filecount=0",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Joulestream.class.getName(),
                        "up",
                        "--data-dir",
                        data.toString(),
                        "--port",
                        "0"))
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve(output).toFile())
                .start();
    }

    private String textOf(String output) {
        try {
            return Files.readString(folder.resolve(output));
        } catch (IOException e) {
            return e.toString();
        }
    }

    private Endpoints endpoints() throws IOException {
        return Endpoints.from(DataDirectory.runningService(data).orElseThrow());
    }

    private Connection connect() throws Exception {
        Endpoints endpoints = endpoints();
        return DriverManager.getConnection(
                endpoints.database().jdbcUrl() + "?ApplicationName=faults",
                endpoints.database().user(),
                endpoints.database().password());
    }

    // ---- what is seen from outside

    /** Asks the service from several sides as long as it is open. */
    private final class Probe implements AutoCloseable {
        private static final Pattern COLLECTION = Pattern.compile(" (\\d+)M->\\d+M\\(");

        private final Set<String> statuses = new ConcurrentSkipListSet<>();
        private final Set<String> reasons = new ConcurrentSkipListSet<>();
        private final Set<String> otherAnswers = new ConcurrentSkipListSet<>();
        private final AtomicLong answered = new AtomicLong();
        private final AtomicLong refused = new AtomicLong();
        private final AtomicLong longestNanos = new AtomicLong();
        private final AtomicLong backlog = new AtomicLong();
        /** When the newest answer of health was asked for, if it is OK. */
        private final AtomicLong wellAt = new AtomicLong();

        private final HttpClient client = HttpClient.newHttpClient();
        private final ScheduledExecutorService looks = Executors.newScheduledThreadPool(3);
        private final String api = endpoints().api().orElseThrow();
        private final int collectionsBefore = collections().size();

        Probe() throws IOException {
            every(Duration.ofMillis(100), this::lookAtHealth);
            every(Duration.ofMillis(250), this::readTheLedger);
            every(Duration.ofMillis(100), () -> backlog.accumulateAndGet(backlog(), Math::max));
        }

        private interface Look {
            void take() throws Exception;
        }

        private void every(Duration pause, Look look) {
            looks.scheduleWithFixedDelay(
                    () -> {
                        try {
                            look.take();
                        } catch (InterruptedException ended) {
                            Thread.currentThread().interrupt();
                        } catch (Exception e) {
                            otherAnswers.add(e.toString());
                        }
                    },
                    0,
                    pause.toMillis(),
                    TimeUnit.MILLISECONDS);
        }

        private void lookAtHealth() throws Exception {
            long asked = System.nanoTime();
            HttpResponse<String> answer = get("/v1/health");
            if (answer.statusCode() != 200) {
                otherAnswers.add("health " + answer.statusCode() + " " + answer.body());
                return;
            }
            JsonNode health = JSON.readTree(answer.body());
            statuses.add(health.get("status").asText());
            health.get("reasons").forEach(reason -> reasons.add(reason.asText()));
            wellAt.set(health.get("status").asText().equals("OK") ? asked : 0);
        }

        private void readTheLedger() throws Exception {
            HttpResponse<String> answer = get("/v1/sites");
            if (answer.statusCode() == 200) {
                answered.incrementAndGet();
            } else if (answer.statusCode() == 503
                    && answer.headers().firstValue("Retry-After").isPresent()
                    && JSON.readTree(answer.body()).get("reason").asText().startsWith("DATABASE_")) {
                refused.incrementAndGet();
            } else {
                otherAnswers.add(answer.statusCode() + " " + answer.body());
            }
        }

        private HttpResponse<String> get(String path) throws Exception {
            long asked = System.nanoTime();
            HttpResponse<String> answer = client.send(
                    HttpRequest.newBuilder(URI.create(api + path)).build(), HttpResponse.BodyHandlers.ofString());
            longestNanos.accumulateAndGet(System.nanoTime() - asked, Math::max);
            return answer;
        }

        /** The fault was seen; since its end health is OK, and something sent is stored; no more waits than in quiet times. */
        void awaitSteadyAndWell(Set<String> expectedReasons, long ended, Map<TopicPartition, Long> sentAfterwards) {
            Awaitility.await("the fault is seen and over")
                    .atMost(RECOVERED_WITHIN.plusSeconds(30))
                    .pollInterval(Duration.ofMillis(100))
                    .untilAsserted(() -> {
                        if (!expectedReasons.isEmpty()) {
                            assertThat(reasons).containsAll(expectedReasons);
                        }
                        assertThat(wellAt.get()).as("health is OK").isNotZero();
                        assertThat(wellAt.get() - ended).as("after the end").isPositive();
                        assertThat(unstored(sentAfterwards)).isZero();
                        assertThat(DatabaseFaultsIT.this.backlog()).isLessThanOrEqualTo(steadyBacklog());
                    });
        }

        Duration longestAnswer() {
            return Duration.ofNanos(longestNanos.get());
        }

        long largestHeapMegabytes() throws IOException {
            List<Long> all = collections();
            return all.subList(Math.min(collectionsBefore, all.size()), all.size()).stream()
                    .mapToLong(Long::longValue)
                    .max()
                    .orElse(0);
        }

        /** The heap in use before each collection so far, in megabytes. */
        private List<Long> collections() throws IOException {
            List<Long> before = new ArrayList<>();
            Matcher line = COLLECTION.matcher(Files.readString(folder.resolve("gc.log")));
            while (line.find()) {
                before.add(Long.valueOf(line.group(1)));
            }
            return before;
        }

        @Override
        public void close() {
            looks.shutdownNow();
        }
    }

    /** A minute of a synthetic site each second, from a thread of its own. */
    private static final class LiveFeed implements AutoCloseable {
        private final World world;
        private final FeedPlan plan;
        private final SyntheticSites sites;
        private final Feed feed;
        private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
        private Map<TopicPartition, Long> confirmed = new HashMap<>();
        private Instant sentUntil;
        private long frames;
        private int framesOfLastMinute;
        private boolean paused = true;

        LiveFeed(Endpoints endpoints) throws InterruptedException {
            Instant end = Instant.now().truncatedTo(ChronoUnit.HOURS);
            world = World.of(List.of(WorldPreset.EDGE_2RACK), SEED, end.minus(LENGTH), end);
            plan = FeedPlan.exact(world);
            feed = new Feed(world, plan);
            sites = new SyntheticSites(world, endpoints);
            sentUntil = world.start();
            try (var database = io.joulestream.storage.Database.open(endpoints.database())) {
                sites.apply(new SiteRegistry(database.sites(), endpoints.kafkaSettings(), Clock.systemUTC()));
            }
            clock.scheduleAtFixedRate(this::sendMinute, 0, 1, TimeUnit.SECONDS);
        }

        private synchronized void sendMinute() {
            if (paused) {
                return;
            }
            Instant until = sentUntil.plus(Duration.ofMinutes(1));
            framesOfLastMinute = 0;
            feed.framesBetween(sentUntil, until).forEachRemaining(frame -> {
                sites.publisher().publish(frame);
                framesOfLastMinute++;
            });
            sites.publisher().flush();
            frames += framesOfLastMinute;
            confirmed = Map.copyOf(sites.publisher().highestOffsets());
            sentUntil = until;
        }

        synchronized void pause() {
            paused = true;
        }

        synchronized void resume() {
            paused = false;
        }

        synchronized Instant sentUntil() {
            return sentUntil;
        }

        synchronized long framesSent() {
            return frames;
        }

        synchronized int framesPerSecond() {
            return framesOfLastMinute;
        }

        synchronized Map<TopicPartition, Long> highestOffsets() {
            return confirmed;
        }

        @Override
        public void close() {
            clock.shutdownNow();
            sites.close();
        }
    }
}
