package io.joulestream.core.energy;

/**
 * A reading as it is kept, with the link after it.
 *
 * @param after the folded link to the next kept reading; null where the link is open
 * @param refusalTold a refused counter reading whose dead letter has been asked for
 */
record KeptReading(Reading reading, FoldedLink after, boolean refusalTold) {}
