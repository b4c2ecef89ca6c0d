package io.joulestream.storage;

import static io.joulestream.storage.generated.Tables.ALERT;
import static org.jooq.impl.DSL.noCondition;
import static org.jooq.impl.DSL.row;

import io.joulestream.core.alert.Alert;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jooq.DSLContext;

/**
 * A tenant's alerts that opened, newest first.
 *
 * @param states whichever; empty for all
 * @param after those that come after it only
 */
record SelectAlerts(
        String tenant, Set<Alert.State> states, Optional<String> site, Optional<AlertCursor> after, int limit)
        implements Function<DSLContext, AlertPage> {
    @Override
    public AlertPage apply(DSLContext database) {
        List<Alert> found = database.selectFrom(ALERT)
                .where(
                        ALERT.TENANT.eq(tenant),
                        ALERT.OPENED_AT.isNotNull(),
                        states.isEmpty()
                                ? noCondition()
                                : ALERT.STATE.in(states.stream().map(Enum::name).toList()),
                        site.map(ALERT.SITE::eq).orElse(noCondition()),
                        after.map(cursor -> row(ALERT.OPENED_AT, ALERT.ALERT_ID).lt(cursor.openedAt(), cursor.alert()))
                                .orElse(noCondition()))
                .orderBy(ALERT.OPENED_AT.desc(), ALERT.ALERT_ID.desc())
                .limit(limit + 1)
                .fetch(AlertRows::alert);
        return new AlertPage(found.subList(0, Math.min(limit, found.size())), found.size() > limit);
    }
}
