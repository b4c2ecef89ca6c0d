package io.joulestream.app;

import io.joulestream.storage.DatabaseAddress;
import io.joulestream.storage.DatabaseIdentity;
import io.joulestream.storage.LedgerDump;
import io.joulestream.streaming.FlinkFolder;
import io.joulestream.streaming.SavepointTopic;
import io.joulestream.wire.Topics;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * Saves job and database of a running ledger. The savepoint is complete before the dump begins: the dump then has every row
 * that the savepoint takes for stored. What it has beyond that the restored job writes again, with the same generations and
 * revisions, so that nothing is there twice.
 */
@Command(
        name = "backup",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Saves the running ledger into a new folder: a savepoint of the job, then a dump of the database, and the",
            "offsets from which on Kafka must still hold the topics for a restore. The job goes on."
        },
        footer = {
            "",
            "On a cluster the folder must be one that job manager, task managers and this machine reach under the same",
            "path, and that Flink may write to.",
            "",
            "Example:",
            "  joulestream db backup /backup/2026-11-26"
        })
final class DbBackupCommand implements Callable<Integer> {
    private static final Duration PATIENCE = Duration.ofMinutes(11);

    @Spec
    private CommandSpec spec;

    @Mixin
    private SharedOptions shared;

    @Parameters(index = "0", paramLabel = "DIR", description = "New or empty.")
    private Path target;

    @Mixin
    private DatabaseOptions database;

    @Option(
            names = "--jobmanager",
            paramLabel = "URL",
            description = "On a cluster: the job manager's REST address, http://host:port.")
    private String jobManager;

    @Option(names = "--job", paramLabel = "ID", description = "On a cluster. Default: the one ledger job that runs.")
    private String job;

    @Option(names = "--json", description = "One JSON object on one line.")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        AppConfig config = shared.config();
        Endpoints endpoints = Endpoints.ofRunningServiceOrRefuse(config);
        DatabaseAddress address = addressOf(config, endpoints);
        List<String> leftOut = LedgerDump.checkSource(address);
        Map<String, HeldOffsets.Topic> before = held(endpoints);
        if (!before.containsKey(Topics.telemetry(config.tenant()))) {
            throw new UserError("there is no topic of tenant " + config.tenant()
                    + ": name the tenant that the running service serves with --tenant");
        }
        BackupFolder folder = BackupFolder.create(target);
        say("savepoint of the job");
        folder.takeSavepoint(savepoint(config, folder));
        Instant createdAt = Clock.systemUTC().instant();
        List<SavepointTopic> topics = SavepointTopic.read(folder.savepoint());
        say("dump of " + address);
        LedgerDump dump = LedgerDump.write(address, folder.createTables());
        BackupManifest manifest = new BackupManifest(
                BackupManifest.FORMAT,
                Versions.joulestream(),
                dump.schemaVersion(),
                dump.edition().name().toLowerCase(Locale.ROOT),
                config.tenant(),
                createdAt.toString(),
                offsets(topics, before, held(endpoints)),
                folder.storedSavepoint(),
                folder.stored(dump),
                BackupFolder.sequences(dump));
        folder.complete(manifest);
        report(folder, manifest, leftOut);
        return 0;
    }

    /** The database that the job writes, maybe asked as somebody else. */
    private DatabaseAddress addressOf(AppConfig config, Endpoints endpoints) {
        Optional<DatabaseAddress> named = database.named(config);
        if (named.isPresent() && !DatabaseIdentity.of(named.get()).equals(DatabaseIdentity.of(endpoints.database()))) {
            throw new UserError(named.get() + " is not the database that the job writes, " + endpoints.database()
                    + ": a dump of another one would not belong to the savepoint");
        }
        return named.orElse(endpoints.database());
    }

    /** What could not be restored now never can. */
    private static List<BackupManifest.Offset> offsets(
            List<SavepointTopic> topics, Map<String, HeldOffsets.Topic> before, Map<String, HeldOffsets.Topic> after) {
        List<BackupManifest.Offset> needed = HeldOffsets.needed(topics, before, after);
        List<String> problems = new ArrayList<>(HeldOffsets.problems(needed, after));
        if (needed.stream().allMatch(place -> place.topic().equals(Topics.INVENTORY))) {
            problems.add("of the topics that the job reads none is there");
        }
        if (!problems.isEmpty()) {
            throw new UserError("no backup was made, because savepoint and Kafka do not belong together: "
                    + String.join("; ", problems));
        }
        return needed;
    }

    private static Map<String, HeldOffsets.Topic> held(Endpoints endpoints) throws InterruptedException {
        try (HeldOffsets kafka = new HeldOffsets(endpoints.kafkaSettings())) {
            return kafka.topics();
        }
    }

    private Path savepoint(AppConfig config, BackupFolder folder) throws IOException {
        if (config.kafkaBootstrap().isEmpty()) {
            return SavepointRequests.ask(config.dataDirectory(), folder.path(), PATIENCE);
        }
        FlinkRest cluster = FlinkRest.named(jobManager, config.cluster());
        String id = job == null ? StopCommand.theOnlyOne(cluster) : job;
        return FlinkFolder.of(cluster.savepoint(id, FlinkFolder.uri(folder.path()), PATIENCE));
    }

    private void say(String what) {
        if (!json) {
            spec.commandLine().getOut().println(what);
        }
    }

    private void report(BackupFolder folder, BackupManifest manifest, List<String> leftOut) {
        long bytes = Stream.concat(
                        manifest.savepoint().stream(),
                        manifest.tables().stream().map(BackupManifest.Table::file))
                .mapToLong(BackupManifest.StoredFile::bytes)
                .sum();
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            Map<String, Object> body = new LinkedHashMap<>();
            body.put("backup", folder.path().toString());
            body.put("created_at", manifest.createdAt());
            body.put("rows", manifest.rows());
            body.put("bytes", bytes);
            body.put("left_out", leftOut);
            body.put("offsets", manifest.offsets());
            out.println(Json.line(body));
            return;
        }
        out.println(String.format(
                Locale.ROOT,
                "backup of %d rows in %d tables, %.1f MiB: %s",
                manifest.rows(),
                manifest.tables().size(),
                bytes / (double) (1L << 20),
                folder.path()));
        if (!leftOut.isEmpty()) {
            out.println("left out, because they are not the ledger's: " + String.join(", ", leftOut));
        }
        out.println("it can be restored as long as Kafka holds, of");
        manifest.offsets()
                .forEach(place -> out.println("  " + place.topic() + " partition " + place.partition() + " offset "
                        + place.offset() + " on"));
    }
}
