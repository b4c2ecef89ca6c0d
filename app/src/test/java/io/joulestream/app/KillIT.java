package io.joulestream.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.joulestream.app.embedded.DataDirectory;
import io.joulestream.app.truth.CheckReport;
import io.joulestream.app.truth.LedgerCheck;
import io.joulestream.ingest.world.FeedPlan;
import io.joulestream.ingest.world.TruthFile;
import io.joulestream.ingest.world.World;
import io.joulestream.ingest.world.WorldPreset;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A service that is killed again and again while data runs in: its ledger is the one of a service that never was. More
 * kills: {@code mvn verify -pl app -am -Dit.test=KillIT -Dkills=10}.
 */
class KillIT {
    private static final int KILLS = Integer.getInteger("kills", 3);
    private static final int DAYS = 3;
    private static final long SEED = 20_261_125;

    @TempDir
    private Path folder;

    private Process service;

    @AfterEach
    void endTheService() throws InterruptedException {
        if (service != null && service.isAlive()) {
            service.destroy();
            if (!service.waitFor(30, TimeUnit.SECONDS)) {
                service.destroyForcibly();
            }
        }
    }

    @Test
    void theLedgerIsTrueHoweverOftenTheServiceIsKilled() throws Exception {
        Random random = new Random(SEED);
        Instant end = Instant.now().truncatedTo(ChronoUnit.HOURS);
        World world = World.of(List.of(WorldPreset.EDGE_2RACK), SEED, end.minus(Duration.ofDays(DAYS)), end);
        TruthFile truth = TruthFile.of(world, FeedPlan.demo(world), world.end());
        Path data = folder.resolve("data");

        for (int kill = 0; kill < KILLS; kill++) {
            startService(data);
            Process feed = startFeed(data, end);
            waitUntilRowsGrow(data, 200 + random.nextInt(6_000), feed);
            service.destroyForcibly().waitFor();
            feed.destroyForcibly().waitFor();
        }
        startService(data);
        Process feed = startFeed(data, end);
        assertThat(feed.waitFor(3, TimeUnit.MINUTES)).isTrue();
        assertThat(feed.exitValue()).as(() -> textOf("feed.txt")).isZero();

        CheckReport report = Awaitility.await("every row stored and true, seed " + SEED)
                .atMost(Duration.ofMinutes(3))
                .pollInterval(Duration.ofSeconds(2))
                .until(() -> check(truth, data), r -> r.rowsWrong() == 0);
        assertThat(report.rowsChecked()).isGreaterThan(10_000);
        assertThat(ask(data, "show fsync")).isEqualTo("on");
        assertThat(ask(data, "select count(*) from dead_letter")).isEqualTo("0");
    }

    @Test
    void anImportThatIsKilledWithItsServiceIsWholeWhenItIsRepeated() throws Exception {
        Random random = new Random(SEED);
        Path data = folder.resolve("data");

        for (int kill = 0; kill < KILLS; kill++) {
            startService(data);
            Process killed = startImport(data);
            killed.waitFor(1_500 + random.nextInt(2_500), TimeUnit.MILLISECONDS);
            service.destroyForcibly().waitFor();
            killed.destroyForcibly().waitFor();
        }
        startService(data);
        Process whole = startImport(data);
        assertThat(whole.waitFor(2, TimeUnit.MINUTES)).isTrue();

        assertThat(textOf("import.txt"))
                .contains("\"energy_mj\":\"5075754897\"")
                .contains("\"tokens\":3932160");
        assertThat(ask(data, "select sum(energy_measured_uj) from run_minute")).isEqualTo("4891931669491");
        assertThat(ask(data, "select count(*) from dead_letter")).isEqualTo("0");
    }

    private Process startImport(Path data) throws IOException {
        Path logs = Path.of("../docs/examples/mlperf-power");
        return joulestream(
                "import.txt",
                "import",
                "mlperf-power",
                "--json",
                "--data-dir",
                data.toString(),
                "--ac",
                logs.resolve("node_0_ac.txt").toString(),
                "--mllog",
                logs.resolve("result_0.txt").toString(),
                "--run",
                "example",
                "--site",
                "lab");
    }

    /** Sends all there is from the beginning: what the broker already has is known by its number. */
    private Process startFeed(Path data, Instant end) throws IOException {
        return joulestream(
                "feed.txt",
                "generate",
                "--preset",
                WorldPreset.EDGE_2RACK.presetName(),
                "--days",
                "" + DAYS,
                "--seed",
                "" + SEED,
                "--end",
                end.toString(),
                "--data-dir",
                data.toString());
    }

    private void startService(Path data) throws IOException {
        service = joulestream("service.txt", "up", "--data-dir", data.toString(), "--port", "0");
        Awaitility.await("the service is up")
                .atMost(Duration.ofSeconds(90))
                .failFast("the service ended", () -> !service.isAlive())
                .until(() -> textOf("service.txt").contains("is up"));
    }

    private Process joulestream(String output, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx768m",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                Joulestream.class.getName()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
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

    private static void waitUntilRowsGrow(Path data, int by, Process feed) throws Exception {
        long before = rows(data);
        Awaitility.await("rows grow by " + by)
                .atMost(Duration.ofSeconds(90))
                .pollInterval(Duration.ofMillis(100))
                .until(() -> rows(data) >= before + by || !feed.isAlive());
    }

    private static long rows(Path data) throws Exception {
        return Long.parseLong(ask(data, "select count(*) from channel_minute"));
    }

    private static String ask(Path data, String sql) throws Exception {
        try (Connection connection = connect(data);
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            result.next();
            return result.getString(1);
        }
    }

    private static CheckReport check(TruthFile truth, Path data) throws Exception {
        try (Connection connection = connect(data)) {
            return LedgerCheck.compare(truth, connection);
        }
    }

    private static Connection connect(Path data) throws Exception {
        Endpoints endpoints = Endpoints.from(DataDirectory.runningService(data).orElseThrow());
        return DriverManager.getConnection(
                endpoints.database().jdbcUrl(),
                endpoints.database().user(),
                endpoints.database().password());
    }
}
