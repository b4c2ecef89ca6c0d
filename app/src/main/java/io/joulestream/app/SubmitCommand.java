package io.joulestream.app;

import io.joulestream.streaming.FlinkFolder;
import io.joulestream.streaming.LedgerJob;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.RemoteStreamEnvironment;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "submit",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Starts the ledger job on a Flink session cluster of yours, and prints its id.",
            "Broker, database and the folder for checkpoints come from the settings; topics and schema are made."
        },
        footer = {
            "",
            "Example:",
            "  joulestream submit --config prod.conf --jobmanager http://flink:8081 --parallelism 8"
        })
final class SubmitCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private SharedOptions shared;

    @Option(
            names = "--jobmanager",
            paramLabel = "URL",
            description = "The job manager's REST address, http://host:port.")
    private String jobManager;

    @Option(
            names = "--parallelism",
            paramLabel = "N",
            description = "Subtasks of each operator; overrides the setting.")
    private Integer parallelism;

    @Option(
            names = "--from-savepoint",
            paramLabel = "P",
            description = "Goes on from this savepoint or checkpoint, which is left as it is.")
    private String savepoint;

    @Option(
            names = "--resume",
            description =
                    "Goes on from the newest checkpoint of this consumer group in the folder for checkpoints: after a job manager's death.")
    private boolean resume;

    @Option(
            names = "--jar",
            paramLabel = "FILE",
            description = "The job's jar. Default: the one built with this program.")
    private Path jar;

    @Override
    public Integer call() throws Exception {
        AppConfig config = shared.config();
        config = parallelism == null ? config : config.withParallelism(parallelism);
        if (savepoint != null && resume) {
            throw new UserError("give --from-savepoint or --resume, not both");
        }
        ClusterJob job = ClusterJob.of(config);
        FlinkRest cluster = FlinkRest.named(jobManager, config.cluster());
        Path artefact = jar == null ? builtJar() : existing(jar);
        Configuration flink = job.settings();
        Optional<String> state = restoreFrom(config, flink);
        refuseWhereItCannotRun(cluster, config.parallelism());
        job.prepare();
        flink.setString("rest.address", cluster.host());
        flink.setString("rest.port", Integer.toString(cluster.port()));
        StreamExecutionEnvironment env = new RemoteStreamEnvironment(
                cluster.host(), cluster.port(), flink, artefact.toAbsolutePath().toString());
        env.setParallelism(config.parallelism());
        LedgerJob.define(env, job.config());
        String id = env.executeAsync(LedgerJob.NAME).getJobID().toString();
        PrintWriter out = spec.commandLine().getOut();
        out.println(state.map(path -> "goes on from " + path)
                .orElse("starts without state: reads its topics from their beginning"));
        out.println("job " + id);
        return 0;
    }

    private static void refuseWhereItCannotRun(FlinkRest cluster, int wanted) {
        List<FlinkRest.Job> running = cluster.ledgerJobs();
        if (!running.isEmpty()) {
            throw new UserError("a " + LedgerJob.NAME + " already runs on " + cluster + ": job "
                    + running.get(0).id() + ", " + running.get(0).state() + "; end it first with: joulestream stop");
        }
        FlinkRest.Slots slots = cluster.slots();
        if (slots.free() < wanted) {
            throw new UserError("parallelism " + wanted + " needs as many free task slots, " + cluster + " has "
                    + slots.free() + " of " + slots.total() + " on " + slots.taskManagers()
                    + " task managers: add task managers, or give a smaller --parallelism");
        }
    }

    /** Where the state comes from; empty: nowhere. */
    private Optional<String> restoreFrom(AppConfig config, Configuration flink) throws IOException {
        if (savepoint != null) {
            flink.setString("execution.state-recovery.path", savepoint);
            flink.setString("execution.state-recovery.claim-mode", "NO_CLAIM");
            return Optional.of(savepoint);
        }
        if (!resume) {
            return Optional.empty();
        }
        String folder = config.cluster().checkpointsOrRefuse(config.group());
        String scheme = new org.apache.flink.core.fs.Path(folder).toUri().getScheme();
        if (scheme != null && !scheme.equals("file")) {
            throw new UserError("--resume looks only into folders of this machine, checkpoints are in " + folder
                    + "; name the newest one with --from-savepoint");
        }
        Path newest = EmbeddedJob.newestCheckpoint(FlinkFolder.of(folder))
                .orElseThrow(() -> new UserError("no complete checkpoint of this consumer group is in " + folder
                        + "; name one with --from-savepoint; without either the job starts without state"));
        // its own, from before: superseded by the next ones
        flink.setString("execution.state-recovery.path", FlinkFolder.uri(newest));
        flink.setString("execution.state-recovery.claim-mode", "CLAIM");
        return Optional.of(FlinkFolder.uri(newest));
    }

    private static Path builtJar() {
        for (Path candidate : JobJar.candidates()) {
            if (Files.isRegularFile(candidate)) {
                return candidate;
            }
        }
        throw new UserError("there is no " + JobJar.candidates().get(0)
                + ": build it with mvn -DskipTests package, or name one with --jar");
    }

    private static Path existing(Path jar) {
        if (!Files.isRegularFile(jar)) {
            throw new UserError("no such file: " + jar);
        }
        return jar;
    }
}
