package io.joulestream.app;

import io.joulestream.streaming.LedgerJob;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "stop",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Stops the ledger job on a Flink cluster with a savepoint, and prints where that is.",
            "Go on from it with: joulestream submit --from-savepoint"
        })
final class StopCommand implements Callable<Integer> {
    private static final Duration PATIENCE = Duration.ofMinutes(10);

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
            names = "--savepoint",
            required = true,
            paramLabel = "DIR",
            description = "URI of the folder in which the savepoint is made: file:///..., s3://...")
    private String savepoints;

    @Option(names = "--job", paramLabel = "ID", description = "Default: the one ledger job that runs.")
    private String job;

    @Override
    public Integer call() {
        FlinkRest cluster = FlinkRest.named(jobManager, shared.config().cluster());
        String id = job == null ? theOnlyOne(cluster) : job;
        spec.commandLine().getOut().println(cluster.stop(id, savepoints, PATIENCE));
        return 0;
    }

    /** The id of the one ledger job that has not ended. */
    static String theOnlyOne(FlinkRest cluster) {
        List<FlinkRest.Job> running = cluster.ledgerJobs();
        if (running.size() != 1) {
            throw new UserError(
                    running.isEmpty()
                            ? "no " + LedgerJob.NAME + " runs on " + cluster
                            : running.size() + " jobs called " + LedgerJob.NAME + " run on " + cluster
                                    + "; name one with --job: "
                                    + String.join(
                                            ", ",
                                            running.stream()
                                                    .map(FlinkRest.Job::id)
                                                    .toList()));
        }
        return running.get(0).id();
    }
}
