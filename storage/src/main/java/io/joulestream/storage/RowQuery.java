package io.joulestream.storage;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jooq.DSLContext;
import org.jooq.ResultQuery;

/** A question that any number of rows may answer: to be had as a list, or one by one without ever being held. */
interface RowQuery<T> extends Function<DSLContext, List<T>> {
    /** Enough that the round trips do not count; few enough that many may be asked at once. */
    int AT_ONCE = 1_000;

    ResultQuery<?> query(DSLContext database);

    /** What the row that the result stands on says. */
    T row(ResultSet row) throws SQLException;

    @Override
    default List<T> apply(DSLContext database) {
        return Jooq.read(query(database), this::row);
    }

    /** As {@link #apply}, one by one as the database gives them. In a transaction, else the driver holds them all. */
    default void each(DSLContext database, Consumer<T> rows) {
        Jooq.each(query(database).fetchSize(AT_ONCE), this::row, rows);
    }
}
