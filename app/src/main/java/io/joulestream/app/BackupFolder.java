package io.joulestream.app;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.joulestream.app.BackupManifest.StoredFile;
import io.joulestream.core.digest.Sha256;
import io.joulestream.storage.Edition;
import io.joulestream.storage.LedgerDump;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestInputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * The folder of one backup.
 *
 * <pre>
 * manifest.json   what there is; written last
 * savepoint/      the job's state, as Flink wrote it; may be moved with the folder
 * tables/         the database, one file per table
 * </pre>
 */
final class BackupFolder {
    private static final String MANIFEST = "manifest.json";
    private static final String SAVEPOINT = "savepoint";
    private static final String TABLES = "tables";
    private static final JsonMapper JSON = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private final Path path;

    private BackupFolder(Path path) {
        this.path = path.toAbsolutePath().normalize();
    }

    /** A new one, readable by its owner only; an empty folder that is there stays as readable as it is. */
    static BackupFolder create(Path path) throws IOException {
        BackupFolder folder = new BackupFolder(path);
        if (Files.exists(folder.path)) {
            folder.refuseUnlessEmpty();
        } else {
            Files.createDirectories(folder.path.getParent());
            Files.createDirectory(
                    folder.path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
        return folder;
    }

    private void refuseUnlessEmpty() throws IOException {
        if (!Files.isDirectory(path)) {
            throw new UserError(path + " is no folder: name a new or empty one");
        }
        try (Stream<Path> files = Files.list(path)) {
            if (files.findAny().isPresent()) {
                throw new UserError(path + " is not empty: a backup replaces nothing, name a new or empty folder");
            }
        }
    }

    static BackupFolder at(Path path) {
        return new BackupFolder(path);
    }

    Path path() {
        return path;
    }

    Path savepoint() {
        return path.resolve(SAVEPOINT);
    }

    Path tables() {
        return path.resolve(TABLES);
    }

    /** Where the database is to be dumped to. It stays empty until then: one whose savepoint failed can be used again. */
    Path createTables() throws IOException {
        return Files.createDirectory(tables());
    }

    /** Gives a savepoint that Flink has written below this folder its name. */
    void takeSavepoint(Path written) throws IOException {
        if (!Files.exists(written.resolve("_metadata"))) {
            throw new UserError("the savepoint was written to " + written
                    + ", where this machine does not see it: the backup's folder must be one that job manager, task "
                    + "managers and this machine reach under the same path");
        }
        Files.move(written, savepoint());
    }

    /** The savepoint's files, all of them on disk. */
    List<StoredFile> storedSavepoint() throws IOException {
        List<StoredFile> stored = new ArrayList<>();
        try (Stream<Path> files = Files.walk(savepoint())) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                force(file);
                stored.add(stored(file));
            }
        }
        return stored;
    }

    private StoredFile stored(Path file) throws IOException {
        return new StoredFile(nameOf(file), Files.size(file), sha256(file));
    }

    private String nameOf(Path file) {
        return path.relativize(file).toString().replace(file.getFileSystem().getSeparator(), "/");
    }

    List<BackupManifest.Table> stored(LedgerDump dump) {
        return dump.tables().stream()
                .map(table -> new BackupManifest.Table(
                        table.name(),
                        table.columns(),
                        table.rows(),
                        new StoredFile(TABLES + "/" + table.file(), table.bytes(), table.sha256())))
                .toList();
    }

    /** Makes it a backup: all that was written is on disk before the manifest is, and the manifest is there whole or not. */
    void complete(BackupManifest manifest) throws IOException {
        force(savepoint());
        force(tables());
        Path fresh = path.resolve(MANIFEST + ".new");
        Files.writeString(fresh, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(manifest) + "\n");
        force(fresh);
        force(path);
        Files.move(fresh, path.resolve(MANIFEST), StandardCopyOption.ATOMIC_MOVE);
        force(path);
        if (path.getParent() != null) {
            force(path.getParent());
        }
    }

    /** @throws UserError if it is no whole backup, or one that a later product made */
    BackupManifest manifest() throws IOException {
        try {
            JsonNode manifest = JSON.readTree(path.resolve(MANIFEST).toFile());
            int format = manifest.path("format").asInt();
            if (format != BackupManifest.FORMAT) {
                throw new UserError("the backup " + path + " has format " + format + ", this product reads format "
                        + BackupManifest.FORMAT + ": use the one that made it, "
                        + manifest.path("product").asText());
            }
            return JSON.treeToValue(manifest, BackupManifest.class);
        } catch (JsonProcessingException e) {
            throw new UserError("the manifest of " + path + " cannot be read: " + e.getOriginalMessage(), e);
        } catch (NoSuchFileException | java.io.FileNotFoundException e) {
            throw new UserError(
                    Files.isDirectory(path)
                            ? path + " has no manifest: it is no backup, or one that was interrupted"
                            : "there is no folder " + path,
                    e);
        }
    }

    /** @throws UserError if a file is not the one that was written */
    void verify(BackupManifest manifest) throws IOException {
        if (manifest.savepoint().isEmpty() || !Files.isDirectory(savepoint())) {
            throw new UserError(
                    "the backup " + path + " has no savepoint: a dump alone is not restored, because the job "
                            + "would not know what of its topics is in it");
        }
        if (manifest.tables().isEmpty() || !Files.isDirectory(tables())) {
            throw new UserError(
                    "the backup " + path + " has no dump of the database: a savepoint alone is not restored, "
                            + "because the job would not write again what it takes for stored");
        }
        for (StoredFile file : manifest.savepoint()) {
            verify(file, savepoint());
        }
        for (BackupManifest.Table table : manifest.tables()) {
            verify(table.file(), tables());
        }
    }

    private void verify(StoredFile file, Path parent) throws IOException {
        Path stored = path.resolve(file.name()).normalize();
        if (!stored.startsWith(parent) || !nameOf(stored).equals(file.name())) {
            throw new UserError("the manifest of " + path + " names a file outside it: " + file.name());
        }
        if (!Files.isRegularFile(stored)) {
            throw new UserError("the backup " + path + " lacks " + file.name());
        }
        if (Files.size(stored) != file.bytes()) {
            throw new UserError(stored + " has " + Files.size(stored) + " bytes, the manifest says " + file.bytes());
        }
        if (!sha256(stored).equals(file.sha256())) {
            throw new UserError(stored + " is not what was written: its SHA-256 is not the manifest's");
        }
    }

    /** What the manifest says of the database. */
    static LedgerDump dump(BackupManifest manifest) {
        return new LedgerDump(
                edition(manifest),
                manifest.schema(),
                manifest.tables().stream()
                        .map(table -> new LedgerDump.Table(
                                table.name(),
                                table.columns(),
                                table.rows(),
                                table.file().name().substring(TABLES.length() + 1),
                                table.file().bytes(),
                                table.file().sha256()))
                        .toList(),
                manifest.sequences().stream()
                        .map(sequence -> new LedgerDump.Sequence(sequence.table(), sequence.column(), sequence.next()))
                        .toList());
    }

    private static Edition edition(BackupManifest manifest) {
        return Arrays.stream(Edition.values())
                .filter(edition -> edition.name().toLowerCase(Locale.ROOT).equals(manifest.edition()))
                .findFirst()
                .orElseThrow(
                        () -> new UserError("the manifest names an edition of the database that this product does not "
                                + "know: " + manifest.edition()));
    }

    static List<BackupManifest.Sequence> sequences(LedgerDump dump) {
        return dump.sequences().stream()
                .map(sequence -> new BackupManifest.Sequence(sequence.table(), sequence.column(), sequence.next()))
                .toList();
    }

    private static String sha256(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file);
                DigestInputStream digest = new DigestInputStream(in, Sha256.begin())) {
            byte[] buffer = new byte[1 << 16];
            while (digest.read(buffer) >= 0) {
                // the digest reads along
            }
            return Sha256.hex(digest.getMessageDigest());
        }
    }

    /** A file, or the names in a folder. */
    private static void force(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
