package io.joulestream.streaming;

import static org.assertj.core.api.Assertions.assertThat;

import io.joulestream.core.energy.ChannelId;
import io.joulestream.core.energy.RegisterChange;
import io.joulestream.core.inventory.InventoryHistory;
import io.joulestream.core.inventory.InventoryResult;
import io.joulestream.core.inventory.InventoryVersion;
import io.joulestream.core.inventory.Problem;
import io.joulestream.core.inventory.SiteInventoryParser;
import io.joulestream.core.telemetry.Metric;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the versions of a site say of the register behind a channel. */
class SiteRulesTest {
    private static final ChannelId REGISTER = new ChannelId("meter/1", Metric.METER_ENERGY_ACTIVE.number());
    private static final String EXCHANGE =
            ", exchanges: [ { at: 2026-03-10T10:17:00Z, oldFinalJ: 500, newInitialJ: 0.25 } ]";

    @Test
    void anExchangeIsBehindTheRatioOfItsTime() {
        SiteRules rules = rules(version("2026-01-01T00:00:00Z", "ctRatio: 80" + EXCHANGE));

        assertThat(rules.rule(REGISTER, 0).registerChanges())
                .containsExactly(RegisterChange.exchange(
                        at("2026-03-10T10:17:00Z"), joules(40_000), BigInteger.valueOf(20_000_000)));
    }

    @Test
    void anExchangeHoldsWhenTheVersionInForceAtItsInstantTellsIt() {
        SiteRules tooLate = rules(
                version("2026-01-01T00:00:00Z", "jitter: PT0S"),
                version("2026-03-10T10:17:01Z", "jitter: PT0S" + EXCHANGE));
        SiteRules inTime = rules(
                version("2026-01-01T00:00:00Z", "jitter: PT0S"),
                version("2026-03-10T10:17:00Z", "jitter: PT0S" + EXCHANGE),
                version("2026-04-01T00:00:00Z", "jitter: PT0S"));

        assertThat(tooLate.rule(REGISTER, 0).registerChanges()).isEmpty();
        assertThat(inTime.rule(REGISTER, at("2026-05-01T00:00:00Z")).registerChanges())
                .hasSize(1);
    }

    @Test
    void aNewRatioIsAChangeAtTheStartOfItsVersion() {
        SiteRules rules = rules(
                version("2026-01-01T00:00:00Z", "ctRatio: 400/5"), version("2026-03-01T00:00:00Z", "ctRatio: 500/5"));

        assertThat(rules.rule(REGISTER, 0).registerChanges()).singleElement().satisfies(change -> {
            assertThat(change.atMillis()).isEqualTo(at("2026-03-01T00:00:00Z"));
            assertThat(change.oldFinalMicrojoules()).isNull();
            assertThat(change.scaleNumerator().multiply(BigInteger.valueOf(4)))
                    .isEqualTo(change.scaleDenominator().multiply(BigInteger.valueOf(5)));
        });
    }

    @Test
    void aNewMeterWithANewTransformerIsOneExchange() {
        SiteRules rules = rules(
                version("2026-01-01T00:00:00Z", "ctRatio: 80"),
                version("2026-03-10T10:17:00Z", "ctRatio: 100" + EXCHANGE));

        assertThat(rules.rule(REGISTER, 0).registerChanges())
                .containsExactly(RegisterChange.exchange(
                        at("2026-03-10T10:17:00Z"), joules(40_000), BigInteger.valueOf(25_000_000)));
    }

    @Test
    void anExchangeThatIsNoneIsToldWithItsPlace() {
        String yaml = yaml(
                "2026-01-01T00:00:00Z",
                "exchanges: [ { at: 2026-03-10T10:17:00Z, oldFinalJ: -1, newInitialJ: 0 }, { at: soon, oldFinalJ: 1 } ]");

        InventoryResult result = SiteInventoryParser.parse(yaml);

        assertThat(((InventoryResult.Invalid) result).problems())
                .extracting(Problem::path)
                .containsExactlyInAnyOrder(
                        "entities[0].channels[0].exchanges[0].oldFinalJ",
                        "entities[0].channels[0].exchanges[1].at",
                        "entities[0].channels[0].exchanges[1].newInitialJ");
    }

    @Test
    void theLedgerStepIsThatOfTheVersionInForceAtTheFloorWhateverZoneComesLater() {
        String hours = version("2026-01-01T00:00:00Z", "jitter: PT0S");
        String halfHours = version("2026-03-10T10:00:00Z", "jitter: PT0S").replace("Europe/Berlin", "Asia/Kolkata");
        InventoryHistory history = rules(hours, halfHours).history();

        assertThat(rules(hours, halfHours).ledgerStepSeconds()).isEqualTo(3_600);
        assertThat(new SiteRules(history, at("2026-03-10T09:59:59Z")).ledgerStepSeconds())
                .isEqualTo(3_600);
        assertThat(new SiteRules(history, at("2026-03-10T10:00:00Z")).ledgerStepSeconds())
                .isEqualTo(1_800);
    }

    @Test
    void theEnergyOfRunsIsThatOfTheChannelOfRecordOfWhatAGroupHolds() {
        SiteRules rules = rules(version("2026-01-01T00:00:00Z", "jitter: PT0S"));

        assertThat(rules.isOfRuns(new ChannelId("node-1", Metric.NODE_POWER.number())))
                .isTrue();
        assertThat(rules.isOfRuns(new ChannelId("node-1", Metric.NODE_ENERGY.number())))
                .as("a channel beside the one of record")
                .isFalse();
        assertThat(rules.isOfRuns(REGISTER)).as("a supply, above all groups").isFalse();
        assertThat(rules.isOfRuns(new ChannelId("nothing", Metric.NODE_POWER.number())))
                .isFalse();
    }

    private static BigInteger joules(long joules) {
        return BigInteger.valueOf(joules * 1_000_000);
    }

    private static long at(String time) {
        return Instant.parse(time).toEpochMilli();
    }

    private static SiteRules rules(String... yamls) {
        List<InventoryVersion> versions = new ArrayList<>();
        for (String yaml : yamls) {
            versions.add(new InventoryVersion(
                    versions.size() + 1, SiteInventoryParser.parse(yaml).orElseThrow()));
        }
        return new SiteRules(InventoryHistory.of(versions));
    }

    private static String version(String from, String channel) {
        return yaml(from, channel);
    }

    private static String yaml(String from, String channel) {
        return """
                tenant: t
                site: s
                kind: edge
                zone: Europe/Berlin
                effectiveFrom: %s
                itBoundary: NODE_IN
                entities:
                  - { id: meter/1, kind: METER, role: GRID_IMPORT, nameplateW: 9000000, channels: [
                      { metric: meter.energy.active, samplePeriod: PT1S, %s } ] }
                  - { id: node-1, kind: NODE, role: NODE_IN, nameplateW: 1000, parent: meter/1, channels: [
                      { metric: node.power, samplePeriod: PT1S } ] }
                """.formatted(from, channel);
    }
}
