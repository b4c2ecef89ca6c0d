package io.joulestream.app;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/**
 * How much energy this process has used, as an estimate by its CPU time, and, where the processor's own counters (RAPL) can be
 * read, as its share of these: what the packages used between two looks, by the share of the process in the CPU time that
 * the machine was busy. Any number of threads may ask.
 */
final class ProcessEnergy {
    private static final Path POWERCAP = Path.of("/sys/class/powercap");
    private static final Path MACHINE = Path.of("/proc/stat");

    /** Nanoseconds times milliwatts are picojoules. */
    private static final BigInteger PICOJOULES_PER_MICROJOULE = BigInteger.valueOf(1_000_000);
    /** Linux tells it in hundredths of a second, on every machine. */
    private static final long NANOS_PER_TICK = 10_000_000;
    /** Columns of a line of /proc/stat that are no time of work: idle, and waiting for a disk. */
    private static final List<Integer> IDLE = List.of(4, 5);
    /** Guests' time is within that of their host. */
    private static final int COLUMNS = 9;

    private final LongSupplier cpuNanos;
    private final int milliwattsPerCore;
    private final Path powercap;
    private final Path machine;

    private Optional<Look> last;
    private BigInteger byRapl = BigInteger.ZERO;

    /** Counters at one time. */
    private record Look(Map<String, Zone> packages, long busyNanos, long ownNanos) {}

    /** @param wrapsAt at which the counter begins again */
    private record Zone(long microjoules, long wrapsAt) {
        long since(Zone before) {
            long used = microjoules - before.microjoules;
            return used >= 0 ? used : used + wrapsAt;
        }
    }

    /**
     * The energy from now on by RAPL, and from the start of the process by its CPU time.
     *
     * @param milliwattsPerCore what one busy core draws
     */
    ProcessEnergy(LongSupplier cpuNanos, int milliwattsPerCore) {
        this(cpuNanos, milliwattsPerCore, POWERCAP, MACHINE);
    }

    ProcessEnergy(LongSupplier cpuNanos, int milliwattsPerCore, Path powercap, Path machine) {
        this.cpuNanos = cpuNanos;
        this.milliwattsPerCore = milliwattsPerCore;
        this.powercap = powercap;
        this.machine = machine;
        this.last = look();
    }

    /** Of this process: CPU time times what a busy core draws. */
    BigInteger microjoulesByCpuTime() {
        return BigInteger.valueOf(cpuNanos.getAsLong())
                .multiply(BigInteger.valueOf(milliwattsPerCore))
                .divide(PICOJOULES_PER_MICROJOULE);
    }

    /** Of this process: its share of what the packages used. Empty where their counters cannot be read. */
    synchronized Optional<BigInteger> microjoulesByRapl() {
        Optional<Look> now = look();
        if (now.isPresent() && last.isPresent()) {
            byRapl = byRapl.add(used(last.get(), now.get()));
        }
        last = now;
        return now.map(look -> byRapl);
    }

    private static BigInteger used(Look before, Look now) {
        BigInteger packages = BigInteger.ZERO;
        for (Map.Entry<String, Zone> zone : now.packages().entrySet()) {
            Zone known = before.packages().get(zone.getKey());
            if (known != null) {
                packages = packages.add(BigInteger.valueOf(zone.getValue().since(known)));
            }
        }
        long busy = now.busyNanos() - before.busyNanos();
        long own = Math.min(busy, now.ownNanos() - before.ownNanos()); // ticks are coarse
        return busy <= 0
                ? BigInteger.ZERO
                : packages.multiply(BigInteger.valueOf(own)).divide(BigInteger.valueOf(busy));
    }

    private Optional<Look> look() {
        try {
            Map<String, Zone> packages = packages();
            return packages.isEmpty()
                    ? Optional.empty()
                    : Optional.of(new Look(packages, busyNanos(), cpuNanos.getAsLong()));
        } catch (IOException | NumberFormatException e) {
            return Optional.empty(); // mostly root's only
        }
    }

    /** Zones of one level below the kind; theirs below are within them, and so are all in the platform's. */
    private Map<String, Zone> packages() throws IOException {
        Map<String, Zone> packages = new TreeMap<>();
        if (!Files.isDirectory(powercap)) {
            return packages;
        }
        try (DirectoryStream<Path> zones = Files.newDirectoryStream(powercap, "intel-rapl:*")) {
            for (Path zone : zones) {
                if (text(zone.resolve("name")).startsWith("package-")) {
                    packages.put(
                            zone.getFileName().toString(),
                            new Zone(
                                    Long.parseLong(text(zone.resolve("energy_uj"))),
                                    Long.parseLong(text(zone.resolve("max_energy_range_uj")))));
                }
            }
        }
        return packages;
    }

    private long busyNanos() throws IOException {
        List<String> columns = new ArrayList<>();
        try (Stream<String> lines = Files.lines(machine)) {
            lines.findFirst().ifPresent(line -> columns.addAll(List.of(line.split(" +"))));
        }
        long ticks = 0;
        for (int column = 1; column < Math.min(COLUMNS, columns.size()); column++) {
            ticks += IDLE.contains(column) ? 0 : Long.parseLong(columns.get(column));
        }
        return Math.multiplyExact(ticks, NANOS_PER_TICK);
    }

    private static String text(Path file) throws IOException {
        return Files.readString(file).strip();
    }
}
