package io.joulestream.storage;

import static io.joulestream.storage.generated.Tables.ALERT;
import static io.joulestream.storage.generated.Tables.WEBHOOK;
import static io.joulestream.storage.generated.Tables.WEBHOOK_DELIVERY;
import static org.jooq.impl.DSL.currentInstant;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.val;

import io.joulestream.core.alert.Alert;
import java.util.Optional;
import java.util.function.Function;
import org.jooq.DSLContext;

/**
 * Puts an alert in the place of what it was, and what is told of it into the outbox of each enabled webhook. Where somebody
 * else has written it since, nothing is done.
 *
 * @param before as it was read; empty for a new one
 * @param after empty for one that was none
 */
record PutAlert(String tenant, Optional<Alert> before, Optional<Alert> after, Optional<AlertMessage> message)
        implements Function<DSLContext, Boolean> {
    @Override
    public Boolean apply(DSLContext database) {
        if (put(database) == 0) {
            return false;
        }
        message.ifPresent(told -> send(database, told));
        return true;
    }

    private int put(DSLContext database) {
        if (before.isEmpty()) {
            return database.insertInto(ALERT)
                    .set(AlertRows.row(after.orElseThrow()))
                    .set(ALERT.TENANT, tenant)
                    .onConflictDoNothing()
                    .execute();
        }
        Alert was = before.get();
        var unchanged = ALERT.TENANT
                .eq(tenant)
                .and(ALERT.ALERT_ID.eq(was.id()))
                .and(ALERT.STATE.eq(was.state().name()))
                .and(ALERT.SEEN_AT.eq(was.last().at()));
        return after.isEmpty()
                ? database.deleteFrom(ALERT).where(unchanged).execute()
                : database.update(ALERT)
                        .set(AlertRows.row(after.get()))
                        .where(unchanged)
                        .execute();
    }

    private void send(DSLContext database, AlertMessage told) {
        database.insertInto(
                        WEBHOOK_DELIVERY,
                        WEBHOOK_DELIVERY.TENANT,
                        WEBHOOK_DELIVERY.WEBHOOK,
                        WEBHOOK_DELIVERY.ALERT_ID,
                        WEBHOOK_DELIVERY.EVENT_ID,
                        WEBHOOK_DELIVERY.BODY,
                        WEBHOOK_DELIVERY.STATE,
                        WEBHOOK_DELIVERY.CREATED_AT,
                        WEBHOOK_DELIVERY.NEXT_AT)
                .select(select(
                                WEBHOOK.TENANT,
                                WEBHOOK.WEBHOOK_,
                                val(after.orElseThrow().id()),
                                val(told.eventId()),
                                val(told.body()),
                                val(Delivery.Outcome.WAITING.name()),
                                currentInstant(),
                                currentInstant())
                        .from(WEBHOOK)
                        .where(WEBHOOK.TENANT.eq(tenant), WEBHOOK.ENABLED.isTrue()))
                .onConflictDoNothing()
                .execute();
    }
}
