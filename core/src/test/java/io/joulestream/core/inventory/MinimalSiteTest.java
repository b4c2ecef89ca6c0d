package io.joulestream.core.inventory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.joulestream.core.telemetry.Metric;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

class MinimalSiteTest {
    private static final Duration PERIOD = Duration.ofMillis(1_300);
    private static final long NAMEPLATE_MILLIWATTS = 10_200_500;

    private final MinimalSite site = MinimalSite.of("acme", "imported")
            .kind(SiteKind.HYPERSCALE)
            .zone(ZoneId.of("America/New_York"))
            .node("node-1", PERIOD, SampleKind.AVERAGED, NAMEPLATE_MILLIWATTS)
            .node("123", PERIOD, SampleKind.INSTANT, NAMEPLATE_MILLIWATTS)
            .check("meter/ac", "node-1", Metric.METER_POWER_ACTIVE, PERIOD, SampleKind.INSTANT, NAMEPLATE_MILLIWATTS)
            .check("meter/kwh", "node-1", Metric.METER_ENERGY_ACTIVE, PERIOD, SampleKind.INSTANT, NAMEPLATE_MILLIWATTS);

    @Test
    void theTextIsTheInventory() {
        SiteInventory parsed = SiteInventoryParser.parse(site.toYaml()).orElseThrow();

        assertThat(parsed.effectiveFrom()).isEqualTo(Instant.parse("2015-01-01T00:00:00Z"));
        assertThat(parsed.allowHistory()).isTrue();
        assertThat(parsed.kind()).isEqualTo(SiteKind.HYPERSCALE);
        assertThat(parsed.zone()).isEqualTo(ZoneId.of("America/New_York"));
        assertThat(parsed.itEntities()).extracting(Entity::id).containsExactly("node-1", "123");
        Entity node = parsed.entity("node-1").orElseThrow();
        assertThat(node.nameplateMilliwatts()).isEqualTo(NAMEPLATE_MILLIWATTS);
        Channel power = node.channel(Metric.NODE_POWER).orElseThrow();
        assertThat(power.samplePeriod()).isEqualTo(PERIOD);
        assertThat(power.sampleKind()).isEqualTo(SampleKind.AVERAGED);
        Entity check = parsed.entity("meter/ac").orElseThrow();
        assertThat(check.role()).isEqualTo(Role.CHECK);
        assertThat(check.parentId()).isEqualTo("node-1");
        assertThat(check.ownsItself()).isTrue();
    }

    @Test
    void theSameCallsGiveTheSameText() {
        MinimalSite one =
                MinimalSite.of("t", "s").zone(ZoneOffset.UTC).node("n", PERIOD, SampleKind.INSTANT, 1_000_000);

        assertThat(one.toYaml()).isEqualTo("""
                        tenant: 't'
                        site: 's'
                        kind: edge
                        zone: 'UTC'
                        effectiveFrom: 2015-01-01T00:00:00Z
                        allowHistory: true
                        itBoundary: NODE_IN
                        entities:
                          - id: 'n'
                            kind: NODE
                            role: NODE_IN
                            nameplateW: 1000
                            channels:
                              - { metric: node.power, samplePeriod: PT1.3S, sampleKind: instant }
                        """);
        assertThat(one.toYaml()).isEqualTo(one.toYaml());
    }

    @Test
    void aNodeMayBeKnownByItsGpusAlone() {
        SiteInventory parsed = SiteInventoryParser.parse(MinimalSite.of("t", "s")
                        .name("Real: it's a GPU")
                        .unmeteredNode("node-0")
                        .gpu("node-0/gpu0", "node-0", List.of(Metric.GPU_ENERGY, Metric.GPU_POWER), PERIOD, 900_000)
                        .toYaml())
                .orElseThrow();

        Entity gpu = parsed.entity("node-0/gpu0").orElseThrow();
        assertThat(parsed.name()).contains("Real: it's a GPU");
        assertThat(parsed.entity("node-0").orElseThrow().channels()).isEmpty();
        assertThat(gpu.role()).isEqualTo(Role.GPU);
        assertThat(gpu.parentId()).isEqualTo("node-0");
        assertThat(gpu.ownerId()).isEqualTo("node-0");
        assertThat(gpu.nameplateMilliwatts()).isEqualTo(900_000);
        assertThat(gpu.energyChannel().orElseThrow().metric()).isEqualTo(Metric.GPU_ENERGY);
        assertThat(gpu.channel(Metric.GPU_POWER).orElseThrow().sampleKind()).isEqualTo(SampleKind.AVERAGED);
    }

    @Test
    void aTextThatWouldNotParseIsNeverReturned() {
        assertThatThrownBy(() -> MinimalSite.of("t", "s").toYaml()).hasMessageContaining("entities");
        assertThatThrownBy(() -> with("a'b\n- x")).hasMessageContaining("entities[0].id");
        assertThatThrownBy(() -> with("n[1-3]")).hasMessageContaining("range");
        assertThatThrownBy(() -> MinimalSite.of("t", "s")
                        .node("n", PERIOD, SampleKind.INSTANT, 0)
                        .toYaml())
                .hasMessageContaining("nameplateW");
        assertThatThrownBy(() -> MinimalSite.of("T", "s")
                        .node("n", PERIOD, SampleKind.INSTANT, 1)
                        .toYaml())
                .hasMessageContaining("tenant");
    }

    private static String with(String id) {
        return MinimalSite.of("t", "s").node(id, PERIOD, SampleKind.INSTANT, 1).toYaml();
    }
}
