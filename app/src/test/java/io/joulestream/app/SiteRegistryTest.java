package io.joulestream.app;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.joulestream.core.inventory.SiteInventory;
import org.junit.jupiter.api.Test;

class SiteRegistryTest {
    @Test
    void aZoneThatChangesTheLengthOfLedgerRowsIsRefusedAndTheRebuildNamed() {
        assertThatThrownBy(() -> SiteRegistry.refuseOtherLedgerStep(in("Europe/Berlin"), in("Asia/Kolkata")))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("Asia/Kolkata of site s asks for ledger rows of 30 minutes")
                .hasMessageContaining("Europe/Berlin have 60")
                .hasMessageContaining("joulestream site rebuild s --from 2026-01-01T00:00:00Z --apply FILE");
    }

    @Test
    void aZoneWithTheSameLedgerStepIsNotRefused() {
        assertThatCode(() -> SiteRegistry.refuseOtherLedgerStep(in("Europe/Berlin"), in("America/New_York")))
                .doesNotThrowAnyException();
    }

    private static SiteInventory in(String zone) {
        return SiteRegistry.parsed("""
                tenant: t
                site: s
                kind: edge
                zone: %s
                effectiveFrom: 2026-01-01T00:00:00Z
                itBoundary: NODE_IN
                entities:
                  - { id: node-1, kind: NODE, role: NODE_IN, nameplateW: 1000, channels: [
                      { metric: node.power, samplePeriod: PT1S } ] }
                """.formatted(zone));
    }
}
