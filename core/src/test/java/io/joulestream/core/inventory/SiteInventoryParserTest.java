package io.joulestream.core.inventory;

import static io.joulestream.core.inventory.Sites.below;
import static io.joulestream.core.inventory.Sites.gpu;
import static io.joulestream.core.inventory.Sites.node;
import static io.joulestream.core.inventory.Sites.site;
import static org.assertj.core.api.Assertions.assertThat;

import io.joulestream.core.telemetry.Metric;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SiteInventoryParserTest {
    private static final String FULL = """
            tenant: acme
            site: edge-berlin
            name: "Edge site Berlin"
            kind: edge
            zone: Europe/Berlin
            gridZone: DE
            effectiveFrom: 2026-01-01T01:00:00+01:00
            acceptHistory: P40D
            allowHistory: true
            itBoundary: node_in
            installedItKw: 24.5
            designPue: 1.35
            tariff: { currency: EUR, perKwh: "0.2100" }
            entities:
              - id: meter/MDB-1
                kind: METER
                role: GRID_IMPORT
                nameplateW: 40000.5
                accuracyClassPercent: 0.5
                ctClassPercent: 0.2
                channels:
                  - { metric: meter.energy.active, samplePeriod: PT60S, resolutionJ: 3600, modulusJ: 15461882265600, ctRatio: 400/5 }
                  - { metric: meter.power.active, samplePeriod: PT10S, sampleKind: averaged, resolutionW: 0.1 }
              - id: node-a[01-03]
                kind: NODE
                role: NODE_IN
                parent: meter/MDB-1
                nameplateW: 1000
                channels:
                  - { metric: node.power, samplePeriod: PT2S, sampleKind: instant, jitter: PT0.25S }
            """;

    @Test
    void everyFieldOfTheSiteIsRead() {
        SiteInventory site = SiteInventoryParser.parse(FULL).orElseThrow();

        assertThat(site.tenant()).isEqualTo("acme");
        assertThat(site.site()).isEqualTo("edge-berlin");
        assertThat(site.name()).contains("Edge site Berlin");
        assertThat(site.kind()).isEqualTo(SiteKind.EDGE);
        assertThat(site.zone()).isEqualTo(ZoneId.of("Europe/Berlin"));
        assertThat(site.gridZone()).contains("DE");
        assertThat(site.effectiveFrom()).isEqualTo(Instant.parse("2026-01-01T00:00:00Z"));
        assertThat(site.acceptHistory()).isEqualTo(Duration.ofDays(40));
        assertThat(site.allowHistory()).isTrue();
        assertThat(site.itBoundary()).isEqualTo(Role.NODE_IN);
        assertThat(site.installedItMilliwatts()).hasValue(24_500_000);
        assertThat(site.designPue()).contains(new BigDecimal("1.35"));
        assertThat(site.tariff()).contains(new FlatTariff("EUR", new BigDecimal("0.2100")));
        assertThat(site.ledgerStep()).isEqualTo(Duration.ofHours(1));
    }

    @Test
    void everyFieldOfAnEntityIsRead() {
        SiteInventory site = SiteInventoryParser.parse(FULL).orElseThrow();

        Entity meter = site.entity("meter/MDB-1").orElseThrow();
        assertThat(meter.kind()).isEqualTo(EntityKind.METER);
        assertThat(meter.role()).isEqualTo(Role.GRID_IMPORT);
        assertThat(meter.parentId()).isNull();
        assertThat(meter.nameplateMilliwatts()).isEqualTo(40_000_500);
        assertThat(meter.accuracyClassPercent()).isEqualByComparingTo("0.5");
        assertThat(meter.ctClassPercent()).isEqualByComparingTo("0.2");
        Channel register = meter.channel(Metric.METER_ENERGY_ACTIVE).orElseThrow();
        assertThat(register.samplePeriod()).isEqualTo(Duration.ofMinutes(1));
        assertThat(register.resolution()).isEqualTo(3_600_000_000L);
        assertThat(register.ctRatio()).isEqualTo(new Ratio(80, 1));
        assertThat(register.jitter()).isEqualTo(Duration.ofMillis(100));
        Channel gauge = meter.channel(Metric.METER_POWER_ACTIVE).orElseThrow();
        assertThat(gauge.sampleKind()).isEqualTo(SampleKind.AVERAGED);
        assertThat(gauge.resolution()).isEqualTo(100);
        assertThat(gauge.hasModulus()).isFalse();
        Entity node = site.entity("node-a02").orElseThrow();
        assertThat(node.parentId()).isEqualTo("meter/MDB-1");
        assertThat(node.channel(Metric.NODE_POWER).orElseThrow().jitter()).isEqualTo(Duration.ofMillis(250));
    }

    @Test
    void aThirtyTwoBitRegisterOfWattHoursHasItsExactModulusThoughALongIsTooSmall() {
        SiteInventory site = SiteInventoryParser.parse(FULL).orElseThrow();

        BigInteger modulus =
                site.entity("meter/MDB-1").orElseThrow().channels().get(0).modulus();

        assertThat(modulus)
                .isEqualTo(BigInteger.TWO
                        .pow(32)
                        .multiply(BigInteger.valueOf(3600))
                        .multiply(BigInteger.valueOf(1_000_000)));
        assertThat(modulus.bitLength()).isGreaterThan(63);
    }

    @ParameterizedTest
    @CsvSource({"edge, P35D", "hyperscale, P7D"})
    void theKindOfSiteDecidesHowLongLateReadingsAreAccepted(String kind, Duration acceptHistory) {
        String yaml = Sites.yaml("NODE_IN", node("n")).replace("kind: edge", "kind: " + kind);

        SiteInventory site = SiteInventoryParser.parse(yaml).orElseThrow();

        assertThat(site.acceptHistory()).isEqualTo(acceptHistory);
        assertThat(site.tenant()).isEqualTo("default");
        assertThat(site.allowHistory()).isFalse();
        assertThat(site.name()).isEmpty();
        assertThat(site.gridZone()).isEmpty();
        assertThat(site.installedItMilliwatts()).isEmpty();
        assertThat(site.designPue()).isEmpty();
        assertThat(site.tariff()).isEmpty();
    }

    @Test
    void theRangesOfAParentBindByPosition() {
        SiteInventory site = site(
                "NODE_IN",
                node("node-a[01-72]"),
                gpu("node-a[01-72]/gpu[0-7]", "node-a[01-72]"),
                below("node-a[01-72]", "id: \"cpu-[1-72]\", kind: CPU, role: IT_SUB"));

        assertThat(site.entities()).hasSize(72 + 72 * 8 + 72);
        assertThat(site.entity("node-a07/gpu3").orElseThrow().parentId()).isEqualTo("node-a07");
        assertThat(site.entity("cpu-7").orElseThrow().parentId()).isEqualTo("node-a07");
        assertThat(site.entities().get(72 + 8).id()).isEqualTo("node-a02/gpu0");
    }

    @Test
    void membersOfARangeShareTheirChannelsAndSoDoAlikeDeclarations() {
        SiteInventory site = site("NODE_IN", node("a[1-2]"), node("b"));

        assertThat(site.entities().get(1).channels())
                .isSameAs(site.entities().get(0).channels());
        assertThat(site.entities().get(2).channels())
                .isSameAs(site.entities().get(0).channels());
    }

    @Test
    void aParentMayBeListedAfterItsChild() {
        SiteInventory site = site("NODE_IN", gpu("n/gpu0", "n"), node("n"));

        assertThat(site.entity("n/gpu0").orElseThrow().ownerId()).isEqualTo("n");
    }

    @Test
    void theReadingsOfAPartComeInTheFramesOfItsDeviceUnlessTheFileSaysOtherwise() {
        SiteInventory site = site(
                "NODE_IN",
                "id: pdu, kind: PDU, role: PDU_OUT",
                below("pdu", "id: pdu/outlet1, kind: OUTLET, role: IT_SUB"),
                below("pdu/outlet1", node("n")),
                gpu("n/gpu0", "n"),
                "id: gw, kind: METER, role: SENSOR",
                "id: bare, kind: GPU, role: GPU",
                "id: m[1-2], kind: METER, role: IT_SUB, owner: gw".replace("m[1-2]", "\"m[1-2]\""));

        assertThat(site.entity("pdu/outlet1").orElseThrow().ownerId()).isEqualTo("pdu");
        assertThat(site.entity("n").orElseThrow().ownsItself()).isTrue();
        assertThat(site.entity("n/gpu0").orElseThrow().ownerId()).isEqualTo("n");
        assertThat(site.entity("bare").orElseThrow().ownsItself()).isTrue();
        assertThat(site.entitiesOf("gw")).extracting(Entity::id).containsExactly("gw", "m1", "m2");
        assertThat(site.entitiesOf("n")).extracting(Entity::id).containsExactly("n", "n/gpu0");
        assertThat(site.entitiesOf("n/gpu0")).isEmpty();
        assertThat(site.owners()).containsExactly("pdu", "n", "gw", "bare");
    }

    @Test
    void attributesBelongToTheirRoles() {
        SiteInventory site = site(
                "NODE_IN",
                Sites.meter("pv", "ONSITE_GEN") + ", renewable: true",
                Sites.meter("chp", "ONSITE_GEN"),
                "id: w, kind: METER, role: WATER_IN, water: fresh_other",
                "id: sw, kind: NODE, role: NETWORK",
                "id: st, kind: NODE, role: STORAGE_IT, allocationKey: BYTES");

        assertThat(site.entity("pv").orElseThrow().renewable()).isTrue();
        assertThat(site.entity("chp").orElseThrow().renewable()).isFalse();
        assertThat(site.entity("w").orElseThrow().water()).isEqualTo(WaterKind.FRESH_OTHER);
        assertThat(site.entity("sw").orElseThrow().allocationKey()).isEqualTo(AllocationKey.NODE_HOURS);
        assertThat(site.entity("st").orElseThrow().allocationKey()).isEqualTo(AllocationKey.BYTES);
    }

    @Test
    void aTurkishDefaultLocaleChangesNothing() {
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.forLanguageTag("tr"));

            SiteInventory site = SiteInventoryParser.parse(FULL).orElseThrow();
            String made = MinimalSite.of("t", "s")
                    .node("n", Duration.ofSeconds(1), SampleKind.INSTANT, 1_000_000)
                    .toYaml();

            assertThat(site.itBoundary()).isEqualTo(Role.NODE_IN);
            assertThat(made).contains("sampleKind: instant");
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void aByteOrderMarkAndWindowsLineEndsAreRead() {
        String yaml = "\uFEFF" + FULL.replace("\n", "\r\n");

        assertThat(SiteInventoryParser.parse(yaml)).isEqualTo(SiteInventoryParser.parse(FULL));
    }

    @Test
    void theSameTextGivesAnEqualInventory() {
        SiteInventory a = SiteInventoryParser.parse(FULL).orElseThrow();
        SiteInventory b = SiteInventoryParser.parse(FULL).orElseThrow();

        assertThat(a)
                .isEqualTo(b)
                .hasSameHashCodeAs(b)
                .hasToString("acme/edge-berlin from 2026-01-01T00:00:00Z, 4 entities");
    }

    @Test
    void aHundredThousandGpusTakeTensOfMegabytes() {
        String yaml = Sites.yaml(
                "PDU_OUT",
                Sites.meter("pdu/P-[001-250]", "PDU_OUT"),
                below("pdu/P-[001-250]", node("p[001-250]/node[01-50]")),
                gpu("p[001-250]/node[01-50]/gpu[0-7]", "p[001-250]/node[01-50]"));
        long before = used();

        SiteInventory site = SiteInventoryParser.parse(yaml).orElseThrow();
        long bytes = used() - before;

        assertThat(site.entities()).hasSize(250 + 12_500 + 100_000);
        assertThat(site.powerGroups()).hasSize(12_500);
        assertThat(site.entitiesOf("p250/node50")).hasSize(9);
        assertThat(bytes).isLessThan(60L << 20);
    }

    private static long used() {
        Runtime runtime = Runtime.getRuntime();
        System.gc();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
