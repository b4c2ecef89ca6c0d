package io.joulestream.app;

import static java.math.BigInteger.valueOf;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On files as Linux has them. */
class ProcessEnergyTest {
    private static final long SECOND = 1_000_000_000L;

    @TempDir
    private Path folder;

    private final AtomicLong cpuNanos = new AtomicLong();
    private Path powercap;
    private Path machine;

    @BeforeEach
    void machine() throws IOException {
        powercap = Files.createDirectories(folder.resolve("powercap"));
        machine = folder.resolve("stat");
        busy(0);
    }

    private ProcessEnergy energy() {
        return new ProcessEnergy(cpuNanos::get, 4_000, powercap, machine);
    }

    private void zone(String name, String kind, long microjoules) throws IOException {
        Path zone = Files.createDirectories(powercap.resolve(name));
        Files.writeString(zone.resolve("name"), kind + "\n");
        Files.writeString(zone.resolve("energy_uj"), microjoules + "\n");
        Files.writeString(zone.resolve("max_energy_range_uj"), "1000000\n");
    }

    /** In hundredths of a second, half of them the kernel's; idle time and that of guests count for nothing. */
    private void busy(long ticks) throws IOException {
        Files.writeString(
                machine,
                "cpu  " + ticks / 2 + " 0 " + ticks / 2 + " 987654 4321 0 0 0 " + ticks
                        + " 0\ncpu0 1 2 3 4 5 6 7 8 9 10\n");
    }

    @Test
    void aSecondOfABusyCoreIsItsWatts() {
        ProcessEnergy energy = energy();
        cpuNanos.set(SECOND);

        assertThat(energy.microjoulesByCpuTime()).isEqualTo(valueOf(4_000_000));
    }

    @Test
    void aCenturyOfCpuTimeIsCountedToo() {
        ProcessEnergy energy = energy();
        cpuNanos.set(Long.MAX_VALUE);

        assertThat(energy.microjoulesByCpuTime())
                .isEqualTo(valueOf(Long.MAX_VALUE).divide(valueOf(250)));
    }

    @Test
    void thePackagesEnergyIsSharedByTheTimeTheMachineWasBusy() throws IOException {
        zone("intel-rapl:0", "package-0", 100_000);
        zone("intel-rapl:1", "package-1", 200_000);
        ProcessEnergy energy = energy();

        zone("intel-rapl:0", "package-0", 400_000);
        zone("intel-rapl:1", "package-1", 300_000);
        busy(400);
        cpuNanos.set(SECOND);

        assertThat(energy.microjoulesByRapl()).contains(valueOf(100_000));
        assertThat(energy.microjoulesByRapl()).contains(valueOf(100_000));
    }

    @Test
    void aCounterThatBeginsAgainLosesNothing() throws IOException {
        zone("intel-rapl:0", "package-0", 900_000);
        ProcessEnergy energy = energy();

        zone("intel-rapl:0", "package-0", 100_000);
        busy(100);
        cpuNanos.set(SECOND);

        assertThat(energy.microjoulesByRapl()).contains(valueOf(200_000));
    }

    @Test
    void whatLiesWithinAPackageOrAroundItIsNotCountedTwice() throws IOException {
        zone("intel-rapl:0", "package-0", 0);
        zone("intel-rapl:0:0", "core", 0);
        zone("intel-rapl:1", "psys", 0);
        ProcessEnergy energy = energy();

        zone("intel-rapl:0", "package-0", 1_000);
        zone("intel-rapl:0:0", "core", 500);
        zone("intel-rapl:1", "psys", 2_000);
        busy(100);
        cpuNanos.set(SECOND);

        assertThat(energy.microjoulesByRapl()).contains(valueOf(1_000));
    }

    @Test
    void coarseTicksGiveTheProcessNoMoreThanThereWas() throws IOException {
        zone("intel-rapl:0", "package-0", 0);
        ProcessEnergy energy = energy();

        zone("intel-rapl:0", "package-0", 1_000);
        busy(2);
        cpuNanos.set(SECOND);

        assertThat(energy.microjoulesByRapl()).contains(valueOf(1_000));
    }

    @Test
    void aMachineWithoutCountersHasOnlyTheEstimate() throws IOException {
        assertThat(energy().microjoulesByRapl()).isEmpty();
        Files.delete(powercap);
        assertThat(energy().microjoulesByRapl()).isEmpty();
    }

    @Test
    void countersThatMayNotBeReadAreNone() throws IOException {
        Files.createDirectories(powercap.resolve("intel-rapl:0"));

        assertThat(energy().microjoulesByRapl()).isEmpty();
    }
}
