package io.joulestream.app;

import io.joulestream.ingest.kafka.TelemetryTopics;
import io.joulestream.storage.DatabaseAddress;
import io.joulestream.streaming.JobConfig;
import io.joulestream.wire.Topics;
import java.util.Map;
import java.util.Properties;

/** What the ledger job needs before it starts, wherever it runs. */
final class LedgerInputs {
    private static final int DEAD_LETTER_PARTITIONS = 1;

    private LedgerInputs() {}

    /** Makes the topics that are not there yet. */
    static void openTopics(AppConfig config, String bootstrap) throws InterruptedException {
        TelemetryTopics topics = new TelemetryTopics(Map.of("bootstrap.servers", bootstrap));
        topics.openInventory(config.replication());
        topics.openDeadLetters(DEAD_LETTER_PARTITIONS, config.replication());
        topics.openTelemetry(Topics.telemetry(config.tenant()), config.partitions(), config.replication());
    }

    static JobConfig jobConfig(AppConfig config, String bootstrap, DatabaseAddress address) {
        Properties kafka = new Properties();
        kafka.setProperty("bootstrap.servers", bootstrap);
        return new JobConfig(kafka, config.group(), config.topicDiscovery().toMillis(), config.openOwners(), address);
    }
}
