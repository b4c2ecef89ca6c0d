package io.joulestream.core.nvfp4.oracle;

/**
 * What the oracle is to do, in the words of the specification.
 *
 * @param element the format of the codes
 * @param bound the largest scale the tensor scale aims at; NVFP4 only, else 0
 * @param isTiled whether 16 x 16 elements share a scale instead of 16
 * @param draws the random bits of stochastic rounding; null for nearest even
 * @param amax the pattern of a given A; null to compute it
 */
record Recipe(
        Scaling scaling,
        NumberFormat element,
        int bound,
        boolean isTiled,
        Transform transform,
        Draws draws,
        Integer amax) {

    /** How elements are scaled before they are rounded. */
    enum Scaling {
        FOLD(16),
        LEGACY(16),
        FOUR_OVER_SIX_MAE(16),
        FOUR_OVER_SIX_MSE(16),
        MX_OCP(32),
        MX_CEIL(32),
        PER_TENSOR(1),
        UNSCALED(1);

        private final int block;

        Scaling(int block) {
            this.block = block;
        }

        /** Elements of a row that a width is padded to. */
        int block() {
            return block;
        }

        boolean isNvfp4() {
            return block == 16;
        }
    }

    /** What is done to every 16 elements of a row first; the second reads and writes BF16, as kernels do (SPEC 7). */
    enum Transform {
        NONE,
        HADAMARD,
        HADAMARD_BF16
    }

    /** Names the random bits of a tensor (SPEC 8). */
    record Draws(long seed, long stream) {}

    static Recipe nvfp4(Scaling scaling, int bound) {
        return of(scaling, NumberFormat.E2M1, bound);
    }

    static Recipe mxfp4(Scaling scaling) {
        return of(scaling, NumberFormat.E2M1, 0);
    }

    static Recipe fp8(NumberFormat element) {
        return of(Scaling.PER_TENSOR, element, 0);
    }

    static Recipe baseline(NumberFormat element) {
        return of(Scaling.UNSCALED, element, 0);
    }

    /** Whether there is an A, which may be given. */
    boolean hasTensorScale() {
        return scaling.isNvfp4() || scaling == Scaling.PER_TENSOR;
    }

    Recipe tiled() {
        return new Recipe(scaling, element, bound, true, transform, draws, amax);
    }

    Recipe with(Scaling other) {
        return new Recipe(other, element, bound, isTiled, transform, draws, amax);
    }

    Recipe with(Transform first) {
        return new Recipe(scaling, element, bound, isTiled, first, draws, amax);
    }

    Recipe with(Draws random) {
        return new Recipe(scaling, element, bound, isTiled, transform, random, amax);
    }

    Recipe withAmax(Integer given) {
        return new Recipe(scaling, element, bound, isTiled, transform, draws, given);
    }

    private static Recipe of(Scaling scaling, NumberFormat element, int bound) {
        return new Recipe(scaling, element, bound, false, Transform.NONE, null, null);
    }
}
