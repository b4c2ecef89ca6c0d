package io.joulestream.storage;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/** Rows of one kind into a table with its columns, by PostgreSQL's binary COPY. */
final class BinaryCopy<T> {
    private static final int CHUNK_BYTES = 1 << 16;

    private final RowShape<T> shape;
    private final NameIds names;
    private final String copy;

    /** @param table as SQL names it */
    BinaryCopy(RowShape<T> shape, NameIds names, String table) {
        this.shape = shape;
        this.names = names;
        this.copy = "copy " + table + " (" + String.join(", ", columns(shape)) + ") from stdin (format binary)";
    }

    /** The key's, then the others: the order in which a row is encoded. */
    static List<String> columns(RowShape<?> shape) {
        List<String> columns = new ArrayList<>(shape.key());
        columns.addAll(shape.values());
        return columns;
    }

    /** @param rows whose names are resolved */
    void copy(Connection connection, Collection<T> rows) throws SQLException {
        CopyIn copying = connection.unwrap(PGConnection.class).getCopyAPI().copyIn(copy);
        try {
            BinaryRows out = new BinaryRows(columns(shape).size());
            for (T row : rows) {
                out.beginRow();
                shape.encode(row, names, out);
                if (out.size() >= CHUNK_BYTES) {
                    out.drainTo(copying);
                }
            }
            out.end();
            out.drainTo(copying);
            copying.endCopy();
        } finally {
            if (copying.isActive()) {
                copying.cancelCopy();
            }
        }
    }
}
