package io.joulestream.app.embedded;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * As whom PostgreSQL runs, since it refuses to run as root.
 *
 * <p>Anyone but root runs it as themselves. Root runs it in a user namespace of its own, where the same files belong to a
 * user who is not root; where namespaces are not allowed, as an unprivileged user who then owns the files. Files keep
 * the owner they were created with.
 */
enum PostgresAccount {
    SELF(List.of()),
    NAMESPACE(List.of("unshare", "--user")),
    UNPRIVILEGED(List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"));

    /** Called nobody on every system; initdb insists on an account that has a name. */
    private static final int NOBODY = 65534;

    private final List<String> prefix;

    PostgresAccount(List<String> prefix) {
        this.prefix = prefix;
    }

    /**
     * The account for the files in {@code folder}.
     *
     * @param folder exists
     */
    static PostgresAccount of(Path folder) throws IOException {
        if (uid(Path.of("/proc/self")) != 0) {
            return SELF;
        }
        if (uid(folder) == NOBODY) {
            return UNPRIVILEGED;
        }
        return namespacesAllowed() ? NAMESPACE : UNPRIVILEGED;
    }

    List<String> command(String... program) {
        List<String> command = new ArrayList<>(prefix);
        command.addAll(List.of(program));
        return command;
    }

    /** Whether the account sees files as the user of this JVM does. */
    boolean ownsOurFiles() {
        return this != UNPRIVILEGED;
    }

    /** Gives a folder, and what is in it, to the account, and lets the account through to it. */
    void own(Path folder) throws IOException {
        if (ownsOurFiles()) {
            return;
        }
        letThrough(folder.getParent());
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path visited, BasicFileAttributes attributes) throws IOException {
                chown(visited);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                chown(file);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    /** Whether programs may be kept in a folder and run from it: it is, or can be made, writable by this user alone. */
    static boolean isPrivate(Path folder) {
        try {
            Files.createDirectories(folder);
            Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(folder);
            return uid(folder) == uid(Path.of("/proc/self"))
                    && !permissions.contains(PosixFilePermission.GROUP_WRITE)
                    && !permissions.contains(PosixFilePermission.OTHERS_WRITE)
                    && Files.isWritable(folder);
        } catch (IOException notOurs) {
            return false;
        }
    }

    private static void letThrough(Path folder) throws IOException {
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(folder);
        if (permissions.add(PosixFilePermission.OTHERS_EXECUTE)) {
            Files.setPosixFilePermissions(folder, permissions);
        }
    }

    private static void chown(Path file) throws IOException {
        Files.setAttribute(file, "unix:uid", NOBODY, NOFOLLOW_LINKS);
        Files.setAttribute(file, "unix:gid", NOBODY, NOFOLLOW_LINKS);
    }

    private static int uid(Path file) throws IOException {
        return (Integer) Files.getAttribute(file, "unix:uid");
    }

    private static boolean namespacesAllowed() {
        try {
            return Commands.run(NAMESPACE.command("true")).succeeded();
        } catch (IOException notInstalled) {
            return false;
        }
    }
}
