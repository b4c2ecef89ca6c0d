package io.joulestream.app.embedded;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;

import io.joulestream.core.digest.Sha256;
import io.zonky.test.db.postgres.embedded.DefaultPostgresBinaryResolver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tukaani.xz.XZInputStream;

/**
 * PostgreSQL's programs, unpacked from the class path once and used again while they are as they were unpacked.
 *
 * <p>The folder is named after the digest of the archive. Its list of contents, with sizes, is written last, so that a
 * folder without a list, or one that differs from its list, is unpacked anew.
 */
final class PostgresPrograms {
    private static final Logger LOG = LoggerFactory.getLogger(PostgresPrograms.class);
    private static final String CONTENTS = "contents.txt";

    private final Path folder;

    private PostgresPrograms(Path folder) {
        this.folder = folder;
    }

    /**
     * The programs in {@code cache}, unpacked where they are not there yet. Several processes may call this at once.
     *
     * @param cache only this user may be able to write here
     */
    static PostgresPrograms in(Path cache) throws IOException {
        byte[] archive = archive();
        Path folder = cache.resolve("postgresql-" + Sha256.hex(archive).substring(0, 16));
        if (!isIntact(folder)) {
            LOG.info("unpacking PostgreSQL into {}", folder);
            unpack(archive, folder);
        }
        return new PostgresPrograms(folder);
    }

    String initdb() {
        return program("initdb");
    }

    String pgCtl() {
        return program("pg_ctl");
    }

    private String program(String name) {
        return folder.resolve("bin").resolve(name).toString();
    }

    private static byte[] archive() throws IOException {
        String system = System.getProperty("os.name");
        String machine = System.getProperty("os.arch");
        try (InputStream archive = DefaultPostgresBinaryResolver.INSTANCE.getPgBinary(system, machine)) {
            return archive.readAllBytes();
        } catch (IllegalStateException e) {
            throw new IOException(
                    "no PostgreSQL for " + system + " on " + machine
                            + " comes with this build: use Linux on amd64, or a PostgreSQL of your own",
                    e);
        }
    }

    private static void unpack(byte[] archive, Path folder) throws IOException {
        Files.createDirectories(folder.getParent());
        Path fresh = Files.createTempDirectory(folder.getParent(), "unpacking-");
        try {
            extract(archive, fresh);
            Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rwxr-xr-x"));
            Files.write(fresh.resolve(CONTENTS), contents(fresh));
            // a damaged one is in the way; a good one that another process has just put there is as good as ours
            if (!isIntact(folder)) {
                DataDirectory.deleteTree(folder);
                Files.move(fresh, folder, ATOMIC_MOVE);
            }
        } catch (IOException e) {
            if (!isIntact(folder)) {
                throw new IOException("PostgreSQL could not be unpacked into " + folder + ": " + e.getMessage(), e);
            }
        } finally {
            DataDirectory.deleteTree(fresh);
        }
    }

    private static void extract(byte[] archive, Path folder) throws IOException {
        try (TarArchiveInputStream tar =
                new TarArchiveInputStream(new XZInputStream(new ByteArrayInputStream(archive)))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                Path target = folder.resolve(entry.getName()).normalize();
                if (!target.startsWith(folder)) {
                    throw new IOException("the archive points outside itself: " + entry.getName());
                }
                if (entry.isDirectory()) {
                    Files.createDirectories(target);
                    continue;
                }
                Files.createDirectories(target.getParent());
                if (entry.isSymbolicLink()) {
                    Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
                } else if (entry.isLink()) {
                    Files.createLink(target, folder.resolve(entry.getLinkName()));
                } else {
                    Files.copy(tar, target);
                    Files.setPosixFilePermissions(target, permissions(entry.getMode()));
                }
            }
        }
    }

    /** Readable by all, executable as packed, writable by the owner only. */
    private static Set<PosixFilePermission> permissions(int mode) {
        Set<PosixFilePermission> permissions = EnumSet.of(
                PosixFilePermission.OWNER_READ,
                PosixFilePermission.OWNER_WRITE,
                PosixFilePermission.GROUP_READ,
                PosixFilePermission.OTHERS_READ);
        if ((mode & 0100) != 0) {
            permissions.add(PosixFilePermission.OWNER_EXECUTE);
            permissions.add(PosixFilePermission.GROUP_EXECUTE);
            permissions.add(PosixFilePermission.OTHERS_EXECUTE);
        }
        return permissions;
    }

    private static boolean isIntact(Path folder) throws IOException {
        Path list = folder.resolve(CONTENTS);
        return Files.exists(list) && Files.readAllLines(list).equals(contents(folder));
    }

    /** One line per file: its size and name. */
    private static List<String> contents(Path folder) throws IOException {
        List<String> lines = new ArrayList<>();
        try (var files = Files.walk(folder)) {
            for (Path file : files.sorted().toList()) {
                if (Files.isRegularFile(file) && !file.endsWith(CONTENTS)) {
                    lines.add(Files.size(file) + " " + folder.relativize(file));
                }
            }
        }
        return lines;
    }
}
