package io.joulestream.ingest.world;

import io.joulestream.wire.FrameCodec;
import io.joulestream.wire.FrameKey;
import io.joulestream.wire.v1.Entity;
import io.joulestream.wire.v1.EntityKind;
import io.joulestream.wire.v1.Series;
import io.joulestream.wire.v1.SiteKind;
import io.joulestream.wire.v1.TelemetryFrame;
import io.joulestream.wire.v1.ValueKind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * A feed after its devices, its agents and a bad network had it; with no faults, just its bytes.
 *
 * <p>The network loses nothing, so whatever it does, whoever accounts for the feed must come to the same figures. A cut-off
 * site keeps its frames in order and sends them before anything newer, so at most its own frames of some hours are held; all
 * else is delayed by at most 60 s of the feed's time. What is still held when the frames end comes then, so a live feed is
 * wrapped once, as one iterator that does not end. Deterministic by seed. Not for more than one thread.
 */
public final class FaultyFeed implements Iterator<FeedRecord> {
    static final long MAX_DELAY_MS = 60_000;
    private static final long HOUR_MS = 3_600_000L;
    private static final int OFFLINE_HOURS = 6;
    private static final int OFFLINE_EACH_HOURS = 24;
    private static final int LONG_OFFLINE_HOURS = 72;
    private static final int LONG_OFFLINE_EACH_HOURS = 120;
    private static final int DUPLICATE_ONE_IN = 16;
    private static final int REORDER_ONE_IN = 8;
    private static final int POISON_ONE_IN = 200;
    private static final int POISON_PER_OWNER = 32;
    /** A tag of a wire type that does not exist, so that no parser takes the bytes for a frame. */
    private static final byte NO_TAG = 0x0F;

    private final Iterator<TelemetryFrame> frames;
    private final Set<Fault> faults;
    private final long seed;
    private final FaultyReadings readings;
    private final FaultTallies tallies;
    private final SplittableRandom random;
    private final Map<String, Deque<FaultyReadings.Bundle>> offline = new LinkedHashMap<>();
    private final PriorityQueue<Delayed> delayed = new PriorityQueue<>();
    private final Deque<FeedRecord> ready = new ArrayDeque<>();
    private long nowMs = Long.MIN_VALUE;
    private long arrivals;
    private long poisons;

    private record Delayed(long untilMs, long arrival, List<FeedRecord> content) implements Comparable<Delayed> {
        @Override
        public int compareTo(Delayed other) {
            int byTime = Long.compare(untilMs, other.untilMs);
            return byTime != 0 ? byTime : Long.compare(arrival, other.arrival);
        }
    }

    /**
     * A feed whose devices and agents are as they should be.
     *
     * @param faults of the link only
     */
    public FaultyFeed(Iterator<TelemetryFrame> frames, Set<Fault> faults, long seed) {
        this(frames, null, faults, seed);
    }

    /** What a world's devices, agents and links make of the frames that it was asked for. */
    public FaultyFeed(Iterator<TelemetryFrame> frames, World world, FaultyReadings readings) {
        this(frames, readings, world.faults(), world.seed());
    }

    private FaultyFeed(Iterator<TelemetryFrame> frames, FaultyReadings readings, Set<Fault> faults, long seed) {
        if (readings == null && !Fault.OF_LINKS.containsAll(faults)) {
            throw new IllegalArgumentException("without a world only links have faults, asked for " + faults);
        }
        this.frames = frames;
        this.faults = Set.copyOf(faults);
        this.seed = seed;
        this.readings = readings;
        this.tallies = readings == null ? new FaultTallies() : readings.tallies();
        this.random = Seeds.of(seed, "faults");
    }

    @Override
    public boolean hasNext() {
        while (ready.isEmpty() && frames.hasNext()) {
            take(frames.next());
        }
        if (ready.isEmpty()) {
            finish();
        }
        return !ready.isEmpty();
    }

    @Override
    public FeedRecord next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        return ready.remove();
    }

    /** What was injected so far, with the dead letters that it must leave. */
    public List<FaultEntry> ledger() {
        return tallies.entries();
    }

    private void take(TelemetryFrame frame) {
        FaultyReadings.Bundle bundle = readings == null ? FaultyReadings.Bundle.of(frame) : readings.bundle(frame);
        nowMs = Math.max(nowMs, bundle.atMillis());
        drainDelayed(nowMs);
        releaseReconnected();
        if (isOffline(frame)) {
            offline.computeIfAbsent(frame.getSiteId(), s -> new ArrayDeque<>()).add(bundle);
            return;
        }
        send(frame.getSiteId(), bundle);
        if (faults.contains(Fault.POISON) && random.nextInt(POISON_ONE_IN) == 0) {
            poison(frame, bundle.atMillis());
        }
    }

    private void finish() {
        nowMs = Long.MAX_VALUE;
        drainDelayed(nowMs);
        offline.forEach(this::sendBacklog);
        drainDelayed(nowMs);
    }

    private void drainDelayed(long now) {
        while (!delayed.isEmpty() && delayed.element().untilMs() < now) {
            ready.addAll(delayed.remove().content());
        }
    }

    private boolean isOffline(TelemetryFrame frame) {
        return frame.getSiteKind() == SiteKind.EDGE && isOfflineAt(frame.getSiteId(), nowMs);
    }

    /** Six hours of each day, three days of each five, at another time at each site. */
    private boolean isOfflineAt(String site, long at) {
        return faults.contains(Fault.OFFLINE) && isInside("offline/" + site, at, OFFLINE_HOURS, OFFLINE_EACH_HOURS)
                || faults.contains(Fault.OFFLINE_72H)
                        && isInside("offline-72h/" + site, at, LONG_OFFLINE_HOURS, LONG_OFFLINE_EACH_HOURS);
    }

    private boolean isInside(String path, long at, int hours, int eachHours) {
        long begin = HOUR_MS * Seeds.of(seed, path).nextInt(eachHours - hours);
        long into = Math.floorMod(at, eachHours * HOUR_MS);
        return into > begin && into <= begin + hours * HOUR_MS;
    }

    private void releaseReconnected() {
        offline.forEach((site, backlog) -> {
            if (!backlog.isEmpty() && !isOfflineAt(site, nowMs)) {
                sendBacklog(site, backlog);
            }
        });
    }

    private void sendBacklog(String site, Deque<FaultyReadings.Bundle> backlog) {
        while (!backlog.isEmpty()) {
            FaultyReadings.Bundle bundle = backlog.remove();
            drainDelayed(bundle.atMillis()); // within a backlog too frames are overtaken by at most a minute's
            String effect = "sent hours late, oldest first; no figure changes";
            bundle.frames().forEach(told -> tallies.add("OFFLINE_REPLAY", site, "", effect, bundle.atMillis()));
            send(
                    site,
                    new FaultyReadings.Bundle(
                            bundle.atMillis(),
                            bundle.frames().stream()
                                    .map(told -> late(told, bundle.atMillis()))
                                    .toList(),
                            bundle.refused()));
        }
    }

    /** Sent now, by the clock of the agent. */
    private FaultyReadings.Told late(FaultyReadings.Told told, long atMillis) {
        TelemetryFrame.Builder late = told.frame().toBuilder().setBackfill(true);
        if (late.getSentMs() > 0 && nowMs != Long.MAX_VALUE) {
            late.setSentMs(late.getSentMs() + nowMs - atMillis);
        }
        return new FaultyReadings.Told(late.build(), told.clockMillis());
    }

    private void send(String site, FaultyReadings.Bundle bundle) {
        List<FeedRecord> content = new ArrayList<>();
        for (FaultyReadings.Told told : bundle.frames()) {
            content.add(new FeedRecord(
                    FrameKey.of(told.frame()).toString(), FrameCodec.encode(told.frame()), told.clockMillis()));
        }
        long at = bundle.atMillis();
        if (faults.contains(Fault.DUPLICATE) && random.nextInt(DUPLICATE_ONE_IN) == 0) {
            content.forEach(r -> tallies.add("DUPLICATE", site, "", "counted once; no figure changes", at));
            tallies.repeat(bundle.refused());
            delay(content, at);
        }
        if (faults.contains(Fault.REORDER) && random.nextInt(REORDER_ONE_IN) == 0) {
            String effect = "overtaken by frames of up to 60 s later; no figure changes";
            content.forEach(r -> tallies.add("REORDER", site, "", effect, at));
            delay(content, at);
        } else {
            ready.addAll(content);
        }
    }

    private void delay(List<FeedRecord> content, long at) {
        delayed.add(new Delayed(at + random.nextLong(MAX_DELAY_MS), arrivals++, content));
    }

    private void poison(TelemetryFrame frame, long at) {
        String site = frame.getSiteId();
        long kind = poisons % 3;
        String owner = "meter/poison-" + poisons / 3 / POISON_PER_OWNER;
        poisons++;
        if (kind == 0) {
            tallies.add("POISON", site, "DECODE_ERROR", "bytes that are no frame", at);
            byte[] bytes = new byte[1 + random.nextInt(64)];
            random.nextBytes(bytes);
            bytes[0] = NO_TAG;
            ready.add(new FeedRecord(FrameKey.of(frame).toString(), bytes));
            return;
        }
        String target = kind == 1 ? "no-such-site" : site;
        String code = kind == 1 ? "UNKNOWN_SITE" : "UNKNOWN_ENTITY";
        tallies.add("POISON", target, code, "waits for an inventory, then a dead letter", at);
        TelemetryFrame unknown = stranger(frame, target, owner, at);
        ready.add(new FeedRecord(FrameKey.of(unknown).toString(), FrameCodec.encode(unknown)));
    }

    /** A frame of one reading that no inventory knows. */
    private TelemetryFrame stranger(TelemetryFrame frame, String site, String owner, long at) {
        Series series = Series.newBuilder()
                .setMetric(31)
                .setKind(ValueKind.COUNTER)
                .setExp10(-3)
                .addV(random.nextLong(1_000_000_000L))
                .build();
        return TelemetryFrame.newBuilder()
                .setSchemaVersion(FrameCodec.SCHEMA_VERSION)
                .setTenantId(frame.getTenantId())
                .setSiteId(site)
                .setSiteKind(frame.getSiteKind())
                .setOwnerId(owner)
                .setSource(frame.getSource())
                .setProducerId("generator/poison")
                .setSessionId(frame.getSessionId())
                .setFrameSeq(poisons)
                .setT0Ms(at)
                .setSlots(1)
                .addTDeltaMs(0)
                .setSentMs(frame.getSentMs())
                .setHistory(frame.getHistory())
                .addEntities(Entity.newBuilder()
                        .setEntityId(owner)
                        .setKind(EntityKind.METER)
                        .addSeries(series))
                .build();
    }
}
