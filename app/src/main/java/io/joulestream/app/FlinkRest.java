package io.joulestream.app;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.joulestream.streaming.LedgerJob;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The job manager of a Flink session cluster, asked over its REST interface. Any thread. */
final class FlinkRest {
    private static final Duration CONNECT = Duration.ofSeconds(3);
    private static final Duration ANSWER = Duration.ofSeconds(10);
    private static final long POLL_MILLIS = 250;
    private static final Set<String> ENDED = Set.of("FINISHED", "CANCELED", "FAILED");
    private static final ObjectMapper JSON = new ObjectMapper();
    /** What a sink counts, in the order of {@link JobCounts.Sink}. */
    private static final List<String> COUNTS = List.of("numRecordsSend", "rowsStored", "batches");
    /** As Flink names the counter of an operator: the name with what is no letter replaced, then the counter's. */
    private static final Pattern SINK_COUNT =
            Pattern.compile("(?<sink>[a-z_]+?)__Writer\\.(?<count>" + String.join("|", COUNTS) + ")");

    private final URI address;
    private final Duration patience;
    private final HttpClient client;

    private FlinkRest(URI address, Duration patience) {
        this.address = address;
        this.patience = patience;
        this.client = HttpClient.newBuilder()
                .connectTimeout(patience.compareTo(CONNECT) < 0 ? patience : CONNECT)
                .build();
    }

    /** Nothing that a job manager says came back: it may later. */
    private static final class NoAnswer extends RuntimeException {
        private static final long serialVersionUID = 1;

        NoAnswer(String message, Throwable cause) {
            super(message, cause);
        }
    }

    record Slots(int taskManagers, int total, int free) {}

    /** @param state Flink's word: RUNNING, RESTARTING, FAILED ... */
    record Job(String id, String name, String state) {
        boolean hasEnded() {
            return ENDED.contains(state);
        }
    }

    /** @param url {@code http://host:port} */
    static FlinkRest at(String url) {
        URI address;
        try {
            address = URI.create(url);
        } catch (IllegalArgumentException e) {
            throw new UserError("--jobmanager must be http://host:port, was " + url, e);
        }
        if (!"http".equals(address.getScheme()) || address.getHost() == null || address.getPort() < 1) {
            throw new UserError("--jobmanager must be http://host:port, was " + url);
        }
        return new FlinkRest(address, ANSWER);
    }

    /** The job manager that the option names, or else the setting. */
    static FlinkRest named(String option, ClusterConfig config) {
        return at(
                Optional.ofNullable(option)
                        .or(config::jobManager)
                        .orElseThrow(
                                () -> new UserError(
                                        "no job manager is named: give --jobmanager http://host:port or set joulestream.job.cluster.jobmanager")));
    }

    /** The same job manager, asked with another patience for each answer. */
    FlinkRest answeringWithin(Duration each) {
        return new FlinkRest(address, each);
    }

    String host() {
        return address.getHost();
    }

    int port() {
        return address.getPort();
    }

    Slots slots() {
        JsonNode overview = get("/overview");
        return new Slots(
                overview.path("taskmanagers").asInt(),
                overview.path("slots-total").asInt(),
                overview.path("slots-available").asInt());
    }

    List<Job> jobs() {
        List<Job> jobs = new ArrayList<>();
        for (JsonNode job : get("/jobs/overview").path("jobs")) {
            jobs.add(new Job(
                    job.path("jid").asText(),
                    job.path("name").asText(),
                    job.path("state").asText()));
        }
        return jobs;
    }

    /** The ledger jobs that have not ended. */
    List<Job> ledgerJobs() {
        return jobs().stream()
                .filter(job -> job.name().equals(LedgerJob.NAME) && !job.hasEnded())
                .toList();
    }

    /** When the newest checkpoint of a job was complete. */
    Optional<Instant> lastCheckpointAt(String job) {
        JsonNode newest = get("/jobs/" + job + "/checkpoints").path("latest").path("completed");
        return newest.has("latest_ack_timestamp")
                ? Optional.of(
                        Instant.ofEpochMilli(newest.path("latest_ack_timestamp").asLong()))
                : Optional.empty();
    }

    /** The newest failure of a job, whether it has recovered from it or not. */
    Optional<JobFailure> lastFailure(String job) {
        JsonNode newest = get("/jobs/" + job + "/exceptions?maxExceptions=1")
                .path("exceptionHistory")
                .path("entries")
                .path(0);
        return newest.has("timestamp")
                ? Optional.of(JobFailure.of(
                        Instant.ofEpochMilli(newest.path("timestamp").asLong()),
                        newest.path("stacktrace").asText()))
                : Optional.empty();
    }

    /** What a job counts. Task managers tell the job manager every ten seconds or so. */
    JobCounts counts(String job) {
        Map<String, long[]> sinks = new TreeMap<>();
        for (JsonNode vertex : get("/jobs/" + job).path("vertices")) {
            addSinksOf("/jobs/" + job + "/vertices/" + vertex.path("id").asText() + "/subtasks/metrics", sinks);
        }
        Map<String, JobCounts.Sink> counts = new TreeMap<>();
        sinks.forEach((name, sums) -> counts.put(name, new JobCounts.Sink(sums[0], sums[1], sums[2])));
        JsonNode restarts = get("/jobs/" + job + "/metrics?get=numRestarts").path(0);
        return new JobCounts(restarts.path("value").asLong(), counts);
    }

    /**
     * Asks for the names that there are, and then for their sums over the subtasks.
     *
     * @param sinks counts in the order of {@link #COUNTS}
     */
    private void addSinksOf(String metrics, Map<String, long[]> sinks) {
        List<String> names = new ArrayList<>();
        for (JsonNode metric : get(metrics)) {
            String name = metric.path("id").asText();
            if (SINK_COUNT.matcher(name).matches()) {
                names.add(name);
            }
        }
        if (names.isEmpty()) {
            return;
        }
        for (JsonNode metric : get(metrics + "?agg=sum&get=" + encoded(String.join(",", names)))) {
            Matcher name = SINK_COUNT.matcher(metric.path("id").asText());
            if (name.matches()) {
                long[] sums = sinks.computeIfAbsent(name.group("sink"), sink -> new long[COUNTS.size()]);
                sums[COUNTS.indexOf(name.group("count"))] = metric.path("sum").asLong();
            }
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /**
     * Stops a job with a savepoint that either state backend can read.
     *
     * @return where the savepoint is
     */
    String stop(String job, String savepoints, Duration patience) {
        JsonNode trigger = post(
                "/jobs/" + job + "/stop",
                Map.of("targetDirectory", savepoints, "drain", false, "formatType", "CANONICAL"));
        return savepoint(job, trigger, patience, "job " + job + " was not stopped, ");
    }

    /**
     * Makes a savepoint that either state backend can read; the job goes on.
     *
     * @return where the savepoint is
     */
    String savepoint(String job, String savepoints, Duration patience) {
        JsonNode trigger = post(
                "/jobs/" + job + "/savepoints",
                Map.of("target-directory", savepoints, "cancel-job", false, "formatType", "CANONICAL"));
        return savepoint(job, trigger, patience, "");
    }

    /** Waits until one that was asked for is written. */
    private String savepoint(String job, JsonNode trigger, Duration patience, String failed) {
        String status =
                "/jobs/" + job + "/savepoints/" + trigger.path("request-id").asText();
        long deadline = System.nanoTime() + patience.toNanos();
        String lastError = "";
        while (System.nanoTime() < deadline) {
            try {
                JsonNode answer = ask(status, HttpRequest.newBuilder().GET());
                if (answer.path("status").path("id").asText().equals("COMPLETED")) {
                    return location(answer.path("operation"), failed);
                }
                lastError = "";
            } catch (NoAnswer e) {
                lastError = "; at last " + e.getMessage(); // the savepoint goes on meanwhile
            }
            CompletableFuture.runAsync(() -> {}, CompletableFuture.delayedExecutor(POLL_MILLIS, TimeUnit.MILLISECONDS))
                    .join();
        }
        throw new UserError("the savepoint of job " + job + " is not there within " + patience + "; look at " + address
                + ": it may still be written" + lastError);
    }

    private static String location(JsonNode operation, String failed) {
        if (operation.has("location")) {
            return operation.path("location").asText();
        }
        throw new UserError(failed + "no savepoint was written: "
                + JobFailure.rootOf(
                        operation.path("failure-cause").path("stack-trace").asText()));
    }

    private JsonNode get(String path) {
        return send(path, HttpRequest.newBuilder().GET());
    }

    private JsonNode post(String path, Map<String, Object> body) {
        try {
            return send(
                    path,
                    HttpRequest.newBuilder()
                            .header("Content-Type", "application/json")
                            .POST(HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body))));
        } catch (IOException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private JsonNode send(String path, HttpRequest.Builder request) {
        try {
            return ask(path, request);
        } catch (NoAnswer e) {
            throw new UserError(e.getMessage(), e);
        }
    }

    private JsonNode ask(String path, HttpRequest.Builder request) {
        try {
            HttpResponse<String> response = client.send(
                    request.uri(address.resolve(path)).timeout(patience).build(), HttpResponse.BodyHandlers.ofString());
            JsonNode answer = json(path, response);
            if (response.statusCode() >= 300) {
                throw new UserError("the job manager at " + address + " refuses " + path + ": "
                        + JobFailure.rootOf(answer.path("errors").toString()));
            }
            return answer;
        } catch (IOException e) {
            throw new NoAnswer(
                    "the job manager at " + address + " does not answer ("
                            + (e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage())
                            + "): is its REST port right, and does it run?",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UserError("interrupted while waiting for the job manager at " + address, e);
        }
    }

    private JsonNode json(String path, HttpResponse<String> response) {
        try {
            return JSON.readTree(response.body());
        } catch (JsonProcessingException e) {
            throw new NoAnswer(
                    address + " answers " + path + " with status " + response.statusCode()
                            + " and no JSON: is it a Flink job manager's REST port?",
                    e);
        }
    }

    @Override
    public String toString() {
        return address.toString();
    }
}
