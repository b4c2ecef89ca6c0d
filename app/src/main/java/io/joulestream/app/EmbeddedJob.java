package io.joulestream.app;

import io.joulestream.streaming.EngineSettings;
import io.joulestream.streaming.FlinkFolder;
import io.joulestream.streaming.JobConfig;
import io.joulestream.streaming.LedgerJob;
import io.joulestream.streaming.StateBackend;
import java.io.IOException;
import java.net.BindException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * The ledger job in this process, on Flink's own small cluster. Its checkpoints outlive it: the next start goes on from
 * the newest.
 */
final class EmbeddedJob implements JobWatch, AutoCloseable {
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(20);
    private static final Duration FINISH_PATIENCE = Duration.ofMinutes(2);
    private static final Duration SAVEPOINT_PATIENCE = Duration.ofMinutes(10);
    private static final Duration ANSWER = Duration.ofSeconds(2);
    private static final int PORT_ATTEMPTS = 5;

    private final JobClient client;
    private final FlinkRest flink;
    private final Path checkpoints;

    private EmbeddedJob(JobClient client, FlinkRest flink, Path checkpoints) {
        this.client = client;
        this.flink = flink;
        this.checkpoints = checkpoints;
    }

    /** @param folder for checkpoints and working files */
    static EmbeddedJob start(AppConfig config, JobConfig job, Path folder) throws Exception {
        for (int attempt = 1; ; attempt++) {
            int port = FreePort.any();
            try {
                return start(config, job, folder, port);
            } catch (Exception e) {
                if (attempt == PORT_ATTEMPTS || !isPortTaken(e)) {
                    throw e;
                }
            }
        }
    }

    /** @param port that Flink's job manager answers on */
    private static EmbeddedJob start(AppConfig config, JobConfig job, Path folder, int port) throws Exception {
        Path retained = retained(folder);
        Configuration flink = new EngineSettings(
                        config.stateBackend(), FlinkFolder.uri(retained), config.checkpointInterval())
                .toFlink();
        flink.setString("taskmanager.numberOfTaskSlots", Integer.toString(config.parallelism()));
        // the only user of managed memory is RocksDB
        flink.setString(
                "taskmanager.memory.managed.size", config.stateBackend() == StateBackend.ROCKSDB ? "128m" : "1m");
        flink.setString("taskmanager.memory.network.min", "32m");
        flink.setString("taskmanager.memory.network.max", "32m");
        flink.setString("rest.bind-address", "127.0.0.1");
        flink.setString("rest.address", "127.0.0.1");
        flink.setString("rest.bind-port", Integer.toString(port));
        flink.setString("web.submit.enable", "false");
        Path work = Files.createDirectories(folder.resolve("work"));
        flink.setString("io.tmp.dirs", work.toString());
        flink.setString("blob.storage.directory", work.toString());
        flink.setString("web.tmpdir", work.toString());
        Optional<Path> newest = newestCheckpoint(retained);
        newest.ifPresent(path -> {
            flink.setString("execution.state-recovery.path", FlinkFolder.uri(path));
            flink.setString("execution.state-recovery.claim-mode", "CLAIM");
        });
        StreamExecutionEnvironment env = StreamExecutionEnvironment.createLocalEnvironment(config.parallelism(), flink);
        LedgerJob.define(env, job);
        return new EmbeddedJob(
                env.executeAsync(LedgerJob.NAME),
                FlinkRest.at("http://127.0.0.1:" + port).answeringWithin(ANSWER),
                retained);
    }

    private static boolean isPortTaken(Throwable problem) {
        for (Throwable cause = problem; cause != null; cause = cause.getCause()) {
            if (cause instanceof BindException) {
                return true;
            }
        }
        return false;
    }

    /** Where checkpoints outlive the job. */
    static Path retained(Path folder) {
        return folder.resolve("retained");
    }

    /**
     * The newest complete checkpoint of any earlier run; empty when there is none. What Flink removes meanwhile is
     * superseded, and passed over.
     */
    static Optional<Path> newestCheckpoint(Path retained) throws IOException {
        if (!Files.isDirectory(retained)) {
            return Optional.empty();
        }
        List<Path> complete = new ArrayList<>();
        Files.walkFileTree(retained, Set.of(), 3, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (file.getFileName().toString().equals("_metadata")) {
                    complete.add(file);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
                return goneOnly(e);
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, IOException e) throws IOException {
                return goneOnly(e);
            }

            private static FileVisitResult goneOnly(IOException e) throws IOException {
                if (e != null && !(e instanceof NoSuchFileException)) {
                    throw e;
                }
                return FileVisitResult.CONTINUE;
            }
        });
        return complete.stream()
                .max(Comparator.comparing(EmbeddedJob::writtenAt))
                .map(Path::getParent);
    }

    private static FileTime writtenAt(Path file) {
        try {
            return Files.getLastModifiedTime(file);
        } catch (IOException e) {
            return FileTime.fromMillis(0); // removed meanwhile: superseded
        }
    }

    @Override
    public Optional<Instant> lastCheckpointAt() {
        try {
            return newestCheckpoint(checkpoints)
                    .map(checkpoint ->
                            writtenAt(checkpoint.resolve("_metadata")).toInstant());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    @Override
    public String state() {
        try {
            return client.getJobStatus().get(2, TimeUnit.SECONDS).name();
        } catch (ExecutionException | TimeoutException | IllegalStateException e) {
            return "UNKNOWN";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "UNKNOWN";
        }
    }

    @Override
    public Optional<JobFailure> lastFailure() {
        try {
            return flink.lastFailure(client.getJobID().toHexString());
        } catch (UserError doesNotAnswer) {
            return Optional.empty();
        }
    }

    @Override
    public Optional<JobCounts> counts() {
        try {
            return Optional.of(flink.counts(client.getJobID().toHexString()));
        } catch (UserError doesNotAnswer) {
            return Optional.empty();
        }
    }

    @Override
    public String whereItLogs() {
        return "in the data directory";
    }

    /** Completes exceptionally when the job has ended for good, with the reason. */
    CompletableFuture<?> ended() {
        return client.getJobExecutionResult();
    }

    /**
     * Tells the job that no input comes any more and waits until it has ended: what still waited for an inventory is then
     * in the dead letters.
     */
    void finish() throws Exception {
        String folder = FlinkFolder.uri(checkpoints.resolveSibling("finished"));
        client.stopWithSavepoint(true, folder, SavepointFormatType.CANONICAL)
                .get(FINISH_PATIENCE.toSeconds(), TimeUnit.SECONDS);
        client.getJobExecutionResult().get(FINISH_PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    /**
     * Makes a savepoint that either state backend can read; the job goes on.
     *
     * @param below a folder
     * @return where it is, in a folder of its own
     */
    Path savepoint(Path below) throws Exception {
        String written = client.triggerSavepoint(FlinkFolder.uri(below), SavepointFormatType.CANONICAL)
                .get(SAVEPOINT_PATIENCE.toSeconds(), TimeUnit.SECONDS);
        return FlinkFolder.of(written);
    }

    @Override
    public void close() throws Exception {
        if (client.getJobExecutionResult().isDone()) {
            return;
        }
        JobStatus status = client.getJobStatus().get(STOP_PATIENCE.toSeconds(), TimeUnit.SECONDS);
        if (!status.isGloballyTerminalState()) {
            client.cancel().get(STOP_PATIENCE.toSeconds(), TimeUnit.SECONDS);
            client.getJobExecutionResult()
                    .handle((result, cancelled) -> null)
                    .get(STOP_PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
    }
}
