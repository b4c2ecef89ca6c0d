package io.joulestream.app;

import io.joulestream.app.embedded.DataDirectory;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "up",
        mixinStandardHelpOptions = true,
        description = {
            "Runs everything in one process: broker, database, ledger job, API and pages.",
            "The data directory keeps it all; a start after a stop, a crash or a kill goes on where it was.",
            "Ctrl-C stops it, when what is being answered is answered; a second one stops it at once."
        })
final class UpCommand implements Callable<Integer> {
    /** What the job says when it ends for good because its state and the topics do not belong together. */
    private static final String REFUSED = "the ledger job refuses to start: ";

    @Spec
    private CommandSpec spec;

    @Mixin
    private SharedOptions shared;

    @Option(names = "--port", paramLabel = "PORT", description = "Port of pages and API; 0 for any free one.")
    private Integer port;

    @Mixin
    private AdminOptions admin;

    @Option(names = "--parallelism", paramLabel = "N", description = "Subtasks of the ledger job.")
    private Integer parallelism;

    @Override
    public Integer call() throws Exception {
        AppConfig config = shared.config();
        config = port == null ? config : config.withApiPort(port);
        config = admin.applied(config);
        config = parallelism == null ? config : config.withParallelism(parallelism);
        if (config.kafkaBootstrap().isPresent()) {
            throw new UserError(
                    "up runs its own broker: unset joulestream.kafka.bootstrap; joulestream.database.url may name "
                            + "a database of yours");
        }
        PrintWriter out = spec.commandLine().getOut();
        DataDirectory directory = DataDirectory.open(config.dataDirectory());
        Refusal.forget(directory.logs());
        String end = run(config, directory, out);
        if (end.contains(REFUSED)) {
            Refusal.keep(directory.logs(), end);
            throw new UserError(end);
        }
        if (!end.equals(StopSignal.ASKED)) {
            throw new UserError(end + "; start again to recover");
        }
        return 0;
    }

    /** Until something ends it; then all of it is closed. Why it ended. */
    private static String run(AppConfig config, DataDirectory directory, PrintWriter out) throws Exception {
        Stages stages = new Stages(out);
        try (Service service = Service.start(config, directory, stages)) {
            CompletableFuture<String> asked = StopSignal.awaited();
            stages.done();
            out.println("Joulestream is up: " + service.endpoints().api().orElseThrow());
            out.println("metrics: " + service.admin() + "/metrics");
            Identities.tellOfKeys(config, service.database(), out);
            out.println("data in " + directory.path() + "; Ctrl-C stops");
            try (HealthTeller teller = new HealthTeller(service::health, Clock.systemUTC(), out)) {
                teller.start();
                return (String) CompletableFuture.anyOf(asked, service.servers().failure(), ended(service))
                        .get();
            }
        }
    }

    /** Why the job has ended, once it has. */
    static CompletableFuture<String> ended(Service service) {
        return service.job()
                .ended()
                .handle((result, problem) -> "the ledger job ended"
                        + (problem == null ? "" : ": " + rootOf(problem).getMessage()));
    }

    private static Throwable rootOf(Throwable problem) {
        Throwable root = problem;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }
}
