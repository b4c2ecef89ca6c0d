package io.joulestream.streaming;

import io.joulestream.storage.DatabaseAddress;
import io.joulestream.storage.LedgerTable;
import io.joulestream.storage.RowWriter;
import java.io.Serializable;
import java.util.function.Supplier;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;

/**
 * Rows into the database. Flink calls {@code flush} before every barrier, so a completed checkpoint means stored rows;
 * a row that was stored before a crash is written again and changes nothing.
 */
final class LedgerSink<T> implements Sink<T> {
    private static final long serialVersionUID = 1;

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
        return new SinkWriter<>() {
            @Override
            public void write(T row, Context context) {
                writer.add(row);
            }

            @Override
            public void flush(boolean endOfInput) {
                writer.flush();
            }

            @Override
            public void close() {
                writer.close();
            }
        };
    }
}
