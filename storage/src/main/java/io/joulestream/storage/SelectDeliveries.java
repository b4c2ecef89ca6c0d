package io.joulestream.storage;

import static io.joulestream.storage.generated.Tables.WEBHOOK;
import static io.joulestream.storage.generated.Tables.WEBHOOK_DELIVERY;
import static org.jooq.impl.DSL.select;

import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import org.jooq.DSLContext;

/** What is to be sent by an instant, oldest first: of each alert and webhook the first that waits, so that order is kept. */
record SelectDeliveries(String tenant, Instant now, int limit) implements Function<DSLContext, List<Delivery>> {
    @Override
    public List<Delivery> apply(DSLContext database) {
        var first = select(WEBHOOK_DELIVERY.DELIVERY_ID)
                .distinctOn(WEBHOOK_DELIVERY.WEBHOOK, WEBHOOK_DELIVERY.ALERT_ID)
                .from(WEBHOOK_DELIVERY)
                .where(WEBHOOK_DELIVERY.TENANT.eq(tenant), WEBHOOK_DELIVERY.STATE.eq(Delivery.Outcome.WAITING.name()))
                .orderBy(WEBHOOK_DELIVERY.WEBHOOK, WEBHOOK_DELIVERY.ALERT_ID, WEBHOOK_DELIVERY.DELIVERY_ID);
        return database.select(WEBHOOK_DELIVERY.fields())
                .select(WEBHOOK.URL, WEBHOOK.SECRET)
                .from(WEBHOOK_DELIVERY)
                .join(WEBHOOK)
                .on(WEBHOOK.TENANT.eq(WEBHOOK_DELIVERY.TENANT), WEBHOOK.WEBHOOK_.eq(WEBHOOK_DELIVERY.WEBHOOK))
                .where(
                        WEBHOOK_DELIVERY.DELIVERY_ID.in(first),
                        WEBHOOK_DELIVERY.NEXT_AT.le(now),
                        WEBHOOK.ENABLED.isTrue())
                .orderBy(WEBHOOK_DELIVERY.NEXT_AT, WEBHOOK_DELIVERY.DELIVERY_ID)
                .limit(limit)
                .fetch(row -> new Delivery(
                        row.get(WEBHOOK_DELIVERY.DELIVERY_ID),
                        row.get(WEBHOOK_DELIVERY.WEBHOOK),
                        row.get(WEBHOOK.URL),
                        row.get(WEBHOOK.SECRET),
                        row.get(WEBHOOK_DELIVERY.EVENT_ID),
                        row.get(WEBHOOK_DELIVERY.BODY),
                        row.get(WEBHOOK_DELIVERY.CREATED_AT),
                        row.get(WEBHOOK_DELIVERY.ATTEMPTS)));
    }
}
