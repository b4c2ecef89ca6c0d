package io.joulestream.core.nvfp4.oracle;

import static io.joulestream.core.nvfp4.oracle.Binary32.ONE;
import static io.joulestream.core.nvfp4.oracle.Binary32.add;
import static io.joulestream.core.nvfp4.oracle.Binary32.divide;
import static io.joulestream.core.nvfp4.oracle.Binary32.magnitude;
import static io.joulestream.core.nvfp4.oracle.Binary32.multiply;
import static io.joulestream.core.nvfp4.oracle.Binary32.subtract;
import static io.joulestream.core.nvfp4.oracle.NumberFormat.E2M1;
import static io.joulestream.core.nvfp4.oracle.NumberFormat.E4M3;

import io.joulestream.core.nvfp4.oracle.Recipe.Draws;
import io.joulestream.core.nvfp4.oracle.Recipe.Scaling;

/** NVFP4 of one tensor: a scale byte for each block or tile, a code for each element (SPEC 3 to 6, 8, 10.1). */
final class Nvfp4 {
    private static final int TWO = Binary32.of(2);
    private static final int FOUR = Binary32.of(4);
    private static final int SIX = Binary32.of(6);
    private static final int SIXTH = divide(ONE, SIX);
    private static final int THREE_HALVES = divide(Binary32.of(3), TWO);
    private static final int BLOCK = 16;

    private final Recipe recipe;
    private final int[] x;
    private final int rows;
    private final int blocksPerRow;
    /** What the tensor's largest magnitude is mapped to: the scale's bound times the largest code. */
    private final int range;

    private final TensorBits tensor;
    private final int[] scaled;
    private final int[] codes;
    private final int[] values;
    private final int[] scales;

    /** @param x padded to whole blocks and transformed */
    Nvfp4(Recipe recipe, int[] x, int rows, int paddedCols) {
        this.recipe = recipe;
        this.x = x;
        this.rows = rows;
        this.blocksPerRow = paddedCols / BLOCK;
        this.range = Binary32.of(6 * recipe.bound());
        this.tensor = TensorBits.of(recipe.amax() != null ? recipe.amax() : Binary32.largestMagnitude(x), range);
        this.scaled = new int[x.length];
        this.codes = new int[x.length];
        this.values = new int[x.length];
        this.scales = new int[rows * blocksPerRow];
    }

    OracleTensor quantise(int cols) {
        int height = recipe.isTiled() ? BLOCK : 1;
        for (int row = 0; row < rows; row += height) {
            for (int block = 0; block < blocksPerRow; block++) {
                Tile tile = new Tile(row, block, height);
                write(tile, scale(tile));
            }
        }
        return new OracleTensor(recipe, rows, cols, blocksPerRow * BLOCK, x, scaled, codes, scales, tensor, values);
    }

    /** The elements that share a scale: {@code height} rows of one block. */
    private record Tile(int row, int block, int height) {}

    private int scale(Tile tile) {
        int largest = largestMagnitude(tile);
        return switch (recipe.scaling()) {
            case FOLD -> E4M3.encode(foldedScale(tensor, largest));
            case LEGACY -> E4M3.encode(legacyScale(tensor, largest));
            default -> fourOrSix(tile, legacyScale(tensor, largest));
        };
    }

    /** The block scale before it is rounded. */
    static int foldedScale(TensorBits tensor, int largest) {
        return Math.min(multiply(largest, multiply(tensor.encode(), SIXTH)), Binary32.MAX);
    }

    /** The same in the order of older libraries. */
    static int legacyScale(TensorBits tensor, int largest) {
        return multiply(divide(largest, SIX), tensor.encode());
    }

    /** What the elements of a block are multiplied with. */
    static int multiplier(TensorBits tensor, int scale) {
        return Math.min(divide(ONE, multiply(E4M3.decode(scale), tensor.decode())), Binary32.MAX);
    }

    /** The scale byte that maps the largest element to 4 instead of 6, if it has the strictly smaller error. */
    private int fourOrSix(Tile tile, int base) {
        int six = E4M3.encode(base);
        int four = E4M3.encode(multiply(base, THREE_HALVES));
        return isLess(error(tile, four), error(tile, six)) ? four : six;
    }

    private int error(Tile tile, int scale) {
        int[] sums = new int[tile.height];
        for (int i = 0; i < sums.length; i++) {
            sums[i] = rowError(first(tile, i), scale);
        }
        for (int half = sums.length / 2; half > 0; half /= 2) {
            for (int i = 0; i < half; i++) {
                sums[i] = add(sums[i], sums[i + half]);
            }
        }
        return sums[0];
    }

    private int rowError(int from, int scale) {
        int multiplier = multiplier(tensor, scale);
        int sum = 0;
        for (int i = from; i < from + BLOCK; i++) {
            int code = E2M1.encode(multiply(x[i], multiplier));
            int scaledBack = multiply(multiply(E2M1.decode(code), E4M3.decode(scale)), tensor.amax());
            int difference = subtract(divide(scaledBack, range), x[i]);
            sum = add(
                    sum,
                    recipe.scaling() == Scaling.FOUR_OVER_SIX_MAE
                            ? magnitude(difference)
                            : multiply(difference, difference));
        }
        return sum;
    }

    private void write(Tile tile, int scale) {
        int multiplier = multiplier(tensor, scale);
        int blockValue = blockValue(tensor, range, scale);
        for (int row = 0; row < tile.height; row++) {
            int block = (tile.row + row) * blocksPerRow + tile.block;
            scales[block] = scale;
            Draws draws = recipe.draws();
            int[] random = draws == null ? null : Philox.blockBytes(draws.seed(), draws.stream(), block);
            int from = first(tile, row);
            for (int i = 0; i < BLOCK; i++) {
                int y = multiply(x[from + i], multiplier);
                int code = random == null ? E2M1.encode(y) : stochasticCode(y, random[i]);
                scaled[from + i] = y;
                codes[from + i] = code;
                values[from + i] = multiply(E2M1.decode(code), blockValue);
            }
        }
    }

    /** What a block's decoded codes are multiplied with, guarded against a tensor no healthy run has (SPEC 5). */
    static int blockValue(TensorBits tensor, int range, int scale) {
        int decoded = E4M3.decode(scale);
        int inverseRange = divide(ONE, range);
        if (Binary32.isInfinite(tensor.amax())) {
            return decoded;
        }
        int value = multiply(multiply(decoded, tensor.amax()), inverseRange);
        return Binary32.isFinite(value) ? value : multiply(decoded, multiply(tensor.amax(), inverseRange));
    }

    /** The magnitude plus a random part of a step, rounded down to whole steps (SPEC 8). */
    static int stochasticCode(int y, int random) {
        if (Binary32.isNaN(y)) {
            return E2M1.encode(y);
        }
        int jittered = add(magnitude(y), Binary32.round(0, random, log2OfStep(magnitude(y)) - Byte.SIZE));
        return E2M1.encode(Binary32.sign(y) | Math.min(wholeSteps(jittered), SIX));
    }

    /** Rounds down to a multiple of the step that a number below 6 has; a larger one is given back. */
    private static int wholeSteps(int bits) {
        if (bits >= SIX) {
            return bits;
        }
        int step = log2OfStep(bits);
        int drop = step - Binary32.exponent(bits);
        return drop >= Long.SIZE ? 0 : Binary32.round(0, Binary32.significand(bits) >>> drop, step);
    }

    /** Codes are 1/2 apart below 2, 1 below 4, then 2. */
    static int log2OfStep(int magnitude) {
        return magnitude >= FOUR ? 1 : magnitude >= TWO ? 0 : -1;
    }

    private int largestMagnitude(Tile tile) {
        int largest = 0;
        for (int row = 0; row < tile.height; row++) {
            int from = first(tile, row);
            for (int i = from; i < from + BLOCK; i++) {
                largest = Binary32.larger(largest, x[i]);
            }
        }
        return largest;
    }

    private int first(Tile tile, int row) {
        return ((tile.row + row) * blocksPerRow + tile.block) * BLOCK;
    }

    private static boolean isLess(int a, int b) {
        return !Binary32.isNaN(a) && !Binary32.isNaN(b) && a < b;
    }
}
