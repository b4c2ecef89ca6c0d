package io.joulestream.app;

import io.joulestream.api.ApiServer;
import io.joulestream.api.Health;
import io.joulestream.app.embedded.DataDirectory;
import io.joulestream.app.embedded.EmbeddedServers;
import io.joulestream.app.outbound.Outbound;
import io.joulestream.storage.Database;
import io.joulestream.storage.DatabaseAddress;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The all-in-one: broker, database, job, API and pages in one process, on one data directory. Started in the order data
 * flows, closed in reverse.
 */
final class Service implements AutoCloseable {
    private final DataDirectory directory;
    private final AdminDoor admin;
    private final EmbeddedServers servers;
    private final Database database;
    private final GenerationKeeper generations;
    private final EmbeddedJob job;
    private final ServiceHealth health;
    private final ApiServer api;
    private final Endpoints endpoints;

    /** What the terminal is told while the service starts. */
    interface Progress {
        void stage(String name);
    }

    private Service(AppConfig config, DataDirectory directory, Progress progress) throws Exception {
        this.directory = directory;
        try {
            Logs.into(directory.logs());
            admin = opened(AdminDoor.open(config.admin()));
            progress.stage("broker and database");
            OwnServers own = OwnServers.start(config, directory);
            servers = own.servers();
            DatabaseAddress address = own.database();
            database = opened(Database.open(address, config.apiDatabase().orElse(address)));
            LedgerInputs.openTopics(config, servers.kafkaBootstrap());
            generations = opened(new GenerationKeeper(
                    Map.of("bootstrap.servers", servers.kafkaBootstrap()), config.group(), database));
            generations.start();
            MinuteKeeper minutes = opened(new MinuteKeeper(database, config.keep()));
            minutes.start();
            Outbound outbound = opened(new Outbound(config.outbound()));
            AlertDuty alerts = opened(new AlertDuty(database, config, outbound, admin.registry()));
            alerts.start();
            progress.stage("ledger job");
            job = opened(EmbeddedJob.start(
                    config,
                    LedgerInputs.jobConfig(config, servers.kafkaBootstrap(), address),
                    directory.checkpoints()));
            opened(new SavepointRequests(directory.path(), job::savepoint)).start();
            progress.stage("API and pages");
            health = new ServiceHealth(
                    config.tenant(),
                    database,
                    Optional.of(job),
                    () -> Stream.of(
                                    generations.problems().stream().map(Concern::note),
                                    minutes.problem().stream(),
                                    alerts.problems().stream())
                            .flatMap(problems -> problems)
                            .toList(),
                    servers::databaseOutage);
            ServiceWatch watch = opened(admin.watch(
                    config.tenant(),
                    database,
                    health::health,
                    new LedgerLag(Map.of("bootstrap.servers", servers.kafkaBootstrap()), config.group()),
                    Optional.of(job)));
            watch.start(config.admin().lookEvery());
            api = opened(new ApiServer(
                    database,
                    health,
                    Clock.systemUTC(),
                    config.api().forTenant(config.tenant()),
                    admin.registry(),
                    config.outbound()::refusal,
                    config.issuer(outbound, Clock.systemUTC())));
            startApi(api, config);
            endpoints = new Endpoints(
                    servers.kafkaBootstrap(),
                    address,
                    config.group(),
                    Optional.of(api.address().toString()));
            directory.publish(endpoints.toProperties());
            admin.serve(database, servers::databaseOutage);
            beforeClose(admin::stop);
        } catch (Exception e) {
            close();
            throw e;
        }
    }

    /** Starts everything in the directory, which is closed with the service. */
    static Service start(AppConfig config, DataDirectory directory, Progress progress) throws Exception {
        return new Service(config, directory, progress);
    }

    /** What is opened last is closed first, also when the process is told to end. */
    private <T extends AutoCloseable> T opened(T part) {
        directory.closeFirst(part);
        return part;
    }

    static void startApi(ApiServer api, AppConfig config) {
        try {
            api.start();
        } catch (RuntimeException e) {
            throw new UserError(
                    "cannot listen on " + config.api().host() + " port "
                            + config.api().port() + " (" + e.getMessage() + "); give another with --port",
                    e);
        }
    }

    Path directory() {
        return directory.path();
    }

    Endpoints endpoints() {
        return endpoints;
    }

    /** Where those ask who look after the process. */
    URI admin() {
        return admin.address();
    }

    Database database() {
        return database;
    }

    EmbeddedServers servers() {
        return servers;
    }

    /** How it is, as the API tells. */
    Health health() {
        return health.health();
    }

    EmbeddedJob job() {
        return job;
    }

    /** Runs before anything is closed, also when the process is told to end. */
    void beforeClose(Runnable action) {
        directory.closeFirst(action::run);
    }

    @Override
    public void close() throws IOException {
        directory.close();
    }
}
