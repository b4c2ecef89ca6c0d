package io.joulestream.ingest.world;

import io.joulestream.wire.FrameCodec;
import io.joulestream.wire.FrameKey;
import io.joulestream.wire.v1.Entity;
import io.joulestream.wire.v1.EntityKind;
import io.joulestream.wire.v1.Series;
import io.joulestream.wire.v1.SiteKind;
import io.joulestream.wire.v1.TelemetryFrame;
import io.joulestream.wire.v1.ValueKind;
import java.time.Instant;
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
 * A feed after a bad network had it; with no faults, just its bytes.
 *
 * <p>Nothing is lost, so whoever accounts for it must come to the same figures. A cut-off site keeps its frames in order
 * and sends them before anything newer, so at most its own frames of some hours are held; all else is delayed by at most
 * 60 s of the feed's time. What is still held when the frames end comes then, so a live feed is wrapped once, as one
 * iterator that does not end. Deterministic by seed. Not for more than one thread.
 */
public final class FaultyFeed implements Iterator<FeedRecord> {
    static final long MAX_DELAY_MS = 60_000;
    private static final long OFFLINE_MS = 6 * 3_600_000L;
    private static final long DAY_MS = 24 * 3_600_000L;
    private static final int DUPLICATE_ONE_IN = 16;
    private static final int REORDER_ONE_IN = 8;
    private static final int POISON_ONE_IN = 200;
    private static final int POISON_PER_OWNER = 32;
    /** A tag of a wire type that does not exist, so that no parser takes the bytes for a frame. */
    private static final byte NO_TAG = 0x0F;

    private final Iterator<TelemetryFrame> frames;
    private final Set<Fault> faults;
    private final long seed;
    private final SplittableRandom random;
    private final Map<String, Deque<TelemetryFrame>> offline = new LinkedHashMap<>();
    private final PriorityQueue<Delayed> delayed = new PriorityQueue<>();
    private final Deque<FeedRecord> ready = new ArrayDeque<>();
    private final Map<String, Tally> tallies = new LinkedHashMap<>();
    private long nowMs = Long.MIN_VALUE;
    private long arrivals;
    private long poisons;

    private record Delayed(long untilMs, long arrival, FeedRecord content) implements Comparable<Delayed> {
        @Override
        public int compareTo(Delayed other) {
            int byTime = Long.compare(untilMs, other.untilMs);
            return byTime != 0 ? byTime : Long.compare(arrival, other.arrival);
        }
    }

    private static final class Tally {
        private long count;
        private long fromMs = Long.MAX_VALUE;
        private long toMs = Long.MIN_VALUE;
    }

    public FaultyFeed(Iterator<TelemetryFrame> frames, Set<Fault> faults, long seed) {
        this.frames = frames;
        this.faults = Set.copyOf(faults);
        this.seed = seed;
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

    /** What was injected so far, by kind, site and the dead letter it must leave. */
    public List<FaultEntry> ledger() {
        List<FaultEntry> entries = new ArrayList<>();
        tallies.forEach((key, tally) -> {
            String[] parts = key.split("\t", -1);
            entries.add(new FaultEntry(
                    parts[0],
                    parts[1],
                    "",
                    Instant.ofEpochMilli(tally.fromMs),
                    Instant.ofEpochMilli(tally.toMs),
                    tally.count,
                    parts[2],
                    parts[3]));
        });
        return entries;
    }

    private void take(TelemetryFrame frame) {
        long at = lastMs(frame);
        nowMs = Math.max(nowMs, at);
        drainDelayed();
        releaseReconnected();
        if (isOffline(frame)) {
            offline.computeIfAbsent(frame.getSiteId(), s -> new ArrayDeque<>()).add(frame);
            return;
        }
        send(frame, at);
        if (faults.contains(Fault.POISON) && random.nextInt(POISON_ONE_IN) == 0) {
            poison(frame, at);
        }
    }

    private void finish() {
        nowMs = Long.MAX_VALUE;
        drainDelayed();
        offline.values().forEach(this::sendBacklog);
        drainDelayed();
    }

    private void drainDelayed() {
        while (!delayed.isEmpty() && delayed.element().untilMs() < nowMs) {
            ready.add(delayed.remove().content());
        }
    }

    private boolean isOffline(TelemetryFrame frame) {
        return faults.contains(Fault.OFFLINE)
                && frame.getSiteKind() == SiteKind.EDGE
                && isOfflineAt(frame.getSiteId(), nowMs);
    }

    /** Six hours of each day, at another time at each site. */
    private boolean isOfflineAt(String site, long at) {
        long begin = 3_600_000L * Seeds.of(seed, "offline/" + site).nextInt(18);
        long ofDay = Math.floorMod(at, DAY_MS);
        return ofDay > begin && ofDay <= begin + OFFLINE_MS;
    }

    private void releaseReconnected() {
        offline.forEach((site, backlog) -> {
            if (!backlog.isEmpty() && !isOfflineAt(site, nowMs)) {
                sendBacklog(backlog);
            }
        });
    }

    private void sendBacklog(Deque<TelemetryFrame> backlog) {
        while (!backlog.isEmpty()) {
            TelemetryFrame frame = backlog.remove();
            long at = lastMs(frame);
            TelemetryFrame.Builder late = frame.toBuilder().setBackfill(true);
            if (frame.getSentMs() > 0 && nowMs != Long.MAX_VALUE) {
                late.setSentMs(nowMs);
            }
            tally("OFFLINE_REPLAY", frame.getSiteId(), "", "sent hours late, oldest first; no figure changes", at);
            send(late.build(), at);
        }
    }

    private void send(TelemetryFrame frame, long at) {
        FeedRecord content = new FeedRecord(FrameKey.of(frame).toString(), FrameCodec.encode(frame));
        if (faults.contains(Fault.DUPLICATE) && random.nextInt(DUPLICATE_ONE_IN) == 0) {
            tally("DUPLICATE", frame.getSiteId(), "", "counted once; no figure changes", at);
            delay(content, at);
        }
        if (faults.contains(Fault.REORDER) && random.nextInt(REORDER_ONE_IN) == 0) {
            tally("REORDER", frame.getSiteId(), "", "overtaken by frames of up to 60 s later; no figure changes", at);
            delay(content, at);
        } else {
            ready.add(content);
        }
    }

    private void delay(FeedRecord content, long at) {
        delayed.add(new Delayed(at + random.nextLong(MAX_DELAY_MS), arrivals++, content));
    }

    private void poison(TelemetryFrame frame, long at) {
        String site = frame.getSiteId();
        long kind = poisons % 3;
        String owner = "meter/poison-" + poisons / 3 / POISON_PER_OWNER;
        poisons++;
        if (kind == 0) {
            tally("POISON", site, "DECODE_ERROR", "bytes that are no frame", at);
            byte[] bytes = new byte[1 + random.nextInt(64)];
            random.nextBytes(bytes);
            bytes[0] = NO_TAG;
            ready.add(new FeedRecord(FrameKey.of(frame).toString(), bytes));
            return;
        }
        String target = kind == 1 ? "no-such-site" : site;
        String code = kind == 1 ? "UNKNOWN_SITE" : "UNKNOWN_ENTITY";
        tally("POISON", target, code, "waits for an inventory, then a dead letter", at);
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

    private void tally(String kind, String site, String deadLetter, String effect, long at) {
        Tally tally = tallies.computeIfAbsent(String.join("\t", kind, site, deadLetter, effect), k -> new Tally());
        tally.count++;
        tally.fromMs = Math.min(tally.fromMs, at);
        tally.toMs = Math.max(tally.toMs, at);
    }

    private static long lastMs(TelemetryFrame frame) {
        long at = frame.getT0Ms();
        if (frame.getStepMs() > 0) {
            return at + (frame.getSlots() - 1L) * Integer.toUnsignedLong(frame.getStepMs());
        }
        for (int delta : frame.getTDeltaMsList()) {
            at += Integer.toUnsignedLong(delta);
        }
        return at;
    }
}
