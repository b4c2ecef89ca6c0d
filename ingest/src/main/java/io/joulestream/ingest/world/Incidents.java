package io.joulestream.ingest.world;

import java.time.Instant;
import java.time.ZoneId;
import java.time.zone.ZoneOffsetTransition;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What goes wrong at the sensors themselves during a history: a counter that starts again and readings that are missing.
 * Both follow from the world and the plan alone, so what cannot be known afterwards is known before anybody reads.
 */
record Incidents(List<Reset> resets, List<Gap> gaps) {
    private static final int GAP_FROM_MINUTE = 10;
    private static final int GAP_TO_MINUTE = 55;
    /** Into its minute. */
    private static final int RESET_AFTER_TICKS = 234;

    private static final int LEAST_HOURS = 3;

    /** The register of an entity's counter was zero at {@code tick}. */
    record Reset(String site, String entity, long tick) {
        /** The last reading of the old register. */
        long before() {
            return tick / Ticks.MINUTE * Ticks.MINUTE;
        }

        /** The first reading of the new one. */
        long after() {
            return before() + Ticks.MINUTE;
        }
    }

    /** The entity has readings at both ends and none between. */
    record Gap(String site, String entity, long from, long to) {}

    static Incidents of(World world, FeedPlan plan) {
        List<Reset> resets = new ArrayList<>();
        List<Gap> gaps = new ArrayList<>();
        long coarse = Ticks.since(world.start(), plan.fineFrom());
        if (plan.incidents() && coarse >= LEAST_HOURS * Ticks.HOUR) {
            reset(world.sites().get(0), coarse).ifPresent(resets::add);
            List<WorldSite> metered =
                    world.sites().stream().filter(WorldSite::hasFacilityMeter).toList();
            if (!metered.isEmpty()) {
                gaps.add(gap(metered.get(metered.size() - 1), coarse));
            }
        }
        return new Incidents(List.copyOf(resets), List.copyOf(gaps));
    }

    /** A driver reload of the first node between two runs, amid minutes without load. */
    private static Optional<Reset> reset(WorldSite site, long before) {
        WorldEntity node =
                site.entities().stream().filter(WorldEntity::isNode).findFirst().orElseThrow();
        List<Timeline.Holding> idle = site.pools().get(node.pool()).holdings(before).stream()
                .filter(h -> h.run() < 0 && h.from() > 0 && h.to() < before)
                .toList();
        if (idle.isEmpty()) {
            return Optional.empty();
        }
        Timeline.Holding chosen = idle.get(idle.size() / 2);
        long middle = (chosen.from() + chosen.to()) / 2 / Ticks.MINUTE * Ticks.MINUTE;
        return Optional.of(new Reset(site.id(), node.id(), middle + RESET_AFTER_TICKS));
    }

    /** The supply meter's link was down, inside one hour. */
    private static Gap gap(WorldSite site, long before) {
        WorldEntity meter = site.entities().stream()
                .filter(e -> e.role().equals("GRID_IMPORT"))
                .findFirst()
                .orElseThrow();
        long hour = before * 2 / 5 / Ticks.HOUR * Ticks.HOUR;
        return new Gap(
                site.id(),
                meter.id(),
                hour + (long) GAP_FROM_MINUTE * Ticks.MINUTE,
                hour + (long) GAP_TO_MINUTE * Ticks.MINUTE);
    }

    /** Changes of the clocks during the history, which change no energy but the length of a local day. */
    static List<Instant> clockChanges(WorldSite site, Instant from, Instant to) {
        List<Instant> changes = new ArrayList<>();
        ZoneOffsetTransition next = ZoneId.of(site.zone()).getRules().nextTransition(from);
        while (next != null && next.getInstant().isBefore(to)) {
            changes.add(next.getInstant());
            next = ZoneId.of(site.zone()).getRules().nextTransition(next.getInstant());
        }
        return changes;
    }

    Optional<Reset> resetOf(String site, String entity) {
        return resets.stream()
                .filter(r -> r.site().equals(site) && r.entity().equals(entity))
                .findFirst();
    }

    Optional<Gap> gapOf(String site, String entity) {
        return gaps.stream()
                .filter(g -> g.site().equals(site) && g.entity().equals(entity))
                .findFirst();
    }
}
