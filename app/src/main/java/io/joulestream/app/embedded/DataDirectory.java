package io.joulestream.app.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder in which one all-in-one keeps everything it must not lose, open in at most one process at a time.
 *
 * <pre>
 * lock                 held while open; names the process
 * version              the version of what lies here, so that an older or newer release does not touch it
 * service.properties   where the running service can be reached; only there while it runs
 * kafka/  postgres/  checkpoints/  logs/
 * </pre>
 *
 * <p>What lives in the directory is closed with it: {@link #closeFirst} takes it in the order it was started. A hook
 * closes the directory when the JVM is asked to end. May be used by several threads.
 */
public final class DataDirectory implements AutoCloseable {
    /** The version of the layout and of everything written in it. */
    static final int VERSION = 1;

    private static final Logger LOG = LoggerFactory.getLogger(DataDirectory.class);
    private static final String LOCK = "lock";
    private static final String STAMP = "version";
    private static final String SERVICE = "service.properties";
    private static final String TEMPORARY = "temporary";
    private static final String TEMPORARY_PREFIX = "joulestream-";
    private static final int TRIALS = 10;
    private static final Duration A_MOMENT = Duration.ofMillis(10);
    private static final FileAttribute<?> OWNER_ONLY_FOLDER =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    private static final FileAttribute<?> OWNER_ONLY_FILE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    /**
     * The directories open in this JVM. POSIX drops a process's locks on a file when any of its descriptors of that file
     * is closed, so a lock file must not even be opened a second time.
     */
    private static final Set<Path> OPEN = ConcurrentHashMap.newKeySet();

    private final Path path;
    private final FileChannel lockFile;
    private final boolean temporary;
    private final Deque<AutoCloseable> closeFirst = new ArrayDeque<>();
    private final Thread exitHook = new Thread(this::closeAtExit, "joulestream-data-directory-close");
    private boolean closed;

    private DataDirectory(Path path, FileChannel lockFile, boolean temporary) {
        this.path = path;
        this.lockFile = lockFile;
        this.temporary = temporary;
    }

    /**
     * Opens the directory for this process alone; creates it, readable by its owner only, where it is absent.
     *
     * @throws RefusedDirectoryException when another process has it, when it holds something else, or something of
     *     another version, or when it cannot be written
     * @throws IOException when the file system fails otherwise
     */
    public static DataDirectory open(Path path) throws IOException {
        requireNonNull(path, "path");
        try {
            return lock(existing(path.toAbsolutePath().normalize()), false);
        } catch (AccessDeniedException e) {
            throw new RefusedDirectoryException(
                    "data directory " + path + " cannot be used, " + e.getFile()
                            + " may not be read or written: run as its owner, or choose another directory",
                    e);
        }
    }

    /**
     * A new directory under the system's temporary folder that is deleted when it is closed. Those that killed processes
     * of this user left behind are cleared away.
     */
    public static DataDirectory temporary() throws IOException {
        Path path = Files.createTempDirectory(TEMPORARY_PREFIX);
        DataDirectory directory = lock(path.toRealPath(), true);
        sweepAbandoned(directory.path);
        return directory;
    }

    /**
     * What {@link #publish} wrote, when a process has the directory open and has published; empty otherwise.
     *
     * @param path need not exist
     */
    public static Optional<Map<String, String>> runningService(Path path) throws IOException {
        try {
            Path real = path.toRealPath();
            if (!isOpen(real)) {
                return Optional.empty();
            }
            Properties properties = new Properties();
            properties.load(new StringReader(Files.readString(real.resolve(SERVICE))));
            Map<String, String> endpoints = new TreeMap<>();
            properties.stringPropertyNames().forEach(name -> endpoints.put(name, properties.getProperty(name)));
            return Optional.of(endpoints);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** Whether it is deleted when it is closed, and with it everything that was to be kept. */
    boolean isTemporary() {
        return temporary;
    }

    /** Absolute, without symbolic links. */
    public Path path() {
        return path;
    }

    public Path kafka() {
        return path.resolve("kafka");
    }

    public Path postgres() {
        return path.resolve("postgres");
    }

    public Path checkpoints() {
        return path.resolve("checkpoints");
    }

    public Path logs() {
        return path.resolve("logs");
    }

    /**
     * Tells other processes of this user where the service can be reached, all at once: a reader sees the old endpoints
     * or these. Withdrawn on close.
     */
    public void publish(Map<String, String> endpoints) throws IOException {
        Properties properties = new Properties();
        properties.putAll(endpoints);
        StringWriter text = new StringWriter();
        properties.store(text, null);
        replace(SERVICE, text.toString());
    }

    /**
     * Closes {@code user} before the directory closes; of several, the last given first. Given to a closed directory, it
     * is closed at once.
     */
    public void closeFirst(AutoCloseable user) {
        requireNonNull(user, "user");
        synchronized (this) {
            if (!closed) {
                closeFirst.push(user);
                return;
            }
        }
        closeQuietly(user);
    }

    /** Closes what was given to {@link #closeFirst} and lets the directory go. A second call waits for the first. */
    @Override
    public synchronized void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        try {
            Runtime.getRuntime().removeShutdownHook(exitHook);
        } catch (IllegalStateException exiting) {
            LOG.debug("closing {} while the JVM ends", path);
        }
        while (!closeFirst.isEmpty()) {
            closeQuietly(closeFirst.pop());
        }
        try {
            Files.deleteIfExists(path.resolve(SERVICE));
            if (temporary) {
                deleteTree(path);
            }
        } finally {
            release(path, lockFile);
        }
    }

    private static Path existing(Path path) throws IOException {
        if (Files.notExists(path)) {
            if (path.getParent() != null) {
                Files.createDirectories(path.getParent());
            }
            try {
                Files.createDirectory(path, OWNER_ONLY_FOLDER);
            } catch (FileAlreadyExistsException e) {
                LOG.debug("{} was created by another process just now", path);
            }
        }
        if (!Files.isDirectory(path)) {
            throw new RefusedDirectoryException(
                    "data directory " + path + " is not a directory: choose an empty or new directory");
        }
        return path.toRealPath();
    }

    private static DataDirectory lock(Path path, boolean temporary) throws IOException {
        refuseForeign(path);
        if (!claim(path)) {
            throw inUse(path, "this process");
        }
        FileChannel channel = null;
        try {
            channel = FileChannel.open(path.resolve(LOCK), Set.of(CREATE, READ, WRITE), OWNER_ONLY_FILE);
            if (!takeLock(channel)) {
                throw inUse(path, holder(channel));
            }
            nameHolder(channel);
            DataDirectory directory = new DataDirectory(path, channel, temporary);
            directory.prepare();
            Runtime.getRuntime().addShutdownHook(directory.exitHook);
            return directory;
        } catch (IOException | RuntimeException e) {
            release(path, channel);
            throw e;
        }
    }

    /** Tries some times: who only asks whether it is taken shares it for less than a moment. It is given back with the channel. */
    private static boolean takeLock(FileChannel channel) throws IOException {
        FileLock lock = channel.tryLock();
        for (int again = 0; lock == null && again < TRIALS; again++) {
            LockSupport.parkNanos(A_MOMENT.toNanos());
            lock = channel.tryLock();
        }
        return lock != null;
    }

    private void prepare() throws IOException {
        checkVersion();
        if (temporary) {
            replace(TEMPORARY, "");
        }
        Files.deleteIfExists(path.resolve(SERVICE));
        for (Path folder : List.of(kafka(), postgres(), checkpoints(), logs())) {
            if (Files.notExists(folder)) {
                Files.createDirectory(folder, OWNER_ONLY_FOLDER);
            }
        }
    }

    private void checkVersion() throws IOException {
        Path stamp = path.resolve(STAMP);
        if (Files.notExists(stamp)) {
            replace(STAMP, VERSION + "\n");
            return;
        }
        String found = Files.readString(stamp).strip();
        if (!found.equals(Integer.toString(VERSION))) {
            throw new RefusedDirectoryException("data directory " + path + " has data version " + found
                    + ", this release reads version " + VERSION
                    + ": use the release that wrote it, or choose another directory");
        }
    }

    private static void refuseForeign(Path path) throws IOException {
        if (Files.exists(path.resolve(STAMP)) && Files.exists(path.resolve(LOCK))) {
            return;
        }
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(path)) {
            for (Path entry : entries) {
                String name = entry.getFileName().toString();
                // another process, or one that was killed, may be between its first two files
                if (!name.equals(LOCK) && !name.startsWith(STAMP) && !name.equals("lost+found")) {
                    throw new RefusedDirectoryException("data directory " + path + " holds something else (" + name
                            + "): choose an empty or new directory");
                }
            }
        }
    }

    private static RefusedDirectoryException inUse(Path path, String holder) {
        return new RefusedDirectoryException("data directory " + path + " is in use by " + holder
                + ": stop that service first, or choose another directory");
    }

    private static void nameHolder(FileChannel channel) throws IOException {
        channel.truncate(0);
        channel.write(ByteBuffer.wrap((ProcessHandle.current().pid() + "\n").getBytes(UTF_8)), 0);
    }

    private static String holder(FileChannel channel) throws IOException {
        ByteBuffer text = ByteBuffer.allocate(32);
        channel.read(text, 0);
        String pid = new String(text.array(), 0, text.position(), UTF_8).strip();
        return pid.isEmpty() ? "another process" : "process " + pid;
    }

    /** Waits while {@link #isOpen} tries a lock: the JVM refuses a second trial of the same one. */
    private static synchronized boolean claim(Path path) {
        return OPEN.add(path);
    }

    private static synchronized boolean isOpen(Path path) throws IOException {
        return OPEN.contains(path) || isLockedElsewhere(path.resolve(LOCK));
    }

    /** Must not be asked about a directory that is open in this JVM. Shares its lock with whoever else asks. */
    private static boolean isLockedElsewhere(Path lockFile) throws IOException {
        try (FileChannel channel = FileChannel.open(lockFile, READ);
                FileLock lock = channel.tryLock(0, Long.MAX_VALUE, true)) {
            return lock == null;
        } catch (NoSuchFileException e) {
            return false; // its removal was cut short
        }
    }

    private static void release(Path path, FileChannel lockFile) {
        try {
            if (lockFile != null) {
                lockFile.close();
            }
        } catch (IOException e) {
            LOG.warn("could not close the lock of {}", path, e);
        } finally {
            OPEN.remove(path);
        }
    }

    private void replace(String name, String text) throws IOException {
        Path fresh = path.resolve(name + ".new");
        Files.deleteIfExists(fresh);
        Files.createFile(fresh, OWNER_ONLY_FILE);
        Files.writeString(fresh, text);
        Files.move(fresh, path.resolve(name), ATOMIC_MOVE);
    }

    private void closeAtExit() {
        try {
            close();
        } catch (IOException e) {
            LOG.error("could not close data directory {}", path, e);
        }
    }

    private void closeQuietly(AutoCloseable user) {
        try {
            user.close();
        } catch (Exception e) {
            LOG.error("could not close {} in {}", user, path, e);
        }
    }

    private static void sweepAbandoned(Path kept) throws IOException {
        try (DirectoryStream<Path> siblings = Files.newDirectoryStream(kept.getParent(), TEMPORARY_PREFIX + "*")) {
            for (Path sibling : siblings) {
                if (!sibling.equals(kept)
                        && Files.exists(sibling.resolve(TEMPORARY))
                        && Files.getOwner(sibling).equals(Files.getOwner(kept))) {
                    sweep(sibling);
                }
            }
        }
    }

    private static void sweep(Path found) {
        try {
            if (!isOpen(found)) {
                clear(found);
            }
        } catch (RefusedDirectoryException | NoSuchFileException e) {
            LOG.debug("{} was opened or cleared by another process meanwhile", found, e);
        } catch (IOException e) {
            LOG.warn("could not clear {}", found, e);
        }
    }

    private static void clear(Path abandoned) throws IOException {
        try (DataDirectory directory = lock(abandoned, true)) {
            LOG.info("clearing {}, left behind by a killed process", directory.path);
            PostgresProcesses.stopLeftOver(directory.postgres().resolve(EmbeddedPostgres.CLUSTER));
        }
    }

    static void deleteTree(Path root) throws IOException {
        if (Files.notExists(root)) {
            return;
        }
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
                if (e instanceof NoSuchFileException) {
                    return FileVisitResult.CONTINUE;
                }
                throw e;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, IOException e) throws IOException {
                try {
                    Files.delete(folder);
                } catch (FileSystemException notEmpty) {
                    throw e == null ? notEmpty : e;
                }
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
