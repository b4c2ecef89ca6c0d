package io.joulestream.core.nvfp4;

/**
 * How one family of modes turns a span of a tensor into codes and scales, and back.
 *
 * <p>Implementations are stateless.
 */
interface TensorCodec {
    /** Elements of a row that share one scale byte; 0 if there are no scale bytes. */
    int blockLength();

    /** Rows that share one scale; 16 for 2D scaling, which repeats the byte in each row. */
    default int tileRows() {
        return 1;
    }

    /** Bits one code takes: 4, 8 or 16. */
    int bitsPerCode();

    default boolean hasTensorScale() {
        return true;
    }

    default boolean roundsStochastically() {
        return false;
    }

    default boolean takesHadamard() {
        return false;
    }

    TensorScale tensorScale(float amax);

    void encode(Span span, TensorScale tensor, Rounding rounding);

    void decode(Span span, TensorScale tensor);

    /**
     * Refuses scale bytes that {@link #encode} does not give and {@link #decode} cannot take; there are none where any byte is
     * one.
     */
    default void requireScales(byte[] scales, int blocksPerRow) {}
}
