package io.joulestream.app;

import static io.joulestream.app.MadeUpSite.TENANT;

import io.joulestream.core.ledger.ChannelMinute;
import io.joulestream.core.ledger.EnergyBuckets;
import io.joulestream.core.telemetry.Metric;
import io.joulestream.storage.Database;
import io.joulestream.storage.LedgerCopy;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** Days of minutes of a made-up site of many devices, a channel each. */
final class FillMinutes implements Fill {
    /** A row of {@code channel_minute} with its key, as docs/storage.md has it measured. */
    private static final long BYTES_A_ROW = 149;

    private static final int ROWS_AT_ONCE = 50_000;
    private static final int NAMEPLATE_W = 1_500;
    private static final String SITE = "synthetic-fleet";

    private final List<String> devices;
    private final Instant from;
    private final Instant until;

    FillMinutes(int devices, int days, Instant until) {
        this.devices = IntStream.rangeClosed(1, devices)
                .mapToObj(device -> String.format(Locale.ROOT, "node-%06d", device))
                .toList();
        this.until = until.truncatedTo(ChronoUnit.HOURS);
        this.from = this.until.minus(Duration.ofDays(days));
    }

    @Override
    public Map<String, String> yamlBySite() {
        return Map.of(
                SITE,
                "tenant: " + TENANT + "\nsite: " + SITE
                        + "\nname: \"Synthetic fleet, made up by db fill\"\nkind: edge\nzone: UTC\n"
                        + "effectiveFrom: " + MadeUpSite.EFFECTIVE_FROM
                        + "\nitBoundary: NODE_IN\nentities:\n  - { id: \"node-[000001-"
                        + devices.get(devices.size() - 1).substring(5)
                        + "]\", kind: NODE, role: NODE_IN, nameplateW: " + NAMEPLATE_W
                        + ", channels: [ { metric: node.power, samplePeriod: PT10S } ] }\n");
    }

    @Override
    public long rows() {
        return Duration.between(from, until).toMinutes() * devices.size();
    }

    @Override
    public long bytes() {
        return rows() * BYTES_A_ROW;
    }

    @Override
    public String describe() {
        return devices.size() + " devices, minutes from " + from + " to " + until;
    }

    @Override
    public long store(Database database, Progress progress) {
        long copied = 0;
        try (LedgerCopy copy = LedgerCopy.open(database.address())) {
            Instant start = afterStored(copy);
            for (Instant minute = start; minute.isBefore(until); minute = minute.plusSeconds(60)) {
                for (int device = 0; device < devices.size(); device++) {
                    copy.add(row(device, minute));
                }
                if (copy.waiting() >= ROWS_AT_ONCE) {
                    copied += copy.store();
                    progress.at((Duration.between(from, minute).toMinutes() + 1) * devices.size());
                }
            }
            copied += copy.store();
            progress.at(rows());
        }
        return copied;
    }

    /** Minutes are stored whole and in order: what an earlier call stored is not stored again. */
    private Instant afterStored(LedgerCopy copy) {
        Optional<Instant> last = last(copy, from, until);
        if (last.isPresent() && last(copy, from, from.plusSeconds(60)).isEmpty()) {
            throw Fill.another(from);
        }
        return last.map(minute -> minute.plusSeconds(60)).orElse(from);
    }

    private Optional<Instant> last(LedgerCopy copy, Instant start, Instant end) {
        return copy.lastMinute(TENANT, SITE, devices.get(0), Metric.NODE_POWER.number(), start, end);
    }

    /** Between 400 and 1,400 W, with a swing of its own in each minute. */
    private ChannelMinute row(int device, Instant minute) {
        long minutes = minute.getEpochSecond() / 60;
        long meanMilliwatts = 500_000 + MadeUpSite.noise(minutes * 1_000_003 + device, 800_000);
        long swing = MadeUpSite.noise(minutes * 1_000_003 + device + 500_000, 100_000);
        return new ChannelMinute(
                TENANT,
                SITE,
                devices.get(device),
                Metric.NODE_POWER.number(),
                minute,
                new EnergyBuckets(meanMilliwatts * 60_000, 0, 0),
                meanMilliwatts + swing,
                meanMilliwatts - swing,
                swing / 10,
                60_000,
                60_000,
                6,
                0,
                0,
                1);
    }
}
