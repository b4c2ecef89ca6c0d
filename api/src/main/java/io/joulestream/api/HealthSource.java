package io.joulestream.api;

/** What the process knows about its own health. Any number of threads may ask; an answer takes milliseconds. */
@FunctionalInterface
public interface HealthSource {
    /** @param tenant whose sites and refused readings are told */
    Health health(String tenant);
}
