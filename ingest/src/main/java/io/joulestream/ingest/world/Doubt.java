package io.joulestream.ingest.world;

/**
 * What readings cannot tell of one entity's energy over some minutes, in microjoules.
 *
 * @param from first minute of the world
 * @param to after the last
 * @param least that any part of the minutes may have
 * @param greatest that any part of them may have
 * @param totalLeast of all of them together; equal to {@code totalGreatest} where the total is known
 * @param totalGreatest of all of them together
 * @param coveredMillis what each minute's coverage must be; {@link TruthFile#COVERAGE_OPEN} where that is left open
 */
record Doubt(
        WorldEntity entity,
        int from,
        int to,
        long least,
        long greatest,
        long totalLeast,
        long totalGreatest,
        int coveredMillis,
        String reason) {
    /** The ledger's neighbours further apart than this are a gap: three times the sample period of a minute. */
    private static final int LONGEST_COVERED_MINUTES = 3;

    private static final int MINUTE_MILLIS = 60_000;

    /** No readings between the two minutes' edges; a counter that has one at both tells the total. */
    static Doubt bridged(WorldSite site, WorldEntity entity, int from, int to) {
        long total = site.microjoules(entity.load(), (long) from * Ticks.MINUTE, (long) to * Ticks.MINUTE);
        int covered = to - from <= LONGEST_COVERED_MINUTES ? MINUTE_MILLIS : 0;
        return new Doubt(entity, from, to, 0, total, total, total, covered, "no readings, bridged by the counter");
    }

    /**
     * A register that stood still for a minute and then advances, read more often than the site file says. Readings of the
     * same value less than the stated period apart are stale, so that the first advance may reach back into the minute before.
     */
    static Doubt awakened(WorldSite site, WorldEntity entity, int still) {
        long total = site.microjoules(entity.load(), (still + 1L) * Ticks.MINUTE, (still + 2L) * Ticks.MINUTE);
        return new Doubt(
                entity,
                still,
                still + 2,
                0,
                total,
                total,
                total,
                MINUTE_MILLIS,
                "advances after a minute of standing still");
    }

    /** A register that began again between two readings. */
    static Doubt reset(WorldSite site, WorldEntity entity, long before, long tick, long after) {
        int minute = (int) (before / Ticks.MINUTE);
        long start = (long) minute * Ticks.MINUTE;
        long known = site.microjoules(entity.load(), start, before)
                + site.microjoules(entity.load(), after, start + Ticks.MINUTE);
        long least = known + site.microjoules(entity.load(), tick, after);
        long greatest = known + mostMicrojoules(entity, after - before);
        return new Doubt(
                entity,
                minute,
                minute + 1,
                least,
                greatest,
                least,
                greatest,
                MINUTE_MILLIS - (int) (after - before) * Ticks.MILLIS,
                "counter reset inside");
    }

    /** Readings told some seconds late, so that energy moves to later minutes and some of the last may be lost. */
    static Doubt delayed(WorldSite site, WorldEntity entity, int from, int to) {
        long total = site.microjoules(entity.load(), (long) from * Ticks.MINUTE, (long) to * Ticks.MINUTE);
        long last = site.microjoules(entity.load(), (to - 1L) * Ticks.MINUTE, (long) to * Ticks.MINUTE);
        long minute = mostMicrojoules(entity, Ticks.MINUTE);
        return new Doubt(
                entity,
                from,
                to,
                0,
                total - last + minute,
                total - last,
                total - last + minute,
                TruthFile.COVERAGE_OPEN,
                "told by a clock that is ahead");
    }

    /** No device carries more than its nameplate. */
    private static long mostMicrojoules(WorldEntity entity, long ticks) {
        return entity.nameplateWatts() * Ticks.CENTIWATTS_PER_WATT * ticks * Ticks.MICROJOULES_PER_MILLIJOULE;
    }
}
