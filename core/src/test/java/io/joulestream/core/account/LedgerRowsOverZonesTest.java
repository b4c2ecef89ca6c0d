package io.joulestream.core.account;

import static org.assertj.core.api.Assertions.assertThat;

import io.joulestream.core.account.MeterReport.FeedDifference;
import io.joulestream.core.account.MeterReport.QuantityDifference;
import io.joulestream.core.account.SiteReport.RoleDifference;
import io.joulestream.core.inventory.SiteInventoryParser;
import io.joulestream.core.ledger.EnergyBuckets;
import io.joulestream.core.ledger.VolumeBuckets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every minute of a local year lies in exactly one row of each kind, and local days begin where rows do. */
class LedgerRowsOverZonesTest {
    /** @param amount how many minutes went into it */
    private record Row(Instant start, int lengthSeconds, long amount) {
        Instant end() {
            return start.plusSeconds(lengthSeconds);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "Europe/Berlin, PT1H, 1380 1440 1500",
        "America/New_York, PT1H, 1380 1440 1500",
        "Asia/Kathmandu, PT15M, 1440",
        "Australia/Lord_Howe, PT30M, 1410 1440 1470"
    })
    void aYearOfRowsHasNeitherHoleNorOverlap(String zone, Duration ledgerStep, String minutesOfDays) {
        ZoneId id = ZoneId.of(zone);
        int stepSeconds = Math.toIntExact(ledgerStepOf(zone).toSeconds());
        assertThat(stepSeconds).isEqualTo(ledgerStep.toSeconds());
        LocalDate first = LocalDate.of(2026, 1, 1);
        Instant from = first.atStartOfDay(id).toInstant();
        Instant to = first.plusYears(1).atStartOfDay(id).toInstant();
        List<Row> site = new ArrayList<>();
        List<Row> demand = new ArrayList<>();
        List<Row> volumes = new ArrayList<>();
        for (long hour = hourOf(from); hour * 3_600 < to.getEpochSecond(); hour++) {
            fill(hour, from, to, stepSeconds, site, demand, volumes);
        }

        for (List<Row> rows : List.of(site, demand, volumes)) {
            rows.sort(Comparator.comparing(Row::start));
            Instant next = from;
            for (Row row : rows) {
                assertThat(row.start()).isEqualTo(next);
                assertThat(row.amount()).isEqualTo(row.lengthSeconds() / 60);
                next = row.end();
            }
            assertThat(next).isEqualTo(to);
            Set<Long> lengths = new HashSet<>();
            for (LocalDate day = first; day.getYear() == 2026; day = day.plusDays(1)) {
                Instant start = day.atStartOfDay(id).toInstant();
                Instant end = day.plusDays(1).atStartOfDay(id).toInstant();
                lengths.add(rows.stream()
                        .filter(row ->
                                !row.start().isBefore(start) && row.start().isBefore(end))
                        .peek(row -> assertThat(row.end()).isBeforeOrEqualTo(end))
                        .mapToLong(Row::amount)
                        .sum());
            }
            assertThat(lengths)
                    .containsExactlyInAnyOrderElementsOf(Stream.of(minutesOfDays.split(" "))
                            .map(Long::valueOf)
                            .toList());
        }
    }

    private static void fill(
            long hour, Instant from, Instant to, int step, List<Row> site, List<Row> demand, List<Row> volumes) {
        SiteHourBook book = new SiteHourBook();
        MeterHourBook meter = new MeterHourBook();
        for (long minute = hour * 60; minute < hour * 60 + 60; minute++) {
            Instant at = Instant.ofEpochSecond(minute * 60);
            if (at.isBefore(from) || !at.isBefore(to)) {
                continue;
            }
            EnergyBuckets one = new EnergyBuckets(1, 0, 0);
            book.add(new RoleDifference("GRID_IMPORT", minute, one, 0, 0, 1));
            meter.add(new FeedDifference(minute, one, 60_000, 60_000, 1));
            meter.add(new QuantityDifference(51, "RAIN", false, minute, new VolumeBuckets(1, 0, 0), 0, 0, 1));
        }
        book.publish("t", "s", 0, step).stream()
                .filter(row -> row.lengthSeconds() != 60)
                .map(row ->
                        new Row(row.start(), row.lengthSeconds(), row.energy().totalMicrojoules()))
                .forEach(site::add);
        MeterHourBook.Rows rows = meter.publish("t", "s", "m", 0, step);
        rows.demand().stream()
                .map(row ->
                        new Row(row.start(), row.lengthSeconds(), row.energy().totalMicrojoules()))
                .forEach(demand::add);
        rows.quantities().stream()
                .map(row ->
                        new Row(row.start(), row.lengthSeconds(), row.volume().totalMillilitres()))
                .forEach(volumes::add);
    }

    private static long hourOf(Instant instant) {
        return Math.floorDiv(instant.getEpochSecond(), 3_600L);
    }

    private static Duration ledgerStepOf(String zone) {
        return SiteInventoryParser.parse("""
                        site: s
                        kind: edge
                        zone: %s
                        effectiveFrom: 2026-01-01T00:00:00Z
                        itBoundary: NODE_IN
                        entities:
                          - { id: n, kind: NODE, role: NODE_IN }
                        """.formatted(zone)).orElseThrow().ledgerStep();
    }
}
