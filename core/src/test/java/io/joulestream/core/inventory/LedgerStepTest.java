package io.joulestream.core.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LedgerStepTest {
    @ParameterizedTest
    @CsvSource({
        "UTC, 60",
        "Europe/Berlin, 60",
        "America/New_York, 60",
        "Antarctica/Troll, 60",
        "Asia/Kolkata, 30",
        "Australia/Adelaide, 30",
        "Australia/Lord_Howe, 30",
        "America/St_Johns, 30",
        "Asia/Kathmandu, 15",
        "Australia/Eucla, 15",
        "Pacific/Chatham, 15"
    })
    void theStepDividesEveryOffsetOfTheZone(String zone, int minutes) {
        assertThat(LedgerStep.of(ZoneId.of(zone))).isEqualTo(Duration.ofMinutes(minutes));
    }

    @Test
    void anOffsetGivenUpSince2015StillCountsAndAnOlderOneDoesNot() {
        // Pyongyang was at +8:30 until 2018, Caracas at -4:30 until 2016; Istanbul's odd offsets ended long before
        assertThat(LedgerStep.of(ZoneId.of("Asia/Pyongyang"))).isEqualTo(Duration.ofMinutes(30));
        assertThat(LedgerStep.of(ZoneId.of("America/Caracas"))).isEqualTo(Duration.ofMinutes(30));
        assertThat(LedgerStep.of(ZoneId.of("Europe/Istanbul"))).isEqualTo(Duration.ofHours(1));
    }

    @Test
    void everyZoneHasAStep() {
        for (String zone : ZoneId.getAvailableZoneIds()) {
            assertThat(LedgerStep.of(ZoneId.of(zone))).isBetween(Duration.ofMinutes(15), Duration.ofHours(1));
        }
    }
}
