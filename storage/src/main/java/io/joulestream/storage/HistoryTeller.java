package io.joulestream.storage;

/**
 * An import that told of an owner.
 *
 * @param site into which
 * @param producer of its frames
 */
public record HistoryTeller(String site, String owner, String producer) {}
