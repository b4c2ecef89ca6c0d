package io.joulestream.ingest.world;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** The sites that can be generated. A site is named after its preset. */
public enum WorldPreset {
    /** One rack, two nodes of two GPUs: the least that has every kind of meter of record. */
    EXACT("exact"),
    /** Two racks, 16 GPUs, one supply meter, solar power on the roof. */
    EDGE_2RACK("edge-2rack"),
    /** Two nodes in somebody else's building, where nobody meters the supply. */
    EDGE_NOMETER("edge-nometer"),
    /** A hall of 128 GPUs with two feeds, UPS, chiller and liquid cooling. */
    POD_128("pod-128"),
    /** The same with 1,024 GPUs. */
    POD_1K("pod-1k");

    private final String presetName;

    WorldPreset(String presetName) {
        this.presetName = presetName;
    }

    /** As on the command line; also the site's id. */
    public String presetName() {
        return presetName;
    }

    public static Optional<WorldPreset> named(String name) {
        return Arrays.stream(values()).filter(p -> p.presetName.equals(name)).findFirst();
    }

    /** All names, for a message to who wrote a wrong one. */
    public static String names() {
        return Arrays.stream(values()).map(WorldPreset::presetName).collect(Collectors.joining(", "));
    }
}
