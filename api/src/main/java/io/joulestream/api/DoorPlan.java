package io.joulestream.api;

/**
 * What the doors of one process differ in.
 *
 * @param threads the name of its threads
 * @param maxThreads at most as many requests are worked at once
 * @param guide what is said to who asks for an address that does not exist
 */
record DoorPlan(String threads, int maxThreads, String guide) {}
