package io.joulestream.core.nvfp4;

import static java.util.Objects.requireNonNull;

/**
 * What a {@link Quantiser} is to do. Combinations the specification does not define are refused here.
 *
 * @param rounding stochastic for 1d, 1d-legacy and 2d only
 * @param hadamard for 1d and 1d-legacy only
 * @param givenAmax the tensor's largest magnitude, calibrated or reduced over ranks, used as it is; null to compute it.
 *     Where it is below the largest magnitude of a block, that block's scale saturates and its elements clip
 */
public record QuantiserOptions(QuantisationMode mode, Rounding rounding, RandomHadamard hadamard, Float givenAmax) {
    public QuantiserOptions {
        requireNonNull(mode, "mode");
        requireNonNull(rounding, "rounding");
        requireNonNull(hadamard, "hadamard");
        TensorCodec codec = mode.codec();
        if (rounding instanceof Rounding.Stochastic && !codec.roundsStochastically()) {
            throw new IllegalArgumentException("stochastic rounding is not defined for mode " + mode);
        }
        if (hadamard != RandomHadamard.NONE && !codec.takesHadamard()) {
            throw new IllegalArgumentException(
                    "random Hadamard transform " + hadamard + " is not defined for mode " + mode);
        }
        if (givenAmax != null) {
            if (!codec.hasTensorScale()) {
                throw new IllegalArgumentException(
                        "mode " + mode + " has no tensor scale, so the given amax " + givenAmax + " has no meaning");
            }
            givenAmax = TensorScale.requireAmax(givenAmax);
        }
    }

    /** Whether a tensor's largest magnitude has to be found: there is a tensor scale, and none is given. */
    boolean looksForAmax() {
        return givenAmax == null && mode.codec().hasTensorScale();
    }

    /** Round to nearest even, no transform, amax computed. */
    public static QuantiserOptions of(QuantisationMode mode) {
        return new QuantiserOptions(mode, new Rounding.NearestEven(), RandomHadamard.NONE, null);
    }

    public QuantiserOptions withStochasticRounding(long seed, long stream) {
        return new QuantiserOptions(mode, new Rounding.Stochastic(seed, stream), hadamard, givenAmax);
    }

    public QuantiserOptions withHadamard(RandomHadamard form) {
        return new QuantiserOptions(mode, rounding, form, givenAmax);
    }

    public QuantiserOptions withAmax(float amax) {
        return new QuantiserOptions(mode, rounding, hadamard, amax);
    }
}
