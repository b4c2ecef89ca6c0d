package io.joulestream.storage;

import static io.joulestream.storage.generated.Tables.RUN;
import static io.joulestream.storage.generated.Tables.SITE;
import static org.jooq.impl.DSL.any;
import static org.jooq.impl.DSL.array;
import static org.jooq.impl.DSL.coalesce;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.sum;

import io.joulestream.core.ledger.EnergyBuckets;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.ResultQuery;
import org.jooq.SQLDialect;
import org.jooq.exception.DataAccessException;
import org.jooq.impl.DSL;
import org.postgresql.jdbc.PgResultSet;

/** What the queries share. */
final class Jooq {
    static {
        System.setProperty("org.jooq.no-logo", "true");
        System.setProperty("org.jooq.no-tips", "true");
    }

    private Jooq() {}

    static DSLContext on(Connection connection) {
        return DSL.using(connection, SQLDialect.POSTGRES);
    }

    /** One row as the driver gives it. */
    interface RowReader<T> {
        T read(ResultSet row) throws SQLException;
    }

    /** For questions that thousands of rows answer: a record of jOOQ's costs several times what the row's own reading does. */
    static <T> List<T> read(ResultQuery<?> query, RowReader<T> reader) {
        List<T> read = new ArrayList<>();
        each(query, reader, read::add);
        return read;
    }

    /** Where the query has a fetch size, and its connection a transaction, no more rows than that are held at once. */
    static <T> void each(ResultQuery<?> query, RowReader<T> reader, Consumer<T> rows) {
        try (ResultSet result = query.fetchResultSet()) {
            ResultSet driversOwn = result.unwrap(PgResultSet.class); // each column would pass through three proxies
            while (driversOwn.next()) {
                rows.accept(reader.read(driversOwn));
            }
        } catch (SQLException e) {
            throw new DataAccessException(e.getMessage(), e);
        }
    }

    static Instant instant(ResultSet row, int column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }

    /** Three columns: measured, bridged, estimated. */
    static EnergyBuckets energy(ResultSet row, int column) throws SQLException {
        return new EnergyBuckets(row.getLong(column), row.getLong(column + 1), row.getLong(column + 2));
    }

    /** A scalar, so that an index that begins with the site or run is used whatever the planner knows of names. */
    static Field<Integer> siteId(String tenant, String site) {
        return field(select(SITE.SITE_ID)
                .from(SITE)
                .where(SITE.TENANT.eq(Text.name(tenant)), SITE.SITE_.eq(Text.name(site))));
    }

    static Field<Integer> runKey(String tenant, String run) {
        return field(
                select(RUN.RUN_KEY).from(RUN).where(RUN.TENANT.eq(Text.name(tenant)), RUN.RUN_.eq(Text.name(run))));
    }

    /** An array that is made once, for the same reason; of the runs that there are. */
    static Field<Integer[]> runKeys(String tenant, Collection<String> runs) {
        String[] names = runs.stream().map(Text::name).toArray(String[]::new);
        return array(select(RUN.RUN_KEY).from(RUN).where(RUN.TENANT.eq(Text.name(tenant)), RUN.RUN_.eq(any(names))));
    }

    static EnergyBuckets energy(Record row, Field<Long> measured, Field<Long> bridged, Field<Long> estimated) {
        return new EnergyBuckets(row.get(measured), row.get(bridged), row.get(estimated));
    }

    /** The UTC hour that holds a time. */
    static Field<Instant> hourOf(Field<Instant> time) {
        return field("date_bin('1 hour', {0}, timestamptz '2000-01-01 00:00:00+00')", time.getDataType(), time);
    }

    static Field<BigDecimal> total(Field<? extends Number> column) {
        return coalesce(sum(column), inline(BigDecimal.ZERO)).as("total_" + column.getName());
    }

    static EnergyTotal energyTotal(
            Record row, Field<BigDecimal> measured, Field<BigDecimal> bridged, Field<BigDecimal> estimated) {
        return new EnergyTotal(
                row.get(measured).toBigIntegerExact(),
                row.get(bridged).toBigIntegerExact(),
                row.get(estimated).toBigIntegerExact());
    }
}
