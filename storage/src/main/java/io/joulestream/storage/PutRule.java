package io.joulestream.storage;

import static io.joulestream.storage.generated.Tables.ALERT_RULE;

import io.joulestream.core.alert.AlertRule;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import org.jooq.DSLContext;
import org.jooq.Record;

/**
 * Puts a rule in the place of the one of its name, or of none; also of one that was removed, as long as it was of the same
 * kind: figures of alerts it left open would be in another unit.
 *
 * @param allowed whether it may take the place of what is there; asked while nobody else changes that
 */
record PutRule(String tenant, AlertRule rule, Predicate<Optional<AlertRule>> allowed)
        implements ToIntFunction<DSLContext> {
    @Override
    public int applyAsInt(DSLContext database) {
        Optional<Record> row = database.select()
                .from(ALERT_RULE)
                .where(ALERT_RULE.TENANT.eq(tenant), ALERT_RULE.RULE.eq(rule.name()))
                .forUpdate()
                .fetchOptional();
        Optional<AlertRule> before =
                row.filter(found -> found.get(ALERT_RULE.REMOVED_AT) == null).map(AlertRows::rule);
        boolean isOfKind = row.map(AlertRows::rule)
                .map(known -> known.kind() == rule.kind())
                .orElse(true);
        if (!isOfKind || !allowed.test(before) || before.equals(Optional.of(rule))) {
            return 0;
        }
        return row.isEmpty()
                ? database.insertInto(ALERT_RULE)
                        .set(AlertRows.row(rule))
                        .set(ALERT_RULE.TENANT, tenant)
                        .set(ALERT_RULE.RULE, rule.name())
                        .onConflictDoNothing()
                        .execute()
                : database.update(ALERT_RULE)
                        .set(AlertRows.row(rule))
                        .setNull(ALERT_RULE.REMOVED_AT)
                        .where(ALERT_RULE.TENANT.eq(tenant), ALERT_RULE.RULE.eq(rule.name()))
                        .execute();
    }
}
