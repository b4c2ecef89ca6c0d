package io.joulestream.ingest.kafka;

import io.joulestream.wire.FrameCodec;
import io.joulestream.wire.FrameKey;
import io.joulestream.wire.FrameResult;
import io.joulestream.wire.SlotTimes;
import io.joulestream.wire.v1.Entity;
import io.joulestream.wire.v1.Series;
import io.joulestream.wire.v1.TelemetryFrame;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.utils.Utils;

/**
 * The frames of one site that its topics hold, to be sent again by owner and event time.
 *
 * <p>A topic may hold more than fits into memory, so frames go through files: each owner's into one of a few, by its key; a
 * file is then read whole and sorted. Frames that were refused as a whole are left out, their dead letters stand.
 *
 * <p>For one thread.
 */
public final class RetainedFrames implements AutoCloseable {
    private static final int FILES = 32;
    private static final Duration POLL = Duration.ofMillis(500);
    /** How long nothing may come while the end is not reached. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    /** How far ahead of the broker's clock a reading is taken. */
    private static final Duration FUTURE = Duration.ofSeconds(120);
    /** What leads up to the floor: the last hour before it, and of each channel its last frames, however old. */
    private static final long LEAD_MILLIS = Duration.ofHours(1).toMillis();

    private static final int LAST_FRAMES = 2;

    private final String prefix;
    private final Path folder;
    private final DataOutputStream[] files = new DataOutputStream[FILES];
    private final Map<TopicPartition, Long> firstOffsets = new HashMap<>();
    private final Map<TopicPartition, Instant> firstStored = new HashMap<>();
    private final Map<TopicPartition, Long> ends = new HashMap<>();
    private final Set<TopicPartition> ofSite = new HashSet<>();
    private long frames;

    /** How far along the reading is: frames of the site so far, records of all so far, records in all. */
    public interface Progress {
        void read(long frames, long records, long of);
    }

    private record Kept(
            String key,
            long from,
            long to,
            long session,
            long sequence,
            String origin,
            List<Header> headers,
            byte[] value) {
        private static final Comparator<Kept> BY_EVENT_TIME = Comparator.comparing(Kept::key)
                .thenComparingLong(Kept::from)
                .thenComparingLong(Kept::session)
                .thenComparingLong(Kept::sequence);

        TelemetryFrame frame() {
            return ((FrameResult.Decoded) FrameCodec.decode(value)).frame();
        }
    }

    private RetainedFrames(String tenant, String site, Path folder) throws IOException {
        this.prefix = tenant + "|" + site + "|";
        this.folder = Files.createTempDirectory(folder, "rebuild-");
        for (int i = 0; i < FILES; i++) {
            files[i] = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file(i))));
        }
    }

    /**
     * Reads the topics from their first records to their present ends.
     *
     * @param kafka the client's connection
     * @param owners whose frames are looked for; those of others are found as well
     * @param accountedBefore by partition, the offset before which the generation that reads these topics has accounted, or
     *     will; a partition that is not named is accounted for to its end
     * @param folder for what does not fit into memory; nothing stays in it
     * @throws TimeoutException if the brokers give nothing for a minute before the end is reached
     */
    public static RetainedFrames read(
            Map<String, Object> kafka,
            String tenant,
            String site,
            Collection<String> topics,
            Collection<String> owners,
            Map<TopicPartition, Long> accountedBefore,
            Path folder,
            Progress progress)
            throws IOException {
        RetainedFrames retained = new RetainedFrames(tenant, site, folder);
        try (Consumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(settings(kafka), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = topics.stream()
                    .flatMap(topic -> consumer.partitionsFor(topic).stream())
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            retained.expect(topics, owners, partitions);
            retained.read(consumer, partitions, accountedBefore, progress);
            return retained;
        } catch (IOException | RuntimeException e) {
            retained.close();
            throw e;
        }
    }

    private void expect(Collection<String> topics, Collection<String> owners, List<TopicPartition> partitions) {
        for (String topic : topics) {
            int count = (int)
                    partitions.stream().filter(p -> p.topic().equals(topic)).count();
            for (String owner : owners) {
                ofSite.add(new TopicPartition(
                        topic, BuiltInPartitioner.partitionForKey(Utils.utf8(prefix + owner), count)));
            }
        }
    }

    private void read(
            Consumer<byte[], byte[]> consumer,
            List<TopicPartition> partitions,
            Map<TopicPartition, Long> accountedBefore,
            Progress progress)
            throws IOException {
        ends.putAll(consumer.endOffsets(partitions));
        firstOffsets.putAll(consumer.beginningOffsets(partitions));
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        long of = partitions.stream()
                .mapToLong(partition -> ends.get(partition) - firstOffsets.get(partition))
                .sum();
        long records = 0;
        long read = 0;
        long lastReadAt = System.nanoTime();
        while (partitions.stream().anyMatch(partition -> consumer.position(partition) < ends.get(partition))) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                TopicPartition partition = new TopicPartition(record.topic(), record.partition());
                firstStored.putIfAbsent(partition, Instant.ofEpochMilli(record.timestamp()));
                if (record.offset() < ends.get(partition)) {
                    records++;
                    take(record, partition, accountedBefore);
                }
            }
            progress.read(frames, records, of);
            // positions, for they also pass records that compaction has removed
            long now = partitions.stream().mapToLong(consumer::position).sum();
            if (now != read) {
                read = now;
                lastReadAt = System.nanoTime();
            } else if (System.nanoTime() - lastReadAt > PATIENCE.toNanos()) {
                throw new TimeoutException("read " + records + " of " + of + " records, and no more came for "
                        + PATIENCE.toSeconds() + " s");
            }
        }
        for (DataOutputStream file : files) {
            file.close();
        }
    }

    private void take(
            ConsumerRecord<byte[], byte[]> record, TopicPartition partition, Map<TopicPartition, Long> accountedBefore)
            throws IOException {
        String key = FrameCopy.key(record);
        if (record.value() == null
                || !key.startsWith(prefix)
                || !(FrameCodec.decode(record.value()) instanceof FrameResult.Decoded decoded)
                || !FrameKey.of(decoded.frame()).toString().equals(key)) {
            return;
        }
        boolean accounted = record.offset() < accountedBefore.getOrDefault(partition, Long.MAX_VALUE);
        TelemetryFrame frame = decoded.frame();
        long[] times = SlotTimes.of(frame);
        DataOutputStream out = files[Math.floorMod(key.hashCode(), FILES)];
        out.writeUTF(key);
        out.writeLong(times[0]);
        out.writeLong(times[times.length - 1]);
        out.writeLong(frame.getSessionId());
        out.writeLong(frame.getFrameSeq());
        out.writeUTF(frame.getProducerId() + "|" + frame.getSessionId());
        List<Header> headers = FrameCopy.headers(record, accounted);
        out.writeInt(headers.size());
        for (Header header : headers) {
            out.writeUTF(header.key());
            writeBytes(out, header.value() == null ? new byte[0] : header.value());
        }
        writeBytes(out, record.value());
        ofSite.add(partition);
        frames++;
    }

    /** How many frames of the site there are. */
    public long frames() {
        return frames;
    }

    /** The offset after the last record read, by partition: from there the topics are to be followed. */
    public Map<TopicPartition, Long> ends() {
        return Map.copyOf(ends);
    }

    /**
     * From when on no reading of the site can be missing: a reading is stored at most two minutes before its time, so one
     * from later than that after the first record still there is still there. {@link Instant#MIN} where nothing was ever
     * deleted.
     *
     * @param now the broker's time: what a partition held that is empty now is not known
     */
    public Instant coveredFrom(Instant now) {
        return ofSite.stream()
                .filter(partition -> firstOffsets.get(partition) > 0)
                .map(partition -> firstStored.getOrDefault(partition, now).plus(FUTURE))
                .max(Comparator.naturalOrder())
                .orElse(Instant.MIN);
    }

    /**
     * Hands out what a generation with this floor needs, each owner's frames by event time.
     *
     * @return how many frames that were
     */
    long sendTo(FramePublisher publisher, Instant floor) throws IOException {
        long sent = 0;
        for (int i = 0; i < FILES; i++) {
            Map<String, List<Kept>> owners = new TreeMap<>();
            for (Kept kept : readFile(i)) {
                owners.computeIfAbsent(kept.key(), key -> new ArrayList<>()).add(kept);
            }
            for (List<Kept> ofOwner : owners.values()) {
                ofOwner.sort(Kept.BY_EVENT_TIME);
                for (Kept kept : needed(ofOwner, floor.toEpochMilli())) {
                    publisher.publish(kept.key(), kept.value(), kept.headers());
                    sent++;
                }
            }
        }
        publisher.flush();
        return sent;
    }

    /**
     * Leaves out what lies well before the floor. A frame left out whose number lies among those kept is sent without its
     * readings, so that nobody waits for it.
     */
    private static List<Kept> needed(List<Kept> sorted, long floorMillis) {
        int first = 0;
        while (first < sorted.size() && sorted.get(first).to() < floorMillis - LEAD_MILLIS) {
            first++;
        }
        Set<Integer> last = lastOfEachChannel(sorted.subList(0, first));
        Map<String, Long> lowest = new HashMap<>();
        for (int i = 0; i < sorted.size(); i++) {
            if (last.contains(i) || sorted.get(i).to() >= floorMillis - LEAD_MILLIS) {
                lowest.merge(sorted.get(i).origin(), sorted.get(i).sequence(), Math::min);
            }
        }
        List<Kept> needed = new ArrayList<>();
        for (int i = 0; i < sorted.size(); i++) {
            Kept kept = sorted.get(i);
            if (last.contains(i) || kept.to() >= floorMillis - LEAD_MILLIS) {
                needed.add(kept);
            } else if (kept.sequence() > lowest.getOrDefault(kept.origin(), Long.MAX_VALUE)) {
                needed.add(empty(kept));
            }
        }
        return needed;
    }

    private static Set<Integer> lastOfEachChannel(List<Kept> sorted) {
        Map<String, Integer> seen = new HashMap<>();
        Set<Integer> last = new HashSet<>();
        for (int i = sorted.size() - 1; i >= 0; i--) {
            for (Entity entity : sorted.get(i).frame().getEntitiesList()) {
                for (Series series : entity.getSeriesList()) {
                    if (seen.merge(entity.getEntityId() + "|" + series.getMetric(), 1, Integer::sum) <= LAST_FRAMES) {
                        last.add(i);
                    }
                }
            }
        }
        return last;
    }

    private static Kept empty(Kept kept) {
        byte[] value =
                FrameCodec.encode(kept.frame().toBuilder().clearEntities().build());
        return new Kept(
                kept.key(),
                kept.from(),
                kept.to(),
                kept.session(),
                kept.sequence(),
                kept.origin(),
                kept.headers(),
                value);
    }

    private List<Kept> readFile(int i) throws IOException {
        List<Kept> all = new ArrayList<>();
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file(i))))) {
            while (true) {
                String key = in.readUTF();
                long from = in.readLong();
                long to = in.readLong();
                long session = in.readLong();
                long sequence = in.readLong();
                String origin = in.readUTF();
                List<Header> headers = new ArrayList<>();
                for (int left = in.readInt(); left > 0; left--) {
                    headers.add(new RecordHeader(in.readUTF(), in.readNBytes(in.readInt())));
                }
                all.add(new Kept(key, from, to, session, sequence, origin, headers, in.readNBytes(in.readInt())));
            }
        } catch (EOFException e) {
            return all;
        }
    }

    private static void writeBytes(DataOutputStream out, byte[] bytes) throws IOException {
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private Path file(int i) {
        return folder.resolve("frames-" + i);
    }

    @Override
    public void close() throws IOException {
        for (int i = 0; i < FILES; i++) {
            files[i].close();
            Files.deleteIfExists(file(i));
        }
        Files.deleteIfExists(folder);
    }

    private static Map<String, Object> settings(Map<String, Object> kafka) {
        Map<String, Object> settings = new HashMap<>(kafka);
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        return settings;
    }
}
