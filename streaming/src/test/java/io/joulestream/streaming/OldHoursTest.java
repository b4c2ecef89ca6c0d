package io.joulestream.streaming;

import static org.assertj.core.api.Assertions.assertThat;

import io.joulestream.core.account.MeterReport;
import io.joulestream.core.account.SiteReport;
import io.joulestream.core.energy.ChannelId;
import io.joulestream.core.energy.OwnerFrame;
import io.joulestream.core.energy.OwnerFrame.ChannelReading;
import io.joulestream.core.energy.OwnerLedger;
import io.joulestream.core.energy.Reading;
import io.joulestream.core.inventory.InventoryHistory;
import io.joulestream.core.inventory.InventoryVersion;
import io.joulestream.core.inventory.SiteInventoryParser;
import io.joulestream.core.ledger.DemandInterval;
import io.joulestream.core.ledger.SitePart;
import io.joulestream.core.ledger.SiteStep;
import io.joulestream.core.telemetry.Metric;
import io.joulestream.wire.FrameKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Why the hours of a site and its meters are kept: an owner may change them however old they are, and a row that began
 * again would stand in the place of a complete one. Two registers of a site are read: one every hour for 45 days, the
 * other in ways that reach hours past {@code acceptHistory} (35 days) which nothing has touched for weeks.
 */
class OldHoursTest {
    private static final long START = Instant.parse("2026-03-10T12:00:00Z").toEpochMilli();
    private static final long HOUR = Duration.ofHours(1).toMillis();
    private static final int DAYS = 45;
    private static final long END = START + DAYS * 24 * HOUR;
    private static final long MILLIJOULES_PER_HOUR = 3_600_001;
    private static final long MICROJOULES_PER_MILLIJOULE = 1_000;
    private static final String SITE = """
            tenant: t
            site: s
            kind: edge
            zone: Europe/Berlin
            effectiveFrom: 2026-01-01T00:00:00Z
            itBoundary: NODE_IN
            entities:
              - { id: node-1, kind: NODE, role: NODE_IN, nameplateW: 1000, channels: [ { metric: node.power, samplePeriod: PT1S } ] }
              - { id: feed-a, kind: METER, role: GRID_IMPORT, nameplateW: 10000, channels: [ { metric: meter.energy.active, samplePeriod: PT1H } ] }
              - { id: feed-b, kind: METER, role: GRID_IMPORT, nameplateW: 10000, channels: [ { metric: meter.energy.active, samplePeriod: PT1H } ] }
            """;
    private static final SiteRules RULES = new SiteRules(InventoryHistory.of(
            List.of(new InventoryVersion(1, SiteInventoryParser.parse(SITE).orElseThrow()))));

    /** As the database keeps them: of each row the one with the greatest revision. */
    private final Map<String, SiteStep> steps = new TreeMap<>();

    private final Map<String, SitePart> parts = new TreeMap<>();
    private final Map<String, DemandInterval> demand = new TreeMap<>();

    private final Subtasks<SiteReport, SiteStep> site;
    private final Subtasks<MeterReport, DemandInterval> meters;
    private final Owner feedA = new Owner("feed-a");
    private final Owner feedB = new Owner("feed-b");

    OldHoursTest() throws Exception {
        site = new Subtasks<>(BalanceSite::new, BalanceSite::keyOf, List.of(BalanceSite.PARTS), this::keepOfSite);
        meters = new Subtasks<>(AccountMeter::new, AccountMeter::keyOf, List.of(), row -> {
            DemandInterval interval = (DemandInterval) row;
            demand.merge(
                    interval.subject() + interval.start(),
                    interval,
                    (old, now) -> now.revision() > old.revision() ? now : old);
        });
    }

    @AfterEach
    void close() throws Exception {
        site.close();
        meters.close();
    }

    @Test
    void aRegisterThatWasSilentForLongerThanAcceptHistoryIsBridgedInEveryHourOfItsSilence() throws Exception {
        feedB.read(START, START);
        for (long at = START; at < END; at += HOUR) {
            feedA.read(at, at);
            publishEveryFiveDays(at);
        }

        feedB.read(END, END);
        feedA.read(END, END);
        restart();

        assertThatNothingIsLost();
    }

    @Test
    void historyOfAnotherMeterIsAddedToHoursThatNothingHasTouchedForWeeks() throws Exception {
        for (long at = START; at <= END; at += HOUR) {
            feedA.read(at, at);
            publishEveryFiveDays(at);
        }

        for (long at = START; at <= END; at += HOUR) {
            feedB.read(at, END + HOUR);
            publishEveryFiveDays(at);
        }
        restart();

        assertThatNothingIsLost();
    }

    private void publishEveryFiveDays(long at) throws Exception {
        if ((at - START) % (5 * 24 * HOUR) == 0) {
            restart();
        }
    }

    private void restart() throws Exception {
        feedA.publish();
        feedB.publish();
        site.restart(1);
        meters.restart(1);
    }

    /** Both registers advance alike, so every whole hour has twice the advance, and all hours together all of it. */
    private void assertThatNothingIsLost() {
        long both = 2 * DAYS * 24 * MILLIJOULES_PER_HOUR * MICROJOULES_PER_MILLIJOULE;

        assertThat(energies("GRID_IMPORT", 3_600).sum()).isEqualTo(both);
        assertThat(energies("GRID_IMPORT", 60).sum()).isEqualTo(both);
        assertThat(energies("GRID_IMPORT", 3_600).boxed().toList())
                .hasSize(DAYS * 24)
                .allSatisfy(microjoules -> assertThat(microjoules)
                        .isBetween(
                                2 * MILLIJOULES_PER_HOUR * MICROJOULES_PER_MILLIJOULE - 1,
                                2 * MILLIJOULES_PER_HOUR * MICROJOULES_PER_MILLIJOULE + 1));
        assertThat(parts.values().stream()
                        .mapToLong(row -> row.energy().totalMicrojoules())
                        .sum())
                .isEqualTo(both);
        assertThat(demand.values().stream()
                        .mapToLong(row -> row.energy().totalMicrojoules())
                        .sum())
                .isEqualTo(both);
    }

    private LongStream energies(String role, int lengthSeconds) {
        return steps.values().stream()
                .filter(row -> row.role().equals(role) && row.lengthSeconds() == lengthSeconds)
                .mapToLong(row -> row.energy().totalMicrojoules());
    }

    private void keepOfSite(Object row) {
        if (row instanceof SiteStep step) {
            steps.merge(
                    step.role() + step.start() + "/" + step.lengthSeconds(),
                    step,
                    (old, now) -> now.revision() > old.revision() ? now : old);
        } else if (row instanceof SitePart part) {
            parts.merge(part.part() + part.start(), part, (old, now) -> now.revision() > old.revision() ? now : old);
        }
    }

    /** One register that advances by the same each hour, and the account of its owner. */
    private final class Owner {
        private final String id;
        private final OwnerAccount account;
        private long frames;

        Owner(String id) {
            this.id = id;
            account = new OwnerAccount(new FrameKey("t", "s", id), 0, new OwnerLedger());
        }

        void read(long at, long appendedMillis) {
            frames++;
            long shown = 1_000_000 + (at - START) / HOUR * MILLIJOULES_PER_HOUR;
            Reading reading = new Reading(at, shown, 0, false, 1, 1, frames, 0);
            ChannelId channel = new ChannelId(id, Metric.METER_ENERGY_ACTIVE.number());
            OwnerFrame frame = new OwnerFrame(1, frames, List.of(new ChannelReading(channel, 0, reading)), List.of());
            assertThat(account.enter(new Admission(null, RULES, frame, List.of(), List.of()), frames, appendedMillis)
                            .rejects())
                    .isEmpty();
        }

        void publish() throws Exception {
            List<SiteReport> siteReports = new ArrayList<>();
            List<MeterReport> meterReports = new ArrayList<>();
            account.publish(row -> {}, siteReports::add, run -> {}, meterReports::add, group -> {});
            for (SiteReport report : siteReports) {
                site.process(report);
            }
            for (MeterReport report : meterReports) {
                meters.process(report);
            }
        }
    }
}
