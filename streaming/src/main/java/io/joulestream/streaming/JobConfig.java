package io.joulestream.streaming;

import io.joulestream.storage.DatabaseAddress;
import java.io.Serializable;
import java.util.Properties;

/**
 * Everything the job can be told.
 *
 * @param kafka the clients' connection: bootstrap.servers, and security where the cluster asks for it
 * @param group the consumer group to which progress is committed at every checkpoint
 * @param topicDiscoveryMillis how often new topics are looked for
 * @param openOwners how many owners' ledgers a subtask keeps decoded at a time
 */
public record JobConfig(
        Properties kafka, String group, long topicDiscoveryMillis, int openOwners, DatabaseAddress database)
        implements Serializable {
    public JobConfig {
        if (topicDiscoveryMillis < 1) {
            throw new IllegalArgumentException("topicDiscoveryMillis must be >= 1, was " + topicDiscoveryMillis);
        }
        if (openOwners < 1) {
            throw new IllegalArgumentException("openOwners must be >= 1, was " + openOwners);
        }
    }

    String bootstrapServers() {
        return kafka.getProperty("bootstrap.servers");
    }
}
