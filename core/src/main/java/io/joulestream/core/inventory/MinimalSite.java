package io.joulestream.core.inventory;

import static java.util.Objects.requireNonNull;

import io.joulestream.core.telemetry.Metric;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The site file an importer needs when nobody has written one: nodes with {@code node.power}, and meters to compare them
 * with. It starts before any data. The same calls give the same text, and the text always parses. Immutable.
 */
public final class MinimalSite {
    private static final Instant START = Instant.parse("2015-01-01T00:00:00Z");

    private record Device(
            String id,
            String checks,
            Metric metric,
            Duration samplePeriod,
            SampleKind sampleKind,
            long nameplateMilliwatts) {}

    private final String tenant;
    private final String site;
    private final SiteKind kind;
    private final ZoneId zone;
    private final String gridZone;
    private final List<Device> devices;

    private MinimalSite(String tenant, String site, SiteKind kind, ZoneId zone, String gridZone, List<Device> devices) {
        this.tenant = requireNonNull(tenant, "tenant");
        this.site = requireNonNull(site, "site");
        this.kind = requireNonNull(kind, "kind");
        this.zone = requireNonNull(zone, "zone");
        this.gridZone = gridZone;
        this.devices = List.copyOf(devices);
    }

    /** An edge site in UTC without entities. */
    public static MinimalSite of(String tenant, String site) {
        return new MinimalSite(tenant, site, SiteKind.EDGE, ZoneId.of("UTC"), null, List.of());
    }

    public MinimalSite kind(SiteKind kind) {
        return new MinimalSite(tenant, site, kind, zone, gridZone, devices);
    }

    /** @param zone an IANA zone; {@link ZoneOffset#UTC} is written as UTC */
    public MinimalSite zone(ZoneId zone) {
        return new MinimalSite(
                tenant, site, kind, zone.equals(ZoneOffset.UTC) ? ZoneId.of("UTC") : zone, gridZone, devices);
    }

    /** @param gridZone of the grid's emission factors, such as GB or US-CAMX; null for none */
    public MinimalSite gridZone(String gridZone) {
        return new MinimalSite(tenant, site, kind, zone, gridZone, devices);
    }

    /** One node more, read as {@code node.power}. */
    public MinimalSite node(String id, Duration samplePeriod, SampleKind sampleKind, long nameplateMilliwatts) {
        return with(new Device(id, null, Metric.NODE_POWER, samplePeriod, sampleKind, nameplateMilliwatts));
    }

    /**
     * One meter more that sees the same load as a node and is never summed.
     *
     * @param nodeId the node it checks
     * @param metric {@link Metric#METER_POWER_ACTIVE} or {@link Metric#METER_ENERGY_ACTIVE}
     * @param sampleKind for a power gauge; a register ignores it
     */
    public MinimalSite check(
            String id,
            String nodeId,
            Metric metric,
            Duration samplePeriod,
            SampleKind sampleKind,
            long nameplateMilliwatts) {
        requireNonNull(nodeId, "nodeId");
        return with(new Device(id, nodeId, metric, samplePeriod, sampleKind, nameplateMilliwatts));
    }

    /**
     * The text of the site file.
     *
     * @throws IllegalArgumentException when an id, a period or a nameplate is such that the text would not parse
     */
    public String toYaml() {
        StringBuilder yaml = new StringBuilder();
        yaml.append("tenant: ").append(quoted(tenant)).append('\n');
        yaml.append("site: ").append(quoted(site)).append('\n');
        yaml.append("kind: ").append(kind.name().toLowerCase(Locale.ROOT)).append('\n');
        yaml.append("zone: ").append(quoted(zone.getId())).append('\n');
        if (gridZone != null) {
            yaml.append("gridZone: ").append(quoted(gridZone)).append('\n');
        }
        yaml.append("effectiveFrom: ").append(START).append('\n');
        yaml.append("allowHistory: true\n");
        yaml.append("itBoundary: NODE_IN\n");
        yaml.append("entities:\n");
        for (Device device : devices) {
            append(device, yaml);
        }
        String text = yaml.toString();
        SiteInventory parsed = SiteInventoryParser.parse(text).orElseThrow();
        if (parsed.entities().size() != devices.size()) {
            throw new IllegalArgumentException("an id of " + parsed + " is a range; a minimal site names each device");
        }
        return text;
    }

    private static void append(Device device, StringBuilder yaml) {
        boolean node = device.checks == null;
        yaml.append("  - id: ").append(quoted(device.id)).append('\n');
        yaml.append("    kind: ").append(node ? "NODE" : "METER").append('\n');
        yaml.append("    role: ").append(node ? "NODE_IN" : "CHECK").append('\n');
        if (!node) {
            yaml.append("    parent: ").append(quoted(device.checks)).append('\n');
        }
        yaml.append("    nameplateW: ")
                .append(BigDecimal.valueOf(device.nameplateMilliwatts, 3)
                        .stripTrailingZeros()
                        .toPlainString())
                .append('\n');
        yaml.append("    channels:\n");
        yaml.append("      - { metric: ").append(device.metric.dottedName());
        yaml.append(", samplePeriod: ").append(device.samplePeriod);
        if (device.metric.valueKind() == Metric.ValueKind.GAUGE) {
            yaml.append(", sampleKind: ").append(device.sampleKind.name().toLowerCase(Locale.ROOT));
        }
        yaml.append(" }\n");
    }

    /** A single-quoted scalar: nothing inside it means anything to YAML, and a quote is doubled. */
    private static String quoted(String text) {
        return "'" + text.replace("'", "''") + "'";
    }

    private MinimalSite with(Device device) {
        requireNonNull(device.id, "id");
        requireNonNull(device.samplePeriod, "samplePeriod");
        requireNonNull(device.sampleKind, "sampleKind");
        List<Device> more = new ArrayList<>(devices);
        more.add(device);
        return new MinimalSite(tenant, site, kind, zone, gridZone, more);
    }
}
