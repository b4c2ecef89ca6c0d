package io.joulestream.api;

/** What the process knows about its own health. Any number of threads may ask; an answer takes milliseconds. */
@FunctionalInterface
public interface HealthSource {
    Health health();
}
