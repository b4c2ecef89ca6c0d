package io.joulestream.core.ledger;

/** A row that is given out again as it changes; of two with one key the greater is true. */
public interface Revised {
    /** Grows when a site is computed anew from the beginning. */
    int generation();

    /** Grows with every change within a generation. */
    long revision();

    /** By generation, then by revision; false for equals. */
    default boolean supersedes(Revised other) {
        return generation() != other.generation() ? generation() > other.generation() : revision() > other.revision();
    }
}
