package io.joulestream.app;

import io.joulestream.app.embedded.DataDirectory;
import io.joulestream.storage.Database;
import io.joulestream.storage.DatabaseAddress;
import io.joulestream.storage.DatabaseIdentity;
import io.joulestream.storage.LedgerDump;
import io.joulestream.storage.StorageException;
import io.joulestream.streaming.FlinkFolder;
import io.joulestream.streaming.LedgerJob;
import io.joulestream.streaming.SavepointTopic;
import io.joulestream.wire.kafka.InventoryReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Brings back what {@link DbBackupCommand} saved. All that may stand against it is looked at before anything is changed. */
@Command(
        name = "restore",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Restores a backup into a database that holds no ledger, while no job runs. The job then goes on from the",
            "backup's savepoint and works again what Kafka holds since: joulestream up, or on a cluster submit.",
            "Refuses where Kafka no longer holds all of it."
        })
final class DbRestoreCommand implements Callable<Integer> {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Spec
    private CommandSpec spec;

    @Mixin
    private SharedOptions shared;

    @Parameters(index = "0", paramLabel = "DIR", description = "As db backup has written it.")
    private Path source;

    @Mixin
    private DatabaseOptions database;

    @Option(
            names = "--jobmanager",
            paramLabel = "URL",
            description = "On a cluster, where no ledger job may run: http://host:port. Default: the setting.")
    private String jobManager;

    @Option(names = "--json", description = "One JSON object on one line.")
    private boolean json;

    /** One whose parts are whole and belong together. */
    private record Backup(BackupFolder folder, BackupManifest manifest, List<SavepointTopic> savepoint) {}

    @Override
    public Integer call() throws Exception {
        AppConfig config = shared.config();
        BackupFolder folder = BackupFolder.at(source);
        BackupManifest manifest = folder.manifest();
        refuseAnotherTenant(config, manifest);
        folder.verify(manifest);
        List<SavepointTopic> savepoint = savepoint(folder, manifest);
        Optional<DatabaseAddress> named = database.named(config);
        if (config.kafkaBootstrap().isPresent()) {
            named.ifPresent(address -> refuseAnotherDatabase(config, address));
        }
        AppConfig into = named.map(config::withDatabase).orElse(config);
        Backup backup = new Backup(folder, manifest, savepoint);
        if (config.kafkaBootstrap().isPresent()) {
            onServersOfTheUser(into, backup);
        } else {
            inTheDataDirectory(into, backup);
        }
        return 0;
    }

    private static void refuseAnotherTenant(AppConfig config, BackupManifest manifest) {
        if (!manifest.tenant().equals(config.tenant())) {
            throw new UserError("the backup is of tenant " + manifest.tenant() + ", not of " + config.tenant()
                    + "; name it with --tenant if it is the one you mean");
        }
    }

    /** It must be one that this product can read, and the one whose offsets the manifest tells. */
    private static List<SavepointTopic> savepoint(BackupFolder folder, BackupManifest manifest) {
        try {
            List<SavepointTopic> topics = SavepointTopic.read(folder.savepoint());
            topics.forEach(topic -> refuseOtherOffsets(folder, manifest, topic));
            return topics;
        } catch (IOException e) {
            throw new UserError("the savepoint of " + folder.path() + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** Of a topic that was gone when the backup was made it tells none. */
    private static void refuseOtherOffsets(BackupFolder folder, BackupManifest manifest, SavepointTopic topic) {
        List<BackupManifest.Offset> told = manifest.offsets().stream()
                .filter(place -> place.topic().equals(topic.name()))
                .toList();
        topic.next().forEach((partition, offset) -> {
            BackupManifest.Offset place = new BackupManifest.Offset(topic.name(), topic.id(), partition, offset);
            if (!told.isEmpty() && !told.contains(place)) {
                throw new UserError("the manifest of " + folder.path() + " is not of its savepoint: it lacks offset "
                        + offset + " of " + topic.name() + " partition " + partition);
            }
        });
    }

    /** The job writes what the settings name: it would go on beside the restored ledger. Another login is none. */
    static void refuseAnotherDatabase(AppConfig config, DatabaseAddress named) {
        DatabaseAddress ofTheJob = config.database().orElseThrow();
        if (!DatabaseIdentity.of(named).equals(DatabaseIdentity.of(ofTheJob))) {
            throw new UserError(named + " is not the database that the job will write, " + ofTheJob
                    + ": set joulestream.database.url to the one that is to be restored into");
        }
    }

    private void inTheDataDirectory(AppConfig config, Backup backup) throws Exception {
        if (!Files.isDirectory(config.dataDirectory().resolve("kafka"))) {
            throw new UserError("there is no broker in " + config.dataDirectory()
                    + ": the job goes on from what the broker holds since the backup; name its --data-dir");
        }
        try (DataDirectory directory = DataDirectory.open(config.dataDirectory())) {
            Logs.into(directory.logs());
            OwnServers own = OwnServers.start(config, directory);
            Map<String, Object> kafka =
                    Map.of("bootstrap.servers", own.servers().kafkaBootstrap());
            try (InventoryReader inventory = inventory(kafka, own.database(), backup)) {
                StartState state = StartState.prepare(
                        directory.checkpoints(), backup.folder().savepoint());
                Optional<Path> aside = state.setAside(Clock.systemUTC().instant());
                PublishedSince since;
                try {
                    since = restore(own.database(), backup, inventory);
                    resetGroup(config, kafka, backup);
                    state.putInPlace();
                } catch (StorageException | KafkaException | IOException e) {
                    throw new UserError(
                            e.getMessage() + "; the restore is not complete, and the job has no state now"
                                    + aside.map(path -> ": what it had is in " + path)
                                            .orElse(""),
                            e);
                }
                report(
                        own.database(),
                        backup,
                        since,
                        warnings(own.database(), inventory),
                        aside,
                        "joulestream up --data-dir "
                                + shellWord(directory.path().toString()));
            }
        }
    }

    private void onServersOfTheUser(AppConfig config, Backup backup) throws Exception {
        FlinkRest cluster = FlinkRest.named(jobManager, config.cluster());
        List<FlinkRest.Job> running = cluster.ledgerJobs();
        if (!running.isEmpty()) {
            throw new UserError("a " + LedgerJob.NAME + " runs on " + cluster + ": job "
                    + running.get(0).id() + "; end it first with: joulestream stop");
        }
        Map<String, Object> kafka =
                Map.of("bootstrap.servers", config.kafkaBootstrap().orElseThrow());
        DatabaseAddress address = config.database().orElseThrow();
        try (InventoryReader inventory = inventory(kafka, address, backup)) {
            PublishedSince since = restore(address, backup, inventory);
            resetGroup(config, kafka, backup);
            report(
                    address,
                    backup,
                    since,
                    warnings(address, inventory),
                    Optional.empty(),
                    "joulestream submit --from-savepoint "
                            + shellWord(FlinkFolder.uri(backup.folder().savepoint())));
        }
    }

    /** The last that may stand against a restore: changes nothing. */
    private static InventoryReader inventory(Map<String, Object> kafka, DatabaseAddress address, Backup backup)
            throws InterruptedException {
        BackupFolder.dump(backup.manifest()).checkTarget(address);
        try (HeldOffsets held = new HeldOffsets(kafka)) {
            List<String> problems = HeldOffsets.problems(backup.manifest().offsets(), held.topics());
            if (!problems.isEmpty()) {
                throw new UserError("Kafka no longer holds what the backup "
                        + backup.folder().path() + " goes on from, nothing was restored: "
                        + String.join("; ", problems));
            }
        }
        List<String> mismatches = SavepointTopic.mismatches(backup.savepoint(), kafka);
        if (!mismatches.isEmpty()) {
            throw new UserError("the job would refuse to go on from the backup "
                    + backup.folder().path() + ", nothing was restored: " + String.join("; ", mismatches));
        }
        InventoryReader inventory = new InventoryReader(kafka);
        try {
            inventory.catchUp(PATIENCE);
            return inventory;
        } catch (RuntimeException e) {
            inventory.close();
            throw e;
        }
    }

    private static PublishedSince restore(DatabaseAddress address, Backup backup, InventoryReader inventory) {
        BackupFolder.dump(backup.manifest()).restore(address, backup.folder().tables());
        try (Database restored = Database.open(address)) {
            return PublishedSince.takenInto(restored, inventory);
        }
    }

    private static void resetGroup(AppConfig config, Map<String, Object> kafka, Backup backup)
            throws InterruptedException {
        try (HeldOffsets held = new HeldOffsets(kafka)) {
            held.resetGroup(config.group(), backup.manifest().offsets());
        }
    }

    /** What is no reason to restore again. */
    private static List<String> warnings(DatabaseAddress address, InventoryReader inventory) {
        List<String> warnings = new ArrayList<>();
        inventory.problems().forEach(problem -> warnings.add("not taken in from Kafka: " + problem));
        try {
            LedgerDump.gatherStatistics(address);
        } catch (StorageException e) {
            warnings.add(e.getMessage() + "; queries are slow until it is done");
        }
        return warnings;
    }

    private static String shellWord(String text) {
        return text.matches("[\\w/.:=+-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
    }

    private void report(
            DatabaseAddress address,
            Backup backup,
            PublishedSince since,
            List<String> warnings,
            Optional<Path> aside,
            String next) {
        BackupManifest manifest = backup.manifest();
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            Map<String, Object> body = new LinkedHashMap<>();
            body.put("created_at", manifest.createdAt());
            body.put("rows", manifest.rows());
            body.put("site_versions_since", since.versions());
            body.put("generations_since", since.generations());
            body.put("warnings", warnings);
            body.put("state_set_aside", aside.map(Path::toString).orElse(null));
            body.put("next", next);
            out.println(Json.line(body));
            return;
        }
        out.println("restored " + manifest.rows() + " rows in "
                + manifest.tables().size() + " tables, as of " + manifest.createdAt() + ", into " + address);
        if (since.versions() > 0) {
            out.println(since.versions() + " versions of sites were published since, and taken in from Kafka");
        }
        if (since.generations() > 0) {
            out.println(since.generations() + " rebuilds of sites were published since, and put in force");
        }
        warnings.forEach(warning -> out.println("warning: " + warning));
        aside.ifPresent(path -> out.println("what the job had is in " + path + "; remove it when all is well"));
        out.println("go on with: " + next);
    }
}
