package io.joulestream.app;

import io.joulestream.app.embedded.DataDirectory;
import io.joulestream.storage.Database;
import io.joulestream.storage.DatabaseAddress;
import io.joulestream.storage.LedgerDump;
import io.joulestream.streaming.LedgerJob;
import io.joulestream.streaming.SavepointTopic;
import io.joulestream.wire.InventoryRecord;
import io.joulestream.wire.kafka.InventoryReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
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
            description = "On a cluster: the job manager that must run no ledger job. Default: the setting.")
    private String jobManager;

    @Option(names = "--json", description = "One JSON object on one line.")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        AppConfig config = shared.config();
        BackupFolder folder = BackupFolder.at(source);
        BackupManifest manifest = folder.manifest();
        refuseAnotherTenant(config, manifest);
        folder.verify(manifest);
        refuseAnotherSavepoint(folder, manifest);
        Optional<DatabaseAddress> named = database.named(config);
        AppConfig into = named.map(config::withDatabase).orElse(config);
        if (config.kafkaBootstrap().isPresent()) {
            onServersOfTheUser(into, folder, manifest);
        } else {
            inTheDataDirectory(into, folder, manifest);
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
    private static void refuseAnotherSavepoint(BackupFolder folder, BackupManifest manifest) {
        try {
            for (SavepointTopic topic : SavepointTopic.read(folder.savepoint())) {
                topic.next().forEach((partition, offset) -> {
                    BackupManifest.Offset place =
                            new BackupManifest.Offset(topic.name(), topic.id(), partition, offset);
                    if (!manifest.offsets().contains(place)) {
                        throw new UserError(
                                "the manifest of " + folder.path() + " is not of its savepoint: it lacks offset "
                                        + offset + " of " + topic.name() + " partition " + partition);
                    }
                });
            }
        } catch (IOException e) {
            throw new UserError("the savepoint of " + folder.path() + " cannot be read: " + e.getMessage(), e);
        }
    }

    private void inTheDataDirectory(AppConfig config, BackupFolder folder, BackupManifest manifest) throws Exception {
        if (!Files.isDirectory(config.dataDirectory().resolve("kafka"))) {
            throw new UserError("there is no broker in " + config.dataDirectory()
                    + ": the job goes on from what the broker holds since the backup; name its --data-dir");
        }
        try (DataDirectory directory = DataDirectory.open(config.dataDirectory())) {
            Logs.into(directory.logs());
            OwnServers own = OwnServers.start(config, directory);
            Map<String, Object> kafka =
                    Map.of("bootstrap.servers", own.servers().kafkaBootstrap());
            check(kafka, own.database(), folder, manifest);
            StartState state = StartState.prepare(directory.checkpoints(), folder.savepoint());
            Optional<Path> aside = state.setAside(Clock.systemUTC().instant());
            int versions = restore(kafka, own.database(), folder, manifest);
            state.putInPlace();
            resetGroup(config, kafka, manifest);
            report(own.database(), manifest, versions, aside, "joulestream up --data-dir " + directory.path());
        }
    }

    private void onServersOfTheUser(AppConfig config, BackupFolder folder, BackupManifest manifest) throws Exception {
        if (jobManager != null || config.cluster().jobManager().isPresent()) {
            FlinkRest cluster = FlinkRest.named(jobManager, config.cluster());
            List<FlinkRest.Job> running = cluster.ledgerJobs();
            if (!running.isEmpty()) {
                throw new UserError("a " + LedgerJob.NAME + " runs on " + cluster + ": job "
                        + running.get(0).id() + "; end it first with: joulestream stop");
            }
        }
        Map<String, Object> kafka =
                Map.of("bootstrap.servers", config.kafkaBootstrap().orElseThrow());
        DatabaseAddress address = config.database().orElseThrow();
        check(kafka, address, folder, manifest);
        int versions = restore(kafka, address, folder, manifest);
        resetGroup(config, kafka, manifest);
        report(
                address,
                manifest,
                versions,
                Optional.empty(),
                "joulestream submit --from-savepoint " + folder.savepoint().toUri());
    }

    private static void check(
            Map<String, Object> kafka, DatabaseAddress address, BackupFolder folder, BackupManifest manifest)
            throws InterruptedException {
        BackupFolder.dump(manifest).checkTarget(address);
        try (HeldOffsets held = new HeldOffsets(kafka)) {
            List<String> problems = HeldOffsets.problems(manifest.offsets(), held.topics());
            if (!problems.isEmpty()) {
                throw new UserError("Kafka no longer holds what the backup " + folder.path()
                        + " goes on from, nothing was restored: " + String.join("; ", problems));
            }
        }
    }

    /** How many versions of sites were published after the backup. */
    private static int restore(
            Map<String, Object> kafka, DatabaseAddress address, BackupFolder folder, BackupManifest manifest) {
        LedgerDump dump = BackupFolder.dump(manifest);
        dump.restore(address, folder.tables());
        try (Database restored = Database.open(address);
                InventoryReader inventory = new InventoryReader(kafka)) {
            int versions = 0;
            for (List<InventoryRecord> ofSite : inventory.catchUp(PATIENCE).values()) {
                for (InventoryRecord version : ofSite) {
                    boolean isNew = restored.sites()
                            .adopt(
                                    version.tenant(),
                                    version.site(),
                                    version.version(),
                                    version.effectiveFrom(),
                                    version.yaml(),
                                    version.sinceGeneration());
                    versions += isNew ? 1 : 0;
                }
            }
            return versions;
        }
    }

    private static void resetGroup(AppConfig config, Map<String, Object> kafka, BackupManifest manifest)
            throws InterruptedException {
        try (HeldOffsets held = new HeldOffsets(kafka)) {
            held.resetGroup(config.group(), manifest.offsets());
        }
    }

    private void report(
            DatabaseAddress address, BackupManifest manifest, int versions, Optional<Path> aside, String next) {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            Map<String, Object> body = new LinkedHashMap<>();
            body.put("created_at", manifest.createdAt());
            body.put("rows", manifest.rows());
            body.put("site_versions_since", versions);
            body.put("state_set_aside", aside.map(Path::toString).orElse(null));
            body.put("next", next);
            out.println(Json.line(body));
            return;
        }
        out.println("restored " + manifest.rows() + " rows in "
                + manifest.tables().size() + " tables, as of " + manifest.createdAt() + ", into " + address);
        if (versions > 0) {
            out.println(versions + " versions of sites were published since, and taken in from Kafka");
        }
        aside.ifPresent(path -> out.println("what the job had is in " + path + "; remove it when all is well"));
        out.println("go on with: " + next);
    }
}
