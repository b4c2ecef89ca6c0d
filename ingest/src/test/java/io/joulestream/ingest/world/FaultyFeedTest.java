package io.joulestream.ingest.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.joulestream.core.ledger.RejectCode;
import io.joulestream.wire.FrameCodec;
import io.joulestream.wire.FrameResult;
import io.joulestream.wire.SlotTimes;
import io.joulestream.wire.v1.SiteKind;
import io.joulestream.wire.v1.TelemetryFrame;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FaultyFeedTest {
    private static final Instant START = Instant.parse("2026-10-24T00:00:00Z");
    private static final Instant END = START.plus(Duration.ofHours(30));
    private static final World WORLD =
            World.of(List.of(WorldPreset.POD_128, WorldPreset.EDGE_2RACK, WorldPreset.EXACT), 42, START, END);
    private static final FeedPlan PLAN = new FeedPlan(END.minus(Duration.ofHours(1)), END, false);

    private static Iterator<TelemetryFrame> frames() {
        return new Feed(WORLD, PLAN).framesBetween(START, END.plusSeconds(1_200));
    }

    private static List<FeedRecord> records(FaultyFeed feed) {
        List<FeedRecord> records = new ArrayList<>();
        feed.forEachRemaining(records::add);
        return records;
    }

    private static TelemetryFrame frame(FeedRecord record) {
        return ((FrameResult.Decoded) FrameCodec.decode(record.value())).frame();
    }

    private static long last(TelemetryFrame frame) {
        long[] times = SlotTimes.of(frame);
        return times[times.length - 1];
    }

    private static long tallied(FaultyFeed feed, String kind) {
        return feed.ledger().stream()
                .filter(e -> e.kind().equals(kind))
                .mapToLong(FaultEntry::count)
                .sum();
    }

    @Test
    void withoutFaultsTheBytesAreTheFeeds() {
        FaultyFeed feed = new FaultyFeed(frames(), Set.of(), 1);

        Iterator<TelemetryFrame> originals = frames();
        for (FeedRecord record : records(feed)) {
            TelemetryFrame frame = originals.next();
            assertThat(record.key()).isEqualTo("default|" + frame.getSiteId() + "|" + frame.getOwnerId());
            assertThat(record.value()).isEqualTo(FrameCodec.encode(frame));
        }
        assertThat(originals.hasNext()).isFalse();
        assertThat(feed.ledger()).isEmpty();
    }

    @Test
    void nothingIsLostByAllFaultsTogether() {
        FaultyFeed feed = new FaultyFeed(frames(), Fault.OF_LINKS, 7);
        Map<String, Integer> copies = new HashMap<>();
        Map<RejectCode, Long> refused = new HashMap<>();
        Set<String> sites = new HashSet<>();

        for (FeedRecord record : records(feed)) {
            if (FrameCodec.decode(record.value()) instanceof FrameResult.Refused why) {
                refused.merge(why.code(), 1L, Long::sum);
                continue;
            }
            TelemetryFrame frame = frame(record);
            if (!frame.getProducerId().equals("generator/poison")) {
                copies.merge(identity(frame), 1, Integer::sum);
                sites.add(frame.getSiteId());
            } else {
                RejectCode code =
                        frame.getSiteId().equals("no-such-site") ? RejectCode.UNKNOWN_SITE : RejectCode.UNKNOWN_ENTITY;
                refused.merge(code, 1L, Long::sum);
            }
        }

        long originals = 0;
        for (Iterator<TelemetryFrame> frames = frames(); frames.hasNext(); originals++) {
            assertThat(copies).containsKey(identity(frames.next()));
        }
        assertThat(copies).hasSize((int) originals);
        assertThat(sites).hasSize(3);
        assertThat(copies.values().stream().mapToLong(n -> n - 1).sum()).isEqualTo(tallied(feed, "DUPLICATE"));
        for (RejectCode code : List.of(RejectCode.DECODE_ERROR, RejectCode.UNKNOWN_SITE, RejectCode.UNKNOWN_ENTITY)) {
            assertThat(refused.get(code))
                    .as(code.name())
                    .isPositive()
                    .isEqualTo(feed.ledger().stream()
                            .filter(e -> e.deadLetter().equals(code.name()))
                            .mapToLong(FaultEntry::count)
                            .sum());
        }
        assertThat(refused).hasSize(3);
    }

    private static String identity(TelemetryFrame frame) {
        return frame.getSiteId() + "|" + frame.getOwnerId() + "|" + frame.getFrameSeq() + "|"
                + Arrays.hashCode(FrameCodec.encode(
                        frame.toBuilder().clearBackfill().clearSentMs().build()));
    }

    @Test
    void framesAreOvertakenByAtMostAMinute() {
        FaultyFeed feed = new FaultyFeed(frames(), EnumSet.of(Fault.REORDER), 7);
        long newest = 0;
        long overtaken = 0;
        long farthest = 0;

        for (FeedRecord record : records(feed)) {
            long at = last(frame(record));
            newest = Math.max(newest, at);
            overtaken += at < newest ? 1 : 0;
            farthest = Math.max(farthest, newest - at);
        }

        assertThat(overtaken).isPositive();
        assertThat(farthest).isBetween(30_000L, FaultyFeed.MAX_DELAY_MS);
        assertThat(tallied(feed, "REORDER")).isGreaterThanOrEqualTo(overtaken);
    }

    @Test
    void aCutOffSiteSendsItsOldestFramesFirst() {
        FaultyFeed feed = new FaultyFeed(frames(), EnumSet.of(Fault.OFFLINE), 7);
        Map<String, Long> newestOfOwner = new HashMap<>();
        long newest = 0;
        long late = 0;
        long backfilled = 0;

        for (FeedRecord record : records(feed)) {
            TelemetryFrame frame = frame(record);
            long at = last(frame);
            assertThat(at).isGreaterThanOrEqualTo(newestOfOwner.getOrDefault(record.key(), 0L));
            newestOfOwner.put(record.key(), at);
            newest = Math.max(newest, at);
            backfilled += frame.getBackfill() ? 1 : 0;
            late = Math.max(late, newest - at);
            if (frame.getBackfill()) {
                assertThat(frame.getSiteKind()).isEqualTo(SiteKind.EDGE);
            }
        }

        assertThat(backfilled).isPositive().isEqualTo(tallied(feed, "OFFLINE_REPLAY"));
        assertThat(late).isGreaterThan(Duration.ofHours(4).toMillis());
    }

    @Test
    void recordsSurviveAFile() throws IOException {
        List<FeedRecord> records =
                records(new FaultyFeed(frames(), EnumSet.of(Fault.POISON), 1)).subList(0, 2_000);
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        for (FeedRecord record : records) {
            record.write(new DataOutputStream(file));
        }

        DataInputStream in = new DataInputStream(new ByteArrayInputStream(file.toByteArray()));
        List<FeedRecord> read = new ArrayList<>();
        for (Optional<FeedRecord> next = FeedRecord.read(in); next.isPresent(); next = FeedRecord.read(in)) {
            read.add(next.get());
        }

        assertThat(read).hasSameSizeAs(records);
        assertThat(hash(read)).isEqualTo(hash(records));
        byte[] cut = Arrays.copyOf(file.toByteArray(), 100);
        assertThatIOException().isThrownBy(() -> FeedRecord.read(new DataInputStream(new ByteArrayInputStream(cut))));
    }

    @Test
    void aSeedDecidesTheFaults() {
        List<FeedRecord> one = records(new FaultyFeed(frames(), Fault.OF_LINKS, 1));
        List<FeedRecord> again = records(new FaultyFeed(frames(), Fault.OF_LINKS, 1));
        List<FeedRecord> other = records(new FaultyFeed(frames(), Fault.OF_LINKS, 2));

        assertThat(hash(again)).isEqualTo(hash(one));
        assertThat(hash(other)).isNotEqualTo(hash(one));
    }

    private static int hash(List<FeedRecord> records) {
        int hash = 1;
        for (FeedRecord record : records) {
            hash = 31 * hash + Arrays.hashCode(record.value()) + record.key().hashCode();
        }
        return hash;
    }
}
