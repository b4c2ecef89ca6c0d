package io.joulestream.storage;

/**
 * What a run's training steps add up to, steps that were later discarded included.
 *
 * @param steps stored rows: steps, or logging intervals
 * @param tokens padding included
 * @param samples sequences processed
 */
public record TrainingTotals(long attempts, long steps, long tokens, long samples) {}
