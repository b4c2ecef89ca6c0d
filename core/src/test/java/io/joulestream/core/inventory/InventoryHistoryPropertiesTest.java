package io.joulestream.core.inventory;

import static io.joulestream.core.inventory.Sites.node;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Which version applies depends on what was published, never on the order in which it was heard of. */
class InventoryHistoryPropertiesTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    static LongStream seeds() {
        return LongStream.range(0, 100);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void theOrderOfArrivalNeverMatters(long seed) {
        Random random = new Random(seed);
        List<InventoryVersion> published = versions(random);
        InventoryHistory inOrder = InventoryHistory.of(published);
        List<InventoryVersion> shuffled = new ArrayList<>(published);
        shuffled.addAll(published.subList(0, random.nextInt(published.size())));
        Collections.shuffle(shuffled, random);

        InventoryHistory history = InventoryHistory.of(shuffled);

        for (int generation = 0; generation <= 3; generation++) {
            for (int probe = 0; probe < 30; probe++) {
                Instant at =
                        START.plusSeconds(3_600L * (random.nextInt(22) - 1)).plusMillis(random.nextInt(3) - 1);
                Optional<InventoryVersion> expected = plainly(published, generation, at);
                assertThat(history.knownTo(generation).flatMap(known -> known.at(at)))
                        .as("seed %d, generation %d at %s", seed, generation, at)
                        .isEqualTo(expected);
                assertThat(inOrder.knownTo(generation).flatMap(known -> known.at(at)))
                        .as("seed %d, generation %d at %s", seed, generation, at)
                        .isEqualTo(expected);
            }
        }
    }

    /** A version that starts later, or is for a later generation, changes nothing about what was before. */
    @ParameterizedTest
    @MethodSource("seeds")
    void oneMoreVersionLeavesAloneWhatItDoesNotDescribe(long seed) {
        Random random = new Random(seed);
        InventoryHistory before = InventoryHistory.of(versions(random));
        int generation = random.nextInt(3);
        InventoryVersion more = version(99, random.nextInt(20), generation);

        InventoryHistory after = before.with(more);

        for (int hour = 0; hour < 20; hour++) {
            Instant at = START.plusSeconds(3_600L * hour);
            for (int asked = 0; asked < 3; asked++) {
                if (asked < generation || at.isBefore(more.effectiveFrom())) {
                    assertThat(after.knownTo(asked).flatMap(known -> known.at(at)))
                            .as("seed %d, generation %d at %s", seed, asked, at)
                            .isEqualTo(before.knownTo(asked).flatMap(known -> known.at(at)));
                }
            }
        }
    }

    private static Optional<InventoryVersion> plainly(List<InventoryVersion> all, int generation, Instant at) {
        return all.stream()
                .filter(version -> version.sinceGeneration() <= generation)
                .filter(version -> !version.effectiveFrom().isAfter(at))
                .max(Comparator.comparing(InventoryVersion::effectiveFrom).thenComparing(InventoryVersion::number));
    }

    private static List<InventoryVersion> versions(Random random) {
        List<InventoryVersion> versions = new ArrayList<>();
        int count = 1 + random.nextInt(8);
        for (int number = 1; number <= count; number++) {
            versions.add(version(number, random.nextInt(20), random.nextInt(3)));
        }
        return versions;
    }

    private static InventoryVersion version(int number, int startHour, int generation) {
        String yaml = Sites.yaml("NODE_IN", node("n" + number))
                .replace(
                        "2026-01-01T00:00:00Z",
                        START.plusSeconds(3_600L * startHour).toString());
        SiteInventory inventory = SiteInventoryParser.parse(yaml).orElseThrow();
        assertThat(inventory.effectiveFrom()).isEqualTo(START.plusSeconds(3_600L * startHour));
        return new InventoryVersion(number, inventory, generation);
    }
}
