package io.joulestream.ingest.world;

/**
 * What distinguishes one site from another.
 *
 * @param hyperscale else an edge site
 * @param metered whether the supply is metered
 * @param feeds supply meters
 * @param pools groups of racks that each train one run at a time
 * @param gpuWatts rated power of a GPU
 * @param nodeWatts of a node without its GPUs
 * @param liquidPercent of the heat that leaves in liquid, the rest in air
 * @param solarWatts peak of the panels; 0 for none
 * @param otherWatts lights and whatever else draws the same all day
 * @param meanMilliCelsius outdoors over the year's part that is generated
 */
record SiteShape(
        boolean hyperscale,
        String zone,
        String gridZone,
        int utcOffsetMinutes,
        boolean metered,
        int feeds,
        int racks,
        int nodesPerRack,
        int gpusPerNode,
        int pools,
        int gpuWatts,
        int nodeWatts,
        boolean ups,
        int liquidPercent,
        int solarWatts,
        int otherWatts,
        int meanMilliCelsius,
        long tokensPerStep) {

    static final int TOKENS_PER_SAMPLE = 4_096;

    static SiteShape of(WorldPreset preset) {
        return switch (preset) {
            case EXACT ->
                new SiteShape(
                        false,
                        "Europe/Berlin",
                        "DE",
                        60,
                        true,
                        1,
                        1,
                        2,
                        2,
                        1,
                        600,
                        300,
                        false,
                        0,
                        0,
                        200,
                        11_000,
                        16_384);
            case EDGE_2RACK ->
                new SiteShape(
                        false,
                        "Europe/Berlin",
                        "DE",
                        60,
                        true,
                        1,
                        2,
                        2,
                        4,
                        1,
                        600,
                        350,
                        false,
                        0,
                        1_800,
                        350,
                        11_000,
                        65_536);
            case EDGE_NOMETER ->
                new SiteShape(
                        false,
                        "Asia/Kathmandu",
                        null,
                        345,
                        false,
                        0,
                        1,
                        2,
                        2,
                        1,
                        600,
                        300,
                        false,
                        0,
                        0,
                        150,
                        16_000,
                        16_384);
            case POD_128 ->
                new SiteShape(
                        true,
                        "America/New_York",
                        "US-SRVC",
                        -300,
                        true,
                        2,
                        4,
                        4,
                        8,
                        2,
                        1_000,
                        900,
                        true,
                        70,
                        0,
                        4_000,
                        13_000,
                        1_048_576);
            case POD_1K ->
                new SiteShape(
                        true,
                        "America/New_York",
                        "US-SRVC",
                        -300,
                        true,
                        2,
                        32,
                        4,
                        8,
                        4,
                        1_000,
                        900,
                        true,
                        70,
                        0,
                        20_000,
                        13_000,
                        4_194_304);
        };
    }

    int poolOfRack(int rack) {
        return rack * pools / racks;
    }
}
