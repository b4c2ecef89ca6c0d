package io.joulestream.storage;

import static io.joulestream.storage.generated.Tables.WEBHOOK;
import static io.joulestream.storage.generated.Tables.WEBHOOK_DELIVERY;
import static org.jooq.impl.DSL.partitionBy;
import static org.jooq.impl.DSL.rowNumber;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.when;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jooq.DSLContext;
import org.jooq.Field;

/**
 * What is to be sent by an instant, oldest first: of each alert and webhook the first that waits, so that order is kept.
 *
 * @param limit of each webhook, so that one which takes nothing leaves the others their turn
 */
record SelectDeliveries(String tenant, Instant now, int limit) implements Function<DSLContext, List<Delivery>> {
    @Override
    public List<Delivery> apply(DSLContext database) {
        var first = select(WEBHOOK_DELIVERY.DELIVERY_ID)
                .distinctOn(WEBHOOK_DELIVERY.WEBHOOK, WEBHOOK_DELIVERY.ALERT_ID)
                .from(WEBHOOK_DELIVERY)
                .where(WEBHOOK_DELIVERY.TENANT.eq(tenant), WEBHOOK_DELIVERY.STATE.eq(Delivery.Outcome.WAITING.name()))
                .orderBy(WEBHOOK_DELIVERY.WEBHOOK, WEBHOOK_DELIVERY.ALERT_ID, WEBHOOK_DELIVERY.DELIVERY_ID);
        Field<Integer> place = rowNumber()
                .over(partitionBy(WEBHOOK_DELIVERY.WEBHOOK)
                        .orderBy(WEBHOOK_DELIVERY.NEXT_AT, WEBHOOK_DELIVERY.DELIVERY_ID))
                .as("place");
        var due = select(WEBHOOK_DELIVERY.fields())
                .select(
                        WEBHOOK.URL,
                        WEBHOOK.SECRET,
                        when(WEBHOOK.PREVIOUS_UNTIL.gt(now), WEBHOOK.PREVIOUS_SECRET)
                                .as(WEBHOOK.PREVIOUS_SECRET),
                        place)
                .from(WEBHOOK_DELIVERY)
                .join(WEBHOOK)
                .on(WEBHOOK.TENANT.eq(WEBHOOK_DELIVERY.TENANT), WEBHOOK.WEBHOOK_.eq(WEBHOOK_DELIVERY.WEBHOOK))
                .where(
                        WEBHOOK_DELIVERY.DELIVERY_ID.in(first),
                        WEBHOOK_DELIVERY.NEXT_AT.le(now),
                        WEBHOOK.ENABLED.isTrue())
                .asTable("due");
        return database.selectFrom(due)
                .where(due.field(place).le(limit))
                .orderBy(due.field(WEBHOOK_DELIVERY.NEXT_AT), due.field(WEBHOOK_DELIVERY.DELIVERY_ID))
                .fetch(row -> new Delivery(
                        row.get(WEBHOOK_DELIVERY.DELIVERY_ID),
                        row.get(WEBHOOK_DELIVERY.WEBHOOK),
                        row.get(WEBHOOK.URL),
                        Stream.of(row.get(WEBHOOK.SECRET), row.get(WEBHOOK.PREVIOUS_SECRET))
                                .filter(Objects::nonNull)
                                .toList(),
                        row.get(WEBHOOK_DELIVERY.EVENT_ID),
                        row.get(WEBHOOK_DELIVERY.BODY),
                        row.get(WEBHOOK_DELIVERY.CREATED_AT),
                        row.get(WEBHOOK_DELIVERY.ATTEMPTS)));
    }
}
