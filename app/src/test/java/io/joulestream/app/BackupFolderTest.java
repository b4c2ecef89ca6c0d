package io.joulestream.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.joulestream.storage.Edition;
import io.joulestream.storage.LedgerDump;
import io.joulestream.streaming.SavepointTopic;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What of a backup is refused before any server is asked. The savepoint has of the job's state how far its topics were read. */
class BackupFolderTest {
    private static final Path SAVEPOINT = Path.of("../streaming/src/test/resources/golden/known-topics");

    @TempDir
    private Path folder;

    private Path backup;

    @BeforeEach
    void aWholeBackup() throws Exception {
        backup = folder.resolve("backup");
        BackupFolder made = BackupFolder.create(backup);
        Path written = Files.createDirectory(backup.resolve("savepoint-abc"));
        Files.copy(SAVEPOINT.resolve("_metadata"), written.resolve("_metadata"));
        made.takeSavepoint(written);
        byte[] rows = {1, 2, 3};
        Files.write(made.createTables().resolve("site.copy.gz"), rows);
        String sha256 =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(rows));
        LedgerDump dump = new LedgerDump(
                Edition.PLAIN,
                "6",
                List.of(new LedgerDump.Table("site", List.of("site_id"), 7, "site.copy.gz", 3, sha256)),
                List.of(new LedgerDump.Sequence("site", "site_id", 8)));
        made.complete(new BackupManifest(
                BackupManifest.FORMAT,
                "0.1",
                dump.schemaVersion(),
                "plain",
                "default",
                "2026-11-26T01:00:00Z",
                HeldOffsets.needed(
                        SavepointTopic.read(made.savepoint()),
                        Map.of(),
                        Map.of("js.telemetry.v1.t", held(3), "js.telemetry.v1.t.s", held(1))),
                made.storedSavepoint(),
                made.stored(dump),
                BackupFolder.sequences(dump)));
    }

    private static HeldOffsets.Topic held(int partitions) {
        return new HeldOffsets.Topic("i", Collections.nCopies(partitions, 0L), Collections.nCopies(partitions, 99L));
    }

    @Test
    void aManifestTellsWhatWasWritten() throws IOException {
        BackupManifest manifest = BackupFolder.at(backup).manifest();

        BackupFolder.at(backup).verify(manifest);
        assertThat(manifest.offsets())
                .extracting(
                        BackupManifest.Offset::topic, BackupManifest.Offset::partition, BackupManifest.Offset::offset)
                .containsExactly(
                        tuple("js.telemetry.v1.t", 0, 8L),
                        tuple("js.telemetry.v1.t", 1, 0L),
                        tuple("js.telemetry.v1.t", 2, 42L),
                        tuple("js.telemetry.v1.t.s", 0, 0L));
        assertThat(BackupFolder.dump(manifest).tables())
                .singleElement()
                .satisfies(table -> assertThat(table.rows()).isEqualTo(7));
        assertThat(BackupFolder.dump(manifest).sequences())
                .containsExactly(new LedgerDump.Sequence("site", "site_id", 8));
    }

    @Test
    void onlyTheOwnerMayReadABackup() throws IOException {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(backup)))
                .isEqualTo("rwx------");
    }

    @Test
    void aBackupReplacesNothing() {
        assertThatThrownBy(() -> BackupFolder.create(backup))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("is not empty: a backup replaces nothing");
    }

    @Test
    void aSavepointThatThisMachineDoesNotSeeIsNoBackup() throws IOException {
        BackupFolder other = BackupFolder.create(folder.resolve("other"));

        assertThatThrownBy(() -> other.takeSavepoint(folder.resolve("other/savepoint-of-another-machine")))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("where this machine does not see it");
    }

    @Test
    void oneThatWasInterruptedIsKnownByItsMissingManifest() throws IOException {
        Files.delete(backup.resolve("manifest.json"));

        assertThat(refusal()).contains("has no manifest: it is no backup, or one that was interrupted");
        assertThat(refusal("db", "restore", folder.resolve("nowhere").toString()))
                .contains("there is no folder");
    }

    @Test
    void aManifestThatIsCutOffIsRefused() throws IOException {
        Path manifest = backup.resolve("manifest.json");
        Files.writeString(manifest, Files.readString(manifest).substring(0, 300));

        assertThat(refusal()).contains("the manifest of " + backup + " cannot be read");
    }

    @Test
    void aNewerFormatIsRefused() throws IOException {
        change("\"format\" : 1", "\"format\" : 2");

        assertThat(refusal()).contains("has format 2, this product reads format 1: use the one that made it, 0.1");
    }

    @Test
    void anotherTenantIsRefused() {
        assertThat(refusal("db", "restore", backup.toString(), "--tenant", "acme"))
                .contains("the backup is of tenant default, not of acme");
    }

    @Test
    void aDumpWithoutASavepointIsRefused() throws IOException {
        Files.move(backup.resolve("savepoint"), folder.resolve("elsewhere"));

        assertThat(refusal()).contains("has no savepoint: a dump alone is not restored");
    }

    @Test
    void aSavepointWithoutADumpIsRefused() throws IOException {
        Files.move(backup.resolve("tables"), folder.resolve("elsewhere"));

        assertThat(refusal()).contains("has no dump of the database: a savepoint alone is not restored");
    }

    @Test
    void aMissingFileIsRefused() throws IOException {
        Files.delete(backup.resolve("tables/site.copy.gz"));

        assertThat(refusal()).contains("lacks tables/site.copy.gz");
    }

    @Test
    void aFileThatIsCutOffIsRefused() throws IOException {
        Files.write(backup.resolve("tables/site.copy.gz"), new byte[] {1, 2});

        assertThat(refusal()).contains("site.copy.gz has 2 bytes, the manifest says 3");
    }

    @Test
    void aFileThatWasChangedIsRefused() throws IOException {
        Path metadata = backup.resolve("savepoint/_metadata");
        byte[] bytes = Files.readAllBytes(metadata);
        bytes[bytes.length / 2] ^= 1;
        Files.write(metadata, bytes);

        assertThat(refusal()).contains("_metadata is not what was written: its SHA-256 is not the manifest's");
    }

    @Test
    void aManifestThatPointsOutOfItsFolderIsRefused() throws IOException {
        change("tables/site.copy.gz", "tables/../../../etc/passwd");

        assertThat(refusal()).contains("names a file outside it");
    }

    @ParameterizedTest
    @ValueSource(strings = {"tables//site.copy.gz", "tables/./site.copy.gz", "tables/../tables/site.copy.gz"})
    void aFileHasTheOneNameThatWasWritten(String otherName) throws IOException {
        change("tables/site.copy.gz", otherName);

        assertThat(refusal()).contains("names a file outside it: " + otherName);
    }

    @Test
    void anUnknownEditionIsRefused() throws IOException {
        change("\"edition\" : \"plain\"", "\"edition\" : \"oracle\"");
        BackupManifest manifest = BackupFolder.at(backup).manifest();

        assertThatThrownBy(() -> BackupFolder.dump(manifest))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("names an edition of the database that this product does not know: oracle");
    }

    @Test
    void aFolderWhoseSavepointFailedIsUsedAgain() throws IOException {
        Path tried = folder.resolve("tried");
        BackupFolder.create(tried);

        BackupFolder again = BackupFolder.create(tried);

        assertThat(again.createTables()).isEmptyDirectory();
    }

    @Test
    void theOffsetsMustBeThoseOfTheSavepoint() throws IOException {
        change("\"offset\" : 42", "\"offset\" : 41");

        assertThat(refusal()).contains("is not of its savepoint: it lacks offset 42 of js.telemetry.v1.t partition 2");
    }

    @Test
    void aDirectoryWithoutABrokerHasNothingToGoOnFrom() throws IOException {
        Path nothing = folder.resolve("data");

        assertThat(refusal("db", "restore", backup.toString(), "--data-dir", nothing.toString()))
                .contains("there is no broker in " + nothing);
        assertThat(nothing).as("and nothing is made there").doesNotExist();
    }

    @Test
    void onAClusterItMustBeKnownWhereNoJobMayRun() throws IOException {
        Path settings = folder.resolve("joulestream.conf");
        Files.writeString(
                settings, "joulestream { kafka.bootstrap = \"b:1\", database.url = \"jdbc:postgresql://d:1/j\" }");

        assertThat(refusal("db", "restore", backup.toString(), "--config", settings.toString()))
                .contains("no job manager is named: give --jobmanager");
    }

    @Test
    void aBackupNeedsARunningService() throws IOException {
        assertThat(refusal("db", "backup", folder.resolve("new").toString(), "--data-dir", folder.toString()))
                .contains("no Joulestream is running on the data directory");
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).as("nothing is begun").containsExactly(backup);
        }
    }

    private void change(String what, String by) throws IOException {
        Path manifest = backup.resolve("manifest.json");
        String text = Files.readString(manifest);
        assertThat(text).contains(what);
        Files.writeString(manifest, text.replace(what, by));
    }

    private String refusal() {
        return refusal(
                "db",
                "restore",
                backup.toString(),
                "--data-dir",
                folder.resolve("data").toString());
    }

    private static String refusal(String... arguments) {
        StringWriter err = new StringWriter();
        int exit = Joulestream.run(new PrintWriter(new StringWriter()), new PrintWriter(err, true), arguments);
        assertThat(exit).as(err.toString()).isEqualTo(1);
        assertThat(err.toString().lines()).as("one line").hasSize(1);
        return err.toString();
    }
}
