package io.joulestream.storage;

import static io.joulestream.storage.generated.Tables.WEBHOOK;
import static io.joulestream.storage.generated.Tables.WEBHOOK_DELIVERY;
import static org.jooq.impl.DSL.coalesce;
import static org.jooq.impl.DSL.currentInstant;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.max;
import static org.jooq.impl.DSL.noCondition;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.selectCount;
import static org.jooq.impl.DSL.when;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;

/**
 * Where a tenant's alerts are sent, in order of name.
 *
 * @param name of the one that is asked for; empty for all
 */
record SelectWebhooks(String tenant, Optional<String> name) implements Function<DSLContext, List<Webhook>> {
    private static final Condition ITS_OWN =
            WEBHOOK_DELIVERY.TENANT.eq(WEBHOOK.TENANT).and(WEBHOOK_DELIVERY.WEBHOOK.eq(WEBHOOK.WEBHOOK_));

    @Override
    public List<Webhook> apply(DSLContext database) {
        Field<Integer> waiting =
                field(selectCount().from(WEBHOOK_DELIVERY).where(ITS_OWN, is(Delivery.Outcome.WAITING)));
        Field<String> last = field(select(WEBHOOK_DELIVERY.LAST_RESULT)
                .from(WEBHOOK_DELIVERY)
                .where(ITS_OWN, WEBHOOK_DELIVERY.LAST_AT.isNotNull())
                .orderBy(WEBHOOK_DELIVERY.LAST_AT.desc(), WEBHOOK_DELIVERY.DELIVERY_ID.desc())
                .limit(1));
        return database.select(
                        WEBHOOK.WEBHOOK_,
                        WEBHOOK.URL,
                        WEBHOOK.CREATED_AT,
                        WEBHOOK.ENABLED,
                        when(WEBHOOK.PREVIOUS_UNTIL.gt(currentInstant()), WEBHOOK.PREVIOUS_UNTIL),
                        waiting,
                        dead(),
                        last)
                .from(WEBHOOK)
                .where(WEBHOOK.TENANT.eq(tenant), name.map(WEBHOOK.WEBHOOK_::eq).orElse(noCondition()))
                .orderBy(WEBHOOK.WEBHOOK_)
                .fetch(row -> new Webhook(
                        row.value1(),
                        row.value2(),
                        row.value3(),
                        row.value4(),
                        row.value5(),
                        row.value6(),
                        row.value7(),
                        row.value8()));
    }

    /** Of a webhook, how many messages were given up after the last that was delivered. */
    static Field<Integer> dead() {
        var later = WEBHOOK_DELIVERY.as("later");
        return field(selectCount()
                .from(WEBHOOK_DELIVERY)
                .where(
                        ITS_OWN,
                        is(Delivery.Outcome.DEAD),
                        WEBHOOK_DELIVERY.DELIVERY_ID.gt(coalesce(
                                field(select(max(later.DELIVERY_ID))
                                        .from(later)
                                        .where(
                                                later.TENANT.eq(WEBHOOK.TENANT),
                                                later.WEBHOOK.eq(WEBHOOK.WEBHOOK_),
                                                later.STATE.eq(Delivery.Outcome.DELIVERED.name()))),
                                inline(0L)))));
    }

    private static Condition is(Delivery.Outcome state) {
        return WEBHOOK_DELIVERY.STATE.eq(state.name());
    }
}
