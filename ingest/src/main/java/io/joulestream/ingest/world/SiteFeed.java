package io.joulestream.ingest.world;

import io.joulestream.wire.FrameCodec;
import io.joulestream.wire.Quality;
import io.joulestream.wire.SeriesValues;
import io.joulestream.wire.SlotTimes;
import io.joulestream.wire.v1.Entity;
import io.joulestream.wire.v1.EntityKind;
import io.joulestream.wire.v1.Series;
import io.joulestream.wire.v1.SiteKind;
import io.joulestream.wire.v1.SourceKind;
import io.joulestream.wire.v1.TelemetryFrame;
import io.joulestream.wire.v1.ValueKind;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToLongFunction;

/**
 * The frames of one site, a window at a time.
 *
 * <p>A window takes the readings after its start up to and including its end. A frame is cut where a run takes or leaves
 * the node: the reading at that instant ends the frame before it. It is also cut where a counter starts again.
 */
final class SiteFeed {
    private static final int HYPERSCALE_SPAN = 10 * Ticks.SECOND;
    private static final int EDGE_SPAN = 60 * Ticks.SECOND;
    private static final int LOG_LINES_PER_FRAME = 60;
    private static final int THERMOMETER_JITTER = 2 * Ticks.SECOND;
    private static final int TOKENS = 60;
    private static final int SAMPLES = 61;
    private static final int STEP = 62;
    private static final int EFFECTIVE_TOKENS = 66;
    private static final int ATTEMPT = 67;
    private static final int PHASE = 68;
    private static final int CHECKPOINT_STEP = 69;

    private record Owner(String id, List<WorldEntity> entities) {}

    private record Made(long lastTick, TelemetryFrame frame) {}

    private final World world;
    private final WorldSite site;
    private final Incidents incidents;
    private final long fineFrom;
    private final long gpusFrom;
    private final long worldEnd;
    private final List<Owner> owners;
    private final Map<String, Long> sequences = new HashMap<>();
    private final Deque<Made> made = new ArrayDeque<>();
    private long session;
    private long cursor;
    private long until;
    private boolean opening;
    private long samples;

    SiteFeed(World world, WorldSite site, FeedPlan plan, Incidents incidents) {
        this.world = world;
        this.site = site;
        this.incidents = incidents;
        this.fineFrom = Ticks.since(world.start(), plan.fineFrom());
        this.gpusFrom = Ticks.since(world.start(), plan.gpusFrom());
        this.worldEnd = Ticks.since(world.start(), world.end());
        Map<String, List<WorldEntity>> owned = new LinkedHashMap<>();
        for (WorldEntity entity : site.entities()) {
            owned.computeIfAbsent(entity.owner(), o -> new ArrayList<>()).add(entity);
        }
        this.owners = owned.entrySet().stream()
                .map(e -> new Owner(e.getKey(), List.copyOf(e.getValue())))
                .toList();
    }

    void extend(long from, long to, boolean withReadingAtStart) {
        cursor = from;
        until = to;
        opening = withReadingAtStart;
        if (withReadingAtStart) {
            session = instant(from).toEpochMilli();
        }
    }

    boolean hasNext() {
        while (made.isEmpty() && (opening || cursor < until)) {
            makeWindow();
        }
        return !made.isEmpty();
    }

    /** Of the frame that comes next; {@link #hasNext} said that there is one. */
    long nextLastTick() {
        return made.element().lastTick();
    }

    TelemetryFrame next() {
        return made.remove().frame();
    }

    long samples() {
        return samples;
    }

    private void makeWindow() {
        long[] slots;
        long from = cursor;
        if (opening) {
            opening = false;
            slots = new long[] {cursor};
        } else {
            cursor = endOfWindow();
            slots = slots(from, cursor, from < fineFrom ? Ticks.MINUTE : Ticks.SECOND);
        }
        List<Made> window = new ArrayList<>();
        if (slots.length > 0) {
            Moment[] moments = Arrays.stream(slots).mapToObj(site.climate()::at).toArray(Moment[]::new);
            owners.forEach(owner -> addFrames(owner, moments, window));
        }
        site.pools().forEach(pool -> addJobFrames(pool, from, cursor, window));
        window.sort(Comparator.comparingLong(Made::lastTick));
        made.addAll(window);
    }

    private long endOfWindow() {
        int span = site.hyperscale() ? HYPERSCALE_SPAN : EDGE_SPAN;
        long end = cursor < fineFrom
                ? Math.min((cursor / Ticks.HOUR + 1) * Ticks.HOUR, fineFrom)
                : (cursor / span + 1) * span;
        // the first reading of the GPUs stands in a frame of its own, so that no frame has a series for half its slots
        if (cursor < gpusFrom - Ticks.MINUTE) {
            end = Math.min(end, gpusFrom - Ticks.MINUTE);
        } else if (cursor < gpusFrom) {
            end = Math.min(end, gpusFrom);
        }
        return Math.min(end, until);
    }

    /** Multiples of {@code step} after {@code from} up to {@code to}. */
    private static long[] slots(long from, long to, long step) {
        int count = (int) (to / step - from / step);
        long first = (from / step + 1) * step;
        long[] slots = new long[count];
        for (int i = 0; i < count; i++) {
            slots[i] = first + i * step;
        }
        return slots;
    }

    private void addFrames(Owner owner, Moment[] moments, List<Made> window) {
        WorldEntity head = owner.entities().get(0);
        Moment[] slots = head.counter().isPresent() ? moments : jittered(head, moments);
        Optional<Incidents.Reset> reset = incidents.resetOf(site.id(), head.id());
        Optional<Incidents.Gap> gap = incidents.gapOf(site.id(), head.id());
        for (int from = 0; from < slots.length; ) {
            int to = from + 1;
            Timeline.Holding holding = holdingAt(head, slots[from].tick());
            boolean reborn =
                    reset.isPresent() && slots[from].tick() >= reset.get().tick();
            while (to < slots.length
                    && slots[to].tick() <= holding.to()
                    && (reset.isEmpty() || (slots[to].tick() >= reset.get().tick()) == reborn)) {
                to++;
            }
            Moment[] part = Arrays.copyOfRange(slots, from, to);
            frame(owner, part, holding, reborn ? reset : Optional.empty(), gap)
                    .ifPresent(frame -> window.add(new Made(part[part.length - 1].tick(), frame)));
            from = to;
        }
    }

    /** A thermometer is read once a minute, up to two seconds before it is full; at the feed's first instant exactly. */
    private Moment[] jittered(WorldEntity entity, Moment[] moments) {
        List<Moment> read = new ArrayList<>();
        for (Moment moment : moments) {
            if (moment.tick() % Ticks.MINUTE == 0) {
                int early = moment.tick() == 0
                        ? 0
                        : Seeds.at(world.seed() + entity.id().hashCode(), moment.tick(), THERMOMETER_JITTER);
                read.add(early == 0 ? moment : site.climate().at(moment.tick() - early));
            }
        }
        return read.toArray(Moment[]::new);
    }

    private Timeline.Holding holdingAt(WorldEntity entity, long tick) {
        return entity.pool() < 0
                ? new Timeline.Holding(0, Long.MAX_VALUE, -1)
                : site.pools().get(entity.pool()).holdingBefore(tick);
    }

    private Optional<TelemetryFrame> frame(
            Owner owner,
            Moment[] slots,
            Timeline.Holding holding,
            Optional<Incidents.Reset> reset,
            Optional<Incidents.Gap> gap) {
        boolean everything = slots[0].tick() >= gpusFrom;
        List<Entity> entities = new ArrayList<>();
        for (WorldEntity entity : owner.entities()) {
            if (entity.isGpu() && !everything) {
                continue;
            }
            Entity.Builder built = Entity.newBuilder().setEntityId(entity.id()).setKind(entity.kind());
            if (entity.pool() >= 0) {
                built.setAllocFromMs(instant(holding.from()).toEpochMilli());
                if (holding.run() >= 0) {
                    built.setRunId(
                            site.pools().get(entity.pool()).run(holding.run()).id());
                }
            }
            for (Sensor sensor : entity.sensors()) {
                if (sensor.ofRecord() || everything) {
                    built.addSeries(series(entity, sensor, slots, reset, gap));
                }
            }
            if (built.getSeriesCount() > 0) {
                entities.add(built.build());
            }
        }
        if (entities.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                header(owner.id(), Arrays.stream(slots).mapToLong(Moment::tick).toArray())
                        .addAllEntities(entities)
                        .build());
    }

    private Series series(
            WorldEntity entity,
            Sensor sensor,
            Moment[] slots,
            Optional<Incidents.Reset> reset,
            Optional<Incidents.Gap> gap) {
        Series.Builder series = Series.newBuilder()
                .setMetric(sensor.metric())
                .setKind(sensor.kind())
                .setExp10(sensor.exp10())
                .setSourceUnit(sensor.unit());
        boolean restarted = reset.isPresent()
                && sensor.ofRecord()
                && entity.id().equals(reset.get().entity());
        long zero = restarted ? sensor.read(site.climate().at(reset.get().tick())) : 0;
        long[] values = new long[slots.length];
        Quality[] qualities = new Quality[slots.length];
        Arrays.fill(qualities, Quality.GOOD);
        for (int i = 0; i < slots.length; i++) {
            long tick = slots[i].tick();
            if (gap.isPresent() && tick > gap.get().from() && tick < gap.get().to()) {
                values[i] = i == 0 ? 0 : values[i - 1];
                qualities[i] = Quality.MISSING;
            } else {
                values[i] = sensor.read(slots[i]) - zero;
                samples++;
            }
            if (restarted && tick == reset.get().after()) {
                qualities[i] = Quality.RESET;
            }
        }
        if (restarted) {
            series.setCounterStartMs(instant(reset.get().tick()).toEpochMilli());
        }
        SeriesValues.pack(values, series);
        return series.addAllQualityRuns(Quality.compress(Arrays.asList(qualities)))
                .build();
    }

    private void addJobFrames(Timeline pool, long from, long to, List<Made> window) {
        List<WorldRun.LogLine> lines = new ArrayList<>();
        pool.forEachLogLine(from, to, line -> {
            if (!lines.isEmpty()
                    && (lines.size() == LOG_LINES_PER_FRAME || !goesOn(lines.get(lines.size() - 1), line))) {
                window.add(jobFrame(pool, lines));
                lines.clear();
            }
            lines.add(line);
        });
        if (!lines.isEmpty()) {
            window.add(jobFrame(pool, lines));
        }
    }

    private static boolean goesOn(WorldRun.LogLine before, WorldRun.LogLine line) {
        return before.run().equals(line.run())
                && before.attempt() == line.attempt()
                && before.to().equals(line.from());
    }

    /**
     * The first slot is the instant from which the first line counts; what a slot says counts since the slot before. Only
     * a line of training has amounts.
     */
    private Made jobFrame(Timeline pool, List<WorldRun.LogLine> lines) {
        WorldRun.LogLine first = lines.get(0);
        long[] ticks = new long[lines.size() + 1];
        ticks[0] = Ticks.since(world.start(), first.from());
        for (int i = 0; i < lines.size(); i++) {
            ticks[i + 1] = Ticks.since(world.start(), lines.get(i).to());
        }
        Timeline.Holding holding = pool.holdingBefore(ticks[0] + 1);
        WorldRun run = pool.run(holding.run());
        String owner = "job/" + run.id();
        Entity.Builder job = Entity.newBuilder()
                .setEntityId(owner)
                .setKind(EntityKind.JOB)
                .setRunId(run.id())
                .setAllocFromMs(instant(holding.from()).toEpochMilli())
                .putLabels("precision", run.precision())
                .addSeries(amounts(TOKENS, lines, run.tokensPerStep()))
                .addSeries(amounts(SAMPLES, lines, run.samplesPerStep()))
                .addSeries(amounts(EFFECTIVE_TOKENS, lines, run.effectiveTokensPerStep()))
                .addSeries(states(STEP, ValueKind.COUNTER, first.step() - first.steps(), lines, WorldRun.LogLine::step))
                .addSeries(states(ATTEMPT, ValueKind.STATE, first.attempt(), lines, WorldRun.LogLine::attempt))
                .addSeries(states(
                        PHASE,
                        ValueKind.STATE,
                        first.phase().code(),
                        lines,
                        line -> line.phase().code()))
                .addSeries(states(
                        CHECKPOINT_STEP,
                        ValueKind.STATE,
                        first.checkpointStep(),
                        lines,
                        WorldRun.LogLine::checkpointStep));
        long amounts = lines.stream().filter(line -> line.steps() > 0).count();
        samples += 3 * amounts + 4L * ticks.length;
        return new Made(
                ticks[ticks.length - 1], header(owner, ticks).addEntities(job).build());
    }

    private static Series amounts(int metric, List<WorldRun.LogLine> lines, long perStep) {
        long[] values = new long[lines.size() + 1];
        Quality[] qualities = new Quality[values.length];
        Arrays.fill(qualities, Quality.MISSING);
        for (int i = 0; i < lines.size(); i++) {
            long steps = lines.get(i).steps();
            values[i + 1] = steps == 0 ? values[i] : steps * perStep;
            qualities[i + 1] = steps == 0 ? Quality.MISSING : Quality.GOOD;
        }
        Series.Builder series = Series.newBuilder().setMetric(metric).setKind(ValueKind.DELTA);
        SeriesValues.pack(values, series);
        return series.addAllQualityRuns(Quality.compress(Arrays.asList(qualities)))
                .build();
    }

    private static Series states(
            int metric,
            ValueKind kind,
            long before,
            List<WorldRun.LogLine> lines,
            ToLongFunction<WorldRun.LogLine> stateOf) {
        long[] values = new long[lines.size() + 1];
        values[0] = before;
        for (int i = 0; i < lines.size(); i++) {
            values[i + 1] = stateOf.applyAsLong(lines.get(i));
        }
        Series.Builder series = Series.newBuilder().setMetric(metric).setKind(kind);
        SeriesValues.pack(values, series);
        return series.build();
    }

    private TelemetryFrame.Builder header(String owner, long[] ticks) {
        long last = ticks[ticks.length - 1];
        TelemetryFrame.Builder frame = TelemetryFrame.newBuilder()
                .setSchemaVersion(FrameCodec.SCHEMA_VERSION)
                .setTenantId(WorldSite.TENANT)
                .setSiteId(site.id())
                .setSiteKind(site.hyperscale() ? SiteKind.HYPERSCALE : SiteKind.EDGE)
                .setOwnerId(owner)
                .setSource(SourceKind.GENERATOR)
                .setProducerId("generator/" + site.id())
                .setSessionId(session)
                .setFrameSeq(sequences.merge(owner, 1L, Long::sum))
                .setHistory(last <= worldEnd);
        if (last > worldEnd) {
            frame.setSentMs(instant(last).toEpochMilli());
        }
        SlotTimes.set(
                frame,
                Arrays.stream(ticks).map(tick -> instant(tick).toEpochMilli()).toArray());
        return frame;
    }

    private Instant instant(long tick) {
        return world.start().plusMillis(tick * Ticks.MILLIS);
    }
}
