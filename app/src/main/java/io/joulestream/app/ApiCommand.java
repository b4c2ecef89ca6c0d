package io.joulestream.app;

import io.joulestream.api.ApiServer;
import io.joulestream.app.outbound.Outbound;
import io.joulestream.storage.Database;
import io.joulestream.storage.DatabaseAddress;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "api",
        mixinStandardHelpOptions = true,
        description = {
            "Serves API and pages over a database of your own, whose ledger a job on a Flink cluster writes.",
            "Of all that do so, one looks at alerts and sends them; it needs a login that may act as js_admin.",
            "With --jobmanager, or joulestream.job.cluster.jobmanager, health tells how that job is. Ctrl-C stops it."
        })
final class ApiCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private SharedOptions shared;

    @Option(names = "--port", paramLabel = "PORT", description = "Port of pages and API; 0 for any free one.")
    private Integer port;

    @Mixin
    private AdminOptions admin;

    @Option(
            names = "--jobmanager",
            paramLabel = "URL",
            description = "The job manager's REST address, http://host:port.")
    private String jobManager;

    @Override
    public Integer call() throws Exception {
        AppConfig config = shared.config();
        AppConfig served = admin.applied(port == null ? config : config.withApiPort(port));
        if (served.database().isEmpty()) {
            throw new UserError("api serves a database of your own: set joulestream.kafka.bootstrap and "
                    + "joulestream.database.url; the all-in-one is: joulestream up");
        }
        Optional<JobWatch> job = Optional.ofNullable(jobManager)
                .or(served.cluster()::jobManager)
                .map(FlinkRest::at)
                .map(ClusterJobWatch::new);
        serve(served, job, spec.commandLine().getOut());
        return 0;
    }

    /** Until a signal; then all of it is closed, what was opened last first. */
    private static void serve(AppConfig served, Optional<JobWatch> job, PrintWriter out) throws Exception {
        Map<String, Object> kafka =
                Map.of("bootstrap.servers", served.kafkaBootstrap().orElseThrow());
        // before the database is opened, which may migrate it
        FreePort.require(served.admin().host(), served.admin().port(), "--admin-port");
        FreePort.require(served.api().host(), served.api().port(), "--port");
        DatabaseAddress address = served.apiDatabase().or(served::database).get();
        try (Opening<Database> opening = Opening.begin("database-opening", () -> Database.open(address));
                AdminDoor door = AdminDoor.open(served.admin());
                Outbound outbound = new Outbound(served.outbound());
                ForwardingWatch forwarding = new ForwardingWatch(kafka, served.tenant(), System::nanoTime);
                Database database = opening.take();
                AlertDuty alerts = new AlertDuty(database, served, outbound, door.registry())) {
            ServiceHealth health = new ServiceHealth(
                    served.tenant(),
                    database,
                    job,
                    () -> Stream.concat(forwarding.problems().stream().map(Concern::note), alerts.problems().stream())
                            .toList(),
                    Optional::empty);
            try (ServiceWatch watch = door.watch(
                            served.tenant(), database, health::health, new LedgerLag(kafka, served.group()), job);
                    ApiServer api = new ApiServer(
                            database,
                            health,
                            Clock.systemUTC(),
                            served.api().forTenant(served.tenant()),
                            door.registry(),
                            served.outbound()::refusal,
                            served.issuer(outbound, Clock.systemUTC()))) {
                CompletableFuture<String> asked = StopSignal.awaited();
                Service.startApi(api, served);
                alerts.start();
                forwarding.start();
                watch.start(served.admin().lookEvery());
                door.serve(database, Optional::empty);
                out.println("Joulestream's API is up: " + api.address());
                out.println("metrics: " + door.address() + "/metrics");
                Identities.tellOfKeys(served, database, out);
                asked.get();
                door.stop();
            }
        }
    }
}
