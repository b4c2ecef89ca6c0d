package io.joulestream.streaming;

import io.joulestream.core.account.RunReport;
import io.joulestream.core.ledger.ChannelMinute;
import io.joulestream.core.ledger.DeadLetter;
import io.joulestream.core.ledger.DemandInterval;
import io.joulestream.core.ledger.RunStep;
import io.joulestream.core.ledger.SiteStep;
import io.joulestream.storage.LedgerTables;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** The graph of the job, the same in production, in the all-in-one and in tests. */
public final class LedgerJob {
    public static final String NAME = "joulestream ledger";

    private LedgerJob() {}

    public static void define(StreamExecutionEnvironment env, JobConfig config) {
        var frames = env.fromSource(frames(config), WatermarkStrategy.noWatermarks(), "telemetry frames")
                .uid("frames");

        var known = frames.transform(
                        "known topics",
                        type(TelemetryRecord.class),
                        new KnownTopics(() -> new KafkaTopics(config.kafka())))
                .uid("known-topics");

        var minutes = known.keyBy(TelemetryRecord::stateKey)
                .transform("readings to minute energies", type(ChannelMinute.class), new MeterMinutes(config))
                .uid("meter-minutes");

        var shares = minutes.getSideOutput(MeterMinutes.GROUP_REPORTS)
                .keyBy(ShareGroup::keyOf)
                .transform("shares of runs in power groups", type(RunReport.class), new ShareGroup())
                .uid("share-group");

        var sites = minutes.getSideOutput(MeterMinutes.SITE_REPORTS)
                .union(shares.getSideOutput(ShareGroup.SITE_REPORTS))
                .keyBy(BalanceSite::keyOf)
                .transform("balance of sites", type(SiteStep.class), new BalanceSite())
                .uid("balance-site");

        var runs = minutes.getSideOutput(MeterMinutes.RUN_REPORTS)
                .union(shares)
                .keyBy(AccountRun::keyOf)
                .transform("accounts of runs", type(RunStep.class), new AccountRun())
                .uid("account-run");

        var meters = minutes.getSideOutput(MeterMinutes.METER_REPORTS)
                .keyBy(AccountMeter::keyOf)
                .transform("accounts of meters", type(DemandInterval.class), new AccountMeter())
                .uid("account-meter");

        store(minutes, config, LedgerTables::channelMinutes, "channel-minutes");
        store(sites, config, LedgerTables::siteSteps, "site-steps");
        store(sites.getSideOutput(BalanceSite.PARTS), config, LedgerTables::siteParts, "site-parts");
        store(runs, config, LedgerTables::runSteps, "run-steps");
        store(runs.getSideOutput(AccountRun.METERS), config, LedgerTables::runMeterSteps, "run-meters");
        store(runs.getSideOutput(AccountRun.EXTENTS), config, LedgerTables::runExtents, "run-extents");
        store(runs.getSideOutput(AccountRun.STEPS), config, LedgerTables::trainingSteps, "training-steps");
        store(runs.getSideOutput(AccountRun.PHASES), config, LedgerTables::runPhases, "run-phases");
        store(runs.getSideOutput(AccountRun.CHECKPOINTS), config, LedgerTables::runCheckpoints, "run-checkpoints");

        store(meters, config, LedgerTables::demandIntervals, "demand-of-feeds");
        store(runs.getSideOutput(AccountRun.DEMAND), config, LedgerTables::demandIntervals, "demand-of-runs");
        store(meters.getSideOutput(AccountMeter.QUANTITIES), config, LedgerTables::quantitySteps, "quantities");

        var refused = minutes.getSideOutput(MeterMinutes.REFUSED);
        store(refused, config, LedgerTables::deadLetters, "dead-letters");
        refused.sinkTo(deadLetterTopic(config)).uid("dead-letter-topic").name("dead-letter topic");
    }

    private static KafkaSource<TelemetryRecord> frames(JobConfig config) {
        return KafkaSource.<TelemetryRecord>builder()
                .setProperties(config.kafka())
                .setKafkaSubscriber(new PublishedTopics(config.kafka()))
                .setGroupId(config.group())
                .setStartingOffsets(OffsetsInitializer.earliest())
                .setDeserializer(new ReadTelemetryRecord())
                .setProperty("partition.discovery.interval.ms", Long.toString(config.topicDiscoveryMillis()))
                .setProperty("commit.offsets.on.checkpoint", "true")
                .setProperty("register.consumer.metrics", "false")
                .build();
    }

    private static KafkaSink<DeadLetter> deadLetterTopic(JobConfig config) {
        return KafkaSink.<DeadLetter>builder()
                .setKafkaProducerConfig(config.kafka())
                .setBootstrapServers(config.bootstrapServers())
                .setDeliveryGuarantee(DeliveryGuarantee.AT_LEAST_ONCE)
                .setRecordSerializer(new DeadLetterRecord())
                .build();
    }

    private static <T> void store(DataStream<T> rows, JobConfig config, LedgerSink.TableName<T> table, String uid) {
        rows.sinkTo(new LedgerSink<>(config.database(), table)).uid(uid).name(uid.replace('-', ' '));
    }

    private static <T> TypeInformation<T> type(Class<T> type) {
        return TypeInformation.of(type);
    }
}
