package io.joulestream.ingest.world;

import static org.assertj.core.api.Assertions.assertThat;

import io.joulestream.ingest.PowerOutcome;
import io.joulestream.ingest.PowerReading;
import io.joulestream.ingest.csv.PowerCsv;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NaiveLocalCsvTest {
    @TempDir
    private Path folder;

    @Test
    void theHourThatOccursTwiceComesBackAtItsInstantsAndIsMarked() throws IOException {
        Instant change = Instant.parse("2026-10-25T01:00:00Z");

        List<PowerReading> readings = readBack(change);

        assertThat(readings).hasSize(6 * 60 + 1);
        assertThat(readings.stream()
                        .filter(PowerReading::clockSuspect)
                        .map(r -> Instant.ofEpochMilli(r.measuredAtMs()))
                        .toList())
                .hasSize(120)
                .startsWith(change.minusSeconds(3_600))
                .endsWith(change.plusSeconds(3_540));
    }

    @Test
    void theHourThatIsSkippedIsInNoLabel() throws IOException {
        Instant change = Instant.parse("2026-03-29T01:00:00Z");

        List<PowerReading> readings = readBack(change);

        assertThat(readings).hasSize(6 * 60 + 1).noneMatch(PowerReading::clockSuspect);
    }

    /** Three hours before and after a change of clocks in Berlin, each reading held to the world. */
    private List<PowerReading> readBack(Instant change) throws IOException {
        Instant from = change.minus(Duration.ofHours(3));
        Instant to = change.plus(Duration.ofHours(3));
        World world = World.of(List.of(WorldPreset.EDGE_2RACK), 1, from, to);
        WorldSite site = world.sites().get(0);
        WorldEntity node =
                site.entities().stream().filter(WorldEntity::isNode).findFirst().orElseThrow();
        StringWriter table = new StringWriter();
        assertThat(NaiveLocalCsv.write(world, site, from, to, table)).isEqualTo(361);
        Path file = Files.writeString(folder.resolve("logger.csv"), table.toString());

        List<PowerReading> readings = ((PowerOutcome.Read) PowerCsv.read(file, Optional.of(ZoneId.of(site.zone()))))
                .readings()
                .readings();

        for (int i = 0; i < readings.size(); i++) {
            Instant at = from.plusSeconds(60L * i);
            assertThat(readings.get(i).measuredAtMs()).isEqualTo(at.toEpochMilli());
            assertThat(readings.get(i).nanowatts())
                    .isEqualTo(node.load().centiwatts(site.climate().at(Ticks.since(from, at))) * 10_000_000);
        }
        return readings;
    }
}
