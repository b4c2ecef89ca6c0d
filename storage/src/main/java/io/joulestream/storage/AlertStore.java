package io.joulestream.storage;

import static io.joulestream.storage.generated.Tables.ALERT;
import static io.joulestream.storage.generated.Tables.ALERT_RULE;
import static io.joulestream.storage.generated.Tables.TENANT;
import static io.joulestream.storage.generated.Tables.WEBHOOK;
import static io.joulestream.storage.generated.Tables.WEBHOOK_DELIVERY;
import static org.jooq.impl.DSL.currentInstant;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.noCondition;
import static org.jooq.impl.DSL.select;

import io.joulestream.core.alert.Alert;
import io.joulestream.core.alert.AlertRule;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import javax.sql.DataSource;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.impl.DSL;
import org.jooq.types.DayToSecond;

/**
 * What is watched, what was found, and what of it is still to be told. Whatever changes a rule or a webhook is written down
 * in the audit of its tenant, in the same transaction. Any number of threads and processes may use it at once.
 */
public final class AlertStore {
    private final TenantTransaction questions;
    private final TenantTransaction reads;
    private final TenantTransaction writes;

    AlertStore(DataSource readers, DataSource writers) {
        questions = TenantTransaction.reading(readers, DatabaseRole.API);
        reads = TenantTransaction.reading(writers, DatabaseRole.ADMIN);
        writes = TenantTransaction.writing(writers, DatabaseRole.ADMIN);
    }

    /** Does something; where it changed a row, writes it down. Returns whether it did. */
    private boolean done(String tenant, AuditEntry act, ToIntFunction<DSLContext> change) {
        return writes.run(tenant, db -> {
            makeTenant(db, tenant);
            boolean changed = change.applyAsInt(db) > 0;
            if (changed) {
                act.write(db, tenant);
            }
            return changed;
        });
    }

    /** One that has sites only is none yet. */
    private static void makeTenant(DSLContext db, String tenant) {
        db.insertInto(TENANT)
                .set(TENANT.TENANT_, tenant)
                .set(TENANT.CREATED_AT, currentInstant())
                .onConflictDoNothing()
                .execute();
    }

    /** So that what is counted stays so many until this is done: of those who count, one at a time. */
    private static void lockTenant(DSLContext db, String tenant) {
        db.selectFrom(TENANT)
                .where(TENANT.TENANT_.eq(tenant))
                .forNoKeyUpdate() // whoever refers to the tenant does not wait
                .fetch();
    }

    // ---- rules

    /** Those that were not removed, in order of name. */
    public List<AlertRule> rules(String tenant) {
        return questions.run(
                tenant,
                db -> db.selectFrom(ALERT_RULE)
                        .where(ALERT_RULE.TENANT.eq(tenant), ALERT_RULE.REMOVED_AT.isNull())
                        .orderBy(ALERT_RULE.RULE)
                        .fetch(AlertRows::rule));
    }

    /**
     * Adds a rule, or puts it in the place of the one of its name. Returns false where that is the same, or of another kind,
     * removed or not.
     */
    public boolean putRule(String tenant, AlertRule rule, AuditEntry act) {
        return done(tenant, act, new PutRule(tenant, rule, any -> true));
    }

    /**
     * Adds a rule. Returns false where there is one of its name, one of another kind was removed, or there are as many as may be.
     */
    public boolean createRule(String tenant, AlertRule rule, int most, AuditEntry act) {
        return done(tenant, act, db -> {
            lockTenant(db, tenant);
            int there = db.fetchCount(ALERT_RULE, ALERT_RULE.TENANT.eq(tenant), ALERT_RULE.REMOVED_AT.isNull());
            return there < most ? new PutRule(tenant, rule, Optional::isEmpty).applyAsInt(db) : 0;
        });
    }

    /** Puts a rule in the place of another of its name and kind. Returns false where that is not as it was any more. */
    public boolean replaceRule(String tenant, AlertRule before, AlertRule after, AuditEntry act) {
        return done(tenant, act, new PutRule(tenant, after, Optional.of(before)::equals));
    }

    /** Adds a rule where there is none of its name, and was none. Returns whether it did. */
    public boolean addRule(String tenant, AlertRule rule, AuditEntry act) {
        return done(
                tenant,
                act,
                db -> db.insertInto(ALERT_RULE)
                        .set(AlertRows.row(rule))
                        .set(ALERT_RULE.TENANT, tenant)
                        .set(ALERT_RULE.RULE, rule.name())
                        .onConflictDoNothing()
                        .execute());
    }

    /** What it opened closes in the next round. Returns false where there is none of that name. */
    public boolean removeRule(String tenant, String name, AuditEntry act) {
        return done(
                tenant,
                act,
                db -> db.update(ALERT_RULE)
                        .set(ALERT_RULE.REMOVED_AT, currentInstant())
                        .where(ALERT_RULE.TENANT.eq(tenant), ALERT_RULE.RULE.eq(name), ALERT_RULE.REMOVED_AT.isNull())
                        .execute());
    }

    // ---- alerts

    /**
     * Newest first.
     *
     * @param states whichever; empty for all
     * @param site of this one only
     * @param after those that come after it only
     */
    public AlertPage alerts(
            String tenant, Set<Alert.State> states, Optional<String> site, Optional<AlertCursor> after, int limit) {
        return questions.run(tenant, new SelectAlerts(tenant, states, site, after, limit));
    }

    /** Empty where the tenant has no such alert, or it is pending. */
    public Optional<Alert> alert(String tenant, UUID id) {
        return questions.run(
                tenant,
                db -> db.selectFrom(ALERT)
                        .where(ALERT.TENANT.eq(tenant), ALERT.ALERT_ID.eq(id), ALERT.OPENED_AT.isNotNull())
                        .fetchOptional(AlertRows::alert));
    }

    /** Those that are not closed, pending ones too, without order. */
    public List<Alert> notClosed(String tenant) {
        return questions.run(
                tenant,
                db -> db.selectFrom(ALERT)
                        .where(ALERT.TENANT.eq(tenant), ALERT.STATE.ne(Alert.State.CLOSED.name()))
                        .fetch(AlertRows::alert));
    }

    /**
     * Puts an alert in the place of what it was; what is told of it waits for each enabled webhook from then on.
     *
     * @param before as it was read; empty for a new one
     * @param after empty for one that was pending and is none
     * @return false where somebody else has written it since; then nothing is done
     */
    public boolean put(String tenant, Optional<Alert> before, Optional<Alert> after, Optional<AlertMessage> message) {
        return writes.run(tenant, new PutAlert(tenant, before, after, message));
    }

    // ---- webhooks

    /** In order of name. */
    public List<Webhook> webhooks(String tenant) {
        return reads.run(tenant, new SelectWebhooks(tenant, Optional.empty()));
    }

    /** Empty where there is none of that name. */
    public Optional<Webhook> webhook(String tenant, String name) {
        return reads.run(tenant, new SelectWebhooks(tenant, Optional.of(name))).stream()
                .findFirst();
    }

    /** As {@link #createWebhook(String, String, String, byte[], int, AuditEntry)}, however many there are. */
    public boolean createWebhook(String tenant, String name, String url, byte[] secret, AuditEntry act) {
        return createWebhook(tenant, name, url, secret, Integer.MAX_VALUE, act);
    }

    /**
     * @param secret signs what is sent
     * @return false where there is one of that name, or there are as many as may be
     */
    public boolean createWebhook(String tenant, String name, String url, byte[] secret, int most, AuditEntry act) {
        if (!name.matches(Webhook.NAME)) {
            throw new IllegalArgumentException(
                    "a webhook's name is made of a to z, 0 to 9 and -, at most 40, was " + name);
        }
        return done(tenant, act, db -> {
            lockTenant(db, tenant);
            if (db.fetchCount(WEBHOOK, WEBHOOK.TENANT.eq(tenant)) >= most) {
                return 0;
            }
            return db.insertInto(WEBHOOK)
                    .set(WEBHOOK.TENANT, tenant)
                    .set(WEBHOOK.WEBHOOK_, name)
                    .set(WEBHOOK.URL, url)
                    .set(WEBHOOK.SECRET, secret)
                    .set(WEBHOOK.CREATED_AT, currentInstant())
                    .set(WEBHOOK.ENABLED, true)
                    .onConflictDoNothing()
                    .execute();
        });
    }

    /**
     * Leads it elsewhere, and what waits for it with it; enables or disables it. Returns false where there is none, or it is so
     * already.
     */
    public boolean changeWebhook(
            String tenant, String name, Optional<String> url, Optional<Boolean> enabled, AuditEntry act) {
        return done(
                tenant,
                act,
                db -> db.update(WEBHOOK)
                        .set(WEBHOOK.URL, url.<Field<String>>map(DSL::val).orElse(WEBHOOK.URL))
                        .set(
                                WEBHOOK.ENABLED,
                                enabled.<Field<Boolean>>map(DSL::val).orElse(WEBHOOK.ENABLED))
                        .where(
                                WEBHOOK.TENANT.eq(tenant),
                                WEBHOOK.WEBHOOK_.eq(name),
                                url.map(WEBHOOK.URL::ne)
                                        .orElse(noCondition())
                                        .or(enabled.map(WEBHOOK.ENABLED::ne).orElse(noCondition())))
                        .execute());
    }

    /**
     * Signs with another secret from now on, and for the overlap with the one before too; the one before that is forgotten.
     * Returns false where there is no such webhook.
     */
    public boolean rotateWebhook(String tenant, String name, byte[] secret, Duration overlap, AuditEntry act) {
        return done(
                tenant,
                act,
                db -> db.update(WEBHOOK)
                        .set(WEBHOOK.PREVIOUS_SECRET, WEBHOOK.SECRET)
                        .set(WEBHOOK.PREVIOUS_UNTIL, currentInstant().plus(DayToSecond.valueOf(overlap)))
                        .set(WEBHOOK.SECRET, secret)
                        .where(WEBHOOK.TENANT.eq(tenant), WEBHOOK.WEBHOOK_.eq(name))
                        .execute());
    }

    /**
     * With all its messages. What is written down says how many of them still waited. Returns false where there is none of
     * that name.
     */
    public boolean removeWebhook(String tenant, String name, AuditEntry act) {
        return writes.run(tenant, db -> {
            db.selectFrom(WEBHOOK)
                    .where(WEBHOOK.TENANT.eq(tenant), WEBHOOK.WEBHOOK_.eq(name))
                    .forUpdate() // nothing is added to its messages until they are gone
                    .fetch();
            var ofIt = WEBHOOK_DELIVERY.TENANT.eq(tenant).and(WEBHOOK_DELIVERY.WEBHOOK.eq(name));
            int waiting = db.deleteFrom(WEBHOOK_DELIVERY)
                    .where(ofIt, WEBHOOK_DELIVERY.STATE.eq(Delivery.Outcome.WAITING.name()))
                    .execute();
            db.deleteFrom(WEBHOOK_DELIVERY).where(ofIt).execute();
            boolean removed = db.deleteFrom(WEBHOOK)
                            .where(WEBHOOK.TENANT.eq(tenant), WEBHOOK.WEBHOOK_.eq(name))
                            .execute()
                    > 0;
            if (removed) {
                act.withDetail(waiting + " messages that waited were not sent").write(db, tenant);
            }
            return removed;
        });
    }

    /** What waits for a disabled one waits on. Returns false where there is none, or it is so already. */
    public boolean enableWebhook(String tenant, String name, boolean enabled, AuditEntry act) {
        return changeWebhook(tenant, name, Optional.empty(), Optional.of(enabled), act);
    }

    /**
     * What became of a webhook's messages, newest first.
     *
     * @param state those of it only; empty for all
     * @param before with a smaller id only
     */
    public List<WebhookMessage> messages(
            String tenant, String webhook, Optional<Delivery.Outcome> state, long before, int limit) {
        return reads.run(tenant, new SelectMessages(tenant, webhook, state, before, limit));
    }

    /**
     * Removes messages that were delivered or given up before an instant, the oldest first, and secrets that sign no more.
     * What waits stays, however old.
     *
     * @param limit of messages; the rest is for the next call
     * @return how many messages were removed
     */
    public int forget(String tenant, Instant before, int limit) {
        return writes.run(tenant, db -> {
            db.update(WEBHOOK)
                    .setNull(WEBHOOK.PREVIOUS_SECRET)
                    .setNull(WEBHOOK.PREVIOUS_UNTIL)
                    .where(WEBHOOK.TENANT.eq(tenant), WEBHOOK.PREVIOUS_UNTIL.le(currentInstant()))
                    .execute();
            return db.deleteFrom(WEBHOOK_DELIVERY)
                    .where(WEBHOOK_DELIVERY.DELIVERY_ID.in(select(WEBHOOK_DELIVERY.DELIVERY_ID)
                            .from(WEBHOOK_DELIVERY)
                            .where(
                                    WEBHOOK_DELIVERY.TENANT.eq(tenant),
                                    WEBHOOK_DELIVERY.STATE.ne(inline(Delivery.Outcome.WAITING.name())),
                                    WEBHOOK_DELIVERY.LAST_AT.lt(before))
                            .orderBy(WEBHOOK_DELIVERY.LAST_AT)
                            .limit(limit)))
                    .execute();
        });
    }

    /**
     * What is to be sent by an instant, oldest first: of each alert and webhook only the first that waits.
     *
     * @param limit of each webhook
     */
    public List<Delivery> due(String tenant, Instant now, int limit) {
        return reads.run(tenant, new SelectDeliveries(tenant, now, limit));
    }

    /** How many messages to enabled webhooks were given up and after which none was delivered. Cheap, so it may be asked often. */
    public long givenUp(String tenant) {
        return reads.run(
                tenant,
                db -> db
                        .select(SelectWebhooks.dead())
                        .from(WEBHOOK)
                        .where(WEBHOOK.TENANT.eq(tenant), WEBHOOK.ENABLED.isTrue())
                        .fetch(row -> row.value1().longValue())
                        .stream()
                        .mapToLong(Long::longValue)
                        .sum());
    }

    /**
     * Notes what came of an attempt.
     *
     * @param result an HTTP status, or why there was none
     * @param nextAt when to try again, where it is
     */
    public void note(
            String tenant, Delivery delivery, Delivery.Outcome outcome, String result, Instant now, Instant nextAt) {
        Function<DSLContext, Integer> note = db -> db.update(WEBHOOK_DELIVERY)
                .set(WEBHOOK_DELIVERY.STATE, outcome.name())
                .set(WEBHOOK_DELIVERY.ATTEMPTS, WEBHOOK_DELIVERY.ATTEMPTS.plus(1))
                .set(WEBHOOK_DELIVERY.NEXT_AT, nextAt)
                .set(WEBHOOK_DELIVERY.LAST_AT, now)
                .set(WEBHOOK_DELIVERY.LAST_RESULT, Text.storable(Text.atMost(Text.MAX_NAME_CHARS, result)))
                .where(
                        WEBHOOK_DELIVERY.TENANT.eq(tenant),
                        WEBHOOK_DELIVERY.DELIVERY_ID.eq(delivery.id()),
                        WEBHOOK_DELIVERY.STATE.eq(Delivery.Outcome.WAITING.name()))
                .execute();
        writes.run(tenant, note);
    }
}
