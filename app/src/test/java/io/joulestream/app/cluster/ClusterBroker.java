package io.joulestream.app.cluster;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.Feature;

/**
 * One node of a KRaft cluster, broker and controller, in a JVM of its own. It has two listeners for clients: DIRECT, and
 * PROXIED, whose advertised port is that of a proxy before it.
 *
 * <p>Arguments: folder, node, port DIRECT, port PROXIED, port advertised for PROXIED, port of the controller, voters,
 * cluster id.
 */
public final class ClusterBroker {
    private static final int MAX_MESSAGE_BYTES = 17 << 20;

    private ClusterBroker() {}

    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        int node = Integer.parseInt(arguments[1]);
        format(folder, node, arguments[7]);
        KafkaRaftServer server = new KafkaRaftServer(
                KafkaConfig.fromProps(
                        properties(folder, node, arguments[2], arguments[3], arguments[4], arguments[5], arguments[6])),
                Time.SYSTEM);
        server.startup();
        System.out.println("broker " + node + " is up");
        server.awaitShutdown();
    }

    private static void format(Path folder, int node, String clusterId) throws Exception {
        if (Files.exists(folder.resolve("meta.properties"))) {
            return;
        }
        Formatter formatter = new Formatter();
        formatter
                .setPrintStream(new PrintStream(OutputStream.nullOutputStream()))
                .setNodeId(node)
                .setClusterId(clusterId)
                .setDirectories(List.of(folder.toString()))
                .setMetadataLogDirectory(folder.toString())
                .setControllerListenerName("CONTROLLER")
                .setSupportedFeatures(Feature.PRODUCTION_FEATURES)
                .setIgnoreFormatted(true)
                .run();
    }

    private static Properties properties(
            Path folder, int node, String direct, String proxied, String advertised, String controller, String voters)
            throws IOException {
        Properties properties = new Properties();
        properties.putAll(Map.of(
                "process.roles",
                "broker,controller",
                "node.id",
                Integer.toString(node),
                "controller.quorum.voters",
                voters,
                "controller.listener.names",
                "CONTROLLER",
                "inter.broker.listener.name",
                "DIRECT",
                "listener.security.protocol.map",
                "DIRECT:PLAINTEXT,PROXIED:PLAINTEXT,CONTROLLER:PLAINTEXT",
                "listeners",
                "DIRECT://127.0.0.1:" + direct + ",PROXIED://127.0.0.1:" + proxied + ",CONTROLLER://127.0.0.1:"
                        + controller,
                "advertised.listeners",
                "DIRECT://127.0.0.1:" + direct + ",PROXIED://127.0.0.1:" + advertised,
                "log.dirs",
                folder.toString()));
        properties.putAll(Map.of(
                "default.replication.factor", "3",
                "min.insync.replicas", "2",
                "offsets.topic.replication.factor", "3",
                "offsets.topic.num.partitions", "4",
                "transaction.state.log.replication.factor", "3",
                "transaction.state.log.min.isr", "2",
                "transaction.state.log.num.partitions", "4",
                "share.coordinator.state.topic.replication.factor", "3",
                "share.coordinator.state.topic.min.isr", "2",
                "share.coordinator.state.topic.num.partitions", "1"));
        properties.putAll(Map.of(
                "num.network.threads", "2",
                "num.io.threads", "2",
                "background.threads", "2",
                "log.cleaner.dedupe.buffer.size", Integer.toString(2 << 20),
                "log.segment.bytes", Integer.toString(64 << 20),
                "message.max.bytes", Integer.toString(MAX_MESSAGE_BYTES),
                "replica.fetch.max.bytes", Integer.toString(MAX_MESSAGE_BYTES),
                "auto.create.topics.enable", "false",
                "group.initial.rebalance.delay.ms", "0"));
        properties.putAll(Map.of(
                // a killed broker is missed, and let in again, within seconds
                "broker.heartbeat.interval.ms", "500",
                "broker.session.timeout.ms", "3000",
                "metric.reporters", ""));
        return properties;
    }
}
