package io.joulestream.app;

import io.joulestream.app.embedded.DataDirectory;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
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
            "Ctrl-C stops it."
        })
final class UpCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private SharedOptions shared;

    @Option(names = "--port", paramLabel = "PORT", description = "Port of pages and API; 0 for any free one.")
    private Integer port;

    @Option(names = "--parallelism", paramLabel = "N", description = "Subtasks of the ledger job.")
    private Integer parallelism;

    @Override
    public Integer call() throws Exception {
        AppConfig config = shared.config();
        config = port == null ? config : config.withApiPort(port);
        config = parallelism == null ? config : config.withParallelism(parallelism);
        PrintWriter out = spec.commandLine().getOut();
        DataDirectory directory = DataDirectory.open(config.dataDirectory());
        Stages stages = new Stages(out);
        Service service = Service.start(config, directory, stages);
        CountDownLatch stopped = new CountDownLatch(1);
        Thread hook = new Thread(() -> stop(service, stopped), "joulestream-stop");
        Runtime.getRuntime().addShutdownHook(hook);
        stages.done();
        out.println("Joulestream is up: " + service.endpoints().api().orElseThrow());
        out.println("data in " + directory.path() + "; Ctrl-C stops");
        Object failure = CompletableFuture.anyOf(service.servers().failure(), ended(service)).get();
        if (stopped.getCount() > 0 && failure != null) {
            throw new UserError(failure + "; start again to recover");
        }
        stopped.await();
        return 0;
    }

    /** Why the job has ended, once it has. */
    private static CompletableFuture<String> ended(Service service) {
        return service.job().ended().handle((result, problem) ->
                "the ledger job ended" + (problem == null ? "" : ": " + rootOf(problem).getMessage()));
    }

    private static Throwable rootOf(Throwable problem) {
        Throwable root = problem;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }

    private static void stop(Service service, CountDownLatch stopped) {
        try {
            service.close();
        } catch (Exception e) {
            org.slf4j.LoggerFactory.getLogger(UpCommand.class).error("while stopping", e);
        } finally {
            stopped.countDown();
        }
    }
}
