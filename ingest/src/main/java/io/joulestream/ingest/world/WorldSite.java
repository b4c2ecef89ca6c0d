package io.joulestream.ingest.world;

import static java.util.Objects.requireNonNull;

import io.joulestream.wire.v1.EntityKind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What one site really used. Energies are exact for any two instants in steps of 100 ms. Any thread. */
public final class WorldSite {
    public static final String TENANT = "default";
    /** Of what measures a load that something else measures too. */
    static final String CHECK = "CHECK";

    private final WorldPreset preset;
    private final SiteShape shape;
    private final Instant start;
    private final List<Timeline> pools;
    private final Climate climate;
    private final List<WorldEntity> entities;
    private final Map<String, WorldEntity> byId;
    private final Map<String, Load> parts;
    private final Load facility;
    private final Load it;
    private final String yaml;

    WorldSite(
            WorldPreset preset,
            SiteShape shape,
            Instant start,
            List<Timeline> pools,
            Climate climate,
            List<WorldEntity> entities,
            Map<String, Load> parts,
            Load facility,
            Load it,
            String yaml) {
        this.preset = preset;
        this.shape = shape;
        this.start = start;
        this.pools = List.copyOf(pools);
        this.climate = climate;
        this.entities = List.copyOf(entities);
        this.byId = entities.stream().collect(Collectors.toMap(WorldEntity::id, e -> e));
        this.parts = new LinkedHashMap<>(parts);
        this.facility = facility;
        this.it = it;
        this.yaml = yaml;
    }

    public String id() {
        return preset.presetName();
    }

    public WorldPreset preset() {
        return preset;
    }

    /** Edge or hyperscale. */
    public boolean hyperscale() {
        return shape.hyperscale();
    }

    /** Whether the site's supply has a meter; its truth is known either way. */
    public boolean hasFacilityMeter() {
        return shape.metered();
    }

    /** IANA time zone. */
    public String zone() {
        return shape.zone();
    }

    /** The site's inventory, valid from the world's start. */
    public String siteYaml() {
        return yaml;
    }

    /** The ids of everything that has an energy of its own, in the order of the inventory. */
    public List<String> entityIds() {
        return entities.stream()
                .filter(e -> e.counter().isPresent())
                .map(WorldEntity::id)
                .toList();
    }

    /** What one entity's meter counts, electrical or thermal. */
    public long microjoules(String entity, Instant from, Instant to) {
        return microjoules(requireNonNull(byId.get(entity), entity).load(), from, to);
    }

    /** All nodes' inputs. */
    public long itMicrojoules(Instant from, Instant to) {
        return microjoules(it, from, to);
    }

    /** Everything that enters the boundary, the roof's solar power included. */
    public long facilityMicrojoules(Instant from, Instant to) {
        return microjoules(facility, from, to);
    }

    /** What facility energy consists of: it, losses, cooling, other. */
    public Map<String, Long> partsMicrojoules(Instant from, Instant to) {
        Map<String, Long> result = new LinkedHashMap<>();
        parts.forEach((name, load) -> result.put(name, microjoules(load, from, to)));
        return result;
    }

    /** Outdoors, in thousandths of a degree Celsius. */
    public long outdoorMilliCelsius(Instant at) {
        return climate.outdoor(Ticks.since(start, at) / Ticks.MINUTE);
    }

    /** Runs that have begun before {@code until}, in order of their start. */
    public List<WorldRun> runs(Instant until) {
        List<WorldRun> runs = new ArrayList<>();
        for (Timeline pool : pools) {
            runs.addAll(pool.runs(Ticks.since(start, until)));
        }
        runs.sort(Comparator.comparing(WorldRun::start).thenComparing(WorldRun::id));
        return runs;
    }

    /** IT energy of the run's nodes between the two instants, as far as it holds them. */
    public long runMicrojoules(WorldRun run, Instant from, Instant to) {
        Instant begin = from.isBefore(run.start()) ? run.start() : from;
        Instant stop = to.isAfter(run.end()) ? run.end() : to;
        if (!begin.isBefore(stop)) {
            return 0;
        }
        return microjoules(loadOf(poolOf(run)), begin, stop);
    }

    /** The nodes that the run holds. */
    public List<String> nodesOf(WorldRun run) {
        int pool = poolOf(run);
        return entities.stream()
                .filter(e -> e.isNode() && e.pool() == pool)
                .map(WorldEntity::id)
                .toList();
    }

    int poolOf(WorldRun run) {
        for (int pool = 0; pool < pools.size(); pool++) {
            long begin = Ticks.since(start, run.start());
            Timeline.Holding holding = pools.get(pool).holdingBefore(begin + 1);
            if (holding.run() >= 0 && pools.get(pool).run(holding.run()).id().equals(run.id())) {
                return pool;
            }
        }
        throw new IllegalArgumentException("no run of " + id() + ": " + run.id());
    }

    private Load loadOf(int pool) {
        return entities.stream()
                .filter(e -> e.isNode() && e.pool() == pool)
                .map(WorldEntity::load)
                .reduce(Load.NONE, Load::plus);
    }

    long microjoules(Load load, Instant from, Instant to) {
        return microjoules(load, Ticks.since(start, from), Ticks.since(start, to));
    }

    long microjoules(Load load, long fromTick, long toTick) {
        long millijoules = load.millijoules(climate.at(toTick)) - load.millijoules(climate.at(fromTick));
        return Math.multiplyExact(millijoules, Ticks.MICROJOULES_PER_MILLIJOULE);
    }

    List<WorldEntity> entities() {
        return entities;
    }

    boolean hasSlices() {
        return entities.stream().anyMatch(e -> e.kind() == EntityKind.GPU_SLICE);
    }

    boolean hasSlices(WorldEntity gpu) {
        return entities.stream()
                .anyMatch(e -> e.kind() == EntityKind.GPU_SLICE && e.parent().equals(gpu.id()));
    }

    /** When the world began. */
    Instant start() {
        return start;
    }

    List<Timeline> pools() {
        return pools;
    }

    Climate climate() {
        return climate;
    }

    Load facility() {
        return facility;
    }

    Load it() {
        return it;
    }

    SiteShape shape() {
        return shape;
    }
}
