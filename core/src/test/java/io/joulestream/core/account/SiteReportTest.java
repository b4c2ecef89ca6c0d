package io.joulestream.core.account;

import static org.assertj.core.api.Assertions.assertThat;

import io.joulestream.core.account.SiteReport.PartDifference;
import io.joulestream.core.account.SiteReport.RoleDifference;
import io.joulestream.core.ledger.EnergyBuckets;
import org.junit.jupiter.api.Test;

class SiteReportTest {
    private static final EnergyBuckets NONE = EnergyBuckets.NONE;

    @Test
    void aDifferenceThatMovesNeitherEnergyNorTimeIsNone() {
        assertThat(role(NONE, 0, 0)).isTrue();
        assertThat(role(new EnergyBuckets(1, 0, 0), 0, 0)).isFalse();
        assertThat(role(NONE, 1, 0)).isFalse();
        assertThat(role(NONE, 0, 1)).isFalse();
        assertThat(new PartDifference("GPU//", 7, NONE, 0, 0, 3).isNone()).isTrue();
        assertThat(new PartDifference("GPU//", 7, NONE, 0, -1, 3).isNone()).isFalse();
    }

    private static boolean role(EnergyBuckets energy, long coveredWattMillis, long accountedWattMillis) {
        return new RoleDifference("GRID_IMPORT", 7, energy, coveredWattMillis, accountedWattMillis, 3).isNone();
    }
}
