package io.joulestream.ingest.world;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** Halls so large that their frames are made once and stamped again. A site is named after its preset. */
public enum StampedPreset {
    /** 320 racks of four nodes of eight GPUs. */
    HALL_10K("hall-10k", 320, 24),
    /** 3,125 racks: 100,000 GPUs, 1,250 frames and more than a million and a half samples a second. */
    FLEET_100K("fleet-100k", 3_125, 96);

    static final int NODES_PER_RACK = 4;
    static final int GPUS_PER_NODE = 8;

    private final String presetName;
    private final int racks;
    private final int partitions;

    StampedPreset(String presetName, int racks, int partitions) {
        this.presetName = presetName;
        this.racks = racks;
        this.partitions = partitions;
    }

    /** As on the command line; also the site's id. */
    public String presetName() {
        return presetName;
    }

    /** How many partitions a topic of the site's own should have. */
    public int partitions() {
        return partitions;
    }

    int racks() {
        return racks;
    }

    public static Optional<StampedPreset> named(String name) {
        return Arrays.stream(values()).filter(p -> p.presetName.equals(name)).findFirst();
    }

    /** All names, for a message to who wrote a wrong one. */
    public static String names() {
        return Arrays.stream(values()).map(StampedPreset::presetName).collect(Collectors.joining(", "));
    }
}
