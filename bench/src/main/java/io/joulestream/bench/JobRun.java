package io.joulestream.bench;

import com.sun.management.OperatingSystemMXBean;
import io.joulestream.ingest.kafka.FramePublisher;
import io.joulestream.streaming.JobConfig;
import io.joulestream.streaming.LedgerJob;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * One run of the real job over a filled topic, from its start until everything is settled: rows stored, offsets committed.
 *
 * @param records records between the first commit and the last
 * @param nanos time between the two, so that the start of the job is not counted
 * @param wallNanos time from the job's start
 * @param cpuNanos CPU of this process over that time: job and broker, not the database
 */
record JobRun(long records, long nanos, long wallNanos, long cpuNanos) {
    private static final long POLL_MILLIS = 20;
    private static final long NUDGE_MILLIS = 200;
    private static final Duration PATIENCE = Duration.ofMinutes(8);

    private record Mark(long records, long nanos) {}

    static JobRun over(PodTopic topic, int parallelism) throws Exception {
        String group = "bench-" + UUID.randomUUID();
        OperatingSystemMXBean process = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long total =
                topic.highest().values().stream().mapToLong(Long::longValue).sum();
        long cpu = process.getProcessCpuTime();
        long start = System.nanoTime();
        JobClient job = start(topic, group, parallelism);
        try (Admin admin = Admin.create(topic.kafka());
                FramePublisher nudger = new FramePublisher(settings(topic), PodTopic.topic())) {
            AtomicReference<Mark> first = new AtomicReference<>();
            AtomicReference<Mark> last = new AtomicReference<>();
            CountDownLatch settled = new CountDownLatch(1);
            ScheduledExecutorService poller = Executors.newSingleThreadScheduledExecutor();
            poller.scheduleWithFixedDelay(
                    () -> {
                        long committed = committed(admin, group);
                        Mark mark = new Mark(committed, System.nanoTime());
                        if (committed > 0) {
                            first.compareAndSet(null, mark);
                        }
                        if (committed > total) {
                            last.compareAndSet(null, mark);
                            settled.countDown();
                        }
                    },
                    0,
                    POLL_MILLIS,
                    TimeUnit.MILLISECONDS);
            // on a quiet topic the consumer's poll, and with it the commit, would wait for up to ten seconds
            poller.scheduleWithFixedDelay(
                    () -> nudger.nudge(topic.highest().keySet()), 0, NUDGE_MILLIS, TimeUnit.MILLISECONDS);
            boolean done = settled.await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            poller.shutdownNow();
            if (!done) {
                throw new IllegalStateException("the job did not settle the topic within " + PATIENCE);
            }
            return new JobRun(
                    last.get().records() - first.get().records(),
                    last.get().nanos() - first.get().nanos(),
                    last.get().nanos() - start,
                    process.getProcessCpuTime() - cpu);
        } finally {
            job.cancel().get(60, TimeUnit.SECONDS);
            job.getJobExecutionResult().handle((result, cancelled) -> null).get(60, TimeUnit.SECONDS);
        }
    }

    private static JobClient start(PodTopic topic, String group, int parallelism) throws Exception {
        Configuration flink = new Configuration();
        flink.setString("execution.checkpointing.interval", "1 s");
        flink.setString("execution.checkpointing.storage", "filesystem");
        flink.setString(
                "execution.checkpointing.dir", topic.checkpoints().toUri().toString());
        flink.setString("state.backend.type", "hashmap");
        flink.setString("restart-strategy.type", "none");
        flink.setString("pipeline.generic-types", "false");
        flink.setString("pipeline.object-reuse", "true");
        flink.setString("pipeline.max-parallelism", "128");
        flink.setString("taskmanager.numberOfTaskSlots", Integer.toString(parallelism));
        flink.setString("taskmanager.memory.managed.size", "1m");
        flink.setString("taskmanager.memory.network.min", "32m");
        flink.setString("taskmanager.memory.network.max", "32m");
        flink.setString("rest.bind-address", "127.0.0.1");
        flink.setString("rest.address", "127.0.0.1");
        flink.setString("rest.bind-port", "0");
        StreamExecutionEnvironment env = StreamExecutionEnvironment.createLocalEnvironment(parallelism, flink);
        LedgerJob.define(env, new JobConfig(topic.kafka(), group, 10_000, 4_096, topic.database()));
        return env.executeAsync("yardstick");
    }

    private static Map<String, Object> settings(PodTopic topic) {
        Map<String, Object> settings = new HashMap<>();
        topic.kafka().forEach((name, value) -> settings.put(name.toString(), value));
        return settings;
    }

    /** Next offsets to read, summed over the partitions; one more than the last offset each when all is settled. */
    private static long committed(Admin admin, String group) {
        try {
            Map<TopicPartition, OffsetAndMetadata> offsets = admin.listConsumerGroupOffsets(group)
                    .partitionsToOffsetAndMetadata()
                    .get(10, TimeUnit.SECONDS);
            return offsets.values().stream()
                    .mapToLong(OffsetAndMetadata::offset)
                    .sum();
        } catch (Exception e) {
            return 0; // asked again
        }
    }
}
