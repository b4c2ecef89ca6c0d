package io.joulestream.app.embedded;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The PostgreSQL processes of one cluster, those that a killed JVM left behind included.
 *
 * <p>A process is one of them when it is called {@code postgres} and has the cluster's own folder as its working directory,
 * which is where every PostgreSQL process stays. The number in a {@code postmaster.pid} proves nothing: after a crash or
 * a reboot it may belong to anything. Linux only, as are the programs that come with the application.
 */
final class PostgresProcesses {
    private static final Logger LOG = LoggerFactory.getLogger(PostgresProcesses.class);
    private static final Path PROC = Path.of("/proc");
    private static final Duration FAST = Duration.ofSeconds(20);
    private static final Duration IMMEDIATE = Duration.ofSeconds(10);
    private static final Duration LOOK_EVERY = Duration.ofMillis(20);

    private PostgresProcesses() {}

    /**
     * Stops whatever still runs on {@code cluster}, and removes a {@code postmaster.pid} that is no longer true. The caller
     * holds the lock of the data directory, so no living JVM is using it.
     *
     * @throws IOException when something still runs after both ways of asking
     */
    static void stopLeftOver(Path cluster) throws IOException {
        if (Files.notExists(cluster)) {
            return;
        }
        Optional<ProcessHandle> postmaster = leader(of(cluster));
        if (postmaster.isPresent()) {
            LOG.info(
                    "stopping PostgreSQL {}, left running on {}",
                    postmaster.get().pid(),
                    cluster);
            stop(postmaster.get());
        }
        // those that lost their postmaster end by themselves
        for (ProcessHandle process : of(cluster)) {
            if (!endsWithin(process, IMMEDIATE)) {
                throw new IOException("PostgreSQL left running on " + cluster + " does not stop: end process "
                        + process.pid() + " and start again");
            }
        }
        removeUntruePidFile(cluster);
    }

    /**
     * Shuts the postmaster down without waiting for its clients, at once if that takes too long; returns when it has
     * ended. The same two signals as {@code pg_ctl stop} sends in its modes fast and immediate.
     */
    static void stop(ProcessHandle postmaster) throws IOException {
        signal("INT", postmaster);
        if (endsWithin(postmaster, FAST)) {
            return;
        }
        LOG.warn("PostgreSQL {} has not shut down in {}: stopping it at once", postmaster.pid(), FAST);
        signal("QUIT", postmaster);
        if (!endsWithin(postmaster, IMMEDIATE)) {
            throw new IOException("PostgreSQL does not stop: process " + postmaster.pid());
        }
    }

    /** The postmaster that has just reported that it is ready, by its own file. */
    static ProcessHandle started(Path cluster) throws IOException {
        long pid = pidInFile(cluster).orElseThrow(() -> new IOException("PostgreSQL left no process number"));
        return ProcessHandle.of(pid)
                .orElseThrow(() -> new IOException("PostgreSQL ended right after its start: process " + pid));
    }

    static List<ProcessHandle> of(Path cluster) throws IOException {
        List<ProcessHandle> found = new ArrayList<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (Path process : processes) {
                if (isCalledPostgres(process) && worksIn(process, cluster).orElse(false)) {
                    ProcessHandle.of(Long.parseLong(process.getFileName().toString()))
                            .ifPresent(found::add);
                }
            }
        }
        return found;
    }

    private static Optional<ProcessHandle> leader(List<ProcessHandle> processes) {
        return processes.stream()
                .filter(process -> process.parent()
                        .map(parent -> !processes.contains(parent))
                        .orElse(true))
                .findFirst();
    }

    /** Left alone where it may be true, that is, where the process is a PostgreSQL we may not look into. */
    private static void removeUntruePidFile(Path cluster) throws IOException {
        Optional<Long> pid = pidInFile(cluster);
        if (pid.isPresent()) {
            Path process = PROC.resolve(pid.get().toString());
            if (!isCalledPostgres(process) || worksIn(process, cluster).isPresent()) {
                Files.deleteIfExists(cluster.resolve("postmaster.pid"));
            }
        }
    }

    private static Optional<Long> pidInFile(Path cluster) throws IOException {
        try (var lines = Files.lines(cluster.resolve("postmaster.pid"))) {
            return lines.findFirst()
                    .map(String::strip)
                    .filter(line -> line.matches("\\d{1,18}"))
                    .map(Long::valueOf);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    private static boolean isCalledPostgres(Path process) {
        try {
            return Files.readString(process.resolve("comm")).strip().equals("postgres");
        } catch (IOException endedJustNow) {
            return false;
        }
    }

    /** Empty when it may not be known. */
    private static Optional<Boolean> worksIn(Path process, Path folder) {
        try {
            return Optional.of(Files.isSameFile(process.resolve("cwd"), folder));
        } catch (NoSuchFileException endedJustNow) {
            return Optional.of(false);
        } catch (IOException denied) {
            return Optional.empty();
        }
    }

    private static void signal(String signal, ProcessHandle process) throws IOException {
        // an interrupted thread could not wait for the command
        boolean interrupted = Thread.interrupted();
        try {
            Commands.run(List.of("sh", "-c", "kill -" + signal + " " + process.pid()));
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static boolean endsWithin(ProcessHandle process, Duration limit) throws IOException {
        boolean interrupted = false;
        long deadline = System.nanoTime() + limit.toNanos();
        Future<ProcessHandle> exit = process.onExit();
        try {
            while (true) {
                try {
                    exit.get(LOOK_EVERY.toNanos(), TimeUnit.NANOSECONDS);
                    return true;
                } catch (TimeoutException e) {
                    if (hasEnded(process)) {
                        return true;
                    }
                    if (System.nanoTime() >= deadline) {
                        return false;
                    }
                } catch (InterruptedException e) {
                    // leaving now would leave PostgreSQL running
                    interrupted = true;
                } catch (ExecutionException e) {
                    throw new IOException("could not wait for process " + process.pid(), e.getCause());
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** A process that the system's first process has not collected yet has ended too; some collect late, or never. */
    static boolean hasEnded(ProcessHandle process) {
        try {
            String stat =
                    Files.readString(PROC.resolve(Long.toString(process.pid())).resolve("stat"));
            return stat.startsWith("Z", stat.lastIndexOf(')') + 2);
        } catch (IOException noSuchProcess) {
            return !process.isAlive();
        }
    }
}
