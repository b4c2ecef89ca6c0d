package io.joulestream.core.kpi;

import io.joulestream.core.inventory.InventoryHistory;
import io.joulestream.core.inventory.InventoryVersion;
import io.joulestream.core.inventory.Role;
import io.joulestream.core.inventory.SiteInventoryParser;
import io.joulestream.core.ledger.EnergyBuckets;
import io.joulestream.core.ledger.SiteStep;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Sites of a few meters and rows for them, written in the units of the worked examples. Immutable. */
public final class SiteFixture {
    private static final BigDecimal MICROJOULES_PER_KWH = BigDecimal.valueOf(3_600_000_000_000L);

    private final List<String> settings;
    private final List<String> entities;

    private SiteFixture(List<String> settings, List<String> entities) {
        this.settings = List.copyOf(settings);
        this.entities = List.copyOf(entities);
    }

    /** A site in UTC that starts in 2020. */
    public static SiteFixture site(Role itBoundary) {
        return new SiteFixture(List.of("itBoundary: " + itBoundary), List.of());
    }

    /** One more line of settings, such as {@code designPue: 1.35}. */
    public SiteFixture with(String setting) {
        List<String> more = new ArrayList<>(settings);
        more.add(setting);
        return new SiteFixture(more, entities);
    }

    /** One more register of the role, read each minute. */
    public SiteFixture meter(Role role, long nameplateWatts, String... attributes) {
        List<String> more = new ArrayList<>(entities);
        boolean node = role == Role.NODE_IN;
        more.add("  - id: " + (node ? "node-" : "meter/") + role.name().toLowerCase(Locale.ROOT) + "-" + more.size());
        more.add("    kind: " + (node ? "NODE" : "METER"));
        more.add("    role: " + role);
        more.add("    nameplateW: " + nameplateWatts);
        for (String attribute : attributes) {
            if (!attribute.startsWith("resolutionJ")) {
                more.add("    " + attribute);
            }
        }
        String resolution = "";
        for (String attribute : attributes) {
            resolution = attribute.startsWith("resolutionJ") ? ", " + attribute : resolution;
        }
        String metric = role == Role.STORAGE_SOC ? "storage.soc" : node ? "node.energy" : "meter.energy.active";
        more.add("    channels: [{ metric: " + metric + ", samplePeriod: PT60S" + resolution + " }]");
        return new SiteFixture(settings, more);
    }

    public InventoryHistory history() {
        return InventoryHistory.of(List.of(version(1, "2020-01-01T00:00:00Z")));
    }

    public InventoryVersion version(int number, String effectiveFrom) {
        StringBuilder yaml = new StringBuilder("site: s\nkind: edge\n");
        if (settings.stream().noneMatch(line -> line.startsWith("zone:"))) {
            yaml.append("zone: UTC\n");
        }
        yaml.append("effectiveFrom: ").append(effectiveFrom).append('\n');
        settings.forEach(line -> yaml.append(line).append('\n'));
        yaml.append("entities:\n");
        entities.forEach(line -> yaml.append(line).append('\n'));
        return new InventoryVersion(
                number, SiteInventoryParser.parse(yaml.toString()).orElseThrow());
    }

    /** A row of a role that is read throughout. */
    public static SiteStep measured(Role role, Instant start, Duration length, String kwh, long watts) {
        return row(role, start, length, microjoules(kwh), 0, 0, watts * length.toMillis(), watts * length.toMillis());
    }

    /** A row whose energy is all interpolated. */
    public static SiteStep estimated(Role role, Instant start, Duration length, String kwh, long watts) {
        return row(role, start, length, 0, 0, microjoules(kwh), 0, watts * length.toMillis());
    }

    /** A row whose energy is a counter's difference over a gap. */
    public static SiteStep bridged(Role role, Instant start, Duration length, String kwh, long watts) {
        return row(role, start, length, 0, microjoules(kwh), 0, 0, watts * length.toMillis());
    }

    public static SiteStep row(
            Role role,
            Instant start,
            Duration length,
            long measured,
            long bridged,
            long estimated,
            long coveredWattMillis,
            long accountedWattMillis) {
        return new SiteStep(
                "default",
                "s",
                role.name(),
                start,
                (int) length.toSeconds(),
                new EnergyBuckets(measured, bridged, estimated),
                coveredWattMillis,
                accountedWattMillis,
                0,
                1,
                1);
    }

    public static long microjoules(String kwh) {
        return new BigDecimal(kwh).multiply(MICROJOULES_PER_KWH).longValueExact();
    }
}
