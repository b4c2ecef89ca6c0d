package io.joulestream.core.kpi;

import static io.joulestream.core.inventory.Role.GRID_EXPORT;
import static io.joulestream.core.inventory.Role.GRID_IMPORT;
import static io.joulestream.core.inventory.Role.NODE_IN;
import static io.joulestream.core.inventory.Role.PDU_OUT;
import static io.joulestream.core.kpi.SiteFixture.row;
import static io.joulestream.core.kpi.SiteFixture.site;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.joulestream.core.inventory.Role;
import io.joulestream.core.ledger.EnergyBuckets;
import io.joulestream.core.ledger.SiteStep;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** However rows are cut and in whatever order they come, a window's energies are the same, and balances close exactly. */
class SiteWindowPropertiesTest {
    private static final Instant START = Instant.parse("2026-04-01T00:00:00Z");
    private static final List<Role> ROLES = List.of(GRID_IMPORT, GRID_EXPORT, PDU_OUT, NODE_IN);
    private static final long WATTS = 100_000;
    private static final Duration WINDOW = Duration.ofHours(3);

    private final SiteFixture fixture = site(PDU_OUT)
            .meter(GRID_IMPORT, WATTS)
            .meter(GRID_EXPORT, WATTS)
            .meter(PDU_OUT, WATTS)
            .meter(NODE_IN, WATTS);

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void minutesInAnyOrderAndHoursGiveTheSameEnergies(long seed) {
        Random random = new Random(seed);
        List<SiteStep> minutes = minutes(random);
        List<SiteStep> shuffled = new ArrayList<>(minutes);
        Collections.shuffle(shuffled, random);

        SiteWindow ofMinutes = window(minutes);

        assertThat(window(shuffled).roles()).as("seed %d", seed).isEqualTo(ofMinutes.roles());
        assertThat(Pue.of(window(shuffled), START)).as("seed %d", seed).isEqualTo(Pue.of(ofMinutes, START));
        assertThat(window(hours(minutes)).roles()).as("seed %d", seed).isEqualTo(ofMinutes.roles());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void balancesCloseToTheLastMillijoule(long seed) {
        Random random = new Random(seed);
        List<EnergyTotal> runs = new ArrayList<>();
        for (int i = 0; i < random.nextInt(5); i++) {
            runs.add(EnergyTotal.of(new EnergyBuckets(random.nextLong(1L << 50), random.nextInt(1000), 0)));
        }

        SiteEnergy energy = SiteEnergy.of(window(minutes(random)), runs, START);

        assertThat(sum(energy.it(), energy.overhead())).as("seed %d", seed).isEqualTo(value(energy.facility()));
        assertThat(sum(energy.runs(), energy.unallocated())).as("seed %d", seed).isEqualTo(value(energy.nodes()));
        assertThat(sum(energy.nodes(), energy.residual())).as("seed %d", seed).isEqualTo(value(energy.it()));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void adjacentWindowsAddUpWhereverTheyAreCutAndHoweverTheyAreJoined(long seed) {
        Random random = new Random(seed);
        List<SiteStep> minutes = minutes(random);
        SiteWindow whole = window(minutes);
        int first = 1 + random.nextInt(80);
        int second = first + 1 + random.nextInt(90);
        SiteWindow a = part(minutes, 0, first);
        SiteWindow b = part(minutes, first, second);
        SiteWindow c = part(minutes, second, (int) WINDOW.toMinutes());

        for (SiteWindow joined : List.of(a.followedBy(b).followedBy(c), a.followedBy(b.followedBy(c)))) {
            assertThat(joined.start()).isEqualTo(whole.start());
            assertThat(joined.end()).isEqualTo(whole.end());
            assertThat(joined.roles()).as("seed %d", seed).isEqualTo(whole.roles());
            assertThat(joined.measured()).as("seed %d", seed).isEqualTo(whole.measured());
            assertThat(joined.bestEstimate()).as("seed %d", seed).isEqualTo(whole.bestEstimate());
            assertThat(Pue.of(joined, START)).as("seed %d", seed).isEqualTo(Pue.of(whole, START));
            assertThat(SiteEnergy.of(joined, List.of(), START))
                    .as("seed %d", seed)
                    .isEqualTo(SiteEnergy.of(whole, List.of(), START));
        }
    }

    @Test
    void windowsWithAHoleBetweenThemAreNotOne() {
        List<SiteStep> minutes = minutes(new Random(1));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> part(minutes, 0, 10).followedBy(part(minutes, 11, 20)))
                .withMessageContaining("2026-04-01T00:10:00Z")
                .withMessageContaining("2026-04-01T00:11:00Z");
    }

    private SiteWindow part(List<SiteStep> minutes, int from, int to) {
        Instant start = START.plusSeconds(60L * from);
        Instant end = START.plusSeconds(60L * to);
        return SiteWindow.of(
                fixture.history(),
                start,
                end,
                minutes.stream()
                        .filter(step ->
                                !step.start().isBefore(start) && step.start().isBefore(end))
                        .toList());
    }

    private static List<SiteStep> minutes(Random random) {
        long full = WATTS * 60_000;
        List<SiteStep> steps = new ArrayList<>();
        for (int minute = 0; minute < WINDOW.toMinutes(); minute++) {
            for (Role role : ROLES) {
                long accounted = random.nextInt(10) == 0 ? random.nextLong(full) : full;
                long covered = random.nextInt(10) == 0 ? random.nextLong(accounted) : accounted;
                steps.add(row(
                        role,
                        START.plusSeconds(60L * minute),
                        Duration.ofMinutes(1),
                        random.nextLong(6_000_000_000_000L),
                        random.nextInt(20) == 0 ? random.nextLong(1_000_000_000L) : 0,
                        random.nextInt(20) == 0 ? random.nextLong(1_000_000_000L) : 0,
                        covered,
                        accounted));
            }
        }
        return steps;
    }

    private static List<SiteStep> hours(List<SiteStep> minutes) {
        List<SiteStep> hours = new ArrayList<>();
        for (Role role : ROLES) {
            for (int hour = 0; hour < WINDOW.toHours(); hour++) {
                Instant from = START.plus(Duration.ofHours(hour));
                EnergyBuckets energy = EnergyBuckets.NONE;
                long covered = 0;
                long accounted = 0;
                for (SiteStep minute : minutes) {
                    boolean inside =
                            !minute.start().isBefore(from) && minute.start().isBefore(from.plus(Duration.ofHours(1)));
                    if (inside && minute.role().equals(role.name())) {
                        energy = energy.plus(minute.energy());
                        covered += minute.coveredWattMillis();
                        accounted += minute.accountedWattMillis();
                    }
                }
                hours.add(row(
                        role,
                        from,
                        Duration.ofHours(1),
                        energy.measuredMicrojoules(),
                        energy.bridgedMicrojoules(),
                        energy.estimatedMicrojoules(),
                        covered,
                        accounted));
            }
        }
        return hours;
    }

    private SiteWindow window(List<SiteStep> steps) {
        return SiteWindow.of(fixture.history(), START, START.plus(WINDOW), steps);
    }

    private static BigInteger sum(PublishedEnergy a, PublishedEnergy b) {
        return a.millijoules().add(b.millijoules());
    }

    private static BigInteger value(PublishedEnergy energy) {
        return energy.millijoules();
    }
}
