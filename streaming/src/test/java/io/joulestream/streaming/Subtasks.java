package io.joulestream.streaming;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.functions.KeySelector;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.apache.flink.util.OutputTag;

/**
 * The subtasks of one keyed operator, as a cluster would run them: records go to the subtask of their key, a checkpoint
 * takes all of them, and a restart may come with another parallelism. What is given out is collected over all restarts.
 */
final class Subtasks<I, O> implements AutoCloseable {
    private static final int MAX_PARALLELISM = 16;

    private final Supplier<? extends OneInputStreamOperator<I, O>> operator;
    private final KeySelector<I, String> keyOf;
    private final List<OutputTag<?>> sides;
    private final Consumer<Object> collected;

    private final List<KeyedOneInputStreamOperatorTestHarness<String, I, O>> running = new ArrayList<>();
    private long checkpoints;

    Subtasks(
            Supplier<? extends OneInputStreamOperator<I, O>> operator,
            KeySelector<I, String> keyOf,
            List<OutputTag<?>> sides,
            Consumer<Object> collected)
            throws Exception {
        this.operator = operator;
        this.keyOf = keyOf;
        this.sides = sides;
        this.collected = collected;
        start(1, null, 0);
    }

    private void start(int parallelism, OperatorSubtaskState state, int oldParallelism) throws Exception {
        for (int index = 0; index < parallelism; index++) {
            var subtask = new KeyedOneInputStreamOperatorTestHarness<>(
                    operator.get(), keyOf, Types.STRING, MAX_PARALLELISM, parallelism, index);
            if (state != null) {
                subtask.initializeState(AbstractStreamOperatorTestHarness.repartitionOperatorState(
                        state, MAX_PARALLELISM, oldParallelism, parallelism, index));
            }
            subtask.open();
            running.add(subtask);
        }
    }

    void process(I record) throws Exception {
        int index = KeyGroupRangeAssignment.assignKeyToParallelOperator(
                keyOf.getKey(record), MAX_PARALLELISM, running.size());
        running.get(index).processElement(new StreamRecord<>(record));
    }

    /** All there is, to the end. */
    void processToTheEnd(List<I> records) throws Exception {
        for (I record : records) {
            process(record);
        }
        endInput();
    }

    void processRestartingAfterEach(List<I> records) throws Exception {
        for (I record : records) {
            process(record);
            restart(1);
        }
    }

    /** One subtask for the first third, two for the second, one for the rest. */
    void processOnTwoAndBack(List<I> records) throws Exception {
        for (int i = 0; i < records.size(); i++) {
            if (i == records.size() / 3) {
                restart(2);
            } else if (i == 2 * records.size() / 3) {
                restart(1);
            }
            process(records.get(i));
        }
        endInput();
    }

    /** How many rows have been given out and not yet collected by a checkpoint. */
    int emitted() {
        int rows = 0;
        for (var subtask : running) {
            rows += subtask.getOutput().size();
            for (OutputTag<?> side : sides) {
                Collection<?> records = subtask.getSideOutput(side);
                rows += records == null ? 0 : records.size();
            }
        }
        return rows;
    }

    /** Takes a checkpoint and collects what was given out before its barrier. */
    OperatorSubtaskState checkpoint() throws Exception {
        checkpoints++;
        OperatorSubtaskState[] states = new OperatorSubtaskState[running.size()];
        for (int i = 0; i < states.length; i++) {
            running.get(i).prepareSnapshotPreBarrier(checkpoints);
        }
        collect();
        for (int i = 0; i < states.length; i++) {
            states[i] = running.get(i).snapshot(checkpoints, 0);
        }
        return AbstractStreamOperatorTestHarness.repackageState(states);
    }

    /** Takes a checkpoint and starts from it. */
    void restart(int parallelism) throws Exception {
        OperatorSubtaskState state = checkpoint();
        int oldParallelism = running.size();
        close();
        start(parallelism, state, oldParallelism);
    }

    /** Loses whatever came after the checkpoint. */
    void crashTo(OperatorSubtaskState state) throws Exception {
        int parallelism = running.size();
        close();
        start(parallelism, state, parallelism);
    }

    void endInput() throws Exception {
        for (var subtask : running) {
            subtask.endInput();
        }
        collect();
    }

    private void collect() {
        for (var subtask : running) {
            subtask.extractOutputValues().forEach(collected);
            subtask.getOutput().clear();
            for (OutputTag<?> side : sides) {
                Collection<? extends StreamRecord<?>> records = subtask.getSideOutput(side);
                if (records != null) {
                    records.forEach(record -> collected.accept(record.getValue()));
                    records.clear();
                }
            }
        }
    }

    @Override
    public void close() throws Exception {
        for (var subtask : running) {
            subtask.close();
        }
        running.clear();
    }
}
