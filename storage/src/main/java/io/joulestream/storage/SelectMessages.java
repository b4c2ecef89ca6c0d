package io.joulestream.storage;

import static io.joulestream.storage.generated.Tables.WEBHOOK_DELIVERY;
import static org.jooq.impl.DSL.noCondition;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jooq.DSLContext;

/**
 * A webhook's messages, newest first.
 *
 * @param state those of it only; empty for all
 * @param before with a smaller id only
 */
record SelectMessages(String tenant, String webhook, Optional<Delivery.Outcome> state, long before, int limit)
        implements Function<DSLContext, List<WebhookMessage>> {
    @Override
    public List<WebhookMessage> apply(DSLContext database) {
        return database.selectFrom(WEBHOOK_DELIVERY)
                .where(
                        WEBHOOK_DELIVERY.TENANT.eq(tenant),
                        WEBHOOK_DELIVERY.WEBHOOK.eq(webhook),
                        WEBHOOK_DELIVERY.DELIVERY_ID.lt(before),
                        state.map(one -> WEBHOOK_DELIVERY.STATE.eq(one.name())).orElse(noCondition()))
                .orderBy(WEBHOOK_DELIVERY.DELIVERY_ID.desc())
                .limit(limit)
                .fetch(row -> new WebhookMessage(
                        row.get(WEBHOOK_DELIVERY.DELIVERY_ID),
                        row.get(WEBHOOK_DELIVERY.EVENT_ID),
                        row.get(WEBHOOK_DELIVERY.ALERT_ID),
                        Delivery.Outcome.valueOf(row.get(WEBHOOK_DELIVERY.STATE)),
                        row.get(WEBHOOK_DELIVERY.CREATED_AT),
                        row.get(WEBHOOK_DELIVERY.ATTEMPTS),
                        row.get(WEBHOOK_DELIVERY.NEXT_AT),
                        row.get(WEBHOOK_DELIVERY.LAST_AT),
                        row.get(WEBHOOK_DELIVERY.LAST_RESULT)));
    }
}
