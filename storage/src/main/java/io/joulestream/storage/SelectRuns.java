package io.joulestream.storage;

import static io.joulestream.storage.Jooq.energyTotal;
import static io.joulestream.storage.Jooq.total;
import static io.joulestream.storage.generated.Tables.RUN;
import static io.joulestream.storage.generated.Tables.RUN_EXTENT;
import static io.joulestream.storage.generated.Tables.RUN_HOUR;
import static io.joulestream.storage.generated.Tables.SITE;
import static org.jooq.impl.DSL.arrayAgg;
import static org.jooq.impl.DSL.lateral;
import static org.jooq.impl.DSL.max;
import static org.jooq.impl.DSL.min;
import static org.jooq.impl.DSL.noCondition;
import static org.jooq.impl.DSL.row;
import static org.jooq.impl.DSL.select;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import org.jooq.DSLContext;
import org.jooq.Field;

/** A tenant's runs, newest first, those after a cursor where there is one (else null). */
record SelectRuns(String tenant, RunCursor after, int limit) implements Function<DSLContext, RunPage> {
    private static final Field<Instant> STARTED = min(RUN_EXTENT.STARTED_AT).as("started_at");
    private static final Field<Instant> ENDED = max(RUN_EXTENT.ENDED_AT).as("ended_at");
    private static final Field<String[]> SITES =
            arrayAgg(SITE.SITE_).orderBy(SITE.SITE_).as("sites");
    private static final Field<BigDecimal> MEASURED = total(RUN_HOUR.ENERGY_MEASURED_UJ);
    private static final Field<BigDecimal> BRIDGED = total(RUN_HOUR.ENERGY_BRIDGED_UJ);
    private static final Field<BigDecimal> ESTIMATED = total(RUN_HOUR.ENERGY_ESTIMATED_UJ);
    private static final Field<BigDecimal> TOKENS = total(RUN_HOUR.TOKENS);

    @Override
    public RunPage apply(DSLContext database) {
        var page = database.select(RUN.RUN_KEY, RUN.RUN_, STARTED, ENDED, SITES)
                .from(RUN)
                .join(RUN_EXTENT)
                .on(RUN_EXTENT.RUN_KEY.eq(RUN.RUN_KEY))
                .join(SITE)
                .on(SITE.SITE_ID.eq(RUN_EXTENT.SITE_ID))
                .where(RUN.TENANT.eq(Text.name(tenant)))
                .groupBy(RUN.RUN_KEY)
                .having(
                        after == null
                                ? noCondition()
                                : row(min(RUN_EXTENT.STARTED_AT), RUN.RUN_).lt(after.startedAt(), after.run()))
                .orderBy(STARTED.desc(), RUN.RUN_.desc())
                .limit(limit + 1)
                .asTable("page");
        var totals = lateral(select(MEASURED, BRIDGED, ESTIMATED, TOKENS)
                        .from(RUN_HOUR)
                        .where(RUN_HOUR.RUN_KEY.eq(page.field(RUN.RUN_KEY))))
                .as("totals");
        List<RunSummary> found = database.select()
                .from(page)
                .crossJoin(totals)
                .orderBy(page.field(STARTED).desc(), page.field(RUN.RUN_).desc())
                .fetch(row -> new RunSummary(
                        row.get(page.field(RUN.RUN_)),
                        row.get(page.field(STARTED)),
                        row.get(page.field(ENDED)),
                        List.of(row.get(page.field(SITES))),
                        energyTotal(row, totals.field(MEASURED), totals.field(BRIDGED), totals.field(ESTIMATED)),
                        row.get(totals.field(TOKENS)).longValueExact()));
        return new RunPage(found.subList(0, Math.min(limit, found.size())), found.size() > limit);
    }
}
