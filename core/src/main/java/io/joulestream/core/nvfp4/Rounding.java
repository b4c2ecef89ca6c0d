package io.joulestream.core.nvfp4;

/** How an element is rounded to its code. Scales are always rounded to nearest even. */
public sealed interface Rounding {
    /** Round to nearest, ties to even (SPEC 1.1). */
    record NearestEven() implements Rounding {}

    /**
     * Stochastic rounding with eight random bits per element (SPEC 8).
     *
     * <p>The bits of a block depend on seed, stream and the block's index only. The hardware's own stream is not
     * published, so a GPU result is matched in distribution, never bit for bit.
     *
     * @param seed the generator's key, unsigned
     * @param stream tells apart tensors quantised with one seed, unsigned
     */
    record Stochastic(long seed, long stream) implements Rounding {}
}
