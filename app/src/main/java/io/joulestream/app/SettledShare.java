package io.joulestream.app;

import io.joulestream.ingest.kafka.FramePublisher;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** Tells the terminal, as long as it is open, how much of what was sent is in the ledger. */
final class SettledShare implements AutoCloseable {
    private static final long EVERY_SECONDS = 2;

    private final Admin admin;
    private final String group;
    private final FramePublisher publisher;
    private final Stages stages;
    private final AtomicLong total = new AtomicLong();
    private final ScheduledExecutorService clock = BackgroundThread.named("settled-share");

    SettledShare(Admin admin, String group, FramePublisher publisher, Stages stages) {
        this.admin = admin;
        this.group = group;
        this.publisher = publisher;
        this.stages = stages;
        clock.scheduleAtFixedRate(this::tell, EVERY_SECONDS, EVERY_SECONDS, TimeUnit.SECONDS);
    }

    /** From now on the share is of this many records; until then of those sent so far. */
    void sent(long records) {
        total.set(records);
    }

    private void tell() {
        try {
            Map<TopicPartition, Long> sent = publisher.highestOffsets();
            Map<TopicPartition, OffsetAndMetadata> committed = admin.listConsumerGroupOffsets(group)
                    .partitionsToOffsetAndMetadata()
                    .get(EVERY_SECONDS, TimeUnit.SECONDS);
            long all = 0;
            long done = 0;
            for (Map.Entry<TopicPartition, Long> partition : sent.entrySet()) {
                OffsetAndMetadata progress = committed.get(partition.getKey());
                all += partition.getValue() + 1;
                done += progress == null ? 0 : Math.min(progress.offset(), partition.getValue() + 1);
            }
            stages.progress(done, Math.max(all, total.get()));
        } catch (ExecutionException | TimeoutException e) {
            return; // asked again in a moment; the wait itself tells what is missing
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }
}
