package io.joulestream.ingest.world;

import io.joulestream.wire.v1.EntityKind;
import java.util.List;
import java.util.Optional;

/**
 * One line of a site's inventory and what its sensors see.
 *
 * @param parent empty at the top
 * @param owner whose frames carry the readings
 * @param nameplateWatts 0 for what has no power
 * @param pool the pool whose runs hold it; -1 for what no run ever holds
 * @param load what its counter counts; {@link Load#NONE} without one
 */
record WorldEntity(
        String id,
        EntityKind kind,
        String role,
        String parent,
        String owner,
        long nameplateWatts,
        int pool,
        Load load,
        List<Sensor> sensors) {
    WorldEntity {
        sensors = List.copyOf(sensors);
    }

    boolean isGpu() {
        return kind == EntityKind.GPU;
    }

    boolean isNode() {
        return kind == EntityKind.NODE;
    }

    Optional<Sensor> counter() {
        return sensors.stream().filter(Sensor::ofRecord).findFirst();
    }
}
