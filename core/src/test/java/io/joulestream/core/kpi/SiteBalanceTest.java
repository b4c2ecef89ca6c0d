package io.joulestream.core.kpi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.joulestream.core.inventory.EnergyPart;
import io.joulestream.core.inventory.Entity;
import io.joulestream.core.inventory.InventoryHistory;
import io.joulestream.core.inventory.InventoryVersion;
import io.joulestream.core.inventory.SiteInventory;
import io.joulestream.core.inventory.SiteInventoryParser;
import io.joulestream.core.kpi.SiteBalance.Line;
import io.joulestream.core.ledger.EnergyBuckets;
import io.joulestream.core.ledger.SitePart;
import io.joulestream.core.ledger.SiteStep;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SiteBalanceTest {
    private static final Instant START = Instant.parse("2026-03-10T12:00:00Z");
    private static final Instant END = START.plusSeconds(3_600);
    private static final long HOUR_MILLIS = 3_600_000;
    private static final String HEAD = """
            site: s
            kind: edge
            zone: UTC
            effectiveFrom: 2026-01-01T00:00:00Z
            """;
    private static final String SITE = HEAD + """
            itBoundary: PDU_OUT
            entities:
              - { id: grid, kind: METER, role: GRID_IMPORT, nameplateW: 9000, channels: [ { metric: meter.energy.active, samplePeriod: PT60S } ] }
              - { id: office, kind: METER, role: NON_DC, parent: grid, nameplateW: 900, channels: [ { metric: meter.energy.active, samplePeriod: PT60S } ] }
              - { id: ups, kind: UPS, role: UPS_OUT, parent: grid, nameplateW: 5000, channels: [ { metric: meter.energy.active, samplePeriod: PT60S } ] }
              - { id: fan, kind: FAN, role: COOLING_ELEC, parent: ups, nameplateW: 500, channels: [ { metric: meter.energy.active, samplePeriod: PT60S } ] }
              - { id: pdu, kind: PDU, role: PDU_OUT, parent: ups, nameplateW: 4000, channels: [ { metric: meter.energy.active, samplePeriod: PT60S } ] }
              - { id: switch, kind: NODE, role: NETWORK, parent: pdu, nameplateW: 100, channels: [ { metric: node.energy, samplePeriod: PT60S } ] }
              - { id: "n[1-2]", kind: NODE, role: NODE_IN, parent: pdu, nameplateW: 1500, channels: [ { metric: node.energy, samplePeriod: PT60S } ] }
              - { id: "n[1-2]/g", kind: GPU, role: GPU, parent: "n[1-2]", nameplateW: 700, channels: [ { metric: gpu.energy, samplePeriod: PT60S } ] }
              - { id: chiller, kind: CHILLER, role: COOLING_ELEC, parent: grid, nameplateW: 2000, channels: [ { metric: meter.energy.active, samplePeriod: PT60S } ] }
              - { id: pump, kind: PUMP, role: COOLING_ELEC, parent: grid, nameplateW: 200 }
            """;

    /** By entity: joules of the hour. */
    private final Map<String, Long> joules = new TreeMap<>();

    private final Map<String, EnergyTotal> runs = new TreeMap<>();

    private static Map<String, Long> normalHour() {
        return new HashMap<>(Map.of(
                "grid", 10_000L,
                "office", 300L,
                "ups", 6_000L,
                "fan", 200L,
                "pdu", 5_500L,
                "switch", 50L,
                "n1", 3_000L,
                "n2", 2_300L,
                "n1/g", 2_000L,
                "n2/g", 1_500L));
    }

    @Test
    void everyJouleOfTheSupplyIsInOneLineOrInTheResidual() {
        joules.putAll(normalHour());
        joules.put("chiller", 2_900L);
        runs.put("a", energy(3_100));
        runs.put("b", energy(1_000));

        SiteBalance balance = balance(SITE);

        assertThat(balance.facility().energyMj()).as("without the office").isEqualTo("9700000");
        assertThat(known(balance))
                .containsExactly(
                        entry(Line.GPUS, 3_500L),
                        entry(Line.REST_OF_NODES, 1_800L),
                        entry(Line.NETWORK, 50L),
                        entry(Line.DISTRIBUTION_LOSS, 150L),
                        entry(Line.CONVERSION_LOSS, 300L),
                        entry(Line.CHILLERS, 2_900L),
                        entry(Line.FANS, 200L));
        assertThat(balance.residual().energyMj()).isEqualTo("800000");
        assertThat(balance.residualShare())
                .isEqualByComparingTo(new BigDecimal(8).divide(new BigDecimal(97), Numbers.CONTEXT));
        assertThat(balance.inResidual()).containsExactly(Line.PUMPS);
        assertThat(balance.lines().get(Line.PUMPS).kwh().reason()).isEqualTo(ReasonCode.METER_DOES_NOT_COVER);
        assertThat(balance.groups().energyMj()).isEqualTo("5300000");
        assertThat(balance.unallocated().energyMj()).isEqualTo("1200000");
    }

    @Test
    void aSilentMetersEnergyIsInTheResidualAndTheBalanceIsNotJudged() {
        joules.putAll(normalHour());

        SiteBalance balance = balance(SITE);

        assertThat(balance.lines().get(Line.CHILLERS).kwh().reason()).isEqualTo(ReasonCode.NO_DATA);
        assertThat(balance.inResidual()).containsExactly(Line.CHILLERS, Line.PUMPS);
        assertThat(balance.residual().energyMj()).isEqualTo("3700000");
        assertThat(balance.complete()).isFalse();
        assertThat(balance.gap(Thresholds.RESIDUAL_SHARE)).isEmpty();
    }

    @Test
    void aResidualIsTakenForAGapOnlyAboveWhatIsAllowed() {
        joules.putAll(normalHour());
        joules.put("chiller", 3_409L);

        assertThat(balance(SITE).gap(Thresholds.RESIDUAL_SHARE))
                .as("exactly 3 %")
                .isEmpty();

        joules.put("chiller", 3_408L);
        assertThat(balance(SITE).gap(Thresholds.RESIDUAL_SHARE)).isPresent();
        assertThat(balance(SITE).gap(new BigDecimal("0.05"))).isEmpty();

        joules.put("chiller", 3_992L);
        assertThat(balance(SITE).gap(Thresholds.RESIDUAL_SHARE))
                .as("meters that read more than the supply disagree too")
                .hasValueSatisfying(share -> assertThat(share).isNegative());
    }

    @Test
    void aSilentPduLeavesItsLossesUnknownAndTheGroupsKnown() {
        joules.putAll(normalHour());
        joules.put("chiller", 2_900L);
        joules.remove("pdu");

        SiteBalance balance = balance(SITE);

        assertThat(balance.inResidual()).containsExactly(Line.DISTRIBUTION_LOSS, Line.CONVERSION_LOSS, Line.PUMPS);
        assertThat(balance.residual().energyMj()).isEqualTo("1250000");
    }

    @Test
    void withoutSupplyMeterLinesAreKnownAndTheResidualIsNot() {
        String site = HEAD + """
                itBoundary: NODE_IN
                entities:
                  - { id: n1, kind: NODE, role: NODE_IN, nameplateW: 1500, channels: [ { metric: node.energy, samplePeriod: PT60S } ] }
                """;
        joules.put("n1", 1_000L);

        SiteBalance balance = balance(site);

        assertThat(balance.facility().kwh().reason()).isEqualTo(ReasonCode.NO_FACILITY_METER);
        assertThat(balance.residual().kwh().reason()).isEqualTo(ReasonCode.NO_FACILITY_METER);
        assertThat(known(balance))
                .as("no GPU is known, so the rest is all of the node")
                .containsExactly(entry(Line.REST_OF_NODES, 1_000L), entry(Line.DISTRIBUTION_LOSS, 0L));
        assertThat(balance.lines().get(Line.OTHER_COOLING).kwh().reason()).isEqualTo(ReasonCode.METER_DOES_NOT_COVER);
        assertThat(balance.unallocated().energyMj()).isEqualTo("1000000");
    }

    @Test
    void gpusStandForANodeWithoutMeter() {
        String site = HEAD + """
                itBoundary: NODE_IN
                entities:
                  - { id: grid, kind: METER, role: GRID_IMPORT, nameplateW: 9000, channels: [ { metric: meter.energy.active, samplePeriod: PT60S } ] }
                  - { id: bare, kind: NODE, role: NODE_IN, parent: grid }
                  - { id: bare/g, kind: GPU, role: GPU, parent: bare, nameplateW: 700, channels: [ { metric: gpu.energy, samplePeriod: PT60S } ] }
                """;
        joules.put("grid", 1_000L);
        joules.put("bare/g", 600L);

        SiteBalance balance = balance(site);

        assertThat(known(balance)).containsExactly(entry(Line.GPUS, 600L), entry(Line.REST_OF_NODES, 0L));
        assertThat(balance.residual().energyMj()).isEqualTo("400000");
    }

    @Test
    void aDifferenceIsCoveredAndEstimatedAsItsTermsAre() {
        joules.putAll(normalHour());
        joules.put("chiller", 2_900L);
        Map<String, EnergyBuckets> energies = new HashMap<>();
        joules.forEach((entity, energy) -> energies.put(entity, new EnergyBuckets(energy * 1_000_000, 0, 0)));
        energies.put("fan", new EnergyBuckets(0, 0, 200_000_000));
        SiteInventory inventory = SiteInventoryParser.parse(SITE).orElseThrow();

        SiteBalance balance = balance(inventory, energies, runs, Map.of("n1/g", 80));

        assertThat(balance.facility().kwh().coverage()).isEqualByComparingTo("1");
        assertThat(balance.groups().kwh().coverage()).isEqualByComparingTo("1");
        for (PublishedEnergy lacking :
                List.of(balance.lines().get(Line.GPUS), balance.lines().get(Line.REST_OF_NODES), balance.residual())) {
            assertThat(lacking.kwh().coverage()).isEqualByComparingTo("0.9");
        }
        assertThat(balance.unallocated().kwh().coverage()).isEqualByComparingTo("1");
        BigDecimal magnitudes = BigDecimal.valueOf(9_700 + 3_500 + 1_800 + 50 + 150 + 300 + 2_900 + 200);
        assertThat(balance.residual()
                        .kwh()
                        .estimatedShare()
                        .multiply(magnitudes)
                        .setScale(6, RoundingMode.HALF_EVEN))
                .as("the fan's 200 J, and as much in the loss above it, of all terms")
                .isEqualByComparingTo(balance.lines()
                        .get(Line.CONVERSION_LOSS)
                        .kwh()
                        .estimatedShare()
                        .multiply(BigDecimal.valueOf(300))
                        .add(BigDecimal.valueOf(200))
                        .setScale(6, RoundingMode.HALF_EVEN));
    }

    /** Random microjoules, so that every total is rounded. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void balancesCloseToTheLastDigit(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 100; i++) {
            SiteInventory inventory = SiteInventoryParser.parse(SITE).orElseThrow();
            Map<String, EnergyBuckets> energies = new HashMap<>();
            for (Entity entity : inventory.entities()) {
                if (random.nextInt(8) > 0) {
                    energies.put(
                            entity.id(),
                            new EnergyBuckets(random.nextLong(1L << 50), random.nextInt(9_999), random.nextInt(9_999)));
                }
            }
            energies.putIfAbsent("grid", new EnergyBuckets(1L << 50, 1, 2));
            energies.putIfAbsent("office", new EnergyBuckets(1L << 20, 1, 2));
            Map<String, EnergyTotal> some = new TreeMap<>();
            some.put("a", EnergyTotal.of(new EnergyBuckets(random.nextLong(1L << 48), 1, 2)));
            some.put("b", EnergyTotal.of(new EnergyBuckets(random.nextLong(1L << 48), 1, 2)));

            SiteBalance balance = balance(inventory, energies, some);

            BigInteger lines = balance.lines().values().stream()
                    .map(line -> line.millijoules() == null ? BigInteger.ZERO : line.millijoules())
                    .reduce(BigInteger.ZERO, BigInteger::add);
            assertThat(lines.add(balance.residual().millijoules()))
                    .as("seed %d, case %d", seed, i)
                    .isEqualTo(balance.facility().millijoules());
            if (balance.groups().millijoules() != null) {
                BigInteger ofRuns = balance.runs().values().stream()
                        .map(PublishedEnergy::millijoules)
                        .reduce(BigInteger.ZERO, BigInteger::add);
                assertThat(ofRuns.add(balance.unallocated().millijoules()))
                        .isEqualTo(balance.groups().millijoules());
            }
        }
    }

    private SiteBalance balance(String yaml) {
        Map<String, EnergyBuckets> energies = new HashMap<>();
        joules.forEach((entity, energy) -> energies.put(entity, new EnergyBuckets(energy * 1_000_000, 0, 0)));
        return balance(SiteInventoryParser.parse(yaml).orElseThrow(), energies, runs);
    }

    private static SiteBalance balance(
            SiteInventory inventory, Map<String, EnergyBuckets> energies, Map<String, EnergyTotal> runs) {
        return balance(inventory, energies, runs, Map.of());
    }

    /** @param readPercent by entity; 100 of those that are not named */
    private static SiteBalance balance(
            SiteInventory inventory,
            Map<String, EnergyBuckets> energies,
            Map<String, EnergyTotal> runs,
            Map<String, Integer> readPercent) {
        Map<String, SiteStep> steps = new TreeMap<>();
        Map<String, SitePart> parts = new TreeMap<>();
        energies.forEach((id, energy) -> {
            Entity entity = inventory.entity(id).orElseThrow();
            if (entity.energyChannel().isEmpty()) {
                return;
            }
            long covered = entity.nameplateMilliwatts() / 1_000 * HOUR_MILLIS * readPercent.getOrDefault(id, 100) / 100;
            SiteStep step =
                    new SiteStep("default", "s", entity.role().name(), START, 3_600, energy, covered, covered, 0, 0, 1);
            steps.merge(step.role(), step, SiteBalanceTest::plus);
            for (EnergyPart part : inventory.partsOf(entity)) {
                SitePart row = new SitePart("default", "s", part.text(), START, 3_600, energy, covered, covered, 0, 1);
                parts.merge(row.part(), row, SiteBalanceTest::plus);
            }
        });
        SiteWindow window = SiteWindow.of(
                InventoryHistory.of(List.of(new InventoryVersion(1, inventory))),
                START,
                END,
                new ArrayList<>(steps.values()));
        return SiteBalance.of(window, parts.values(), runs, END);
    }

    private static SiteStep plus(SiteStep a, SiteStep b) {
        return new SiteStep(
                a.tenant(),
                a.site(),
                a.role(),
                a.start(),
                a.lengthSeconds(),
                a.energy().plus(b.energy()),
                a.coveredWattMillis() + b.coveredWattMillis(),
                a.accountedWattMillis() + b.accountedWattMillis(),
                0,
                0,
                1);
    }

    private static SitePart plus(SitePart a, SitePart b) {
        return new SitePart(
                a.tenant(),
                a.site(),
                a.part(),
                a.start(),
                a.lengthSeconds(),
                a.energy().plus(b.energy()),
                a.coveredWattMillis() + b.coveredWattMillis(),
                a.accountedWattMillis() + b.accountedWattMillis(),
                0,
                1);
    }

    private static EnergyTotal energy(long joules) {
        return EnergyTotal.of(new EnergyBuckets(joules * 1_000_000, 0, 0));
    }

    /** Joules of the known lines. */
    private static Map<Line, Long> known(SiteBalance balance) {
        Map<Line, Long> known = new TreeMap<>();
        balance.lines().forEach((line, energy) -> {
            if (energy.millijoules() != null) {
                known.put(line, energy.millijoules().longValueExact() / 1_000);
            }
        });
        return known;
    }
}
