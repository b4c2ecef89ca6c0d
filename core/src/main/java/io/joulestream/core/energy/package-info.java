/**
 * The energy ledger: readings of one owner become energy per channel and minute, exact to the microjoule and the same
 * whatever order the frames came in.
 *
 * <p>The idea in one paragraph. A channel is an ordered list of kept {@link io.joulestream.core.energy.Reading readings}.
 * The link between two neighbours is either <em>open</em>, so its energy follows from the two readings alone and a late
 * reading may still split it, or <em>folded</em>: the readings that stood between are forgotten, their energy is already
 * in the published minutes, and only what the two edge minutes need is kept. Only links that nothing can still split are
 * folded. All arithmetic is integer: cut by exact cumulative energy, so pieces always add up.
 *
 * <p>Nothing here knows Kafka, Flink, a database, a clock or a thread.
 */
package io.joulestream.core.energy;
