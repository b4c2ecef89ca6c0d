package io.joulestream.api;

import java.util.Optional;

/** Whether requests can be answered now. Any number of threads may ask. */
@FunctionalInterface
public interface Readiness {
    /**
     * What is in the way.
     *
     * @param reason a code that is never renamed
     * @param text for people
     */
    record Obstacle(String reason, String text) {}

    /** Empty: nothing is. */
    Optional<Obstacle> obstacle();
}
