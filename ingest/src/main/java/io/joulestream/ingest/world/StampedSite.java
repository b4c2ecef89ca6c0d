package io.joulestream.ingest.world;

import io.joulestream.ingest.world.TruthFile.Cells;
import io.joulestream.ingest.world.TruthFile.Table;
import io.joulestream.wire.FrameCodec;
import io.joulestream.wire.FrameKey;
import io.joulestream.wire.SeriesValues;
import io.joulestream.wire.v1.Entity;
import io.joulestream.wire.v1.EntityKind;
import io.joulestream.wire.v1.Packing;
import io.joulestream.wire.v1.Series;
import io.joulestream.wire.v1.SiteKind;
import io.joulestream.wire.v1.SourceKind;
import io.joulestream.wire.v1.TelemetryFrame;
import io.joulestream.wire.v1.ValueKind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * A hall whose every node repeats ten seconds of training for ever, so that its frames need only be stamped.
 *
 * <p>Nodes are of a few classes. A node's frame has ten readings a second apart of seventeen fields of each of its eight GPUs
 * and of its own counter and power; from one frame to the next each counter advances by exactly the energy of its class's
 * template. Meters above report once a minute and advance by six times the sum of the nodes below, and their losses. So
 * the truth of any whole minute is a product: nothing is simulated. No run holds the nodes. Immutable; any thread.
 */
public final class StampedSite {
    static final int SLOTS = 10;
    static final int FRAME_MILLIS = 10_000;
    static final int FRAMES_PER_MINUTE = 6;
    private static final int CLASSES = 8;
    private static final int GPU_WATTS = 1_000;
    private static final int GPU_IDLE_WATTS = 90;
    private static final int NODE_NAMEPLATE_WATTS = 11_000;
    private static final long MILLIJOULES_PER_CENTIWATT_SECOND = 10;
    private static final long LARGEST_FIRST_READING = 1_000_000_000_000L;

    private final StampedPreset preset;
    private final long seed;
    private final Instant start;
    private final List<NodeClass> classes = new ArrayList<>();
    private final List<Meter> meters = new ArrayList<>();

    /** Power in centiwatts by GPU and second, and of the node as a whole by second. */
    private record NodeClass(long[][] gpus, long[] node) {
        long gpuMillijoules(int gpu) {
            return Arrays.stream(gpus[gpu]).sum() * MILLIJOULES_PER_CENTIWATT_SECOND;
        }

        long nodeMillijoules() {
            return Arrays.stream(node).sum() * MILLIJOULES_PER_CENTIWATT_SECOND;
        }
    }

    /** What reports once a minute. */
    private record Meter(
            String id, EntityKind kind, String role, String parent, int metric, long millijoulesPerMinute) {
        long nameplateWatts() {
            return millijoulesPerMinute / 60_000 * 3 / 2 + 1_000;
        }
    }

    private StampedSite(StampedPreset preset, long seed, Instant start) {
        this.preset = preset;
        this.seed = seed;
        this.start = start;
        for (int c = 0; c < CLASSES; c++) {
            classes.add(nodeClass(Seeds.of(seed, preset.presetName() + "/class/" + c)));
        }
        addMeters();
    }

    /** @param start a whole hour; of the inventory, and of the first frame */
    public static StampedSite of(StampedPreset preset, long seed, Instant start) {
        if (start.getEpochSecond() % 3_600 != 0 || start.getNano() != 0) {
            throw new IllegalArgumentException("a hall starts on a whole hour, was " + start);
        }
        return new StampedSite(preset, seed, start);
    }

    public StampedPreset preset() {
        return preset;
    }

    private static NodeClass nodeClass(SplittableRandom random) {
        int reducesAt = random.nextInt(SLOTS);
        long[][] gpus = new long[StampedPreset.GPUS_PER_NODE][SLOTS];
        long[] node = new long[SLOTS];
        for (int gpu = 0; gpu < gpus.length; gpu++) {
            int spread = 985 + random.nextInt(31);
            for (int second = 0; second < SLOTS; second++) {
                int perMille = second == reducesAt ? 430 : 900 + random.nextInt(50);
                gpus[gpu][second] = Ticks.CENTIWATTS_PER_WATT * GPU_IDLE_WATTS
                        + Ticks.CENTIWATTS_PER_WATT * (GPU_WATTS - GPU_IDLE_WATTS) * perMille / 1_000 * spread / 1_000;
                node[second] += gpus[gpu][second];
            }
        }
        for (int second = 0; second < SLOTS; second++) {
            node[second] = (node[second] + 90_000) * 108 / 100;
        }
        return new NodeClass(gpus, node);
    }

    private void addMeters() {
        long it = 0;
        List<Meter> pdus = new ArrayList<>();
        for (int rack = 0; rack < preset.racks(); rack++) {
            long rackEnergy = 0;
            for (int node = 0; node < StampedPreset.NODES_PER_RACK; node++) {
                rackEnergy += FRAMES_PER_MINUTE * classOf(rack, node).nodeMillijoules();
            }
            pdus.add(new Meter("pdu/rack-" + (rack + 1), EntityKind.PDU, "PDU_OUT", "ups/UPS-1", 31, rackEnergy));
            it += rackEnergy;
        }
        long cooling = it * 7 / 100;
        long facility = it * 103 / 100 + cooling;
        meters.add(new Meter("meter/FEED-1", EntityKind.METER, "GRID_IMPORT", "", 31, facility / 2));
        meters.add(new Meter("meter/FEED-2", EntityKind.METER, "GRID_IMPORT", "", 31, facility - facility / 2));
        meters.add(new Meter("ups/UPS-1", EntityKind.UPS, "UPS_OUT", "meter/FEED-1", 31, it * 101 / 100));
        meters.add(new Meter("cooling/CH-1", EntityKind.CHILLER, "COOLING_ELEC", "", 31, cooling));
        meters.addAll(pdus);
    }

    private int classNumber(int rack, int node) {
        return (rack * StampedPreset.NODES_PER_RACK + node) % CLASSES;
    }

    private NodeClass classOf(int rack, int node) {
        return classes.get(classNumber(rack, node));
    }

    private long firstReading(String entity) {
        return Seeds.of(seed, preset.presetName() + "/" + entity + "/register").nextLong(LARGEST_FIRST_READING);
    }

    /** The site's inventory, valid from the start. */
    public String siteYaml() {
        StringBuilder yaml = new StringBuilder();
        long nodes = (long) preset.racks() * StampedPreset.NODES_PER_RACK;
        yaml.append("# Synthetic: made by the generator's preset ")
                .append(preset.presetName())
                .append(".\n");
        yaml.append("site: ").append(preset.presetName()).append('\n');
        yaml.append("name: Synthetic ").append(preset.presetName()).append('\n');
        yaml.append("kind: hyperscale\nzone: America/New_York\ngridZone: US-SRVC\n");
        yaml.append("effectiveFrom: ").append(start).append('\n');
        yaml.append("allowHistory: true\nitBoundary: NODE_IN\n");
        yaml.append("installedItKw: ")
                .append(nodes * NODE_NAMEPLATE_WATTS / 1_000)
                .append('\n');
        yaml.append("designPue: 1.15\n\nentities:\n");
        String racks = "rack-[1-" + preset.racks() + "]";
        String node = racks + "/node[1-" + StampedPreset.NODES_PER_RACK + "]";
        List<Meter> own =
                meters.stream().filter(m -> m.kind() != EntityKind.PDU).toList();
        for (Meter meter : own) {
            declare(yaml, meter.id(), meter.kind(), meter.role(), meter.parent(), meter.nameplateWatts());
            channel(yaml, "meter.energy.active", "PT60S", true);
        }
        long pduWatts = meters.stream()
                .filter(m -> m.kind() == EntityKind.PDU)
                .mapToLong(Meter::nameplateWatts)
                .max()
                .orElseThrow();
        declare(yaml, "pdu/" + racks, EntityKind.PDU, "PDU_OUT", "ups/UPS-1", pduWatts);
        channel(yaml, "meter.energy.active", "PT60S", true);
        declare(yaml, node, EntityKind.NODE, "NODE_IN", "pdu/" + racks, NODE_NAMEPLATE_WATTS);
        channel(yaml, "node.energy", "PT1S", true);
        channel(yaml, "node.power", "PT1S", false);
        declare(
                yaml,
                node + "/gpu[0-" + (StampedPreset.GPUS_PER_NODE - 1) + "]",
                EntityKind.GPU,
                "GPU",
                node,
                GPU_WATTS);
        channel(yaml, "gpu.energy", "PT1S", true);
        channel(yaml, "gpu.power", "PT1S", false);
        return yaml.toString();
    }

    private static void declare(
            StringBuilder yaml, String id, EntityKind kind, String role, String parent, long nameplateWatts) {
        yaml.append("  - id: ").append(id).append("\n    kind: ").append(kind.name());
        yaml.append("\n    role: ").append(role).append('\n');
        if (!parent.isEmpty()) {
            yaml.append("    parent: ").append(parent).append('\n');
        }
        yaml.append("    nameplateW: ").append(nameplateWatts).append("\n    channels:\n");
    }

    private static void channel(StringBuilder yaml, String metric, String period, boolean counter) {
        yaml.append("      - { metric: ")
                .append(metric)
                .append(", samplePeriod: ")
                .append(period);
        yaml.append(counter ? ", resolutionJ: 0.001 }\n" : " }\n");
    }

    /** A frame of each of the site's owners, ready to be stamped. */
    List<Stamp> stamps(boolean history) {
        List<Stamp> stamps = new ArrayList<>();
        for (int rack = 0; rack < preset.racks(); rack++) {
            for (int node = 0; node < StampedPreset.NODES_PER_RACK; node++) {
                stamps.add(nodeStamp("rack-" + (rack + 1) + "/node" + (node + 1), classOf(rack, node), history));
            }
        }
        for (Meter meter : meters) {
            TelemetryFrame.Builder frame = header(meter.id(), history).setSlots(1);
            frame.addEntities(Entity.newBuilder()
                    .setEntityId(meter.id())
                    .setKind(meter.kind())
                    .addSeries(counter(meter.metric(), new long[1])));
            stamps.add(new Stamp(
                    new StampedFrame(FrameKey.of(frame.build()).toString(), frame.build(), List.of(new int[] {0, 0})),
                    new long[] {firstReading(meter.id())},
                    new long[] {meter.millijoulesPerMinute()},
                    FRAMES_PER_MINUTE,
                    1));
        }
        return stamps;
    }

    /**
     * @param first what its counters show in frame 0
     * @param perFrame by how much each advances from one of its frames to the next
     * @param everyFrames how many spans of ten seconds lie between two of its frames
     * @param samples in each
     */
    record Stamp(StampedFrame frame, long[] first, long[] perFrame, int everyFrames, int samples) {}

    private Stamp nodeStamp(String id, NodeClass nodeClass, boolean history) {
        TelemetryFrame.Builder frame = header(id, history).setSlots(SLOTS).setStepMs(FRAME_MILLIS / SLOTS);
        List<int[]> counters = new ArrayList<>();
        long[] first = new long[1 + StampedPreset.GPUS_PER_NODE];
        long[] perFrame = new long[first.length];
        frame.addEntities(Entity.newBuilder()
                .setEntityId(id)
                .setKind(EntityKind.NODE)
                .addSeries(counter(21, energySoFar(nodeClass.node())))
                .addSeries(gauge(20, watts(nodeClass.node()))));
        counters.add(new int[] {0, 0});
        first[0] = firstReading(id);
        perFrame[0] = nodeClass.nodeMillijoules();
        for (int gpu = 0; gpu < StampedPreset.GPUS_PER_NODE; gpu++) {
            String gpuId = id + "/gpu" + gpu;
            frame.addEntities(gpuEntity(gpuId, nodeClass.gpus()[gpu]));
            counters.add(new int[] {gpu + 1, 0});
            first[gpu + 1] = firstReading(gpuId);
            perFrame[gpu + 1] = nodeClass.gpuMillijoules(gpu);
        }
        int samples = frame.getEntitiesList().stream()
                .mapToInt(entity -> SLOTS * entity.getSeriesCount())
                .sum();
        String key = FrameKey.of(frame.build()).toString();
        return new Stamp(new StampedFrame(key, frame.build(), counters), first, perFrame, 1, samples);
    }

    /** All seventeen fields that the registry has of a GPU, from its energy and power to its last error. */
    private static Entity.Builder gpuEntity(String id, long[] centiwatts) {
        long[] energy = energySoFar(centiwatts);
        Entity.Builder entity = Entity.newBuilder()
                .setEntityId(id)
                .setKind(EntityKind.GPU)
                .addSeries(counter(2, energy))
                .addSeries(gauge(1, watts(centiwatts)));
        for (int metric = 3; metric <= 14; metric++) {
            long[] values = new long[SLOTS];
            for (int slot = 0; slot < SLOTS; slot++) {
                values[slot] = 100 + centiwatts[slot] % 397 * metric % 700;
            }
            entity.addSeries(gauge(metric, values));
        }
        long[] throttled = new long[SLOTS];
        return entity.addSeries(series(15, ValueKind.COUNTER, 0, energy))
                .addSeries(series(16, ValueKind.STATE, 0, throttled))
                .addSeries(series(17, ValueKind.COUNTER, 0, throttled));
    }

    private static long[] energySoFar(long[] centiwatts) {
        long[] energy = new long[SLOTS];
        for (int slot = 1; slot < SLOTS; slot++) {
            energy[slot] = energy[slot - 1] + centiwatts[slot - 1] * MILLIJOULES_PER_CENTIWATT_SECOND;
        }
        return energy;
    }

    /** In milliwatts, to a whole watt. */
    private static long[] watts(long[] centiwatts) {
        return Arrays.stream(centiwatts).map(power -> power / 100 * 1_000).toArray();
    }

    private static Series.Builder gauge(int metric, long[] thousandths) {
        return series(metric, ValueKind.GAUGE, -3, thousandths);
    }

    private static Series.Builder series(int metric, ValueKind kind, int exp10, long[] values) {
        Series.Builder series =
                Series.newBuilder().setMetric(metric).setKind(kind).setExp10(exp10);
        SeriesValues.pack(values, series);
        return series;
    }

    /** Packed as differences, so that only the first reading has to be stamped. */
    private static Series.Builder counter(int metric, long[] millijoules) {
        Series.Builder series = Series.newBuilder()
                .setMetric(metric)
                .setKind(ValueKind.COUNTER)
                .setExp10(-3)
                .setPacking(Packing.DELTA1);
        for (int slot = 0; slot < millijoules.length; slot++) {
            series.addV(slot == 0 ? millijoules[0] : millijoules[slot] - millijoules[slot - 1]);
        }
        return series;
    }

    private TelemetryFrame.Builder header(String owner, boolean history) {
        return TelemetryFrame.newBuilder()
                .setSchemaVersion(FrameCodec.SCHEMA_VERSION)
                .setTenantId(WorldSite.TENANT)
                .setSiteId(preset.presetName())
                .setSiteKind(SiteKind.HYPERSCALE)
                .setOwnerId(owner)
                .setSource(SourceKind.GENERATOR)
                .setProducerId("generator/" + preset.presetName())
                .setSessionId(start.toEpochMilli())
                .setHistory(history);
    }

    /**
     * What must be stored of the whole minutes from the start to {@code until}, whose readings a {@link StampedFeed} up to
     * there has sent.
     */
    public TruthFile truth(Instant until) {
        int minutes = Math.toIntExact(Duration.between(start, until).toMinutes());
        if (minutes < 1 || !start.plusSeconds(60L * minutes).equals(until)) {
            throw new IllegalArgumentException(
                    "truth ends a whole number of minutes after " + start + ", was " + until);
        }
        List<Cells> cells = new ArrayList<>();
        List<TruthFile.Gauge> gauges = new ArrayList<>();
        Map<String, Long> roles = new LinkedHashMap<>();
        Map<String, Long> nameplates = new LinkedHashMap<>();
        for (Meter meter : meters) {
            long watts = meter.kind() == EntityKind.PDU ? 0 : meter.nameplateWatts();
            add(
                    cells,
                    roles,
                    nameplates,
                    meter.id(),
                    meter.role(),
                    meter.metric(),
                    meter.millijoulesPerMinute(),
                    watts,
                    minutes);
        }
        long pduWatts = meters.stream()
                .filter(m -> m.kind() == EntityKind.PDU)
                .mapToLong(Meter::nameplateWatts)
                .max()
                .orElseThrow();
        nameplates.merge("PDU_OUT", pduWatts * preset.racks(), Long::sum);
        for (int rack = 0; rack < preset.racks(); rack++) {
            for (int node = 0; node < StampedPreset.NODES_PER_RACK; node++) {
                NodeClass nodeClass = classOf(rack, node);
                String id = "rack-" + (rack + 1) + "/node" + (node + 1);
                long perMinute = FRAMES_PER_MINUTE * nodeClass.nodeMillijoules();
                add(cells, roles, nameplates, id, "NODE_IN", 21, perMinute, NODE_NAMEPLATE_WATTS, minutes);
                gauges.add(gaugeOf(id, 20, nodeClass.node(), until));
                for (int gpu = 0; gpu < StampedPreset.GPUS_PER_NODE; gpu++) {
                    String gpuId = id + "/gpu" + gpu;
                    long gpuPerMinute = FRAMES_PER_MINUTE * nodeClass.gpuMillijoules(gpu);
                    add(cells, roles, nameplates, gpuId, "GPU", 2, gpuPerMinute, GPU_WATTS, minutes);
                    gauges.add(gaugeOf(gpuId, 1, nodeClass.gpus()[gpu], until));
                }
            }
        }
        List<TruthFile.RoleNameplate> plates = new ArrayList<>();
        roles.forEach((role, perMinute) -> {
            boolean must = !role.equals("GPU");
            cells.add(constant(Table.SITE_MINUTE, must, role, 0, 60, minutes, perMinute));
            if (minutes >= 60) {
                cells.add(constant(Table.SITE_HOUR, must, role, 0, 3_600, minutes / 60, 60 * perMinute));
            }
            plates.add(new TruthFile.RoleNameplate(preset.presetName(), role, nameplates.get(role)));
        });
        long wholeHours = minutes / 60 * 60L;
        TruthFile.Site site = new TruthFile.Site(
                preset.presetName(),
                3_600,
                true,
                wholeHours * roles.get("GRID_IMPORT"),
                wholeHours * roles.get("NODE_IN"));
        return new TruthFile(
                seed,
                WorldSite.TENANT,
                start,
                until,
                List.of(site),
                plates,
                List.of(),
                cells,
                List.of(),
                gauges,
                List.of(),
                List.of());
    }

    private void add(
            List<Cells> cells,
            Map<String, Long> roles,
            Map<String, Long> nameplates,
            String entity,
            String role,
            int metric,
            long millijoulesPerMinute,
            long nameplateWatts,
            int minutes) {
        cells.add(constant(Table.CHANNEL_MINUTE, true, entity, metric, 60, minutes, millijoulesPerMinute));
        roles.merge(role, millijoulesPerMinute, Long::sum);
        nameplates.merge(role, nameplateWatts, Long::sum);
    }

    private Cells constant(
            Table table, boolean must, String subject, int metric, int stepSeconds, int count, long millijoules) {
        long[] values = new long[count];
        Arrays.fill(values, millijoules * Ticks.MICROJOULES_PER_MILLIJOULE);
        return new Cells(table, must, preset.presetName(), "", subject, metric, start, stepSeconds, values);
    }

    private TruthFile.Gauge gaugeOf(String entity, int metric, long[] centiwatts, Instant until) {
        long[] milliwatts = watts(centiwatts);
        return new TruthFile.Gauge(
                preset.presetName(),
                entity,
                metric,
                start,
                until,
                Arrays.stream(milliwatts).min().orElseThrow(),
                Arrays.stream(milliwatts).max().orElseThrow());
    }

    Instant start() {
        return start;
    }
}
