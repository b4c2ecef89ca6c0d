package io.joulestream.streaming;

import io.joulestream.core.account.MeterReport;
import io.joulestream.core.account.MeterReport.FeedDifference;
import io.joulestream.core.account.MeterReport.QuantityDifference;
import io.joulestream.core.energy.Amount;
import io.joulestream.core.energy.ChannelId;
import io.joulestream.core.energy.OwnerChanges;
import io.joulestream.core.inventory.Entity;
import io.joulestream.core.inventory.Role;
import io.joulestream.core.ledger.QuantityStep;
import io.joulestream.core.ledger.VolumeBuckets;
import io.joulestream.core.telemetry.Metric;
import io.joulestream.wire.FrameKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What an owner's frames changed in the rows of its feeds and of its meters of water and fuel. Who held the meter does not
 * matter, so the differences of all runs add up. Not thread-safe.
 */
final class MeterChanges {
    /** Finds the entity of a channel as inventory has it in a minute; null for none. */
    interface Entities {
        Entity find(ChannelId channel, long minute);
    }

    private final Map<String, Changes> byEntity = new TreeMap<>();

    private record ChannelMinuteKey(ChannelId channel, long minute) {}

    /** The kind of one channel's volume: all that a row is known by, but its time. */
    private record Quantity(int metric, String kind, boolean check, long minute) implements Comparable<Quantity> {
        @Override
        public int compareTo(Quantity other) {
            int order = Long.compare(minute, other.minute);
            order = order != 0 ? order : Integer.compare(metric, other.metric);
            order = order != 0 ? order : kind.compareTo(other.kind);
            return order != 0 ? order : Boolean.compare(check, other.check);
        }
    }

    private static final class Changes {
        final Map<Long, FeedDifference> feed = new TreeMap<>();
        final Map<Quantity, QuantityDifference> quantities = new TreeMap<>();
    }

    /** @param differences of one frame: each minute of a meter that they change counts as one change */
    void enter(List<OwnerChanges.Difference> differences, Entities entities) {
        Map<ChannelMinuteKey, Amount> ofFrame = new HashMap<>();
        for (OwnerChanges.Difference difference : differences) {
            Entity entity = entities.find(difference.channel(), difference.minute());
            if (entity != null && (isVolume(difference.channel()) || isFeed(entity, difference.channel()))) {
                ofFrame.merge(
                        new ChannelMinuteKey(difference.channel(), difference.minute()),
                        difference.amount(),
                        Amount::plus);
            }
        }
        ofFrame.forEach((row, amount) -> {
            Entity entity = entities.find(row.channel(), row.minute());
            if (amount.isNone()) {
                return;
            }
            if (isVolume(row.channel())) {
                enterVolume(entity, Metric.byNumber(row.channel().metric()).orElseThrow(), row.minute(), amount);
            } else {
                FeedDifference more = new FeedDifference(
                        row.minute(), amount.energy(), amount.coveredMillis(), amount.accountedMillis(), 1);
                changes(entity).feed.merge(row.minute(), more, MeterChanges::plus);
            }
        });
    }

    static boolean isVolume(ChannelId channel) {
        return Metric.byNumber(channel.metric()).map(Metric::isVolume).orElse(false);
    }

    private static boolean isFeed(Entity entity, ChannelId channel) {
        return entity.role() == Role.GRID_IMPORT && OwnerAccount.isOfRecord(entity, channel);
    }

    private void enterVolume(Entity entity, Metric metric, long minute, Amount amount) {
        Quantity quantity = new Quantity(metric.number(), kind(entity, metric), isCheck(entity, metric), minute);
        QuantityDifference more = new QuantityDifference(
                quantity.metric(),
                quantity.kind(),
                quantity.check(),
                minute,
                millilitres(amount),
                amount.coveredMillis(),
                amount.accountedMillis(),
                1);
        changes(entity).quantities.merge(quantity, more, MeterChanges::plus);
    }

    private Changes changes(Entity entity) {
        return byEntity.computeIfAbsent(entity.id(), id -> new Changes());
    }

    private static String kind(Entity entity, Metric metric) {
        if (metric == Metric.FUEL_VOLUME) {
            return QuantityStep.FUEL;
        }
        return entity.water() == null
                ? QuantityStep.OTHER_WATER
                : entity.water().name();
    }

    /** Water that is metered behind the supply is counted there already. */
    private static boolean isCheck(Entity entity, Metric metric) {
        return entity.role() == Role.CHECK || metric == Metric.WATER_VOLUME && entity.role() != Role.WATER_IN;
    }

    /** The ledger cuts whole units of a register, whatever they are; those of a volume are millilitres. */
    private static VolumeBuckets millilitres(Amount amount) {
        return new VolumeBuckets(
                amount.energy().measuredMicrojoules(),
                amount.energy().bridgedMicrojoules(),
                amount.energy().estimatedMicrojoules());
    }

    private static FeedDifference plus(FeedDifference left, FeedDifference right) {
        return new FeedDifference(
                left.minute(),
                left.energy().plus(right.energy()),
                left.coveredMillis() + right.coveredMillis(),
                left.accountedMillis() + right.accountedMillis(),
                left.changes() + right.changes());
    }

    private static QuantityDifference plus(QuantityDifference left, QuantityDifference right) {
        return new QuantityDifference(
                left.metric(),
                left.kind(),
                left.check(),
                left.minute(),
                left.volume().plus(right.volume()),
                left.coveredMillis() + right.coveredMillis(),
                left.accountedMillis() + right.accountedMillis(),
                left.changes() + right.changes());
    }

    /** Gives out and forgets what has changed, one report per meter. */
    List<MeterReport> publish(FrameKey key, int generation, int ledgerStepSeconds) {
        List<MeterReport> reports = new ArrayList<>();
        byEntity.forEach((entity, changes) -> reports.add(new MeterReport(
                key.tenant(),
                key.site(),
                entity,
                generation,
                ledgerStepSeconds,
                List.copyOf(changes.feed.values()),
                List.copyOf(changes.quantities.values()))));
        byEntity.clear();
        return reports;
    }
}
