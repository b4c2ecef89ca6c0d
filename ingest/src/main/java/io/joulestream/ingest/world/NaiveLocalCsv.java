package io.joulestream.ingest.world;

import java.io.IOException;
import java.io.Writer;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;

/**
 * A node's power by the minute, as a logger writes it that knows its wall clock only: local times without their offset. When
 * clocks are set back an hour of labels stands in the file twice; when they are set forward an hour is never written.
 */
public final class NaiveLocalCsv {
    private static final int PERIOD_SECONDS = 60;
    private static final DateTimeFormatter LOCAL = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss");

    private NaiveLocalCsv() {}

    /**
     * Writes the readings from {@code from} to {@code to}, both included, of the site's first node.
     *
     * @param from a whole minute of the world
     * @return how many
     */
    public static long write(World world, WorldSite site, Instant from, Instant to, Writer out) throws IOException {
        WorldEntity node =
                site.entities().stream().filter(WorldEntity::isNode).findFirst().orElseThrow();
        ZoneId zone = ZoneId.of(site.zone());
        long readings = 0;
        out.write("time,watts\n");
        for (Instant at = from; !at.isAfter(to); at = at.plusSeconds(PERIOD_SECONDS)) {
            long centiwatts = node.load().centiwatts(site.climate().at(Ticks.since(world.start(), at)));
            out.write(LOCAL.format(at.atZone(zone)) + "," + BigDecimal.valueOf(centiwatts, 2) + "\n");
            readings++;
        }
        return readings;
    }
}
