package io.joulestream.ingest.world;

/**
 * Everything that the readings of one instant depend on, worked out once for all devices of a site.
 *
 * @param timeInLevels for each pool the ticks spent in each level since the world's start
 * @param levels for each pool the level in force from now on
 * @param energies for each {@link Climate.Part} its millijoules since the world's start
 * @param powers for each part its centiwatts from now on
 */
record Moment(long tick, long[][] timeInLevels, int[] levels, long[] energies, long[] powers) {}
