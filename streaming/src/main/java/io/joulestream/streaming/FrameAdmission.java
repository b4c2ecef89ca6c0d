package io.joulestream.streaming;

import io.joulestream.core.energy.ChannelId;
import io.joulestream.core.energy.OwnerFrame;
import io.joulestream.core.energy.OwnerFrame.Assertion;
import io.joulestream.core.energy.OwnerFrame.ChannelReading;
import io.joulestream.core.energy.Reading;
import io.joulestream.core.inventory.Channel;
import io.joulestream.core.inventory.Entity;
import io.joulestream.core.inventory.InventoryVersion;
import io.joulestream.core.inventory.SiteInventory;
import io.joulestream.core.ledger.DeadLetter;
import io.joulestream.core.ledger.LedgerFlag;
import io.joulestream.core.ledger.RejectCode;
import io.joulestream.core.telemetry.HardLimits;
import io.joulestream.core.telemetry.Metric;
import io.joulestream.core.telemetry.Sentinel;
import io.joulestream.core.telemetry.SourceUnit;
import io.joulestream.wire.FrameCodec;
import io.joulestream.wire.FrameKey;
import io.joulestream.wire.Quality;
import io.joulestream.wire.SeriesValues;
import io.joulestream.wire.SlotTimes;
import io.joulestream.wire.v1.EntityKind;
import io.joulestream.wire.v1.Series;
import io.joulestream.wire.v1.TelemetryFrame;
import io.joulestream.wire.v1.ValueKind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What the ledger may take of a frame that is known to be well-formed and of a known site. Made for one frame, used once.
 */
final class FrameAdmission {
    static final int WHOLE_FRAME = -1;

    private static final long EARLIEST_MILLIS =
            Instant.parse("2015-01-01T00:00:00Z").toEpochMilli();
    private static final long DAY_MILLIS = Duration.ofDays(1).toMillis();
    private static final long FUTURE_MILLIS = Duration.ofSeconds(120).toMillis();
    /** Stands for the metric in the dead letter of an allocation. */
    private static final int ALLOCATION = 0;

    /** 500 MWh: no one meter's store holds more, and the changes of several such still add up in a minute. */
    private static final long MOST_STORED_MILLIJOULES = 1_800_000_000_000_000L;

    private static final int MAX_EXP10 = 9;
    private static final byte[] NOTHING = {};

    private final TelemetryRecord record;
    private final TelemetryFrame frame;
    private final FrameKey key;
    private final SiteRules rules;
    private final Place place;
    private final boolean part;
    private final int frameFlags;
    private final long[] times;
    /** Whether one version is in force at all slots: nearly always. */
    private final boolean oneInventory;

    private final long origin;
    private final List<ChannelReading> readings = new ArrayList<>();
    private final List<Assertion> assertions = new ArrayList<>();
    private final List<Admission.JobAmounts> jobs = new ArrayList<>();
    private final List<DeadLetter> refused = new ArrayList<>();
    private final List<io.joulestream.wire.v1.Entity> unknown = new ArrayList<>();
    private final List<DeadLetter> unknownLetters = new ArrayList<>();

    /**
     * @param clockSuspect whether all readings are marked for their sender's clock
     * @param part whether this is a part of the frame that was sent
     */
    FrameAdmission(
            TelemetryRecord record,
            TelemetryFrame frame,
            FrameKey key,
            SiteRules rules,
            Place place,
            boolean clockSuspect,
            boolean part) {
        this.record = record;
        this.frame = frame;
        this.key = key;
        this.rules = rules;
        this.place = place;
        this.part = part;
        this.frameFlags = clockSuspect ? LedgerFlag.CLOCK_SUSPECT.mask() : 0;
        this.times = SlotTimes.of(frame);
        SiteInventory first = inventoryOf(0);
        this.oneInventory = Arrays.stream(times).allMatch(at -> rules.inventoryAt(at) == first);
        this.origin = SenderHash.of(frame.getProducerId(), frame.getSessionId());
    }

    Admission admit() {
        for (io.joulestream.wire.v1.Entity entity : frame.getEntitiesList()) {
            if (entity.getKind() == EntityKind.JOB) {
                admitJob(entity);
            } else {
                admitDevice(entity);
            }
        }
        OwnerFrame ledgerFrame = new OwnerFrame(origin, frame.getFrameSeq(), readings, assertions);
        boolean byReadingsAlone = part || !place.equals(Place.of(record));
        return new Admission(key, rules, ledgerFrame, jobs, refused, waiting(), place, byReadingsAlone);
    }

    private void admitJob(io.joulestream.wire.v1.Entity job) {
        if (job.getRunId().isEmpty()) {
            refuse(job.getEntityId(), 0, WHOLE_FRAME, RejectCode.UNKNOWN_ENTITY, "a job without a run", onlyWith(job));
            return;
        }
        assertAllocation(job);
        jobs.add(new JobSteps(this, frame, times, job).admit());
    }

    private void admitDevice(io.joulestream.wire.v1.Entity entity) {
        Optional<Entity> known = firstKnown(entity.getEntityId());
        if (known.isEmpty()) {
            unknown.add(entity);
            unknownLetters.add(letter(
                    entity.getEntityId(),
                    0,
                    WHOLE_FRAME,
                    RejectCode.UNKNOWN_ENTITY,
                    "not in the site's inventory",
                    FrameCodec.encode(onlyWith(entity))));
            return;
        }
        if (!known.get().ownerId().equals(key.owner())) {
            String detail = "belongs to " + known.get().ownerId() + " in the site's inventory, not to " + key.owner();
            refuse(entity.getEntityId(), 0, WHOLE_FRAME, RejectCode.UNKNOWN_ENTITY, detail, onlyWith(entity));
            return;
        }
        assertAllocation(entity);
        int[] marks = InstantMarks.of(entity, times.length);
        for (Series series : entity.getSeriesList()) {
            admitSeries(entity, known.get(), series, marks);
        }
    }

    /** The entity as the first slot knows it in which it is the sender's own; else as any slot knows it. */
    private Optional<Entity> firstKnown(String id) {
        Optional<Entity> found = Optional.empty();
        SiteInventory before = null;
        for (int slot = 0; slot < times.length; slot++) {
            SiteInventory then = inventoryOf(slot);
            if (then == before) {
                continue;
            }
            before = then;
            Optional<Entity> known = then.entity(id);
            if (known.isPresent() && known.get().ownerId().equals(key.owner())) {
                return known;
            }
            found = found.or(() -> known);
        }
        return found;
    }

    /** The entities that no version knows yet, as a frame of their own; null when there are none. */
    private Admission.Waiting waiting() {
        if (unknown.isEmpty()) {
            return null;
        }
        TelemetryFrame alone =
                frame.toBuilder().clearEntities().addAllEntities(unknown).build();
        TelemetryRecord of = new TelemetryRecord(
                record.topic(),
                record.partition(),
                record.offset(),
                record.appendedMillis(),
                record.key(),
                FrameCodec.encode(alone),
                record.clockMillis(),
                record.storedMillis(),
                record.accounted());
        return new Admission.Waiting(of, true, unknownLetters);
    }

    private void assertAllocation(io.joulestream.wire.v1.Entity entity) {
        long since = entity.getAllocFromMs() == 0 ? times[0] : entity.getAllocFromMs();
        long until = times[times.length - 1];
        if (since == until && !place.equals(Place.of(record))) {
            return; // one sample that is sent again: who sent it may no longer be known
        }
        Optional<Refusal> refusal = refusedForItsTime(until);
        if (since >= until && refusal.isPresent() && entity.getSeriesCount() > 0) {
            return; // the letters of its samples show the run
        }
        if (refusal.isEmpty() && since > until) {
            refusal = Optional.of(new Refusal(
                    RejectCode.TIME_IMPLAUSIBLE,
                    "allocated since " + since + " ms, which is after the frame's last slot"));
        }
        if (refusal.isEmpty() && since < EARLIEST_MILLIS) {
            refusal = Optional.of(
                    new Refusal(RejectCode.TIME_IMPLAUSIBLE, "allocated since " + since + " ms, which is before 2015"));
        }
        if (refusal.isPresent()) {
            refuse(
                    entity.getEntityId(),
                    ALLOCATION,
                    WHOLE_FRAME,
                    refusal.get().code(),
                    refusal.get().detail(),
                    frame.toBuilder()
                            .clearEntities()
                            .addEntities(entity.toBuilder().clearSeries())
                            .build());
            return;
        }
        long countsFrom = Math.max(since, Math.min(until, earliestAllocation(until)));
        if (countsFrom > since && entity.getSeriesCount() == 0) {
            refuse(
                    entity.getEntityId(),
                    ALLOCATION,
                    WHOLE_FRAME,
                    RejectCode.ALLOC_TOO_LATE,
                    "allocated since " + Instant.ofEpochMilli(since) + "; counts from "
                            + Instant.ofEpochMilli(countsFrom) + ", as far back as the site accepts",
                    onlyWith(entity));
        }
        assertions.add(new Assertion(entity.getEntityId(), countsFrom, until, entity.getRunId()));
    }

    /**
     * An allocation counts no further back than readings are accepted, in whole UTC days, so that frame after frame of a
     * long run says the same. Its earlier frames have told the rest; what has no series comes once, and so is told.
     */
    private long earliestAllocation(long until) {
        SiteInventory inventory = rules.inventoryAt(until);
        long earliest = rules.history().versions().get(0).effectiveFrom().toEpochMilli();
        if (!record.accounted()) {
            earliest = Math.max(earliest, rules.floorMillis());
        }
        if (frame.getHistory() && inventory.allowHistory()) {
            return earliest;
        }
        long accepted = record.appendedMillis() - inventory.acceptHistory().toMillis();
        return Math.max(earliest, accepted - Math.floorMod(accepted, DAY_MILLIS));
    }

    private void admitSeries(io.joulestream.wire.v1.Entity entity, Entity known, Series series, int[] marks) {
        Optional<Refusal> refusal = refusedForItsForm(series, known);
        if (refusal.isPresent()) {
            refuse(
                    entity.getEntityId(),
                    series.getMetric(),
                    WHOLE_FRAME,
                    refusal.get().code(),
                    refusal.get().detail(),
                    onlyWith(entity, series));
            return;
        }
        Metric metric = Metric.byNumber(series.getMetric()).orElseThrow();
        boolean ofLedger = isOfLedger(metric);
        Optional<HardLimits> limits = HardLimits.of(metric).map(all -> all.inPowersOfTen(series.getExp10()));
        if (!ofLedger && limits.isEmpty() && metric.valueKind() != Metric.ValueKind.GAUGE) {
            return; // nothing to judge, and not part of the energy ledger
        }
        long[] values = SeriesValues.unpack(series, times.length);
        Quality[] qualities = Quality.expand(series.getQualityRunsList(), times.length);
        if (ScaledValue.isRegister(metric)) {
            markStale(values, qualities, known.channel(metric).orElseThrow());
        }
        for (int slot = 0; slot < times.length; slot++) {
            if (!qualities[slot].usableForEnergy()) {
                continue;
            }
            if (Sentinel.is(metric, values[slot], series.getExp10())) {
                countSentinel(entity, series, slot, values[slot]);
            } else if (limits.isPresent() && !limits.get().allow(values[slot])) {
                refuse(
                        entity.getEntityId(),
                        series.getMetric(),
                        slot,
                        RejectCode.OUT_OF_RANGE,
                        values[slot] + "e" + series.getExp10() + " " + metric.unit() + " is no value of "
                                + metric.dottedName(),
                        SingleSample.of(frame, entity, series, slot));
            } else if (ofLedger) {
                int flags = frameFlags | flags(qualities[slot]) | (marks.length == 0 ? 0 : marks[slot]);
                admitSample(entity, known, metric, series, slot, values[slot], flags);
            }
        }
    }

    /**
     * A register read again before its source has collected again shows the same value: that is no standstill, and the
     * next advance belongs to all the time since. Only within the frame; the first slot of a frame is always taken.
     */
    private void markStale(long[] values, Quality[] qualities, Channel channel) {
        long collected = channel.samplePeriod().minus(channel.jitter()).toMillis();
        int taken = -1;
        for (int slot = 0; slot < times.length; slot++) {
            if (!qualities[slot].usableForEnergy()) {
                continue;
            }
            boolean again = taken >= 0
                    && qualities[slot] != Quality.RESET
                    && values[slot] == values[taken]
                    && times[slot] - times[taken] < collected;
            if (again) {
                qualities[slot] = Quality.STALE;
            } else {
                taken = slot;
            }
        }
    }

    static boolean isOfLedger(Metric metric) {
        return ScaledValue.isRegister(metric) || ScaledValue.isPower(metric) || metric.isStoredEnergy();
    }

    private static Optional<Refusal> refusedForItsForm(Series series, Entity known) {
        Optional<Metric> metric = Metric.byNumber(series.getMetric());
        if (metric.isEmpty()) {
            return Optional.of(
                    new Refusal(RejectCode.UNKNOWN_METRIC, "metric " + series.getMetric() + " is not in the registry"));
        }
        String name = metric.get().dottedName();
        boolean ofLedger = isOfLedger(metric.get());
        if (ofLedger && known.channel(metric.get()).isEmpty()) {
            return Optional.of(new Refusal(
                    RejectCode.UNKNOWN_METRIC, name + " is no channel of this entity in the site's inventory"));
        }
        if (series.getExp10() < -MAX_EXP10 || series.getExp10() > MAX_EXP10) {
            return Optional.of(new Refusal(RejectCode.OUT_OF_RANGE, "exp10 must be -9 to 9, was " + series.getExp10()));
        }
        String unit = series.getSourceUnit();
        if (!unit.isEmpty() && !SourceUnit.fits(unit, metric.get())) {
            return Optional.of(
                    SourceUnit.isKnown(unit)
                            ? new Refusal(
                                    RejectCode.UNIT_MISMATCH,
                                    "'" + unit + "' does not convert to the "
                                            + metric.get().unit() + " of " + name)
                            : new Refusal(RejectCode.UNIT_UNKNOWN, "'" + unit + "' is no unit of " + name));
        }
        ValueKind expected = ScaledValue.isRegister(metric.get()) ? ValueKind.COUNTER : ValueKind.GAUGE;
        if (ofLedger && series.getKind() != expected) {
            return Optional.of(new Refusal(
                    RejectCode.UNIT_MISMATCH, name + " must be sent as " + expected + ", was " + series.getKind()));
        }
        return Optional.empty();
    }

    /** A value that means "none" is a missing one. It is counted by its slot, and there is nothing of it to keep. */
    private void countSentinel(io.joulestream.wire.v1.Entity entity, Series series, int slot, long value) {
        refused.add(letter(
                entity.getEntityId(),
                series.getMetric(),
                slot,
                RejectCode.SENTINEL,
                value + " is how the device says that it has no value",
                NOTHING));
    }

    private SiteInventory inventoryOf(int slot) {
        return rules.inventoryAt(times[slot]);
    }

    private void admitSample(
            io.joulestream.wire.v1.Entity entity,
            Entity declared,
            Metric metric,
            Series series,
            int slot,
            long value,
            int flags) {
        Entity known = oneInventory
                ? declared
                : inventoryOf(slot).entity(declared.id()).orElse(declared);
        Channel channel =
                known.channel(metric).or(() -> declared.channel(metric)).orElseThrow();
        Optional<Refusal> refusal = refusedForItsTime(times[slot]).or(() -> refusedForItsOwner(declared, slot));
        ScaledValue scaled = ScaledValue.of(value, series.getExp10(), channel);
        if (refusal.isEmpty()) {
            refusal = scaled == null
                    ? Optional.of(new Refusal(RejectCode.OUT_OF_RANGE, "beyond what the ledger can hold"))
                    : refusedForItsValue(scaled, known, channel);
        }
        if (refusal.isPresent()) {
            refuse(
                    entity.getEntityId(),
                    series.getMetric(),
                    slot,
                    refusal.get().code(),
                    refusal.get().detail(),
                    SingleSample.of(frame, entity, series, slot));
            return;
        }
        Reading reading = new Reading(
                times[slot],
                scaled.value(),
                scaled.microjoules(),
                frame.getCorrection(),
                origin,
                frame.getSessionId(),
                frame.getFrameSeq(),
                flags);
        readings.add(new ChannelReading(new ChannelId(entity.getEntityId(), series.getMetric()), slot, reading));
    }

    /** An entity that the version in force at a slot does not know yet, or knows as somebody else's. */
    private Optional<Refusal> refusedForItsOwner(Entity declared, int slot) {
        if (oneInventory) {
            return Optional.empty();
        }
        Optional<Entity> then = inventoryOf(slot).entity(declared.id());
        if (then.isPresent()) {
            String owner = then.get().ownerId();
            return owner.equals(key.owner())
                    ? Optional.empty()
                    : Optional.of(new Refusal(
                            RejectCode.UNKNOWN_ENTITY, "belongs to " + owner + " then, not to " + key.owner()));
        }
        boolean wasKnown = slot > 0 && refusedForItsOwner(declared, slot - 1).isEmpty();
        return wasKnown
                ? Optional.empty()
                : Optional.of(new Refusal(RejectCode.UNKNOWN_ENTITY, "not in the site's inventory at that time"));
    }

    private static int flags(Quality quality) {
        return switch (quality) {
            case CLOCK_SUSPECT -> LedgerFlag.CLOCK_SUSPECT.mask();
            case SUSPECT -> LedgerFlag.SUSPECT.mask();
            case ESTIMATED, SUBSTITUTED, MANUAL -> LedgerFlag.SENDER_ESTIMATED.mask();
            default -> 0;
        };
    }

    /** Whether a reading of an instant may enter; "now" is the record's append time. */
    Optional<Refusal> refusedForItsTime(long at) {
        long now = record.appendedMillis();
        SiteInventory inventory = rules.inventoryAt(at);
        if (at > now + FUTURE_MILLIS) {
            return Optional.of(new Refusal(RejectCode.CLOCK_FUTURE, (at - now) + " ms after the broker received it"));
        }
        if (at < EARLIEST_MILLIS) {
            return Optional.of(new Refusal(RejectCode.TIME_IMPLAUSIBLE, Instant.ofEpochMilli(at) + " is before 2015"));
        }
        boolean history = frame.getHistory() && inventory.allowHistory();
        if (!history && at < now - inventory.acceptHistory().toMillis()) {
            return Optional.of(new Refusal(
                    RejectCode.TOO_OLD,
                    Instant.ofEpochMilli(at) + " is older than the site's acceptHistory of " + inventory.acceptHistory()
                            + "; use: import"));
        }
        if (at < rules.floorMillis() && !record.accounted()) {
            return Optional.of(new Refusal(
                    RejectCode.BEFORE_FLOOR,
                    Instant.ofEpochMilli(at) + " is before the floor of the site's generation, "
                            + Instant.ofEpochMilli(rules.floorMillis()) + "; use: site rebuild --from"));
        }
        InventoryVersion first = rules.history().versions().get(0);
        if (rules.history().at(Instant.ofEpochMilli(at)).isEmpty()) {
            return Optional.of(
                    new Refusal(RejectCode.UNKNOWN_ENTITY, "the site's inventory starts at " + first.effectiveFrom()));
        }
        return Optional.empty();
    }

    /** Power beyond -0.1 or 1.25 nameplates is no reading, nor is a level of more than any store holds. */
    private static Optional<Refusal> refusedForItsValue(ScaledValue scaled, Entity known, Channel channel) {
        if (channel.metric().isStoredEnergy() && scaled.value() > MOST_STORED_MILLIJOULES) {
            return Optional.of(new Refusal(
                    RejectCode.OUT_OF_RANGE,
                    scaled.value() / 1_000 + " J stored, of at most " + MOST_STORED_MILLIJOULES / 1_000 + " J"));
        }
        long nameplate = known.nameplateMilliwatts();
        if (!ScaledValue.isPower(channel.metric()) || nameplate == 0) {
            return Optional.empty();
        }
        boolean inside = scaled.value() >= -nameplate / 10 && scaled.value() <= nameplate + nameplate / 4;
        return inside
                ? Optional.empty()
                : Optional.of(new Refusal(
                        RejectCode.OUT_OF_RANGE, scaled.value() + " mW with a nameplate of " + nameplate + " mW"));
    }

    long floorMillis() {
        return rules.floorMillis();
    }

    boolean isAccounted() {
        return record.accounted();
    }

    void refuse(String entity, int metric, int slot, RejectCode code, String detail, TelemetryFrame payload) {
        refused.add(letter(entity, metric, slot, code, detail, FrameCodec.encode(payload)));
    }

    private DeadLetter letter(String entity, int metric, int slot, RejectCode code, String detail, byte[] payload) {
        return new DeadLetter(
                place.topic(),
                place.partition(),
                place.offset(),
                key.tenant(),
                key.site(),
                entity,
                metric,
                place.slotOf(slot, times.length),
                code.name(),
                detail,
                Instant.ofEpochMilli(record.appendedMillis()),
                payload);
    }

    TelemetryFrame onlyWith(io.joulestream.wire.v1.Entity entity) {
        return frame.toBuilder().clearEntities().addEntities(entity).build();
    }

    TelemetryFrame onlyWith(io.joulestream.wire.v1.Entity entity, Series series) {
        return onlyWith(entity.toBuilder().clearSeries().addSeries(series).build());
    }
}
