package io.joulestream.ingest.world;

import io.joulestream.wire.v1.EntityKind;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/** Puts a site together: nodes first, then what they lose on the way, then what cools them, then the supply. */
final class SiteBuilder {
    private static final int GPU_IDLE_WATTS = 90;
    private static final long LARGEST_FIRST_READING = 1_000_000_000_000L;
    private static final int SLICES = 2;
    private static final int DC_PER_MILLE = 971;
    /** In millijoules: a register of 32 bits, and one of nine digits of a joule. */
    private static final long THIRTY_TWO_BITS = 1L << 32;

    private static final long NINE_DIGITS = 1_000_000_000_000L;
    private static final long NEAR_THE_END = 3_000_000;

    private final WorldPreset preset;
    private final SiteShape shape;
    private final long seed;
    private final Instant start;
    private final Set<Fault> faults;
    private final List<Timeline> pools = new ArrayList<>();
    private final List<WorldEntity> nodes = new ArrayList<>();
    private final List<WorldEntity> gpus = new ArrayList<>();
    private final List<WorldEntity> slices = new ArrayList<>();
    private final List<WorldEntity> directCurrents = new ArrayList<>();
    private final List<WorldEntity> entities = new ArrayList<>();
    private final StringBuilder yaml = new StringBuilder();
    private final Map<String, Load> parts = new LinkedHashMap<>();
    private final List<Load> rackLoads = new ArrayList<>();
    private final List<Load> rackChains = new ArrayList<>();

    SiteBuilder(WorldPreset preset, long seed, Instant start, long endTick, Set<Fault> faults) {
        this.preset = preset;
        this.faults = faults;
        this.shape = SiteShape.of(preset);
        this.seed = seed;
        this.start = start;
        for (int pool = 0; pool < shape.pools(); pool++) {
            String name = String.valueOf((char) ('a' + pool));
            SplittableRandom random = Seeds.of(seed, preset.presetName() + "/pool/" + name);
            pools.add(new Timeline(
                    new Timeline.Pool(
                            preset.presetName(),
                            name,
                            pool % 2 == 0,
                            pool == 0,
                            shape.tokensPerStep(),
                            shape.tokensPerStep() / SiteShape.TOKENS_PER_SAMPLE),
                    random,
                    start,
                    endTick));
        }
    }

    WorldSite build() {
        Load it = buildNodes();
        Climate climate = new Climate(
                shape,
                it,
                pools,
                Seeds.of(seed, preset.presetName() + "/weather").nextLong(),
                start);
        parts.put("chiller", Load.of(Climate.Part.CHILLER));
        parts.put("pumps", Load.of(Climate.Part.PUMPS));
        parts.put("fans", Load.of(Climate.Part.FANS));
        parts.put("other", Load.constant(shape.otherWatts() * Ticks.CENTIWATTS_PER_WATT));
        Load facility = parts.values().stream().reduce(Load.NONE, Load::plus);
        header();
        if (shape.metered()) {
            buildSupply(facility, it);
            buildDistribution();
        }
        declareNodes();
        if (shape.metered()) {
            buildCooling(it);
        }
        buildClimateSensors(climate);
        return new WorldSite(preset, shape, start, pools, climate, entities, parts, facility, it, yaml.toString());
    }

    private Load buildNodes() {
        Load pduLoss = Load.NONE;
        Load upsLoss = Load.NONE;
        Load transformerLoss = Load.NONE;
        Load it = Load.NONE;
        for (int rack = 0; rack < shape.racks(); rack++) {
            int pool = shape.poolOfRack(rack);
            Load rackLoad = Load.NONE;
            Load rackChain = Load.NONE;
            for (int node = 0; node < shape.nodesPerRack(); node++) {
                String id = rackId(rack) + "/node" + (node + 1);
                long[] input = buildNode(id, pool);
                Load load = Load.ofPool(pool, input);
                Load pdu = Load.ofPool(pool, scaled(input, 0, 5));
                Load ups = Load.ofPool(pool, scaled(input, shape.ups() ? 1_500 : 0, shape.ups() ? 25 : 0));
                Load transformer = Load.ofPool(pool, scaled(input, 0, shape.hyperscale() ? 10 : 0));
                rackLoad = rackLoad.plus(load);
                rackChain = rackChain.plus(load).plus(pdu).plus(ups).plus(transformer);
                pduLoss = pduLoss.plus(pdu);
                upsLoss = upsLoss.plus(ups);
                transformerLoss = transformerLoss.plus(transformer);
            }
            rackLoads.add(rackLoad);
            rackChains.add(rackChain);
            it = it.plus(rackLoad);
        }
        parts.put("it", it);
        parts.put("pdu-loss", pduLoss);
        parts.put("ups-loss", upsLoss);
        parts.put("transformer-loss", transformerLoss);
        return it;
    }

    /** @return what the node draws at each level: GPUs, processors, fans and network cards, and the loss of its supplies */
    private long[] buildNode(String id, int pool) {
        long[] gpuSum = new long[Level.COUNT];
        List<WorldEntity> ofThis = new ArrayList<>();
        for (int gpu = 0; gpu < shape.gpusPerNode(); gpu++) {
            String gpuId = id + "/gpu" + gpu;
            int spread = 985 + random(gpuId).nextInt(31);
            long[] power = new long[Level.COUNT];
            for (int level = 0; level < Level.COUNT; level++) {
                long aboveIdle = (shape.gpuWatts() - GPU_IDLE_WATTS) * Ticks.CENTIWATTS_PER_WATT;
                power[level] = GPU_IDLE_WATTS * Ticks.CENTIWATTS_PER_WATT
                        + aboveIdle * Level.perMille(level) / 1_000 * spread / 1_000;
                gpuSum[level] += power[level];
            }
            Load load = Load.ofPool(pool, power);
            ofThis.add(new WorldEntity(
                    gpuId,
                    EntityKind.GPU,
                    "GPU",
                    id,
                    id,
                    shape.gpuWatts(),
                    pool,
                    load,
                    gpuSensors(load, firstReading(gpuId))));
        }
        long[] input = new long[Level.COUNT];
        for (int level = 0; level < Level.COUNT; level++) {
            long processors = shape.nodeWatts() * Ticks.CENTIWATTS_PER_WATT * (level == Level.IDLE ? 6 : 10) / 10;
            long inside = (gpuSum[level] + processors) * 108 / 100;
            input[level] = inside + 2_000 + inside * 35 / 1_000;
        }
        Load load = Load.ofPool(pool, input);
        nodes.add(new WorldEntity(
                id,
                EntityKind.NODE,
                "NODE_IN",
                shape.metered() ? pduId(id) : "",
                id,
                nodeNameplate(),
                pool,
                load,
                List.of(
                        Sensor.counter(21, "node.energy", load, firstReading(id)),
                        Sensor.power(20, "node.power", load))));
        gpus.addAll(ofThis);
        if (faults.contains(Fault.MIG)) {
            addSlices(ofThis.get(0));
        }
        if (faults.contains(Fault.AC_DC)) {
            addDirectCurrent(id, pool, input);
        }
        return input;
    }

    /** Two slices of a GPU, which have an activity of their own and no energy. */
    private void addSlices(WorldEntity gpu) {
        for (int slice = 0; slice < SLICES; slice++) {
            slices.add(new WorldEntity(
                    gpu.id() + "/mig" + slice,
                    EntityKind.GPU_SLICE,
                    "SENSOR",
                    gpu.id(),
                    gpu.owner(),
                    0,
                    gpu.pool(),
                    Load.NONE,
                    List.of(Sensor.ratio(
                            10,
                            "gpu.gr.active",
                            moment -> Math.min(1_000, Level.perMille(moment.levels()[gpu.pool()]))))));
        }
    }

    /** What a node's supplies give, which its input has already. */
    private void addDirectCurrent(String node, int pool, long[] input) {
        Load load = Load.ofPool(pool, scaled(input, 0, DC_PER_MILLE));
        String id = node + "/dc";
        directCurrents.add(new WorldEntity(
                id,
                EntityKind.CIRCUIT,
                WorldSite.CHECK,
                node,
                node,
                nodeNameplate(),
                pool,
                load,
                List.of(Sensor.counter(31, "meter.energy.active", load, firstReading(id)))));
    }

    /** A hall has too many GPUs to send a second series of each. */
    private List<Sensor> gpuSensors(Load load, long first) {
        Sensor counter = Sensor.counter(2, "gpu.energy", load, first);
        return shape.hyperscale() ? List.of(counter) : List.of(counter, Sensor.power(1, "gpu.power", load));
    }

    private long nodeNameplate() {
        return roundUp((shape.gpusPerNode() * shape.gpuWatts() + shape.nodeWatts()) * 120L / 100);
    }

    private static long[] scaled(long[] levels, long constant, long perMille) {
        long[] result = new long[levels.length];
        for (int level = 0; level < levels.length; level++) {
            result[level] = constant + levels[level] * perMille / 1_000;
        }
        return result;
    }

    private void buildSupply(Load facility, Load it) {
        String accuracy = "    accuracyClassPercent: " + (shape.hyperscale() ? "0.2" : "0.5") + "\n";
        long greatest = facility.greatestCentiwatts() + it.greatestCentiwatts() / 2;
        if (shape.feeds() == 1) {
            Load grid = shape.solarWatts() == 0 ? facility : facility.minus(Load.of(Climate.Part.SOLAR));
            meter("meter/MDB-1", EntityKind.METER, "GRID_IMPORT", "", greatest, 31, grid, accuracy);
        } else {
            Load first = Load.of(Climate.Part.CHILLER);
            for (int rack = 0; rack < shape.racks() / 2; rack++) {
                first = first.plus(rackChains.get(rack));
            }
            meter("meter/FEED-1", EntityKind.METER, "GRID_IMPORT", "", greatest, 31, first, accuracy);
            meter("meter/FEED-2", EntityKind.METER, "GRID_IMPORT", "", greatest, 31, facility.minus(first), accuracy);
        }
        if (shape.solarWatts() > 0) {
            meter(
                    "meter/PV-1",
                    EntityKind.METER,
                    "ONSITE_GEN",
                    "",
                    shape.solarWatts() * Ticks.CENTIWATTS_PER_WATT,
                    31,
                    Load.of(Climate.Part.SOLAR),
                    "    renewable: true\n");
        }
    }

    private void buildDistribution() {
        String above = shape.feeds() == 1 ? "meter/MDB-1" : "meter/FEED-1";
        if (shape.ups()) {
            Load out = parts.get("it").plus(parts.get("pdu-loss"));
            meter("ups/UPS-1", EntityKind.UPS, "UPS_OUT", above, out.greatestCentiwatts(), 31, out, "");
            above = "ups/UPS-1";
        }
        long greatest =
                rackLoads.stream().mapToLong(Load::greatestCentiwatts).max().orElseThrow();
        for (int rack = 0; rack < shape.racks(); rack++) {
            String id = "pdu/" + rackId(rack);
            entities.add(meterEntity(id, EntityKind.PDU, "PDU_OUT", above, greatest, 31, rackLoads.get(rack)));
        }
        declare("pdu/rack-" + range(shape.racks()), entities.get(entities.size() - 1), above, "");
    }

    private void declareNodes() {
        entities.addAll(nodes);
        String node = "rack-" + range(shape.racks()) + "/node" + range(shape.nodesPerRack());
        declare(node, nodes.get(0), shape.metered() ? "pdu/rack-" + range(shape.racks()) : "", "");
        entities.addAll(gpus);
        declare(node + "/gpu[0-" + (shape.gpusPerNode() - 1) + "]", gpus.get(0), node, "");
        if (!slices.isEmpty()) {
            entities.addAll(slices);
            declare(node + "/gpu0/mig[0-" + (SLICES - 1) + "]", slices.get(0), node + "/gpu0", "");
        }
        if (!directCurrents.isEmpty()) {
            entities.addAll(directCurrents);
            declare(node + "/dc", directCurrents.get(0), node, "");
        }
    }

    private void buildCooling(Load it) {
        long heat = it.greatestCentiwatts();
        long chiller = heat * 100 / Climate.NAMEPLATE_COP;
        if (!shape.hyperscale()) {
            Load unit = Load.of(Climate.Part.CHILLER)
                    .plus(Load.of(Climate.Part.PUMPS))
                    .plus(Load.of(Climate.Part.FANS));
            meter(
                    "cooling/DX-1",
                    EntityKind.COOLING_UNIT,
                    "COOLING_ELEC",
                    "meter/MDB-1",
                    chiller + heat / 10,
                    31,
                    unit,
                    "");
            return;
        }
        meter("cooling/CH-1", EntityKind.CHILLER, "COOLING_ELEC", "", chiller, 31, Load.of(Climate.Part.CHILLER), "");
        meter("cooling/CDU-1", EntityKind.PUMP, "COOLING_ELEC", "", heat / 20, 31, Load.of(Climate.Part.PUMPS), "");
        meter("cooling/CRAH-1", EntityKind.FAN, "COOLING_ELEC", "", heat / 20, 31, Load.of(Climate.Part.FANS), "");
        Load liquid = Load.of(Climate.Part.LIQUID_HEAT);
        WorldEntity loop = new WorldEntity(
                "loop/CDU-1",
                EntityKind.COOLING_LOOP,
                "HEAT_REMOVED",
                "",
                "loop/CDU-1",
                nameplate(heat),
                -1,
                liquid,
                List.of(
                        Sensor.counter(44, "cool.heat.energy", liquid, 0),
                        Sensor.flow(Climate::liquidFlow),
                        Sensor.temperature(41, "cool.temp.supply", moment -> Climate.liquidSupply()),
                        Sensor.temperature(42, "cool.temp.return", Climate::liquidReturn)));
        entities.add(loop);
        declare(loop.id(), loop, "", "");
        meter("loop/AIR-1", EntityKind.COOLING_LOOP, "HEAT_REMOVED", "", heat, 44, Load.of(Climate.Part.AIR_HEAT), "");
    }

    private void buildClimateSensors(Climate climate) {
        for (int number = 0; number < shape.racks(); number++) {
            int rack = number;
            Load load = rackLoads.get(rack);
            long airflow = Climate.rackAirflow(airShare(load.greatestCentiwatts()));
            entities.add(new WorldEntity(
                    rackId(rack),
                    EntityKind.RACK,
                    "SENSOR",
                    "",
                    rackId(rack),
                    0,
                    -1,
                    Load.NONE,
                    List.of(
                            Sensor.temperature(41, "cool.temp.supply", moment -> climate.rackInlet(moment, rack)),
                            Sensor.temperature(
                                    42,
                                    "cool.temp.return",
                                    moment -> climate.rackExhaust(
                                            moment, rack, airShare(meanOfLastMinute(climate, load, moment)), airflow)),
                            Sensor.flow(moment -> airflow))));
        }
        declare("rack-" + range(shape.racks()), entities.get(entities.size() - 1), "", "");
        WorldEntity roof = new WorldEntity(
                "env/roof",
                EntityKind.SITE,
                "SENSOR",
                "",
                "env/roof",
                0,
                -1,
                Load.NONE,
                List.of(Sensor.temperature(
                        49, "env.temp.outdoor", moment -> climate.outdoor(moment.tick() / Ticks.MINUTE))));
        entities.add(roof);
        declare(roof.id(), roof, "", "");
    }

    private long airShare(long heat) {
        return heat - heat * shape.liquidPercent() / 100;
    }

    private static long meanOfLastMinute(Climate climate, Load load, Moment moment) {
        return moment.tick() < Ticks.MINUTE
                ? load.idleCentiwatts()
                : (load.millijoules(moment) - load.millijoules(climate.at(moment.tick() - Ticks.MINUTE)))
                        / Ticks.MINUTE;
    }

    private void meter(
            String id,
            EntityKind kind,
            String role,
            String parent,
            long greatestCentiwatts,
            int metric,
            Load load,
            String more) {
        WorldEntity entity = meterEntity(id, kind, role, parent, greatestCentiwatts, metric, load);
        entities.add(entity);
        declare(id, entity, parent, more);
    }

    private WorldEntity meterEntity(
            String id, EntityKind kind, String role, String parent, long greatestCentiwatts, int metric, Load load) {
        String name = metric == 31 ? "meter.energy.active" : "cool.heat.energy";
        return new WorldEntity(
                id,
                kind,
                role,
                parent,
                id,
                nameplate(greatestCentiwatts),
                -1,
                load,
                List.of(Sensor.counter(metric, name, load, firstReading(id, kind), modulus(kind))));
    }

    private long modulus(EntityKind kind) {
        if (!faults.contains(Fault.WRAP)) {
            return 0;
        }
        return switch (kind) {
            case PDU -> THIRTY_TWO_BITS;
            case COOLING_UNIT, CHILLER -> NINE_DIGITS;
            default -> 0;
        };
    }

    /** A register of nine digits is near its end when the history begins. */
    private long firstReading(String entity, EntityKind kind) {
        long first = firstReading(entity);
        return modulus(kind) == NINE_DIGITS ? NINE_DIGITS - 1 - first % NEAR_THE_END : first;
    }

    private void header() {
        long installed = nodes.size() * nodeNameplate();
        yaml.append("# Synthetic: made by the generator's preset ")
                .append(preset.presetName())
                .append(".\n");
        line("site: " + preset.presetName());
        line("name: Synthetic " + preset.presetName());
        line("kind: " + (shape.hyperscale() ? "hyperscale" : "edge"));
        line("zone: " + shape.zone());
        if (shape.gridZone() != null) {
            line("gridZone: " + shape.gridZone());
        }
        line("effectiveFrom: " + start);
        line("allowHistory: true");
        line("itBoundary: NODE_IN");
        line("installedItKw: " + (installed + 999) / 1_000);
        line("designPue: " + (shape.hyperscale() ? "1.15" : "1.35"));
        if (shape.metered()) {
            line("# Lights, transformer and UPS losses have no meter; at an idle site they are a fifth of all.");
            line("residualAlertPercent: 25");
        }
        line("");
        line("entities:");
    }

    private void line(String text) {
        yaml.append(text).append('\n');
    }

    private void declare(String pattern, WorldEntity entity, String parentPattern, String more) {
        line("  - id: " + pattern);
        line("    kind: " + entity.kind().name());
        line("    role: " + entity.role());
        if (!parentPattern.isEmpty()) {
            line("    parent: " + parentPattern);
        }
        if (entity.nameplateWatts() > 0) {
            line("    nameplateW: " + entity.nameplateWatts());
        }
        yaml.append(more);
        line("    channels:");
        for (Sensor sensor : entity.sensors()) {
            line("      - { metric: " + sensor.metricName() + ", samplePeriod: PT60S"
                    + (sensor.ofRecord() ? ", resolutionJ: 0.001" : "")
                    + (sensor.modulus() > 0 ? ", modulusJ: " + BigDecimal.valueOf(sensor.modulus(), 3) : "") + " }");
        }
    }

    private SplittableRandom random(String path) {
        return Seeds.of(seed, preset.presetName() + "/" + path);
    }

    private long firstReading(String entity) {
        return random(entity + "/register").nextLong(LARGEST_FIRST_READING);
    }

    private static long nameplate(long greatestCentiwatts) {
        return roundUp(greatestCentiwatts * 110 / 100 / Ticks.CENTIWATTS_PER_WATT);
    }

    private static long roundUp(long watts) {
        return (watts + 99) / 100 * 100;
    }

    private static String rackId(int rack) {
        return "rack-" + (rack + 1);
    }

    private static String pduId(String node) {
        return "pdu/" + node.substring(0, node.indexOf('/'));
    }

    private static String range(int count) {
        return "[1-" + count + "]";
    }
}
