package io.joulestream.streaming;

import java.io.Serializable;
import java.util.List;
import org.apache.kafka.common.TopicPartition;

/** Where an operator finds out which topics there are. */
interface TopicLookup {
    /**
     * @param topics all telemetry topics that the job may read
     * @param check what is known of the sites at the same time
     */
    record Found(List<TopicCheck.Present> topics, TopicCheck check) {}

    Found look();

    /** The first offset that is still there. */
    long beginning(TopicPartition partition);

    /** Opens a subtask's own. */
    interface Opener extends Serializable {
        TopicLookup open();
    }
}
