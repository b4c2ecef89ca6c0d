package io.joulestream.core.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ExampleSitesTest {
    static final Path FOLDER = folder();

    @Test
    void everyExampleParses() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            List<SiteInventory> sites = files.map(ExampleSitesTest::read)
                    .map(text -> SiteInventoryParser.parse(text).orElseThrow())
                    .toList();

            assertThat(sites)
                    .extracting(SiteInventory::site)
                    .containsExactlyInAnyOrder("hall-ashburn-2", "edge-berlin", "edge-kathmandu");
        }
    }

    @Test
    void theHallSharesEnergyByNodeAndCountsNetworkAndStorageOnce() {
        SiteInventory hall = example("hyperscale-hall.yaml");

        assertThat(hall.powerGroups()).hasSize(72).allMatch(PowerGroup::metered);
        assertThat(hall.itEntities()).hasSize(4);
        assertThat(hall.sharedItEntities())
                .hasSize(6)
                .allMatch(hall::isBelowItMeter)
                .allMatch(gear -> hall.powerGroupOf(gear).isEmpty());
        assertThat(hall.entitiesOf("node-a72")).hasSize(9);
        assertThat(hall.pueCategory()).isEqualTo(2);
        assertThat(hall.hasFacilityMeter()).isTrue();
    }

    @Test
    void theTwoRacksMeasureAtEachNode() {
        SiteInventory racks = example("edge-two-racks.yaml");

        assertThat(racks.powerGroups()).hasSize(6).allMatch(PowerGroup::metered);
        assertThat(racks.itEntities()).hasSize(7);
        assertThat(racks.facilityEntities()).extracting(Entity::id).containsExactly("meter/MDB-1", "meter/PV-1");
        assertThat(racks.acceptHistory()).isEqualTo(Duration.ofDays(35));
    }

    @Test
    void theCabinetHasNoFacilityMeterAndQuarterHourRows() {
        SiteInventory cabinet = example("edge-no-facility-meter.yaml");

        assertThat(cabinet.hasFacilityMeter()).isFalse();
        assertThat(cabinet.ledgerStep()).isEqualTo(Duration.ofMinutes(15));
        assertThat(cabinet.powerGroups())
                .containsExactly(
                        new PowerGroup("node-1", true),
                        new PowerGroup("node-2", true),
                        new PowerGroup("node-3", false));
    }

    private static SiteInventory example(String file) {
        return SiteInventoryParser.parse(read(FOLDER.resolve(file))).orElseThrow();
    }

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Tests run in the module's folder under Maven and in the root under some editors. */
    private static Path folder() {
        Path fromModule = Path.of("..", "docs", "examples", "sites");
        return Files.isDirectory(fromModule) ? fromModule : Path.of("docs", "examples", "sites");
    }
}
