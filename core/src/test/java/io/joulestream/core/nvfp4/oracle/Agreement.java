package io.joulestream.core.nvfp4.oracle;

import io.joulestream.core.nvfp4.QuantisationMetrics;
import io.joulestream.core.nvfp4.QuantisationMode;
import io.joulestream.core.nvfp4.Quantised;
import io.joulestream.core.nvfp4.Quantiser;
import io.joulestream.core.nvfp4.QuantiserOptions;
import io.joulestream.core.nvfp4.RandomHadamard;
import io.joulestream.core.nvfp4.oracle.Recipe.Transform;
import io.joulestream.core.nvfp4.oracle.TensorDraws.Drawn;
import java.util.Arrays;
import java.util.Objects;

/** Puts one tensor to the quantiser and to the oracle and names the first thing they disagree on. */
final class Agreement {
    private Agreement() {}

    /** What the quantiser makes of a tensor. */
    static Quantised quantised(QuantisationMode mode, Drawn drawn) {
        QuantiserOptions options = QuantiserOptions.of(mode);
        Recipe recipe = drawn.recipe();
        if (recipe.transform() != Transform.NONE) {
            options = options.withHadamard(hadamard(recipe.transform()));
        }
        if (recipe.draws() != null) {
            options = options.withStochasticRounding(recipe.draws().seed(), recipe.draws().stream());
        }
        if (recipe.amax() != null) {
            options = options.withAmax(Float.intBitsToFloat(recipe.amax()));
        }
        return new Quantiser(options).quantise(floats(drawn.x()), drawn.rows(), drawn.cols());
    }

    static RandomHadamard hadamard(Transform transform) {
        return transform == Transform.HADAMARD ? RandomHadamard.FP32 : RandomHadamard.BF16;
    }

    /** The first difference in shape, scales, codes or values; null if there is none. */
    static String difference(Quantised actual, OracleTensor expected) {
        if (actual.rows() != expected.rows()
                || actual.cols() != expected.cols()
                || actual.paddedCols() != expected.paddedCols()
                || actual.blocksPerRow() != expected.blocksPerRow()) {
            return "shape: %d x %d (%d), the oracle's %d x %d (%d)"
                    .formatted(
                            actual.rows(),
                            actual.cols(),
                            actual.paddedCols(),
                            expected.rows(),
                            expected.cols(),
                            expected.paddedCols());
        }
        if (expected.tensor() != null) {
            TensorBits tensor = new TensorBits(
                    Float.floatToRawIntBits(actual.tensorScale().amax()),
                    Float.floatToRawIntBits(actual.tensorScale().encode()),
                    Float.floatToRawIntBits(actual.tensorScale().decode()));
            if (!tensor.equals(expected.tensor())) {
                return "tensor scale: " + tensor + ", the oracle's " + expected.tensor();
            }
        }
        int scale = Arrays.mismatch(actual.scales(), expected.scaleBytes());
        if (scale >= 0) {
            return "scale byte %d: %s, the oracle's %s"
                    .formatted(scale, byteAt(actual.scales(), scale), byteAt(expected.scaleBytes(), scale));
        }
        int code = Arrays.mismatch(actual.codes(), expected.packed());
        if (code >= 0) {
            return "code byte %d: %s, the oracle's %s"
                    .formatted(code, byteAt(actual.codes(), code), byteAt(expected.packed(), code));
        }
        int[] values = bits(actual.dequantise());
        int[] expectedValues = oneNaN(expected.unpaddedValues());
        int value = Arrays.mismatch(values, expectedValues);
        if (value >= 0) {
            return "value %d: %08x, the oracle's %08x".formatted(value, values[value], expectedValues[value]);
        }
        return null;
    }

    /** The first difference in what follows from codes and scales: single codes, the hardware's order, the size; or null. */
    static String derivedDifference(Quantised actual, OracleTensor expected) {
        for (int i = 0; i < expected.codes().length; i++) {
            int code = actual.code(i / expected.paddedCols(), i % expected.paddedCols());
            if (code != expected.codes()[i]) {
                return "code of element %d: %x, the oracle's %x".formatted(i, code, expected.codes()[i]);
            }
        }
        if (!Arrays.equals(actual.hardwareScales(), expected.hardwareScaleBytes())) {
            return "order of the hardware's scales";
        }
        return actual.storedBytes() == expected.storedBytes()
                ? null
                : "stored bytes: %d, the oracle's %d".formatted(actual.storedBytes(), expected.storedBytes());
    }

    /** The figures of the error if one of them is not the exact one, else null. */
    static String difference(QuantisationMetrics actual, ExactMetrics exact) {
        if (actual.n() != exact.n()
                || actual.suspect() != exact.nonFinite() > 0
                || actual.exact() != (exact.n() > 0 && exact.mse() == 0)
                || actual.nonFinite() != exact.nonFinite()
                || !Objects.equals(actual.zeroScaleBlocks(), exact.zeroScaleBlocks())
                || !ExactMetrics.isClose(actual.mse(), exact.mse())
                || !ExactMetrics.isCloseInDecibels(actual.sqnrDb(), exact.sqnrDb())
                || !ExactMetrics.isClose(actual.cosine(), exact.cosine())
                || !ExactMetrics.isClose(actual.maxAbsErr(), exact.maxAbsErr())
                || !ExactMetrics.isClose(actual.zeroedShare(), exact.zeroedShare())
                || !ExactMetrics.isClose(actual.clippedShare(), exact.clippedShare())
                || !exact.isMedianBlockSqnr(actual.medianBlockSqnrDb())) {
            return "metrics: %s, the oracle's %s".formatted(actual, exact);
        }
        return null;
    }

    private static String byteAt(byte[] bytes, int i) {
        return i < bytes.length ? "%02x".formatted(bytes[i]) : "none";
    }

    static float[] floats(int[] bits) {
        float[] floats = new float[bits.length];
        for (int i = 0; i < bits.length; i++) {
            floats[i] = Float.intBitsToFloat(bits[i]);
        }
        return floats;
    }

    /** Patterns of floats, one for all that are not a number. */
    static int[] bits(float[] floats) {
        int[] bits = new int[floats.length];
        for (int i = 0; i < bits.length; i++) {
            bits[i] = Float.floatToIntBits(floats[i]);
        }
        return bits;
    }

    /** The same patterns, one for all that are not a number. */
    static int[] oneNaN(int[] bits) {
        for (int i = 0; i < bits.length; i++) {
            if (Binary32.isNaN(bits[i])) {
                bits[i] = Binary32.NAN;
            }
        }
        return bits;
    }
}
