package io.joulestream.core.nvfp4.oracle;

import static io.joulestream.core.nvfp4.oracle.Binary32.ONE;

/** The scale of a tensor as binary32 patterns: its largest magnitude A, the encode scale S, the decode scale D (SPEC 3). */
record TensorBits(int amax, int encode, int decode) {
    /** @param range the magnitude that A is mapped to */
    static TensorBits of(int amax, int range) {
        if (Binary32.isZero(amax)) {
            // given as -0: a magnitude has no sign
            return new TensorBits(0, ONE, ONE);
        }
        int encode = Math.min(Binary32.divide(range, amax), Binary32.MAX);
        if (Binary32.isZero(encode)) {
            encode = ONE;
        }
        return new TensorBits(amax, encode, Binary32.divide(ONE, encode));
    }
}
