/**
 * Synthetic sites whose every figure is known to the microjoule, and the frames their sensors would send.
 *
 * <p>Truth and feed are two things. {@code World} is the truth: a pure function of presets, seed and span, in whole numbers
 * only. {@code Feed} is what sensors say of it, {@code FaultyFeed} what a bad network makes of that, and {@code TruthFile}
 * what a checker may expect of whoever accounts for it. Nothing here knows how the product computes.
 */
package io.joulestream.ingest.world;
