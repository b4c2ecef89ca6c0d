package io.joulestream.streaming;

import io.joulestream.core.account.GroupReport;
import io.joulestream.core.account.MeterReport;
import io.joulestream.core.account.RunReport;
import io.joulestream.core.account.RunReport.CheckpointReport;
import io.joulestream.core.account.RunReport.MeterDifference;
import io.joulestream.core.account.RunReport.PhaseReport;
import io.joulestream.core.account.RunReport.StepReport;
import io.joulestream.core.account.SiteReport;
import io.joulestream.core.account.SiteReport.PartDifference;
import io.joulestream.core.account.SiteReport.RoleDifference;
import io.joulestream.core.energy.Amount;
import io.joulestream.core.energy.ChannelId;
import io.joulestream.core.energy.OwnerChanges;
import io.joulestream.core.energy.OwnerFrame.Assertion;
import io.joulestream.core.energy.OwnerLedger;
import io.joulestream.core.inventory.Entity;
import io.joulestream.core.inventory.PowerGroup;
import io.joulestream.core.inventory.Role;
import io.joulestream.core.inventory.SiteInventory;
import io.joulestream.core.ledger.ChannelMinute;
import io.joulestream.core.ledger.EnergyBuckets;
import io.joulestream.core.ledger.LedgerFlag;
import io.joulestream.wire.FrameKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * One owner between two checkpoints: its ledger, and what has changed since the last publication. Changes of the same
 * row merge here, before anything is shuffled. Not thread-safe.
 */
final class OwnerAccount {
    private final FrameKey key;
    private final int generation;
    private final OwnerLedger ledger;
    private SiteRules rules;

    private final Map<ChannelMinuteKey, ChannelMinute> rows = new TreeMap<>();
    private final Map<RoleMinute, RoleDifference> roles = new TreeMap<>();
    private final Map<String, RunChanges> runs = new TreeMap<>();
    private final MeterChanges meters = new MeterChanges();
    private final GroupChanges groups = new GroupChanges();
    private final PartChanges parts = new PartChanges();
    private int movedLate;

    private record ChannelMinuteKey(ChannelId channel, long minute) implements Comparable<ChannelMinuteKey> {
        @Override
        public int compareTo(ChannelMinuteKey other) {
            int byMinute = Long.compare(minute, other.minute);
            return byMinute != 0 ? byMinute : channel.compareTo(other.channel);
        }
    }

    private record RoleMinute(String role, long minute) implements Comparable<RoleMinute> {
        @Override
        public int compareTo(RoleMinute other) {
            int byMinute = Long.compare(minute, other.minute);
            return byMinute != 0 ? byMinute : role.compareTo(other.role);
        }
    }

    private static final class RunChanges {
        long fromMillis = Long.MAX_VALUE;
        long toMillis = Long.MIN_VALUE;
        long assertions;
        final Map<ChannelMinuteKey, MeterDifference> meters = new TreeMap<>();
        final List<StepReport> steps = new ArrayList<>();
        final List<PhaseReport> phases = new ArrayList<>();
        final List<CheckpointReport> checkpoints = new ArrayList<>();
    }

    OwnerAccount(FrameKey key, int generation, OwnerLedger ledger) {
        this.key = key;
        this.generation = generation;
        this.ledger = ledger;
    }

    /** How many changes wait to be published: rows of channels, and what moved late from run to run. */
    int unpublished() {
        return rows.size() + movedLate;
    }

    OwnerLedger ledger() {
        return ledger;
    }

    /**
     * Takes an admitted frame.
     *
     * @param revision of the channel rows that it changes: one more than the offset of the frame, or, for one that waited, of
     *     the frame that let it in
     * @param appendedMillis when the broker took it
     */
    OwnerChanges enter(Admission admission, long revision, long appendedMillis) {
        rules = admission.rules();
        OwnerChanges changes = admission.byReadingsAlone()
                ? ledger.acceptReadings(admission.frame(), rules, appendedMillis)
                : ledger.accept(admission.frame(), rules, appendedMillis);
        if (changes.repeated()) {
            return changes;
        }
        for (OwnerChanges.Row row : changes.rows()) {
            if (MeterChanges.isVolume(row.channel())) {
                continue; // a volume has no row among energies
            }
            rows.put(new ChannelMinuteKey(row.channel(), row.minute()), channelMinute(row, revision));
        }
        for (OwnerChanges.Difference difference : changes.differences()) {
            movedLate += difference.late() ? 1 : 0;
        }
        enterRoles(changes.differences());
        enterRuns(changes.differences());
        meters.enter(changes.differences(), this::entity);
        groups.enter(changes, rules);
        parts.enter(changes.differences(), rules);
        changes.begun().forEach(this::expect);
        for (Assertion assertion : admission.frame().assertions()) {
            if (!assertion.run().isEmpty()) {
                RunChanges run = run(assertion.run());
                run.fromMillis = Math.min(run.fromMillis, assertion.sinceMillis());
                run.toMillis = Math.max(run.toMillis, assertion.untilMillis());
                run.assertions++;
            }
        }
        for (Admission.JobAmounts job : admission.jobs()) {
            RunChanges run = run(job.run());
            run.steps.addAll(job.steps());
            run.phases.addAll(job.phases());
            run.checkpoints.addAll(job.checkpoints());
        }
        return changes;
    }

    private RunChanges run(String run) {
        return runs.computeIfAbsent(run, name -> new RunChanges());
    }

    private ChannelMinute channelMinute(OwnerChanges.Row row, long revision) {
        return new ChannelMinute(
                key.tenant(),
                key.site(),
                row.channel().entity(),
                row.channel().metric(),
                Instant.ofEpochSecond(row.minute() * 60),
                row.total().energy(),
                row.sawPower() ? row.powerMaxMilliwatts() : 0,
                row.sawPower() ? row.powerMinMilliwatts() : 0,
                row.rampMaxMilliwattsPerSecond(),
                Math.toIntExact(row.total().coveredMillis()),
                Math.toIntExact(row.total().accountedMillis()),
                row.samples(),
                row.flags(),
                generation,
                revision);
    }

    /** One change per frame and row, however many of the owner's channels it touched. */
    private void enterRoles(List<OwnerChanges.Difference> differences) {
        Map<RoleMinute, RoleDifference> ofFrame = new HashMap<>();
        for (OwnerChanges.Difference difference : differences) {
            Entity entity = entity(difference.channel(), difference.minute());
            if (entity == null || !hasRow(entity.role()) || !isOfRecord(entity, difference.channel())) {
                continue;
            }
            Amount amount = difference.amount();
            long watts = entity.weightWatts();
            RoleDifference more = new RoleDifference(
                    entity.role().name(),
                    difference.minute(),
                    amount.energy(),
                    Math.multiplyExact(amount.coveredMillis(), watts),
                    Math.multiplyExact(amount.accountedMillis(), watts),
                    0);
            ofFrame.merge(new RoleMinute(more.role(), more.minute()), more, OwnerAccount::plus);
        }
        ofFrame.values().removeIf(RoleDifference::isNone);
        ofFrame.forEach((role, difference) -> roles.merge(role, once(difference), OwnerAccount::plus));
    }

    /** Meters that repeat another's load, and sensors, are no part of any sum. */
    private static boolean hasRow(Role role) {
        return role != Role.CHECK && role != Role.SENSOR;
    }

    private static RoleDifference once(RoleDifference difference) {
        return new RoleDifference(
                difference.role(),
                difference.minute(),
                difference.energy(),
                difference.coveredWattMillis(),
                difference.accountedWattMillis(),
                1);
    }

    private static RoleDifference plus(RoleDifference left, RoleDifference right) {
        return new RoleDifference(
                left.role(),
                left.minute(),
                left.energy().plus(right.energy()),
                Math.addExact(left.coveredWattMillis(), right.coveredWattMillis()),
                Math.addExact(left.accountedWattMillis(), right.accountedWattMillis()),
                left.changes() + right.changes());
    }

    private void enterRuns(List<OwnerChanges.Difference> differences) {
        for (OwnerChanges.Difference difference : differences) {
            Entity entity = entity(difference.channel(), difference.minute());
            boolean check = entity != null && entity.role() == Role.CHECK;
            if (difference.run().isEmpty()
                    || entity == null
                    || !isOfRecord(entity, difference.channel())
                    || !check && !isGpuWithoutMeterAbove(entity, difference.minute())) {
                continue;
            }
            ChannelMinuteKey row = new ChannelMinuteKey(difference.channel(), difference.minute());
            EnergyBuckets energy = difference.amount().energy();
            MeterDifference more = new MeterDifference(
                    difference.channel().entity(),
                    difference.channel().metric(),
                    check,
                    difference.minute(),
                    energy,
                    difference.amount().coveredMillis(),
                    difference.amount().accountedMillis(),
                    1,
                    0,
                    (check ? 0 : LedgerFlag.REST_UNMETERED.mask())
                            | (difference.late() ? LedgerFlag.ALLOC_LATE.mask() : 0));
            run(difference.run()).meters.merge(row, more, OwnerAccount::plus);
        }
    }

    /** A meter of a run has a row from the run's first minute on, though it may never say anything. */
    private void expect(Assertion begun) {
        long minute = Math.floorDiv(begun.sinceMillis(), 60_000L);
        Entity entity = inventory(minute).entity(begun.entity()).orElse(null);
        if (begun.run().isEmpty() || entity == null) {
            return;
        }
        meterOfRuns(entity, minute)
                .filter(meter -> meter.energyChannel().isPresent())
                .ifPresent(meter -> {
                    int metric = meter.energyChannel().get().metric().number();
                    boolean check = meter.role() == Role.CHECK;
                    run(begun.run())
                            .meters
                            .merge(
                                    new ChannelMinuteKey(new ChannelId(meter.id(), metric), minute),
                                    new MeterDifference(meter.id(), metric, check, minute, EnergyBuckets.NONE, 0, 0, 0),
                                    OwnerAccount::plus);
                });
    }

    /** The meter that sees a run which holds the entity: that of its power group; a GPU's own where it has none. */
    private Optional<Entity> meterOfRuns(Entity entity, long minute) {
        if (entity.role() == Role.CHECK) {
            return Optional.of(entity);
        }
        PowerGroup group = inventory(minute).powerGroupOf(entity).orElse(null);
        boolean holds = entity.role() == Role.NODE_IN || entity.role() == Role.GPU;
        if (group == null || !holds && !group.id().equals(entity.id())) {
            return Optional.empty();
        }
        if (group.metered()) {
            return inventory(minute).entity(group.id());
        }
        return entity.role() == Role.GPU ? Optional.of(entity) : Optional.empty();
    }

    private static MeterDifference plus(MeterDifference left, MeterDifference right) {
        return new MeterDifference(
                left.entity(),
                left.metric(),
                left.check(),
                left.minute(),
                left.energy().plus(right.energy()),
                left.coveredMillis() + right.coveredMillis(),
                left.accountedMillis() + right.accountedMillis(),
                left.changes() + right.changes(),
                left.sharedByTime() + right.sharedByTime(),
                left.flags() | right.flags());
    }

    private SiteInventory inventory(long minute) {
        return rules.inventoryAt(minute * 60_000);
    }

    private Entity entity(ChannelId channel, long minute) {
        return inventory(minute).entity(channel.entity()).orElse(null);
    }

    static boolean isOfRecord(Entity entity, ChannelId channel) {
        return entity.energyChannel()
                .map(record -> record.metric().number() == channel.metric())
                .orElse(false);
    }

    /** Runs bear what their power group's meter saw, which is shared elsewhere; where there is none, their GPUs. */
    private boolean isGpuWithoutMeterAbove(Entity entity, long minute) {
        return entity.role() == Role.GPU
                && inventory(minute)
                        .powerGroupOf(entity)
                        .filter(group -> !group.metered())
                        .isPresent();
    }

    /** Gives out and forgets what has changed. */
    void publish(
            Consumer<ChannelMinute> minutes,
            Consumer<SiteReport> site,
            Consumer<RunReport> run,
            Consumer<MeterReport> meter,
            Consumer<GroupReport> group) {
        if (rules == null) {
            return;
        }
        rows.values().forEach(minutes);
        int ledgerStep = rules.ledgerStepSeconds();
        List<PartDifference> changedParts = parts.publish();
        if (!roles.isEmpty() || !changedParts.isEmpty()) {
            site.accept(new SiteReport(
                    key.tenant(), key.site(), generation, ledgerStep, List.copyOf(roles.values()), changedParts));
        }
        runs.forEach((name, changes) -> run.accept(new RunReport(
                key.tenant(),
                key.site(),
                name,
                generation,
                ledgerStep,
                changes.fromMillis,
                changes.toMillis,
                changes.assertions,
                List.copyOf(changes.meters.values()),
                List.copyOf(changes.steps),
                List.copyOf(changes.phases),
                List.copyOf(changes.checkpoints))));
        meters.publish(key, generation, ledgerStep).forEach(meter);
        groups.publish(key, generation, ledgerStep, group);
        rows.clear();
        movedLate = 0;
        roles.clear();
        runs.clear();
    }
}
