package io.joulestream.core.nvfp4;

/**
 * The one binary32 scale of a tensor (SPEC 3, and SPEC 11 for FP8).
 *
 * @param amax the largest magnitude of the tensor, NaN ignored, or the one the caller gave; infinity is possible. 0 where the
 *     mode has no tensor scale and does not look for it. -0 is taken as 0
 * @param encode S, what values are multiplied by; 1 where the mode has no tensor scale
 * @param decode D, its reciprocal as rounded to binary32
 */
public record TensorScale(float amax, float encode, float decode) {
    static final TensorScale NONE = new TensorScale(0f, 1f, 1f);

    public TensorScale {
        amax = requireAmax(amax);
    }

    /**
     * The scale that maps {@code amax} to {@code range}: their quotient, at most the largest float, and 1 for an amax of
     * zero or infinity.
     *
     * @param range 448 * 6 for NVFP4, 256 * 6 or 448 * 6 for four-over-six, 448 or 57344 for FP8
     */
    public static TensorScale of(float amax, float range) {
        float encode = Math.min(range / requireAmax(amax), Float.MAX_VALUE);
        if (amax == 0f || encode == 0f) {
            encode = 1f;
        }
        return new TensorScale(amax, encode, 1f / encode);
    }

    /** A magnitude: without the sign of -0, which values would be multiplied by. */
    static float requireAmax(float amax) {
        if (!(amax >= 0f)) {
            throw new IllegalArgumentException("amax must be >= 0 and not NaN, was " + amax);
        }
        return amax + 0f;
    }
}
