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
 * The site file an importer needs when nobody has written one: nodes with {@code node.power} or with GPUs alone, and meters
 * to compare them with. It starts before any data. The same calls give the same text, and the text always parses. Immutable.
 */
public final class MinimalSite {
    private static final Instant START = Instant.parse("2015-01-01T00:00:00Z");

    private record Reads(Metric metric, Duration samplePeriod, SampleKind sampleKind) {
        Reads {
            requireNonNull(metric, "metric");
            requireNonNull(samplePeriod, "samplePeriod");
            requireNonNull(sampleKind, "sampleKind");
        }
    }

    /** @param parent null for none */
    private record Device(
            String id, EntityKind kind, Role role, String parent, long nameplateMilliwatts, List<Reads> channels) {
        Device {
            requireNonNull(id, "id");
        }
    }

    private final String tenant;
    private final String site;
    private final String name;
    private final SiteKind kind;
    private final ZoneId zone;
    private final String gridZone;
    private final List<Device> devices;

    private MinimalSite(
            String tenant,
            String site,
            String name,
            SiteKind kind,
            ZoneId zone,
            String gridZone,
            List<Device> devices) {
        this.tenant = requireNonNull(tenant, "tenant");
        this.site = requireNonNull(site, "site");
        this.name = name;
        this.kind = requireNonNull(kind, "kind");
        this.zone = requireNonNull(zone, "zone");
        this.gridZone = gridZone;
        this.devices = List.copyOf(devices);
    }

    /** An edge site in UTC without entities. */
    public static MinimalSite of(String tenant, String site) {
        return new MinimalSite(tenant, site, null, SiteKind.EDGE, ZoneId.of("UTC"), null, List.of());
    }

    /** @param name what people call the site */
    public MinimalSite name(String name) {
        return new MinimalSite(tenant, site, name, kind, zone, gridZone, devices);
    }

    public MinimalSite kind(SiteKind kind) {
        return new MinimalSite(tenant, site, name, kind, zone, gridZone, devices);
    }

    /** @param zone an IANA zone; {@link ZoneOffset#UTC} is written as UTC */
    public MinimalSite zone(ZoneId zone) {
        return new MinimalSite(
                tenant, site, name, kind, zone.equals(ZoneOffset.UTC) ? ZoneId.of("UTC") : zone, gridZone, devices);
    }

    /** @param gridZone of the grid's emission factors, such as GB or US-CAMX; null for none */
    public MinimalSite gridZone(String gridZone) {
        return new MinimalSite(tenant, site, name, kind, zone, gridZone, devices);
    }

    /** One node more, read as {@code node.power}. */
    public MinimalSite node(String id, Duration samplePeriod, SampleKind sampleKind, long nameplateMilliwatts) {
        return with(new Device(
                id,
                EntityKind.NODE,
                Role.NODE_IN,
                null,
                nameplateMilliwatts,
                List.of(new Reads(Metric.NODE_POWER, samplePeriod, sampleKind))));
    }

    /** One node more that has no meter of its own; what it draws beyond its GPUs is not known. */
    public MinimalSite unmeteredNode(String id) {
        return with(new Device(id, EntityKind.NODE, Role.NODE_IN, null, 0, List.of()));
    }

    /**
     * One GPU more of a node.
     *
     * @param metrics {@link Metric#GPU_ENERGY}, {@link Metric#GPU_POWER} averaged by its driver, or both; at least one
     */
    public MinimalSite gpu(
            String id, String nodeId, List<Metric> metrics, Duration samplePeriod, long nameplateMilliwatts) {
        requireNonNull(nodeId, "nodeId");
        return with(new Device(
                id,
                EntityKind.GPU,
                Role.GPU,
                nodeId,
                nameplateMilliwatts,
                metrics.stream()
                        .map(metric -> new Reads(metric, samplePeriod, SampleKind.AVERAGED))
                        .toList()));
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
        return with(new Device(
                id,
                EntityKind.METER,
                Role.CHECK,
                nodeId,
                nameplateMilliwatts,
                List.of(new Reads(metric, samplePeriod, sampleKind))));
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
        if (name != null) {
            yaml.append("name: ").append(quoted(name)).append('\n');
        }
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
        yaml.append("  - id: ").append(quoted(device.id)).append('\n');
        yaml.append("    kind: ").append(device.kind).append('\n');
        yaml.append("    role: ").append(device.role).append('\n');
        if (device.parent != null) {
            yaml.append("    parent: ").append(quoted(device.parent)).append('\n');
        }
        if (device.channels.isEmpty()) {
            return;
        }
        yaml.append("    nameplateW: ")
                .append(BigDecimal.valueOf(device.nameplateMilliwatts, 3)
                        .stripTrailingZeros()
                        .toPlainString())
                .append('\n');
        yaml.append("    channels:\n");
        for (Reads channel : device.channels) {
            yaml.append("      - { metric: ").append(channel.metric.dottedName());
            yaml.append(", samplePeriod: ").append(channel.samplePeriod);
            if (channel.metric.valueKind() == Metric.ValueKind.GAUGE) {
                yaml.append(", sampleKind: ").append(channel.sampleKind.name().toLowerCase(Locale.ROOT));
            }
            yaml.append(" }\n");
        }
    }

    /** A single-quoted scalar: nothing inside it means anything to YAML, and a quote is doubled. */
    private static String quoted(String text) {
        return "'" + text.replace("'", "''") + "'";
    }

    private MinimalSite with(Device device) {
        List<Device> more = new ArrayList<>(devices);
        more.add(device);
        return new MinimalSite(tenant, site, name, kind, zone, gridZone, more);
    }
}
