package io.joulestream.ingest.world;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What a network and its agents may do to a feed without anything being lost. */
public enum Fault {
    /** A frame arrives twice. */
    DUPLICATE,
    /** Whole frames overtake each other, by at most 60 s. */
    REORDER,
    /** An edge site is cut off for hours and sends its frames afterwards, oldest first. */
    OFFLINE,
    /** Records that are no frame, or a frame of something unknown. */
    POISON;

    public String faultName() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<Fault> named(String name) {
        return Arrays.stream(values()).filter(f -> f.faultName().equals(name)).findFirst();
    }
}
