package io.joulestream.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.joulestream.app.embedded.DataDirectory;
import io.joulestream.app.embedded.EmbeddedServers;
import io.joulestream.core.inventory.SiteGeneration;
import io.joulestream.ingest.kafka.InventoryPublisher;
import io.joulestream.ingest.kafka.TelemetryTopics;
import io.joulestream.storage.Database;
import io.joulestream.storage.DatabaseAddress;
import io.joulestream.wire.InventoryRecord;
import io.joulestream.wire.Topics;
import io.joulestream.wire.kafka.InventoryReader;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a restore sets right where Kafka has gone on since the backup. */
class RestoreAgainstKafkaIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Instant NOON = Instant.parse("2026-11-26T12:00:00Z");
    private static final String SHARED = "js.telemetry.v1.t";
    private static final String OWN = "js.telemetry.v1.t.s";
    private static final String GROUP = "ledger";

    @TempDir
    private Path folder;

    @Test
    void whatCameAfterTheBackupIsTakenInAndNothingPassesForSettled() throws Exception {
        try (DataDirectory directory = DataDirectory.open(folder);
                EmbeddedServers servers = EmbeddedServers.start(directory)) {
            Map<String, Object> kafka = Map.of("bootstrap.servers", servers.kafkaBootstrap());
            TelemetryTopics topics = new TelemetryTopics(kafka);
            topics.openInventory(1);
            topics.openTelemetry(SHARED, 2, 1);
            topics.openTelemetry(OWN, 1, 1);

            versionsAndGenerationsAreTakenIn(kafka, servers);
            theGroupIsAsFarAsTheBackup(kafka);
            anotherDatabaseThanTheJobsIsRefused(servers);
        }
    }

    private static void versionsAndGenerationsAreTakenIn(Map<String, Object> kafka, EmbeddedServers servers)
            throws InterruptedException {
        try (InventoryPublisher publisher = new InventoryPublisher(kafka)) {
            publisher.publish(new InventoryRecord("t", "s", 1, NOON, "site: s"));
            publisher.publish(new InventoryRecord("t", "s", 2, NOON.plusSeconds(3_600), "site: s # later"));
            publisher.publish(generation(1));
            publisher.publish(generation(2));
        }
        DatabaseAddress address = new DatabaseAddress(servers.jdbcUrl(), servers.jdbcUser(), servers.jdbcPassword());
        try (Database restored = Database.open(address);
                InventoryReader inventory = new InventoryReader(kafka)) {
            restored.sites().put("t", "s", NOON, "site: s");
            restored.generations().putInForce(generation(1));
            inventory.catchUp(PATIENCE);

            assertThat(PublishedSince.takenInto(restored, inventory)).isEqualTo(new PublishedSince(1, 1));

            assertThat(restored.generations().inForce("t", "s")).isEqualTo(2);
            assertThat(restored.generations().mayHaveStaleRows(generation(2))).isTrue();
            assertThat(restored.sites().versions("t", "s"))
                    .extracting(version -> version.yaml())
                    .containsExactly("site: s", "site: s # later");
            assertThat(PublishedSince.takenInto(restored, inventory))
                    .as("again")
                    .isEqualTo(new PublishedSince(0, 0));
        }
    }

    private static SiteGeneration generation(int number) {
        return new SiteGeneration(
                "t", "s", number, OWN + ".g" + number, "id" + number, NOON, "a reason", NOON, NOON, List.of());
    }

    private static void theGroupIsAsFarAsTheBackup(Map<String, Object> kafka) throws Exception {
        try (Admin admin = Admin.create(kafka);
                HeldOffsets held = new HeldOffsets(kafka)) {
            admin.alterConsumerGroupOffsets(
                            GROUP,
                            Map.of(
                                    new TopicPartition(SHARED, 0),
                                    new OffsetAndMetadata(9),
                                    new TopicPartition(OWN, 0),
                                    new OffsetAndMetadata(7)))
                    .all()
                    .get();
            String id = held.topics().get(SHARED).id();

            held.resetGroup(
                    GROUP,
                    List.of(
                            new BackupManifest.Offset(Topics.INVENTORY, "i", 0, 0),
                            new BackupManifest.Offset(SHARED, id, 0, 4),
                            new BackupManifest.Offset(SHARED, id, 1, 0)));

            Map<TopicPartition, Long> committed = new HashMap<>();
            admin.listConsumerGroupOffsets(GROUP)
                    .partitionsToOffsetAndMetadata()
                    .get()
                    .forEach((partition, offset) -> committed.put(partition, offset.offset()));
            assertThat(committed)
                    .as("and nothing of the topic that came after it")
                    .isEqualTo(Map.of(new TopicPartition(SHARED, 0), 4L, new TopicPartition(SHARED, 1), 0L));
        }
    }

    /** Another login, or another way to it, is the same. */
    private void anotherDatabaseThanTheJobsIsRefused(EmbeddedServers servers) throws Exception {
        DatabaseAddress ofTheJob = new DatabaseAddress(servers.jdbcUrl(), servers.jdbcUser(), servers.jdbcPassword());
        DatabaseAddress sameOtherwise = new DatabaseAddress(
                servers.jdbcUrl() + (servers.jdbcUrl().contains("?") ? "&" : "?") + "connectTimeout=9",
                servers.jdbcUser(),
                servers.jdbcPassword());
        DatabaseAddress another = new DatabaseAddress(
                servers.jdbcUrl().replaceFirst("/[^/?]+($|\\?)", "/template1$1"),
                servers.jdbcUser(),
                servers.jdbcPassword());
        AppConfig config = AppConfig.load(null).withDatabase(ofTheJob);

        DbRestoreCommand.refuseAnotherDatabase(config, sameOtherwise);
        assertThatThrownBy(() -> DbRestoreCommand.refuseAnotherDatabase(config, another))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("is not the database that the job will write, ")
                .hasMessageContaining("set joulestream.database.url");

        Path settings = folder.resolve("joulestream.conf");
        Files.writeString(
                settings,
                "joulestream { kafka.bootstrap = \"" + servers.kafkaBootstrap() + "\", database.url = \""
                        + ofTheJob.jdbcUrl() + "\", database.user = \"" + ofTheJob.user()
                        + "\", database.password = \"" + ofTheJob.password() + "\" }");
        Path backup = folder.resolve("backup");
        StringWriter err = new StringWriter();
        int exit = Joulestream.run(
                new PrintWriter(new StringWriter()),
                new PrintWriter(err, true),
                "db",
                "backup",
                backup.toString(),
                "--config",
                settings.toString(),
                "--url",
                another.jdbcUrl());

        assertThat(exit).isEqualTo(1);
        assertThat(err.toString())
                .contains("is not the database that the job writes, ")
                .contains("a dump of another one would not belong to the savepoint");
        assertThat(backup).as("nothing is begun").doesNotExist();
    }
}
