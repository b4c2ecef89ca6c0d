package io.joulestream.streaming;

import io.joulestream.core.account.RunReport.StepReport;
import io.joulestream.core.energy.ChannelId;
import io.joulestream.core.energy.OwnerFrame;
import io.joulestream.core.energy.OwnerFrame.Assertion;
import io.joulestream.core.energy.OwnerFrame.ChannelReading;
import io.joulestream.core.energy.Reading;
import io.joulestream.core.inventory.Channel;
import io.joulestream.core.inventory.Entity;
import io.joulestream.core.inventory.InventoryHistory;
import io.joulestream.core.inventory.InventoryVersion;
import io.joulestream.core.inventory.SiteInventory;
import io.joulestream.core.ledger.DeadLetter;
import io.joulestream.core.ledger.LedgerFlag;
import io.joulestream.core.ledger.RejectCode;
import io.joulestream.core.telemetry.Metric;
import io.joulestream.wire.FrameCodec;
import io.joulestream.wire.FrameKey;
import io.joulestream.wire.FrameResult;
import io.joulestream.wire.Quality;
import io.joulestream.wire.Scale;
import io.joulestream.wire.SeriesValues;
import io.joulestream.wire.SlotTimes;
import io.joulestream.wire.Topics;
import io.joulestream.wire.v1.EntityKind;
import io.joulestream.wire.v1.Series;
import io.joulestream.wire.v1.TelemetryFrame;
import io.joulestream.wire.v1.ValueKind;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Looks at one record the way the wire contract asks: what may enter the ledger, what is refused and why. "Now" is the
 * record's append time, so the answer is the same at every replay, but for inventory that has become known since.
 *
 * <p>Not thread-safe: it remembers the rules of the sites it has met.
 */
final class AdmitFrame {
    private static final long EARLIEST_MILLIS =
            Instant.parse("2015-01-01T00:00:00Z").toEpochMilli();
    private static final long FUTURE_MILLIS = Duration.ofSeconds(120).toMillis();
    private static final long SKEW_MILLIS = Duration.ofSeconds(300).toMillis();
    private static final int WHOLE_FRAME = -1;
    /** Stands for the metric in the dead letter of an allocation. */
    private static final int ALLOCATION = 0;

    private static final int MAX_EXP10 = 9;
    private static final long MOST_TOKENS_PER_STEP = 1L << 53;

    private final SiteLookup sites;
    private final Map<String, SiteRules> rulesBySite = new HashMap<>();

    AdmitFrame(SiteLookup sites) {
        this.sites = sites;
    }

    Admission admit(TelemetryRecord record) {
        FrameResult result = FrameCodec.decode(record.value());
        if (result instanceof FrameResult.Refused refused) {
            return Admission.refused(letter(record, "", "", refused.code(), refused.detail()));
        }
        TelemetryFrame frame = ((FrameResult.Decoded) result).frame();
        FrameKey key = FrameKey.of(frame);
        Optional<DeadLetter> foreign = foreign(record, key);
        if (foreign.isPresent()) {
            return Admission.refused(foreign.get());
        }
        InventoryHistory history = sites.find(key.tenant(), key.site(), record.appendedMillis());
        if (history == null) {
            return Admission.refused(letter(
                    record,
                    key.tenant(),
                    key.site(),
                    RejectCode.UNKNOWN_SITE,
                    "site " + key.site() + " has no inventory; use: site apply"));
        }
        if (frame.getSentMs() != 0
                && !frame.getHistory()
                && record.appendedMillis() - frame.getSentMs() < -SKEW_MILLIS) {
            return Admission.refused(letter(
                    record,
                    key.tenant(),
                    key.site(),
                    RejectCode.CLOCK_SKEW,
                    "sent " + (frame.getSentMs() - record.appendedMillis()) + " ms after the broker received it"));
        }
        return new OneFrame(record, frame, key, rules(key, history)).admit();
    }

    /** What the topic grants and the record's key says must be what the frame says. */
    private static Optional<DeadLetter> foreign(TelemetryRecord record, FrameKey key) {
        Optional<Topics.Telemetry> granted = Topics.parse(record.topic());
        boolean ofTopic = granted.isPresent()
                && granted.get().tenant().equals(key.tenant())
                && granted.get().site().map(key.site()::equals).orElse(true);
        if (ofTopic && record.key().equals(key.toString())) {
            return Optional.empty();
        }
        return Optional.of(letter(
                record,
                "",
                "",
                RejectCode.TENANT_MISMATCH,
                "frame of " + key + " on topic " + record.topic() + " under key " + record.key()));
    }

    private SiteRules rules(FrameKey key, InventoryHistory history) {
        SiteRules known = rulesBySite.get(key.tenant() + "|" + key.site());
        if (known != null && known.history() == history) {
            return known;
        }
        SiteRules rules = new SiteRules(history);
        rulesBySite.put(key.tenant() + "|" + key.site(), rules);
        return rules;
    }

    private static DeadLetter letter(
            TelemetryRecord record, String tenant, String site, RejectCode code, String detail) {
        return new DeadLetter(
                record.topic(),
                record.partition(),
                record.offset(),
                tenant,
                site,
                "",
                0,
                WHOLE_FRAME,
                code.name(),
                detail,
                Instant.ofEpochMilli(record.appendedMillis()),
                record.value());
    }

    /** A frame that is known to be well-formed and of a known site. Used once. */
    private static final class OneFrame {
        private final TelemetryRecord record;
        private final TelemetryFrame frame;
        private final FrameKey key;
        private final SiteRules rules;
        private final long[] times;
        private final long origin;
        private final List<ChannelReading> readings = new ArrayList<>();
        private final List<Assertion> assertions = new ArrayList<>();
        private final List<Admission.RunStepReport> steps = new ArrayList<>();
        private final List<DeadLetter> refused = new ArrayList<>();

        OneFrame(TelemetryRecord record, TelemetryFrame frame, FrameKey key, SiteRules rules) {
            this.record = record;
            this.frame = frame;
            this.key = key;
            this.rules = rules;
            this.times = SlotTimes.of(frame);
            this.origin = Hash64.of(frame.getProducerId(), frame.getSessionId());
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
            return new Admission(key, rules, ledgerFrame, steps, refused);
        }

        private void admitDevice(io.joulestream.wire.v1.Entity entity) {
            Optional<Entity> known = inventoryOf(0).entity(entity.getEntityId());
            if (known.isEmpty() || !known.get().ownerId().equals(key.owner())) {
                String detail = known.isEmpty()
                        ? "not in the site's inventory"
                        : "belongs to " + known.get().ownerId() + " in the site's inventory, not to " + key.owner();
                refuse(entity.getEntityId(), 0, WHOLE_FRAME, RejectCode.UNKNOWN_ENTITY, detail, onlyWith(entity));
                return;
            }
            assertAllocation(entity);
            for (Series series : entity.getSeriesList()) {
                admitSeries(entity, known.get(), series);
            }
        }

        private void assertAllocation(io.joulestream.wire.v1.Entity entity) {
            long since = entity.getAllocFromMs() == 0 ? times[0] : entity.getAllocFromMs();
            long until = times[times.length - 1];
            if (since >= until) {
                return;
            }
            Optional<Refusal> refusal = refusedForItsTime(until);
            if (refusal.isEmpty() && since < EARLIEST_MILLIS) {
                refusal = Optional.of(new Refusal(
                        RejectCode.TIME_IMPLAUSIBLE, "allocated since " + since + " ms, which is before 2015"));
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
            assertions.add(new Assertion(entity.getEntityId(), since, until, entity.getRunId()));
        }

        private void admitSeries(io.joulestream.wire.v1.Entity entity, Entity known, Series series) {
            Optional<Metric> metric = Metric.byNumber(series.getMetric());
            if (metric.isEmpty()) {
                refuse(
                        entity.getEntityId(),
                        series.getMetric(),
                        WHOLE_FRAME,
                        RejectCode.UNKNOWN_METRIC,
                        "metric " + series.getMetric() + " is not in the registry",
                        onlyWith(entity, series));
                return;
            }
            boolean energy = isRegister(metric.get());
            if (!energy && !isPower(metric.get())) {
                return; // not part of the energy ledger
            }
            Optional<Channel> channel = known.channel(metric.get());
            if (channel.isEmpty()) {
                refuse(
                        entity.getEntityId(),
                        series.getMetric(),
                        WHOLE_FRAME,
                        RejectCode.UNKNOWN_METRIC,
                        metric.get().dottedName() + " is no channel of this entity in the site's inventory",
                        onlyWith(entity, series));
                return;
            }
            if (series.getExp10() < -MAX_EXP10 || series.getExp10() > MAX_EXP10) {
                refuse(
                        entity.getEntityId(),
                        series.getMetric(),
                        WHOLE_FRAME,
                        RejectCode.OUT_OF_RANGE,
                        "exp10 must be -9 to 9, was " + series.getExp10(),
                        onlyWith(entity, series));
                return;
            }
            ValueKind expected = energy ? ValueKind.COUNTER : ValueKind.GAUGE;
            if (series.getKind() != expected) {
                refuse(
                        entity.getEntityId(),
                        series.getMetric(),
                        WHOLE_FRAME,
                        RejectCode.UNIT_MISMATCH,
                        metric.get().dottedName() + " must be sent as " + expected + ", was " + series.getKind(),
                        onlyWith(entity, series));
                return;
            }
            long[] values = SeriesValues.unpack(series, times.length);
            Quality[] qualities = Quality.expand(series.getQualityRunsList(), times.length);
            for (int slot = 0; slot < times.length; slot++) {
                if (qualities[slot].usableForEnergy()) {
                    Entity then = inventoryOf(slot) == inventoryOf(0)
                            ? known
                            : inventoryOf(slot).entity(known.id()).orElse(known);
                    Channel channelThen = then.channel(metric.get()).orElse(channel.get());
                    admitSample(entity, then, channelThen, series, slot, values[slot], qualities[slot]);
                }
            }
        }

        private SiteInventory inventoryOf(int slot) {
            return rules.inventoryAt(times[slot]);
        }

        private void admitSample(
                io.joulestream.wire.v1.Entity entity,
                Entity known,
                Channel channel,
                Series series,
                int slot,
                long value,
                Quality quality) {
            Optional<Refusal> refusal = refusedForItsTime(times[slot]);
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
                    flags(quality));
            readings.add(new ChannelReading(new ChannelId(entity.getEntityId(), series.getMetric()), slot, reading));
        }

        private static int flags(Quality quality) {
            return switch (quality) {
                case CLOCK_SUSPECT -> LedgerFlag.CLOCK_SUSPECT.mask();
                case ESTIMATED, SUBSTITUTED, MANUAL -> LedgerFlag.SENDER_ESTIMATED.mask();
                default -> 0;
            };
        }

        private Optional<Refusal> refusedForItsTime(long at) {
            long now = record.appendedMillis();
            SiteInventory inventory = rules.inventoryAt(at);
            if (at > now + FUTURE_MILLIS) {
                return Optional.of(
                        new Refusal(RejectCode.CLOCK_FUTURE, (at - now) + " ms after the broker received it"));
            }
            if (at < EARLIEST_MILLIS) {
                return Optional.of(
                        new Refusal(RejectCode.TIME_IMPLAUSIBLE, Instant.ofEpochMilli(at) + " is before 2015"));
            }
            boolean history = frame.getHistory() && inventory.allowHistory();
            if (!history && at < now - inventory.acceptHistory().toMillis()) {
                return Optional.of(new Refusal(
                        RejectCode.TOO_OLD,
                        Instant.ofEpochMilli(at) + " is older than the site's acceptHistory of "
                                + inventory.acceptHistory() + "; use: import"));
            }
            InventoryVersion first = rules.history().versions().get(0);
            if (rules.history().at(Instant.ofEpochMilli(at)).isEmpty()) {
                return Optional.of(new Refusal(
                        RejectCode.UNKNOWN_ENTITY, "the site's inventory starts at " + first.effectiveFrom()));
            }
            return Optional.empty();
        }

        /** Power beyond -0.1 or 1.25 nameplates is no reading. */
        private static Optional<Refusal> refusedForItsValue(ScaledValue scaled, Entity known, Channel channel) {
            long nameplate = known.nameplateMilliwatts();
            if (!isPower(channel.metric()) || nameplate == 0) {
                return Optional.empty();
            }
            boolean inside = scaled.value() >= -nameplate / 10 && scaled.value() <= nameplate + nameplate / 4;
            return inside
                    ? Optional.empty()
                    : Optional.of(new Refusal(
                            RejectCode.OUT_OF_RANGE, scaled.value() + " mW with a nameplate of " + nameplate + " mW"));
        }

        private void admitJob(io.joulestream.wire.v1.Entity job) {
            if (job.getRunId().isEmpty()) {
                refuse(
                        job.getEntityId(),
                        0,
                        WHOLE_FRAME,
                        RejectCode.UNKNOWN_ENTITY,
                        "a job without a run",
                        onlyWith(job));
                return;
            }
            assertAllocation(job);
            long[] tokens = values(job, Metric.JOB_TOKENS);
            if (tokens == null) {
                return;
            }
            Quality[] quality = qualities(job, Metric.JOB_TOKENS);
            long[] samples = values(job, Metric.JOB_SAMPLES);
            long[] step = values(job, Metric.JOB_STEP);
            long[] attempt = values(job, Metric.JOB_ATTEMPT);
            for (int slot = 1; slot < times.length; slot++) {
                if (!quality[slot].usableForEnergy()) {
                    continue;
                }
                Optional<Refusal> refusal = refusedForItsTime(times[slot]);
                if (refusal.isEmpty() && tokens[slot] < 0) {
                    refusal = Optional.of(new Refusal(RejectCode.TOKENS_REGRESSION, tokens[slot] + " tokens"));
                } else if (refusal.isEmpty() && tokens[slot] > MOST_TOKENS_PER_STEP) {
                    refusal = Optional.of(new Refusal(RejectCode.OUT_OF_RANGE, tokens[slot] + " tokens in one step"));
                }
                long attemptNumber = attempt == null ? 1 : attempt[slot];
                if (refusal.isEmpty() && (attemptNumber < 1 || attemptNumber > Integer.MAX_VALUE)) {
                    refusal = Optional.of(new Refusal(RejectCode.OUT_OF_RANGE, "attempt " + attemptNumber));
                }
                if (refusal.isPresent()) {
                    refuse(
                            job.getEntityId(),
                            Metric.JOB_TOKENS.number(),
                            slot,
                            refusal.get().code(),
                            refusal.get().detail(),
                            onlyWith(job));
                    continue;
                }
                steps.add(new Admission.RunStepReport(
                        job.getRunId(),
                        new StepReport(
                                (int) attemptNumber,
                                step == null ? times[slot] : step[slot],
                                times[slot - 1],
                                times[slot],
                                tokens[slot],
                                samples == null ? 0 : samples[slot],
                                frame.getCorrection(),
                                frame.getSessionId(),
                                frame.getFrameSeq())));
            }
        }

        private long[] values(io.joulestream.wire.v1.Entity job, Metric metric) {
            for (Series series : job.getSeriesList()) {
                if (series.getMetric() != metric.number()) {
                    continue;
                }
                if (series.getExp10() == 0) {
                    return SeriesValues.unpack(series, times.length);
                }
                refuse(
                        job.getEntityId(),
                        metric.number(),
                        WHOLE_FRAME,
                        RejectCode.UNIT_MISMATCH,
                        metric.dottedName() + " counts whole " + metric.unit() + ", exp10 was " + series.getExp10(),
                        onlyWith(job, series));
            }
            return null;
        }

        private Quality[] qualities(io.joulestream.wire.v1.Entity job, Metric metric) {
            for (Series series : job.getSeriesList()) {
                if (series.getMetric() == metric.number()) {
                    return Quality.expand(series.getQualityRunsList(), times.length);
                }
            }
            return new Quality[0];
        }

        private void refuse(
                String entity, int metric, int slot, RejectCode code, String detail, TelemetryFrame payload) {
            refused.add(new DeadLetter(
                    record.topic(),
                    record.partition(),
                    record.offset(),
                    key.tenant(),
                    key.site(),
                    entity,
                    metric,
                    slot,
                    code.name(),
                    detail,
                    Instant.ofEpochMilli(record.appendedMillis()),
                    FrameCodec.encode(payload)));
        }

        private TelemetryFrame onlyWith(io.joulestream.wire.v1.Entity entity) {
            return frame.toBuilder().clearEntities().addEntities(entity).build();
        }

        private TelemetryFrame onlyWith(io.joulestream.wire.v1.Entity entity, Series series) {
            return onlyWith(entity.toBuilder().clearSeries().addSeries(series).build());
        }
    }

    private static boolean isRegister(Metric metric) {
        return metric.isElectricalEnergy() || metric.isThermalEnergy();
    }

    private static boolean isPower(Metric metric) {
        return metric.isElectricalPower() || metric.isThermalPower();
    }

    private record Refusal(RejectCode code, String detail) {}

    /**
     * A wire value in the ledger's units: millijoules and the microjoules beyond, or milliwatts.
     *
     * <p>The meter's CT ratio is applied here, once, to the reading itself.
     */
    private record ScaledValue(long value, int microjoules) {
        private static final BigInteger THOUSAND = BigInteger.valueOf(1_000);

        /** Null when the ledger cannot hold it. */
        static ScaledValue of(long wire, int exp10, Channel channel) {
            return isRegister(channel.metric()) ? energy(wire, exp10, channel) : power(wire, exp10, channel);
        }

        private static ScaledValue power(long wire, int exp10, Channel channel) {
            OptionalLong milliwatts = Scale.toMilli(wire, exp10);
            if (milliwatts.isEmpty()) {
                return null;
            }
            BigInteger atMeter = transformed(BigInteger.valueOf(milliwatts.getAsLong()), channel);
            return atMeter.bitLength() < Long.SIZE ? new ScaledValue(atMeter.longValueExact(), 0) : null;
        }

        private static ScaledValue energy(long wire, int exp10, Channel channel) {
            BigInteger microjoules = exp10 >= -6
                    ? BigInteger.valueOf(wire).multiply(BigInteger.TEN.pow(exp10 + 6))
                    : BigInteger.valueOf(Scale.toMicro(wire, exp10).orElse(0));
            BigInteger[] parts = transformed(microjoules, channel).divideAndRemainder(THOUSAND);
            boolean holds = parts[0].bitLength() < Long.SIZE - 1 && parts[0].signum() >= 0 && parts[1].signum() >= 0;
            return holds ? new ScaledValue(parts[0].longValueExact(), parts[1].intValueExact()) : null;
        }

        private static BigInteger transformed(BigInteger value, Channel channel) {
            if (channel.ctRatio().isOne()) {
                return value;
            }
            return value.multiply(BigInteger.valueOf(channel.ctRatio().numerator()))
                    .divide(BigInteger.valueOf(channel.ctRatio().denominator()));
        }
    }

    /** A 64-bit hash of a sender (FNV-1a): equal senders hash alike on every machine and version. */
    static final class Hash64 {
        private Hash64() {}

        static long of(String producer, long session) {
            long hash = 0xcbf29ce484222325L;
            for (byte b : (producer + "|" + session).getBytes(StandardCharsets.UTF_8)) {
                hash = (hash ^ (b & 0xFF)) * 0x100000001b3L;
            }
            return hash;
        }
    }
}
