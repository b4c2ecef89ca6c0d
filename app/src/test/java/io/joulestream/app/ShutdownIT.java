package io.joulestream.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.joulestream.storage.Database;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How a real process ends that is told to. */
class ShutdownIT {
    /** The API's ten seconds, and what job, broker and database need. */
    private static final Duration BOUND = Duration.ofSeconds(60);

    @TempDir
    private Path folder;

    private UpProcess up;

    @BeforeEach
    void start() throws IOException {
        up = startAgain();
    }

    private UpProcess startAgain() throws IOException {
        return UpProcess.start(folder.resolve("data"), folder.resolve("up.txt"), Map.of());
    }

    @Test
    void whatIsBeingAnsweredIsAnsweredWholeAndNothingElseIsTaken() throws Exception {
        URI sites = up.api().resolve("/v1/sites");
        URI ready = up.admin().resolve("/ready");
        HttpResponse<String> readyBefore = up.get(ready);
        CompletableFuture<HttpResponse<String>> slow;
        try (Connection locker = up.database()) {
            slow = askWhileLocked(locker, sites);

            up.term();
            Awaitility.await("no request is taken any more")
                    .pollInterval(Duration.ofMillis(20))
                    .until(() -> isRefused(sites));
            HttpResponse<String> readyMeanwhile = up.get(ready);
            boolean answeredBefore = slow.isDone();
            locker.rollback();

            assertThat(answeredBefore).isFalse();
            assertThat(readyBefore.statusCode()).isEqualTo(200);
            assertThat(readyMeanwhile.statusCode()).isEqualTo(503);
            assertThat(readyMeanwhile.body()).contains("\"reason\":\"STOPPING\"");
        }
        assertThat(slow.get(20, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        assertThat(new ObjectMapper().readTree(slow.get().body()).get("sites")).isEmpty();
        assertThat(up.await(BOUND)).isZero();
        assertThat(folder.resolve("data/service.properties")).doesNotExist();
    }

    /** It would go on for ever. */
    @Test
    void whoListensIsEndedAtOnce() throws Exception {
        try (Database database = Database.open(up.databaseAddress())) {
            database.sites().put("default", "edge", Instant.parse("2026-01-01T00:00:00Z"), """
                            site: edge
                            kind: edge
                            zone: UTC
                            effectiveFrom: 2026-01-01T00:00:00Z
                            itBoundary: NODE_IN
                            entities:
                              - id: n1
                                kind: NODE
                                role: NODE_IN
                                nameplateW: 1000
                                channels:
                                  - { metric: node.power, samplePeriod: PT1S, sampleKind: instant }
                            """);
        }
        CompletableFuture<HttpResponse<String>> listening = up.asking(up.api().resolve("/v1/sites/edge/live"));
        Awaitility.await("somebody is told")
                .until(() ->
                        up.get(up.admin().resolve("/metrics")).body().contains("joulestream_live_events_total 1.0"));

        up.term();

        HttpResponse<String> told = listening.get(5, TimeUnit.SECONDS);
        assertThat(told.statusCode()).isEqualTo(200);
        assertThat(told.body()).startsWith("retry: 5000\n\nid: ").contains("event: snapshot");
        assertThat(up.await(BOUND)).isZero();
    }

    @Test
    void aSecondSignalEndsItAtOnceAndTheNextStartRecovers() throws Exception {
        CompletableFuture<HttpResponse<String>> slow;
        try (Connection locker = up.database()) {
            slow = askWhileLocked(locker, up.api().resolve("/v1/sites"));
            up.term();
            Awaitility.await("it is stopping").until(() -> isRefused(up.api()));

            up.term();

            assertThat(up.await(Duration.ofSeconds(3))).isEqualTo(128 + 15);
        }
        assertThat(slow.handle((answer, problem) -> problem != null).get(10, TimeUnit.SECONDS))
                .isTrue();
        up = startAgain();
        assertThat(up.get(up.admin().resolve("/ready")).statusCode()).isEqualTo(200);
        up.term();
        assertThat(up.await(BOUND)).isZero();
    }

    /** A request that waits in the database for a lock; readers give up after five seconds. */
    private CompletableFuture<HttpResponse<String>> askWhileLocked(Connection locker, URI address) throws SQLException {
        locker.setAutoCommit(false);
        try (Statement statement = locker.createStatement()) {
            statement.execute("lock table site_version in access exclusive mode");
        }
        CompletableFuture<HttpResponse<String>> slow = up.asking(address);
        Awaitility.await("the request waits")
                .pollInterval(Duration.ofMillis(20))
                .until(() -> isSomebodyWaiting(locker));
        return slow;
    }

    private static boolean isSomebodyWaiting(Connection locker) throws SQLException {
        try (Statement statement = locker.createStatement();
                ResultSet waiting = statement.executeQuery(
                        "select exists (select from pg_locks where not granted and relation = 'site_version'::regclass)")) {
            waiting.next();
            return waiting.getBoolean(1);
        }
    }

    private static boolean isRefused(URI address) throws IOException {
        try (Socket socket = new Socket(address.getHost(), address.getPort())) {
            return false;
        } catch (ConnectException e) {
            return true;
        }
    }
}
