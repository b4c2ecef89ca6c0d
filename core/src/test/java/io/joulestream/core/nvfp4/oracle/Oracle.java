package io.joulestream.core.nvfp4.oracle;

import io.joulestream.core.nvfp4.oracle.Recipe.Transform;
import java.util.Arrays;

/** Quantises by the specification, bit for bit and without haste. Tensors are binary32 patterns, row-major. */
final class Oracle {
    private static final int[] NO_SCALES = {};

    private Oracle() {}

    static OracleTensor quantise(Recipe recipe, int[] x, int rows, int cols) {
        int block = recipe.scaling().block();
        int paddedCols = (cols + block - 1) / block * block;
        int[] input = transformed(recipe.transform(), padded(x, rows, cols, paddedCols));
        int realCols = recipe.transform() == Transform.NONE ? cols : paddedCols;
        return switch (recipe.scaling()) {
            case FOLD, LEGACY, FOUR_OVER_SIX_MAE, FOUR_OVER_SIX_MSE ->
                new Nvfp4(recipe, input, rows, paddedCols).quantise(realCols);
            case MX_OCP, MX_CEIL -> Mxfp4.quantise(recipe, input, rows, realCols, paddedCols);
            case PER_TENSOR -> perTensor(recipe, input, rows, cols);
            case UNSCALED -> unscaled(recipe, input, rows, cols);
        };
    }

    static int[] padded(int[] x, int rows, int cols, int paddedCols) {
        int[] padded = new int[rows * paddedCols];
        for (int row = 0; row < rows; row++) {
            System.arraycopy(x, row * cols, padded, row * paddedCols, cols);
        }
        return padded;
    }

    private static int[] transformed(Transform transform, int[] x) {
        if (transform == Transform.NONE) {
            return x;
        }
        int[] y = new int[x.length];
        for (int from = 0; from < x.length; from += 16) {
            int[] block = Arrays.copyOfRange(x, from, from + 16);
            System.arraycopy(Hadamard.of(transform, block), 0, y, from, block.length);
        }
        return y;
    }

    /** FP8 with one scale (SPEC 11). */
    private static OracleTensor perTensor(Recipe recipe, int[] x, int rows, int cols) {
        NumberFormat format = recipe.element();
        int amax = recipe.amax() != null ? recipe.amax() : Binary32.largestMagnitude(x);
        TensorBits tensor = TensorBits.of(amax, format.largest());
        int[] codes = new int[x.length];
        int[] values = new int[x.length];
        for (int i = 0; i < x.length; i++) {
            codes[i] = format.encode(Binary32.multiply(x[i], tensor.encode()));
            values[i] = Binary32.multiply(format.decode(codes[i]), tensor.decode());
        }
        return new OracleTensor(recipe, rows, cols, cols, x, null, codes, NO_SCALES, tensor, values);
    }

    /** BF16 and FP16 as they are (SPEC 1.5). */
    private static OracleTensor unscaled(Recipe recipe, int[] x, int rows, int cols) {
        NumberFormat format = recipe.element();
        int[] codes = new int[x.length];
        int[] values = new int[x.length];
        for (int i = 0; i < x.length; i++) {
            codes[i] = format.encode(x[i]);
            values[i] = format.decode(codes[i]);
        }
        return new OracleTensor(recipe, rows, cols, cols, x, null, codes, NO_SCALES, null, values);
    }
}
