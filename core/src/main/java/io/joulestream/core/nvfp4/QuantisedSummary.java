package io.joulestream.core.nvfp4;

/**
 * What is known of a tensor that was quantised in a stream.
 *
 * @param rows of the tensor
 * @param cols columns that hold elements: those of the input, or all padded ones after a random Hadamard transform
 * @param paddedCols columns of the codes: the input's, rounded up to whole blocks
 * @param tensorScale amax, encode scale S and decode scale D
 * @param storedBytes bytes of codes, scales and, where the mode has one, the tensor scale (SPEC 12)
 * @param metrics the error against the input; in the transformed domain after a random Hadamard transform
 */
public record QuantisedSummary(
        QuantiserOptions options,
        long rows,
        long cols,
        long paddedCols,
        TensorScale tensorScale,
        long storedBytes,
        QuantisationMetrics metrics) {}
