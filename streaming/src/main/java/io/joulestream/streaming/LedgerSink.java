package io.joulestream.streaming;

import io.joulestream.storage.DatabaseAddress;
import io.joulestream.storage.LedgerTable;
import io.joulestream.storage.RowWriter;
import java.io.Serializable;
import java.util.function.Supplier;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.metrics.Counter;

/**
 * Rows into the database. Flink calls {@code flush} before every barrier, so a completed checkpoint means stored rows;
 * a row that was stored before a crash is written again and changes nothing.
 */
final class LedgerSink<T> implements Sink<T> {
    private static final long serialVersionUID = 1;

    /** Counter of stored rows that changed; the other rows were stored before. */
    private static final String ROWS_STORED = "rowsStored";

    /** Counter of flushes by which any did. */
    private static final String BATCHES = "batches";

    private final DatabaseAddress database;
    private final TableName<T> table;

    /** Names a table where the job is defined; opened where it runs. */
    interface TableName<T> extends Supplier<LedgerTable<T>>, Serializable {}

    LedgerSink(DatabaseAddress database, TableName<T> table) {
        this.database = database;
        this.table = table;
    }

    @Override
    public SinkWriter<T> createWriter(WriterInitContext context) {
        RowWriter<T> writer = table.get().openWriter(database);
        Counter rows = context.metricGroup().getNumRecordsSendCounter();
        Counter rowsStored = context.metricGroup().counter(ROWS_STORED);
        Counter batches = context.metricGroup().counter(BATCHES);
        return new SinkWriter<>() {
            @Override
            public void write(T row, Context context) {
                writer.add(row);
                rows.inc();
            }

            @Override
            public void flush(boolean endOfInput) {
                int stored = writer.flush();
                if (stored > 0) {
                    rowsStored.inc(stored);
                    batches.inc();
                }
            }

            @Override
            public void close() {
                writer.close();
            }
        };
    }
}
