package io.joulestream.streaming;

import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.util.OutputTag;

/**
 * A stateful operator that gives out what changed once per checkpoint, before the barrier, and at the end of a bounded
 * input. So whatever lies before a committed offset is in the database.
 */
abstract class PublishingOperator<T> extends AbstractStreamOperator<T> implements BoundedOneInput {
    private static final long serialVersionUID = 1;

    /** Writes open state back and emits all that is unpublished. */
    abstract void publishAll() throws Exception;

    @Override
    public void prepareSnapshotPreBarrier(long checkpointId) throws Exception {
        publishAll();
    }

    @Override
    public void endInput() throws Exception {
        publishAll();
    }

    final void emit(T value) {
        output.collect(new StreamRecord<>(value));
    }

    final <X> void emit(OutputTag<X> tag, X value) {
        output.collect(tag, new StreamRecord<>(value));
    }
}
