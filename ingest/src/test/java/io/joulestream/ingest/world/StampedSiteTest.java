package io.joulestream.ingest.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.joulestream.core.inventory.InventoryResult;
import io.joulestream.core.inventory.SiteInventory;
import io.joulestream.core.inventory.SiteInventoryParser;
import io.joulestream.core.telemetry.Metric;
import io.joulestream.ingest.world.TruthFile.Cells;
import io.joulestream.ingest.world.TruthFile.Table;
import io.joulestream.wire.FrameCodec;
import io.joulestream.wire.FrameResult;
import io.joulestream.wire.SeriesValues;
import io.joulestream.wire.SlotTimes;
import io.joulestream.wire.v1.Entity;
import io.joulestream.wire.v1.Series;
import io.joulestream.wire.v1.TelemetryFrame;
import io.joulestream.wire.v1.ValueKind;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StampedSiteTest {
    private static final Instant START = Instant.parse("2026-10-24T00:00:00Z");
    private static final StampedSite HALL = StampedSite.of(StampedPreset.HALL_10K, 7, START);

    @ParameterizedTest
    @EnumSource
    void theInventoryOfAHallIsValid(StampedPreset preset) {
        InventoryResult result =
                SiteInventoryParser.parse(StampedSite.of(preset, 7, START).siteYaml());

        assertThat(result).isInstanceOf(InventoryResult.Valid.class);
        SiteInventory inventory = ((InventoryResult.Valid) result).inventory();
        int nodes = preset.racks() * StampedPreset.NODES_PER_RACK;
        assertThat(inventory.entities()).hasSize(nodes * (1 + StampedPreset.GPUS_PER_NODE) + preset.racks() + 4);
        assertThat(inventory.effectiveFrom()).isEqualTo(START);
    }

    @Test
    void aStampedFrameIsAFrameThatTheInventoryKnows() {
        SiteInventory inventory = ((InventoryResult.Valid) SiteInventoryParser.parse(HALL.siteYaml())).inventory();
        StampedFeed feed = new StampedFeed(HALL, Duration.ofMinutes(1), true);
        Map<String, Long> numbers = new HashMap<>();
        long samples = 0;

        while (feed.hasNext()) {
            FeedRecord record = feed.next();
            TelemetryFrame frame = decoded(record);
            assertThat(record.key()).isEqualTo("default|hall-10k|" + frame.getOwnerId());
            assertThat(frame.getFrameSeq()).isEqualTo(numbers.merge(frame.getOwnerId(), 1L, Long::sum));
            for (Entity entity : frame.getEntitiesList()) {
                var known = inventory.entity(entity.getEntityId()).orElseThrow();
                assertThat(known.ownerId()).isEqualTo(frame.getOwnerId());
                for (Series series : entity.getSeriesList()) {
                    Metric metric = Metric.byNumber(series.getMetric()).orElseThrow();
                    assertThat(series.getKind().name())
                            .isEqualTo(metric.valueKind().name());
                    samples += SeriesValues.unpack(series, frame.getSlots()).length;
                }
            }
        }
        assertThat(feed.samples()).isEqualTo(samples);
        assertThat(samples).isEqualTo(1_280L * 7 * (8 * 17 + 2) * 10 + 324 * 2);
    }

    @Test
    void readingsAddUpToTheTruth() {
        Instant until = START.plus(Duration.ofMinutes(2));
        StampedFeed feed = new StampedFeed(HALL, Duration.ofMinutes(2), true);
        Map<String, Long> minutes = new HashMap<>();
        Map<String, Long> before = new HashMap<>();

        while (feed.hasNext()) {
            TelemetryFrame frame = decoded(feed.next());
            long[] times = SlotTimes.of(frame);
            for (Entity entity : frame.getEntitiesList()) {
                Series counter = entity.getSeries(0);
                assertThat(counter.getKind()).isEqualTo(ValueKind.COUNTER);
                long[] values = SeriesValues.unpack(counter, times.length);
                for (int i = 0; i < times.length; i++) {
                    Long earlier = before.put(entity.getEntityId(), values[i]);
                    if (earlier != null) {
                        assertThat(values[i]).isGreaterThan(earlier);
                        long minute = (times[i] - 1 - START.toEpochMilli()) / 60_000;
                        minutes.merge(entity.getEntityId() + " " + minute, values[i] - earlier, Long::sum);
                    }
                }
            }
        }

        long compared = 0;
        Map<String, Long> roles = new HashMap<>();
        for (Cells cells : HALL.truth(until).cells()) {
            assertThat(cells.values()).hasSize(2);
            if (cells.table() == Table.CHANNEL_MINUTE) {
                for (int minute = 0; minute < 2; minute++) {
                    assertThat(minutes.get(cells.subject() + " " + minute) * 1_000)
                            .isEqualTo(cells.values()[minute]);
                    compared++;
                }
            } else {
                roles.put(cells.subject(), cells.values()[0]);
            }
        }
        assertThat(compared).isEqualTo(2 * (1_280 * 9 + 324));
        assertThat(roles.get("NODE_IN")).isEqualTo(roles.get("PDU_OUT")).isGreaterThan(roles.get("GPU"));
        assertThat(roles.get("GRID_IMPORT")).isGreaterThan(roles.get("UPS_OUT"));
    }

    @Test
    void aSeedDecidesTheHall() {
        assertThat(StampedSite.of(StampedPreset.HALL_10K, 8, START)
                        .truth(START.plusSeconds(60))
                        .cells()
                        .get(0)
                        .values())
                .isNotEqualTo(HALL.truth(START.plusSeconds(60)).cells().get(0).values());
        assertThat(new StampedFeed(HALL, Duration.ofMinutes(1), true).next().value())
                .isEqualTo(new StampedFeed(HALL, Duration.ofMinutes(1), true)
                        .next()
                        .value());
    }

    @Test
    void halfAMinuteIsNoLength() {
        assertThatIllegalArgumentException().isThrownBy(() -> new StampedFeed(HALL, Duration.ofSeconds(90), true));
        assertThatIllegalArgumentException().isThrownBy(() -> HALL.truth(START.plusSeconds(90)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> StampedSite.of(StampedPreset.HALL_10K, 1, START.plusSeconds(1)));
    }

    private static TelemetryFrame decoded(FeedRecord record) {
        return ((FrameResult.Decoded) FrameCodec.decode(record.value())).frame();
    }
}
