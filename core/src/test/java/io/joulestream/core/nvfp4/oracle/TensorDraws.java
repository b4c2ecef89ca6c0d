package io.joulestream.core.nvfp4.oracle;

import static io.joulestream.core.nvfp4.oracle.Binary32.INFINITY;
import static io.joulestream.core.nvfp4.oracle.Binary32.MAX;
import static io.joulestream.core.nvfp4.oracle.Binary32.NAN;
import static io.joulestream.core.nvfp4.oracle.Binary32.ONE;
import static io.joulestream.core.nvfp4.oracle.Binary32.SIGN;
import static io.joulestream.core.nvfp4.oracle.NumberFormat.E2M1;
import static io.joulestream.core.nvfp4.oracle.NumberFormat.E4M3;

import io.joulestream.core.nvfp4.oracle.Recipe.Draws;
import io.joulestream.core.nvfp4.oracle.Recipe.Transform;
import java.util.SplittableRandom;

/**
 * Small random tensors for one recipe, steered to where a quantiser may go wrong.
 *
 * <p>A tensor is given a largest magnitude first, each tile of it a largest magnitude near a rounding boundary of its scale
 * or anywhere, and then elements near the ties of their codes, on the grid, at both zeros, subnormal, of any exponent, or of
 * any bits. The steering goes through the oracle's own arithmetic; where it misses (after a transform, next to an infinity)
 * the block is a random one.
 */
final class TensorDraws {
    private static final int CHUNK = 16;
    private static final int HIDDEN_BIT = 1 << 23;
    /** From about here on, a block's scale times A is beyond FLT_MAX (SPEC 5). */
    private static final int HUGE = 0x7B00_0000;
    /** About 2688 / FLT_MAX, below which the encode scale is cut to FLT_MAX (SPEC 3). */
    private static final int TINY = 0x0528_0000;

    private static final int[] SPECIAL = {
        0, 1, HIDDEN_BIT - 1, HIDDEN_BIT, ONE, Binary32.of(6), Binary32.of(448), HUGE, TINY, MAX, INFINITY, NAN
    };

    private final SplittableRandom random;
    private final Recipe recipe;

    /** How the elements of a tile are drawn. */
    private enum Kind {
        GAUSSIAN,
        ANY_EXPONENT,
        ALIKE,
        ZEROS,
        ON_GRID,
        NEAR_TIES,
        SUBNORMAL,
        ANY_BITS
    }

    /** A tensor and the recipe with what was drawn for it: its seed and stream, its given amax. */
    record Drawn(Recipe recipe, int[] x, int rows, int cols) {
        OracleTensor quantised() {
            return Oracle.quantise(recipe, x, rows, cols);
        }

        /** Blocks of the recipe, or of 16 elements if it has none. */
        int blocks() {
            int block = Math.max(recipe.scaling().block(), CHUNK);
            return rows * ((cols + block - 1) / block);
        }
    }

    TensorDraws(long seed, Recipe recipe) {
        this.random = new SplittableRandom(seed);
        this.recipe = recipe;
    }

    Drawn next() {
        int rows = recipe.isTiled() ? CHUNK * random.nextInt(1, 3) : random.nextInt(1, oneIn(300) ? 300 : 4);
        int cols = recipe.isTiled() ? CHUNK * random.nextInt(1, 4) : anyWidth();
        if (oneIn(1_000)) {
            return new Drawn(recipe, new int[0], random.nextBoolean() ? rows : 0, 0);
        }
        int target = amaxTarget();
        Recipe drawn = recipe.withAmax(givenAmax(target))
                .with(recipe.draws() == null ? null : new Draws(random.nextLong(), random.nextLong()));
        return new Drawn(drawn, elements(drawn, target, rows, cols), rows, cols);
    }

    private int anyWidth() {
        return oneIn(10) ? random.nextInt(100, 600) : random.nextInt(1, 80);
    }

    private int amaxTarget() {
        return switch (random.nextInt(9)) {
            case 0 -> random.nextInt(1, HIDDEN_BIT);
            case 1 -> random.nextInt(HUGE, INFINITY);
            case 2 -> nudged(TINY, 4 * HIDDEN_BIT);
            case 3 -> Binary32.multiply(Binary32.of(6 * 448), powerOfTwo(random.nextInt(-149, 110)));
            case 4 -> nudged(Binary32.of(random.nextInt(1, 9)), 2);
            default -> random.nextInt(1, INFINITY);
        };
    }

    /** Mostly none, else the target, less than the tensor has, more, or a special one. */
    private Integer givenAmax(int target) {
        if (!recipe.hasTensorScale()) {
            return null;
        }
        return switch (random.nextInt(12)) {
            case 0, 1 -> target;
            case 2 -> Binary32.multiply(target, powerOfTwo(-random.nextInt(1, 9)));
            case 3 -> Math.min(Binary32.multiply(target, powerOfTwo(random.nextInt(1, 9))), MAX);
            case 4 -> {
                int special = SPECIAL[random.nextInt(SPECIAL.length - 1)];
                // a caller may give zero with either sign
                yield special == 0 ? target << 31 : special;
            }
            default -> null;
        };
    }

    private int[] elements(Recipe drawn, int target, int rows, int cols) {
        int[] x = new int[rows * cols];
        TensorBits tensor = TensorBits.of(drawn.amax() != null ? drawn.amax() : target, range());
        boolean mayBeAnything = oneIn(6);
        int height = recipe.isTiled() ? CHUNK : 1;
        for (int row = 0; row < rows; row += height) {
            for (int col = 0; col < cols; col += width()) {
                Kind kind = kind(mayBeAnything);
                int largest = Math.min(tileAmax(tensor, target), target);
                for (int r = row; r < row + height; r++) {
                    int block = r * blocks(cols) + col / width();
                    int[] chunk = chunk(drawn, kind, tensor, largest, block);
                    System.arraycopy(chunk, 0, x, r * cols + col, Math.min(width(), cols - col));
                }
                if (!oneIn(4) && kind != Kind.ZEROS) {
                    x[row * cols + random.nextInt(col, Math.min(col + width(), cols))] = signed(largest);
                }
            }
        }
        if (!oneIn(4)) {
            x[random.nextInt(x.length)] = signed(target);
        }
        if (mayBeAnything) {
            x[random.nextInt(x.length)] = signed(SPECIAL[random.nextInt(SPECIAL.length)]);
        }
        return x;
    }

    private Kind kind(boolean mayBeAnything) {
        if (oneIn(3)) {
            return Kind.NEAR_TIES;
        }
        Kind kind = Kind.values()[random.nextInt(Kind.values().length)];
        return kind == Kind.ANY_BITS && !mayBeAnything ? Kind.GAUSSIAN : kind;
    }

    /** Elements of a row that share a scale, or are drawn alike. */
    private int width() {
        return Math.max(recipe.scaling().block(), CHUNK);
    }

    private int blocks(int cols) {
        return (cols + width() - 1) / width();
    }

    private int range() {
        return switch (recipe.scaling()) {
            case PER_TENSOR -> recipe.element().largest();
            case MX_OCP, MX_CEIL, UNSCALED -> ONE;
            default -> Binary32.of(6 * recipe.bound());
        };
    }

    /** The largest magnitude of a tile. */
    private int tileAmax(TensorBits tensor, int target) {
        return switch (random.nextInt(6)) {
            case 0 -> target;
            case 1 -> random.nextInt(1, target + 1);
            case 2 -> nudged(target, 3 * HIDDEN_BIT);
            default -> atScaleBoundary(tensor);
        };
    }

    /** Next to a largest magnitude whose scale lies between two scale codes, or is one. */
    private int atScaleBoundary(TensorBits tensor) {
        int code = oneIn(8) ? random.nextInt(3) : random.nextInt(E4M3.midpointCount());
        int scale = random.nextInt(4) > 0 ? E4M3.midpoint(code) : E4M3.decode(code);
        int perUnit = Binary32.divide(tensor.encode(), Binary32.of(6));
        int magnitude = switch (recipe.scaling()) {
            case FOLD, LEGACY -> Binary32.divide(scale, perUnit);
            case FOUR_OVER_SIX_MAE, FOUR_OVER_SIX_MSE ->
                Binary32.divide(
                        Binary32.divide(scale, perUnit),
                        random.nextBoolean() ? ONE : Binary32.divide(Binary32.of(3), Binary32.of(2)));
            default ->
                Binary32.multiply(Binary32.of(random.nextBoolean() ? 1 : 6), powerOfTwo(random.nextInt(-149, 128)));
        };
        return nudged(magnitude, random.nextInt(4));
    }

    private int[] chunk(Recipe drawn, Kind kind, TensorBits tensor, int largest, int block) {
        int[] chunk = kind == Kind.NEAR_TIES ? nearTies(drawn, tensor, largest, block) : elements(kind, largest);
        return recipe.transform() != Transform.NONE && random.nextBoolean() ? Hadamard.inverse(chunk) : chunk;
    }

    private int[] elements(Kind kind, int largest) {
        int[] elements = new int[width()];
        int unit = Math.max(Binary32.isZero(largest) ? 0 : Binary32.log2(largest), -147) - 2;
        for (int i = 0; i < elements.length; i++) {
            elements[i] = switch (kind) {
                case GAUSSIAN -> signed(gaussian(largest));
                case ANY_EXPONENT -> signed(random.nextInt(largest + 1));
                case ALIKE -> signed(Math.max(largest - random.nextInt(HIDDEN_BIT / 8), 0));
                case ZEROS -> signed(0);
                case ON_GRID -> signed(Binary32.multiply(E2M1.decode(random.nextInt(8)), powerOfTwo(unit)));
                case SUBNORMAL -> signed(random.nextInt(Math.min(largest + 1, HIDDEN_BIT)));
                default -> random.nextInt();
            };
        }
        return elements;
    }

    /** Numbers that lie between two codes, or up to two patterns beside. */
    private int[] nearTies(Recipe drawn, TensorBits tensor, int largest, int block) {
        NumberFormat format = recipe.element();
        Draws draws = drawn.draws();
        int[] bytes = draws == null ? null : Philox.blockBytes(draws.seed(), draws.stream(), block);
        int multiplier = multiplier(tensor, largest);
        int[] ties = new int[width()];
        for (int i = 0; i < ties.length; i++) {
            int tie = bytes == null ? format.midpoint(random.nextInt(format.midpointCount())) : stochasticTie(bytes[i]);
            int x = switch (recipe.scaling()) {
                case MX_OCP, MX_CEIL -> Binary32.multiply(tie, multiplier);
                case UNSCALED -> tie;
                default -> Binary32.divide(tie, multiplier);
            };
            ties[i] = signed(nudged(x, random.nextInt(3)));
        }
        return ties;
    }

    /** The magnitude that a random byte lifts just to the next code. */
    private int stochasticTie(int random8) {
        int above = E2M1.decode(random.nextInt(1, 8));
        return Binary32.subtract(above, Binary32.round(0, random8, Nvfp4.log2OfStep(above - 1) - Byte.SIZE));
    }

    private int multiplier(TensorBits tensor, int largest) {
        return switch (recipe.scaling()) {
            case MX_OCP, MX_CEIL -> Mxfp4.decodeScale(Mxfp4.scale(recipe.scaling(), largest));
            case PER_TENSOR -> tensor.encode();
            case UNSCALED -> ONE;
            case FOLD, LEGACY -> Nvfp4.multiplier(tensor, E4M3.encode(Nvfp4.foldedScale(tensor, largest)));
            default -> {
                int base = Nvfp4.legacyScale(tensor, largest);
                int four = Binary32.divide(Binary32.of(3), Binary32.of(2));
                yield Nvfp4.multiplier(
                        tensor, E4M3.encode(random.nextBoolean() ? base : Binary32.multiply(base, four)));
            }
        };
    }

    private int gaussian(int largest) {
        float deviation = Float.intBitsToFloat(largest) / 3;
        return Math.min(Float.floatToIntBits((float) Math.abs(random.nextGaussian() * deviation)), largest);
    }

    private int powerOfTwo(int exponent) {
        return Binary32.round(0, 1, exponent);
    }

    /** A magnitude up to so many patterns away, finite and not below 0. */
    private int nudged(int magnitude, int patterns) {
        int moved = magnitude + random.nextInt(-patterns, patterns + 1);
        return Math.min(Math.max(moved, 0), MAX);
    }

    private int signed(int magnitude) {
        return random.nextBoolean() ? magnitude : magnitude | SIGN;
    }

    private boolean oneIn(int times) {
        return random.nextInt(times) == 0;
    }
}
