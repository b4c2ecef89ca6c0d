package io.joulestream.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import com.sun.net.httpserver.HttpServer;
import io.joulestream.storage.DatabaseTrouble;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The answers are those of Flink 2.3's REST interface, shortened; ClusterKillIT asks a real one. */
class FlinkRestTest {
    private final Map<String, Deque<String>> answers = new HashMap<>();
    private HttpServer server;
    private FlinkRest cluster;

    @BeforeEach
    void serve() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            Deque<String> left = answers.getOrDefault(exchange.getRequestURI().getPath(), new ArrayDeque<>());
            String answer = left.size() > 1 ? left.pop() : left.peek();
            byte[] body =
                    (answer == null ? "{\"errors\":[\"Not found: it.\"]}" : answer).getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(answer == null ? 404 : 200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        cluster = FlinkRest.at("http://localhost:" + server.getAddress().getPort());
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private void answer(String path, String... inTurn) {
        answers.put(path, new ArrayDeque<>(List.of(inTurn)));
    }

    @Test
    void onlyLedgerJobsThatHaveNotEndedCount() {
        answer("/jobs/overview", """
                {"jobs":[{"jid":"a","name":"joulestream ledger","state":"FAILED"},
                {"jid":"b","name":"something else","state":"RUNNING"},
                {"jid":"c","name":"joulestream ledger","state":"RESTARTING"}]}""");

        assertThat(cluster.ledgerJobs()).containsExactly(new FlinkRest.Job("c", "joulestream ledger", "RESTARTING"));
        assertThat(new ClusterJobWatch(cluster).state()).isEqualTo("RESTARTING");
    }

    @Test
    void whatASinkCountsIsTheSumOfItsSubtasks() {
        answer("/jobs/c", "{\"vertices\":[{\"id\":\"v1\"},{\"id\":\"v2\"}]}");
        answer("/jobs/c/vertices/v1/subtasks/metrics", "[{\"id\":\"numRecordsIn\"}]");
        answer("/jobs/c/vertices/v2/subtasks/metrics", """
                [{"id":"site_steps__Writer.numRecordsSend"},{"id":"site_steps__Writer.rowsStored"},
                {"id":"site_steps__Writer.batches"},{"id":"dead-letter_topic__Writer.numRecordsSend"}]""", """
                [{"id":"site_steps__Writer.numRecordsSend","sum":30.0},{"id":"site_steps__Writer.rowsStored","sum":20.0},
                {"id":"site_steps__Writer.batches","sum":4.0}]""");
        answer("/jobs/c/metrics", "[{\"id\":\"numRestarts\",\"value\":\"2\"}]");

        assertThat(cluster.counts("c"))
                .isEqualTo(new JobCounts(2, Map.of("site_steps", new JobCounts.Sink(30, 20, 4))));
    }

    @Test
    void slotsAreReadFromTheOverview() {
        answer("/overview", "{\"taskmanagers\":2,\"slots-total\":4,\"slots-available\":1}");

        assertThat(cluster.slots()).isEqualTo(new FlinkRest.Slots(2, 4, 1));
    }

    @Test
    void theNewestCheckpointIsTheOneThatIsComplete() {
        answer("/jobs/overview", "{\"jobs\":[{\"jid\":\"c\",\"name\":\"joulestream ledger\",\"state\":\"RUNNING\"}]}");
        answer("/jobs/c/checkpoints", "{\"latest\":{\"completed\":{\"latest_ack_timestamp\":1700000000000}}}");

        assertThat(new ClusterJobWatch(cluster).lastCheckpointAt()).contains(Instant.ofEpochMilli(1_700_000_000_000L));
    }

    @Test
    void whatTheJobFailedOfLastIsKnownByItsCodeOrItsRootCause() {
        answer("/jobs/overview", "{\"jobs\":[{\"jid\":\"c\",\"name\":\"joulestream ledger\",\"state\":\"RUNNING\"}]}");
        answer("/jobs/c/exceptions", "{\"exceptionHistory\":{\"entries\":[]}}", """
                {"exceptionHistory":{"entries":[{"exceptionName":"io.joulestream.storage.StorageException",
                "stacktrace":"io.joulestream.storage.StorageException: DATABASE_FULL: 9 ledger rows were not stored\\n\\tat x\\nCaused by: org.postgresql.util.PSQLException: ERROR: could not extend file\\n\\tat y",
                "timestamp":1700000000000}]}}""", """
                {"exceptionHistory":{"entries":[{"stacktrace":"java.lang.Exception: no\\n\\tat x\\nCaused by: java.io.IOException: torn\\n\\tat y",
                "timestamp":1700000000001}]}}""");
        ClusterJobWatch watch = new ClusterJobWatch(cluster);

        assertThat(watch.lastFailure()).isEmpty();
        assertThat(watch.lastFailure())
                .contains(new JobFailure(
                        Instant.ofEpochMilli(1_700_000_000_000L),
                        Optional.of(DatabaseTrouble.DATABASE_FULL),
                        "org.postgresql.util.PSQLException: ERROR: could not extend file"));
        assertThat(watch.lastFailure())
                .contains(new JobFailure(
                        Instant.ofEpochMilli(1_700_000_000_001L), Optional.empty(), "java.io.IOException: torn"));
    }

    @Test
    void aStopIsOverWhenTheSavepointIsWritten() {
        answer("/jobs/c/stop", "{\"request-id\":\"t\"}");
        answer(
                "/jobs/c/savepoints/t",
                "{\"status\":{\"id\":\"IN_PROGRESS\"}}",
                "{\"status\":{\"id\":\"COMPLETED\"},\"operation\":{\"location\":\"file:/s/savepoint-1\"}}");

        assertThat(cluster.stop("c", "file:///s", Duration.ofSeconds(10))).isEqualTo("file:/s/savepoint-1");
    }

    @Test
    void aSavepointIsThereWhenItIsWrittenAndTheJobGoesOn() {
        answer("/jobs/c/savepoints", "{\"request-id\":\"t\"}");
        answer(
                "/jobs/c/savepoints/t",
                "{\"status\":{\"id\":\"IN_PROGRESS\"}}",
                "{\"status\":{\"id\":\"COMPLETED\"},\"operation\":{\"location\":\"file:/s/savepoint-2\"}}");

        assertThat(cluster.savepoint("c", "file:///s", Duration.ofSeconds(10))).isEqualTo("file:/s/savepoint-2");
        answer("/jobs/c/savepoints/t", """
                {"status":{"id":"COMPLETED"},"operation":{"failure-cause":{"class":"x","stack-trace":
                "java.lang.Exception: no\\n\\tat x\\nCaused by: java.io.IOException: disk full\\n\\tat y"}}}""");
        assertThatThrownBy(() -> cluster.savepoint("c", "file:///s", Duration.ofSeconds(10)))
                .isInstanceOf(UserError.class)
                .hasMessage("no savepoint was written: java.io.IOException: disk full");
    }

    @Test
    void aSavepointThatFailsSaysWhy() {
        answer("/jobs/c/stop", "{\"request-id\":\"t\"}");
        answer("/jobs/c/savepoints/t", """
                {"status":{"id":"COMPLETED"},"operation":{"failure-cause":{"class":"x","stack-trace":
                "java.lang.Exception: no\\n\\tat x\\nCaused by: java.io.IOException: disk full\\n\\tat y"}}}""");

        assertThatThrownBy(() -> cluster.stop("c", "file:///s", Duration.ofSeconds(10)))
                .isInstanceOf(UserError.class)
                .hasMessage("job c was not stopped, no savepoint was written: java.io.IOException: disk full");
    }

    @Test
    void aRefusalNamesWhatWasRefused() {
        assertThatThrownBy(() -> cluster.stop("nowhere", "file:///s", Duration.ofSeconds(1)))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("refuses /jobs/nowhere/stop")
                .hasMessageContaining("Not found: it.");
    }

    @Test
    void aJobManagerThatDoesNotAnswerIsUnknownNotAbsent() {
        server.stop(0);

        assertThat(new ClusterJobWatch(cluster).state()).isEqualTo("UNKNOWN");
        assertThat(new ClusterJobWatch(cluster).lastCheckpointAt()).isEmpty();
    }

    @Test
    void aStopGoesOnWhenOneAnswerIsMissing() {
        answer("/jobs/c/stop", "{\"request-id\":\"t\"}");
        answer(
                "/jobs/c/savepoints/t",
                "<html>bad gateway</html>",
                "{\"status\":{\"id\":\"COMPLETED\"},\"operation\":{\"location\":\"file:/s/savepoint-1\"}}");

        assertThat(cluster.stop("c", "file:///s", Duration.ofSeconds(10))).isEqualTo("file:/s/savepoint-1");
    }

    @Test
    void whatDoesNotSpeakJsonIsToldFromWhatDoesNotAnswer() {
        answer("/overview", "<html>hello</html>");

        assertThatThrownBy(() -> cluster.slots())
                .isInstanceOf(UserError.class)
                .hasMessageContaining("answers /overview with status 200 and no JSON");
    }

    @Test
    void aFrozenJobManagerIsUnknownSoon() throws IOException {
        try (ServerSocket frozen = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            ClusterJobWatch watch = new ClusterJobWatch(FlinkRest.at("http://localhost:" + frozen.getLocalPort()));

            String state = assertTimeout(Duration.ofSeconds(8), watch::state);

            assertThat(state).isEqualTo("UNKNOWN");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost:8081", "ftp://h:1", "http://h", "http://a b:1"})
    void anAddressThatIsNoneIsRefused(String url) {
        assertThatThrownBy(() -> FlinkRest.at(url))
                .isInstanceOf(UserError.class)
                .hasMessage("--jobmanager must be http://host:port, was " + url);
    }
}
