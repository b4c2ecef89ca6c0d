package io.joulestream.api;

import java.time.Duration;
import java.util.Optional;

/**
 * What the doors of one process differ in.
 *
 * @param threads the name of its threads
 * @param maxThreads for requests, and for what comes and goes on connections
 * @param turns how many answers are made at once
 * @param patience how long a request waits for its turn
 * @param refuseAfter how long who asks too much, or shows what is nobody's, waits to be told so
 * @param guide what is said to who asks for an address that does not exist
 * @param origin by what name it is asked
 * @param metrics of its requests; empty where they are not counted
 * @param limits how often one may ask; empty for as often as one likes
 * @param broadcasts what is told to who listens; empty where nothing is
 */
record DoorPlan(
        String threads,
        int maxThreads,
        int turns,
        Duration patience,
        Duration refuseAfter,
        String guide,
        Origin origin,
        Optional<RequestMetrics> metrics,
        Optional<RateLimits> limits,
        Optional<Broadcasts> broadcasts) {}
