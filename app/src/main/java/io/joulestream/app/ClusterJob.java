package io.joulestream.app;

import io.joulestream.storage.Database;
import io.joulestream.storage.DatabaseAddress;
import io.joulestream.streaming.EngineSettings;
import io.joulestream.streaming.JobConfig;
import org.apache.flink.configuration.Configuration;

/** The ledger job as a cluster of the user's own runs it: against brokers and a database of the user's own. */
final class ClusterJob {
    private final AppConfig config;
    private final String bootstrap;
    private final DatabaseAddress database;
    private final EngineSettings engine;

    private ClusterJob(AppConfig config, String bootstrap, DatabaseAddress database, EngineSettings engine) {
        this.config = config;
        this.bootstrap = bootstrap;
        this.database = database;
        this.engine = engine;
    }

    static ClusterJob of(AppConfig config) {
        if (config.kafkaBootstrap().isEmpty()) {
            throw new UserError("a job on a cluster needs brokers and a database of your own: set "
                    + "joulestream.kafka.bootstrap and joulestream.database.url");
        }
        return new ClusterJob(
                config,
                config.kafkaBootstrap().get(),
                config.database().orElseThrow(),
                new EngineSettings(
                        config.stateBackend(),
                        config.cluster().checkpointsOrRefuse(config.group()),
                        config.cluster().checkpointInterval()));
    }

    Configuration settings() {
        return engine.toFlink();
    }

    JobConfig config() {
        return LedgerInputs.jobConfig(config, bootstrap, database);
    }

    /** Brings the schema up to this version and makes the topics that are missing. */
    void prepare() throws InterruptedException {
        Database.open(database).close();
        LedgerInputs.openTopics(config, bootstrap);
    }
}
