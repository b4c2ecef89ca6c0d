package io.joulestream.bench;

import io.joulestream.core.ledger.ChannelMinute;
import io.joulestream.core.ledger.SiteStep;
import io.joulestream.ingest.world.Fault;
import io.joulestream.streaming.SingleThreadLedger;
import io.joulestream.streaming.TelemetryRecord;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * How far the job is from what the machine could do, on one topic of pod-1k, in one process:
 *
 * <ol>
 *   <li><b>discard</b>: a plain consumer that reads and forgets;
 *   <li><b>COST</b>: one thread with the job's own admission and accounts, called by hand, which computes the same rows of
 *       channels and sites, and stores nothing. Runs, groups and meters are left out, so the job does more than it;
 *   <li><b>job</b>: the real graph, checkpoints every second, rows in the database.
 * </ol>
 *
 * Outputs of COST and job are compared before any figure is printed. Then what one percent of poison costs per good
 * sample, as pairs in the order ABBA. Figures of one run compare; those of two machines, or days, do not.
 *
 * <p>{@code java -cp <class path of bench> io.joulestream.bench.Yardsticks [minutes of feed, 30] [rounds, 3] [pairs, 4]}
 */
public final class Yardsticks {
    private static final double NANOS = 1e9;

    private Yardsticks() {}

    public static void main(String[] arguments) throws Exception {
        Duration length = Duration.ofMinutes(argument(arguments, 0, 30));
        int rounds = argument(arguments, 1, 3);
        int pairs = argument(arguments, 2, 4);
        try (PodTopic topic = PodTopic.filled(length, Set.of(), 1)) {
            say(
                    "pod-1k, %s by the second: %,d records, %,d samples, one partition",
                    length, topic.records(), topic.samples());
            compare(topic);
            ratios(topic, rounds);
            if (pairs > 0) {
                poison(topic, length, pairs);
            }
        }
    }

    private static int argument(String[] arguments, int index, int otherwise) {
        return arguments.length > index ? Integer.parseInt(arguments[index]) : otherwise;
    }

    /** Refuses to go on unless the thread and the job come to the same rows. */
    private static void compare(PodTopic topic) throws Exception {
        JobRun.over(topic, 1);
        Map<String, String> job = new TreeMap<>(rows(topic, CHANNEL_ROWS));
        job.putAll(rows(topic, SITE_ROWS));
        Map<String, String> cost = new TreeMap<>();
        cost(topic, cost);
        if (!job.equals(cost)) {
            job.entrySet().stream()
                    .filter(row -> !row.getValue().equals(cost.get(row.getKey())))
                    .limit(5)
                    .forEach(row ->
                            say("%s%n  job  %s%n  COST %s", row.getKey(), row.getValue(), cost.get(row.getKey())));
            throw new IllegalStateException(
                    job.size() + " rows of the job, " + cost.size() + " of COST, and they differ");
        }
        say("outputs equal: %,d rows of channels and sites", job.size());
    }

    private static void ratios(PodTopic topic, int rounds) throws Exception {
        List<Double> discard = new ArrayList<>();
        List<Double> cost = new ArrayList<>();
        List<Double> job = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            discard.add(topic.samples() / (discard(topic) / NANOS));
            cost.add(topic.samples() / (cost(topic, null) / NANOS));
            empty(topic);
            JobRun run = JobRun.over(topic, 1);
            double share = (double) run.records() / topic.records();
            job.add(share * topic.samples() / (run.nanos() / NANOS));
            say(
                    "round %d: discard %,.0f, COST %,.0f, job %,.0f samples/s (job: %.1f s with its start, %.1f s CPU)",
                    round + 1,
                    discard.get(round),
                    cost.get(round),
                    job.get(round),
                    run.wallNanos() / NANOS,
                    run.cpuNanos() / NANOS);
        }
        say(
                "median: discard %,.0f, COST %,.0f, job %,.0f samples/s",
                Median.of(discard), Median.of(cost), Median.of(job));
        say(
                "ratios: job / COST %.2f, job / discard %.2f, COST / discard %.2f",
                Median.of(job) / Median.of(cost),
                Median.of(job) / Median.of(discard),
                Median.of(cost) / Median.of(discard));
        say("COST uses the job's own admission and accounts, without runs, groups and meters");
    }

    /** CPU per good sample with one percent of the records poisoned, over the same without. */
    private static void poison(PodTopic clean, Duration length, int pairs) throws Exception {
        try (PodTopic poisoned = PodTopic.filled(length, Set.of(Fault.POISON), 1)) {
            say("poisoned: %,d records more", poisoned.records() - clean.records());
            JobRun.over(poisoned, 1);
            List<Double> ratios = new ArrayList<>();
            for (int pair = 0; pair < pairs; pair++) {
                boolean cleanFirst = pair % 2 == 0;
                double one = cpuPerSample(cleanFirst ? clean : poisoned);
                double other = cpuPerSample(cleanFirst ? poisoned : clean);
                ratios.add(cleanFirst ? other / one : one / other);
            }
            double mean = ratios.stream().mapToDouble(Math::log).average().orElseThrow();
            double variance = ratios.stream()
                            .mapToDouble(ratio -> Math.pow(Math.log(ratio) - mean, 2))
                            .sum()
                    / Math.max(1, pairs - 1);
            double upper = Math.exp(mean + student95(pairs - 1) * Math.sqrt(variance / pairs));
            say(
                    "CPU per good sample, poisoned / clean: %.3f, upper 95 %% bound %.3f, of %d pairs %s",
                    Math.exp(mean), upper, pairs, ratios);
        }
    }

    private static double cpuPerSample(PodTopic topic) throws Exception {
        empty(topic);
        return (double) JobRun.over(topic, 1).cpuNanos() / topic.samples();
    }

    /** One-sided 95 % quantile of Student's t. */
    private static double student95(int freedom) {
        double[] quantiles = {6.314, 2.920, 2.353, 2.132, 2.015, 1.943, 1.895, 1.860, 1.833};
        return freedom > quantiles.length ? 1.75 : quantiles[Math.max(0, freedom - 1)];
    }

    private static long discard(PodTopic topic) {
        long start = System.nanoTime();
        read(topic, record -> {});
        return System.nanoTime() - start;
    }

    /** @param rows takes the rows by key; null to forget them */
    private static long cost(PodTopic topic, Map<String, String> rows) {
        long start = System.nanoTime();
        try (SingleThreadLedger ledger = new SingleThreadLedger(topic.kafka())) {
            read(
                    topic,
                    record -> ledger.enter(new TelemetryRecord(
                            record.topic(),
                            record.partition(),
                            record.offset(),
                            record.timestamp(),
                            record.key(),
                            record.value())));
            ledger.publish(
                    row -> {
                        if (rows != null) {
                            rows.put(key(row), value(row));
                        }
                    },
                    row -> {
                        if (rows != null) {
                            rows.put(key(row), value(row));
                        }
                    });
        }
        return System.nanoTime() - start;
    }

    private interface Reader {
        void take(ConsumerRecord<String, byte[]> record);
    }

    private static void read(PodTopic topic, Reader reader) {
        Properties settings = topic.kafka();
        settings.setProperty("enable.auto.commit", "false");
        settings.setProperty("fetch.max.bytes", Integer.toString(32 << 20));
        settings.setProperty("max.partition.fetch.bytes", Integer.toString(8 << 20));
        settings.setProperty("max.poll.records", "2000");
        Map<TopicPartition, Long> left = new HashMap<>(topic.highest());
        try (KafkaConsumer<String, byte[]> consumer =
                new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(left.keySet());
            consumer.seekToBeginning(consumer.assignment());
            while (!left.isEmpty()) {
                for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofSeconds(1))) {
                    if (record.value() != null) {
                        reader.take(record);
                    }
                    left.remove(new TopicPartition(record.topic(), record.partition()), record.offset());
                }
            }
        }
    }

    private static final String CHANNEL_ROWS = "select 'channel ' || entity || ' ' || metric || ' '"
            + " || extract(epoch from minute)::int8, concat_ws(' ', energy_measured_uj, energy_bridged_uj,"
            + " energy_estimated_uj, covered_ms, accounted_ms, samples, flags, generation, revision)"
            + " from channel_minute join channel using (channel_id)";
    private static final String SITE_ROWS =
            "select 'site ' || role || ' ' || length_s || ' ' || extract(epoch from start)::int8,"
                    + " concat_ws(' ', energy_measured_uj, energy_bridged_uj, energy_estimated_uj, covered_w_ms, accounted_w_ms,"
                    + " flags, generation, revision) from (select minute as start, 60 as length_s, role, energy_measured_uj,"
                    + " energy_bridged_uj, energy_estimated_uj, covered_w_ms, accounted_w_ms, flags, generation, revision"
                    + " from site_minute union all select start, length_s, role, energy_measured_uj, energy_bridged_uj,"
                    + " energy_estimated_uj, covered_w_ms, accounted_w_ms, flags, generation, revision from site_hour) steps";

    private static String key(ChannelMinute row) {
        return "channel " + row.entity() + " " + row.metric() + " "
                + row.minute().getEpochSecond();
    }

    private static String value(ChannelMinute row) {
        return words(
                row.energy().measuredMicrojoules(),
                row.energy().bridgedMicrojoules(),
                row.energy().estimatedMicrojoules(),
                row.coveredMillis(),
                row.accountedMillis(),
                row.samples(),
                row.flags(),
                row.generation(),
                row.revision());
    }

    private static String key(SiteStep row) {
        return "site " + row.role() + " " + row.lengthSeconds() + " "
                + row.start().getEpochSecond();
    }

    private static String value(SiteStep row) {
        return words(
                row.energy().measuredMicrojoules(),
                row.energy().bridgedMicrojoules(),
                row.energy().estimatedMicrojoules(),
                row.coveredWattMillis(),
                row.accountedWattMillis(),
                row.flags(),
                row.generation(),
                row.revision());
    }

    private static String words(long... numbers) {
        StringBuilder words = new StringBuilder();
        for (long number : numbers) {
            words.append(words.length() == 0 ? "" : " ").append(number);
        }
        return words.toString();
    }

    private static Map<String, String> rows(PodTopic topic, String query) throws SQLException {
        Map<String, String> rows = new HashMap<>();
        try (Connection connection = connect(topic);
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(query)) {
            while (result.next()) {
                rows.put(result.getString(1), result.getString(2));
            }
        }
        return rows;
    }

    /** Empties what the job writes, so that each run writes the same rows anew. */
    private static void empty(PodTopic topic) throws SQLException {
        try (Connection connection = connect(topic);
                Statement statement = connection.createStatement()) {
            statement.execute("truncate channel_minute, site_minute, site_hour, run_minute, run_hour, run_meter_hour,"
                    + " run_extent, training_step, dead_letter");
        }
    }

    private static Connection connect(PodTopic topic) throws SQLException {
        return DriverManager.getConnection(
                topic.database().jdbcUrl(),
                topic.database().user(),
                topic.database().password());
    }

    private static void say(String format, Object... values) {
        System.out.println(String.format(Locale.ROOT, format, values));
    }
}
