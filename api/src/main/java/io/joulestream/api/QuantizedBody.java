package io.joulestream.api;

import io.joulestream.core.nvfp4.Bf16;
import io.joulestream.core.nvfp4.E2M1;
import io.joulestream.core.nvfp4.E4M3;
import io.joulestream.core.nvfp4.E5M2;
import io.joulestream.core.nvfp4.E8M0;
import io.joulestream.core.nvfp4.Fp16;
import io.joulestream.core.nvfp4.QuantisationMetrics;
import io.joulestream.core.nvfp4.QuantisationMode;
import io.joulestream.core.nvfp4.Quantised;
import io.joulestream.core.nvfp4.TensorScale;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/**
 * A quantised tensor, row by row. Codes and scales stand twice: as stored, and as the numbers that they are. What is not finite is
 * a text, because JSON has no such number.
 *
 * @param cols that hold values: those of the tensor, or all padded ones after a random Hadamard transform
 * @param paddedCols of the codes
 * @param tensorScale null where the mode has none
 * @param codesHex two codes a byte for 4-bit formats, the first in the low half
 * @param codeValues what the codes are worth, before any scale; padding included
 * @param scalesHex a byte for each block; null where the mode has no blocks
 * @param scaleValues null where the mode has no blocks
 * @param values what the tensor has become; rows times cols
 */
record QuantizedBody(
        String mode,
        int rows,
        int cols,
        int paddedCols,
        TensorScaleBody tensorScale,
        String codesHex,
        List<Float> codeValues,
        String scalesHex,
        List<Float> scaleValues,
        List<Float> values,
        long storedBytes,
        MetricsBody metrics,
        String method) {

    /** Each also as the bits of a binary32. */
    record TensorScaleBody(float amax, String amaxHex, float encode, String encodeHex, float decode, String decodeHex) {
        static TensorScaleBody of(TensorScale scale) {
            return new TensorScaleBody(
                    scale.amax(),
                    hex(scale.amax()),
                    scale.encode(),
                    hex(scale.encode()),
                    scale.decode(),
                    hex(scale.decode()));
        }

        private static String hex(float value) {
            return String.format(Locale.ROOT, "%08x", Float.floatToRawIntBits(value));
        }
    }

    /** As {@link QuantisationMetrics}. */
    record MetricsBody(
            long n,
            long nonFinite,
            boolean exact,
            Double mse,
            Double sqnrDb,
            Double medianBlockSqnrDb,
            Double cosine,
            Double maxAbsErr,
            Double zeroedShare,
            Double clippedShare,
            Long zeroScaleBlocks) {
        static MetricsBody of(QuantisationMetrics metrics) {
            return new MetricsBody(
                    metrics.n(),
                    metrics.nonFinite(),
                    metrics.exact(),
                    metrics.mse(),
                    metrics.sqnrDb(),
                    metrics.medianBlockSqnrDb(),
                    metrics.cosine(),
                    metrics.maxAbsErr(),
                    metrics.zeroedShare(),
                    metrics.clippedShare(),
                    metrics.zeroScaleBlocks());
        }
    }

    static QuantizedBody of(Quantised quantised, QuantisationMetrics metrics) {
        QuantisationMode mode = quantised.options().mode();
        boolean hasScales = mode.hasBlockScales();
        return new QuantizedBody(
                mode.cliName(),
                quantised.rows(),
                quantised.cols(),
                quantised.paddedCols(),
                mode.hasTensorScale() ? TensorScaleBody.of(quantised.tensorScale()) : null,
                HexFormat.of().formatHex(quantised.codes()),
                codeValues(quantised, mode),
                hasScales ? HexFormat.of().formatHex(quantised.scales()) : null,
                hasScales ? scaleValues(quantised, mode) : null,
                list(quantised.dequantise()),
                quantised.storedBytes(),
                MetricsBody.of(metrics),
                "nvfp4." + mode.cliName());
    }

    private static List<Float> codeValues(Quantised quantised, QuantisationMode mode) {
        List<Float> values = new ArrayList<>();
        for (int row = 0; row < quantised.rows(); row++) {
            for (int col = 0; col < quantised.paddedCols(); col++) {
                int code = quantised.code(row, col);
                values.add(
                        switch (mode) {
                            case FP8_E4M3 -> E4M3.decode(code);
                            case FP8_E5M2 -> E5M2.decode(code);
                            case BF16 -> Bf16.decode(code);
                            case FP16 -> Fp16.decode(code);
                            default -> E2M1.decode(code);
                        });
            }
        }
        return values;
    }

    private static List<Float> scaleValues(Quantised quantised, QuantisationMode mode) {
        boolean isMx = mode == QuantisationMode.MXFP4_OCP || mode == QuantisationMode.MXFP4_CEIL;
        List<Float> values = new ArrayList<>();
        for (byte scale : quantised.scales()) {
            values.add(isMx ? E8M0.decode(scale) : E4M3.decode(scale));
        }
        return values;
    }

    private static List<Float> list(float[] values) {
        List<Float> list = new ArrayList<>(values.length);
        for (float value : values) {
            list.add(value);
        }
        return list;
    }
}
