package io.joulestream.core.nvfp4;

import java.io.OutputStream;

/**
 * Where a {@link StreamingQuantiser} writes, in the order of rows; a null output is not written. They stay the caller's to
 * close, and should take large pieces, so need no buffer.
 *
 * @param codes as {@link Quantised#codes()}
 * @param scales as {@link Quantised#scales()}; refused for a mode that has no scale bytes
 * @param values as {@link Quantised#dequantise()}, little-endian binary32
 */
public record QuantisedOutputs(OutputStream codes, OutputStream scales, OutputStream values) {
    /** Nothing is written: only scales and metrics are asked for. */
    public static final QuantisedOutputs NONE = new QuantisedOutputs(null, null, null);
}
