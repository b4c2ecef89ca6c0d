package io.joulestream.app.embedded;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import kafka.server.BrokerServer;
import kafka.server.ControllerServer;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.server.Server;
import kafka.server.SharedServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.Feature;
import org.apache.kafka.server.fault.FaultHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One Kafka node, broker and controller, in this JVM and on the loopback interface.
 *
 * <p>It is put together from the parts {@code KafkaRaftServer} is made of, for two things that class does not allow: the
 * sockets are bound here and handed over, so that no port is lost between its choice and its use; and a fatal fault is
 * reported instead of halting the JVM, which would leave PostgreSQL running alone.
 *
 * <p>Nothing is flushed beyond what Kafka does by itself: the operating system keeps the written pages of a killed
 * process. The voter is configured anew at each start, so the controller's port may change.
 */
final class EmbeddedKafka implements AutoCloseable {
    /** An inventory is one record per site: 16 MiB, and room for the batch around it. */
    static final int MAX_MESSAGE_BYTES = 17 << 20;

    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedKafka.class);
    private static final int NODE = 1;
    private static final String BROKER = "PLAINTEXT";
    /** Beyond the 30 days of the dead letters: how far they were replayed is a group's offset. */
    private static final String OFFSETS_RETENTION_MINUTES = Integer.toString(31 * 24 * 60);

    private static final String CONTROLLER = "CONTROLLER";

    private final BrokerServer broker;
    private final ControllerServer controller;
    private final InetSocketAddress address;
    private boolean closed;

    private EmbeddedKafka(BrokerServer broker, ControllerServer controller, InetSocketAddress address) {
        this.broker = broker;
        this.controller = controller;
        this.address = address;
    }

    /**
     * Formats an empty folder, or goes on where the last broker in it stopped; returns when clients are served.
     *
     * @param failure completed with one line when the running broker meets a fault it cannot go on from
     */
    static EmbeddedKafka start(Path folder, CompletableFuture<String> failure) throws IOException {
        format(folder);
        Sockets sockets = Sockets.bind();
        try {
            return start(KafkaConfig.fromProps(properties(folder, sockets)), sockets, failure);
        } catch (RuntimeException e) {
            throw new IOException("Kafka did not start: " + e.getMessage(), e);
        } finally {
            sockets.closeUnused();
        }
    }

    /** {@code 127.0.0.1:port}. */
    String bootstrap() {
        return hostAndPort(address);
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        // the controller last: the broker hands its partitions over through it
        broker.shutdown();
        broker.awaitShutdown();
        controller.shutdown();
        controller.awaitShutdown();
    }

    private static EmbeddedKafka start(KafkaConfig config, Sockets sockets, CompletableFuture<String> failure) {
        var logDirs = KafkaRaftServer.initializeLogDirs(config, LOG, "");
        String clusterId = logDirs._1().clusterId().orElseThrow();
        SharedServer shared = new SharedServer(
                config,
                logDirs._1(),
                Time.SYSTEM,
                Server.initializeMetrics(config, Time.SYSTEM, clusterId),
                CompletableFuture.completedFuture(Map.of(NODE, sockets.address(CONTROLLER))),
                List.of(),
                (name, fatal, action) -> faultHandler(name, fatal, action, failure),
                (listener, address, backlog, receiveBuffer) -> sockets.take(listener));
        EmbeddedKafka kafka = new EmbeddedKafka(
                new BrokerServer(shared),
                new ControllerServer(shared, KafkaRaftServer.configSchema(), logDirs._2()),
                sockets.address(BROKER));
        try {
            kafka.controller.startup();
            kafka.broker.startup();
            return kafka;
        } catch (RuntimeException e) {
            kafka.close();
            throw e;
        }
    }

    private static FaultHandler faultHandler(
            String name, boolean fatal, Runnable action, CompletableFuture<String> failure) {
        return (what, cause) -> {
            LOG.error("Kafka {}: {}", name, what, cause);
            action.run();
            if (fatal) {
                failure.complete("Kafka cannot go on: " + name + ": " + (cause == null ? what : cause.getMessage()));
            }
            return new IllegalStateException("Kafka " + name + ": " + what, cause);
        };
    }

    private static void format(Path folder) throws IOException {
        // written last when formatting
        if (Files.exists(folder.resolve("meta.properties"))) {
            return;
        }
        Formatter formatter = new Formatter();
        formatter
                .setPrintStream(new PrintStream(OutputStream.nullOutputStream()))
                .setNodeId(NODE)
                .setClusterId(Uuid.randomUuid().toString())
                .setDirectories(List.of(folder.toString()))
                .setMetadataLogDirectory(folder.toString())
                .setControllerListenerName(CONTROLLER)
                .setSupportedFeatures(Feature.PRODUCTION_FEATURES)
                .setIgnoreFormatted(true);
        try {
            formatter.run();
        } catch (Exception e) {
            throw new IOException("Kafka's log in " + folder + " could not be formatted: " + e.getMessage(), e);
        }
    }

    private static Properties properties(Path folder, Sockets sockets) {
        Properties properties = new Properties();
        properties.putAll(Map.of(
                "process.roles",
                "broker,controller",
                "node.id",
                Integer.toString(NODE),
                "controller.quorum.voters",
                NODE + "@" + hostAndPort(sockets.address(CONTROLLER)),
                "controller.listener.names",
                CONTROLLER,
                "inter.broker.listener.name",
                BROKER,
                "listeners",
                sockets.listener(BROKER) + "," + sockets.listener(CONTROLLER),
                "advertised.listeners",
                sockets.listener(BROKER),
                "log.dirs",
                folder.toString()));
        // one node has one copy of everything
        properties.putAll(Map.of(
                "default.replication.factor", "1",
                "min.insync.replicas", "1",
                "offsets.topic.replication.factor", "1",
                "offsets.topic.num.partitions", "4",
                "transaction.state.log.replication.factor", "1",
                "transaction.state.log.min.isr", "1",
                "transaction.state.log.num.partitions", "4",
                "share.coordinator.state.topic.replication.factor", "1",
                "share.coordinator.state.topic.min.isr", "1",
                "share.coordinator.state.topic.num.partitions", "1"));
        // few threads, small buffers: log.cleaner.dedupe.buffer.size alone is 128 MiB of heap by default
        properties.putAll(Map.of(
                "num.network.threads", "2",
                "num.io.threads", "4",
                "background.threads", "2",
                "log.cleaner.dedupe.buffer.size", Integer.toString(2 << 20),
                "log.segment.bytes", Integer.toString(128 << 20),
                "message.max.bytes", Integer.toString(MAX_MESSAGE_BYTES),
                "replica.fetch.max.bytes", Integer.toString(MAX_MESSAGE_BYTES)));
        properties.putAll(Map.of(
                "auto.create.topics.enable", "false",
                "offsets.retention.minutes", OFFSETS_RETENTION_MINUTES,
                "group.initial.rebalance.delay.ms", "0",
                // a broker that was killed is let in again when its last session is over
                "broker.heartbeat.interval.ms", "500",
                "broker.session.timeout.ms", "3000",
                // no JMX
                "metric.reporters", ""));
        return properties;
    }

    private static String hostAndPort(InetSocketAddress address) {
        return address.getHostString() + ":" + address.getPort();
    }

    /** The two listening sockets, bound before the configuration that names their ports is written. */
    private record Sockets(Map<String, ServerSocketChannel> byListener, Map<String, InetSocketAddress> addresses) {
        static Sockets bind() throws IOException {
            ServerSocketChannel broker = onLoopback();
            try {
                ServerSocketChannel controller = onLoopback();
                return new Sockets(
                        new ConcurrentHashMap<>(Map.of(BROKER, broker, CONTROLLER, controller)),
                        Map.of(BROKER, local(broker), CONTROLLER, local(controller)));
            } catch (IOException e) {
                broker.close();
                throw e;
            }
        }

        InetSocketAddress address(String listener) {
            return addresses.get(listener);
        }

        String listener(String name) {
            return name + "://" + hostAndPort(address(name));
        }

        ServerSocketChannel take(String listener) throws IOException {
            ServerSocketChannel socket = byListener.remove(listener);
            if (socket == null) {
                throw new IOException("Kafka asks for a socket it was not given: " + listener);
            }
            return socket;
        }

        void closeUnused() throws IOException {
            for (ServerSocketChannel socket : byListener.values()) {
                socket.close();
            }
        }

        private static ServerSocketChannel onLoopback() throws IOException {
            ServerSocketChannel socket = ServerSocketChannel.open();
            // Kafka selects on it
            socket.configureBlocking(false);
            return socket.bind(new InetSocketAddress("127.0.0.1", 0));
        }

        private static InetSocketAddress local(ServerSocketChannel socket) throws IOException {
            return (InetSocketAddress) socket.getLocalAddress();
        }
    }
}
