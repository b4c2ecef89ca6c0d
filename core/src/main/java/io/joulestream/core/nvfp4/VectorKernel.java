package io.joulestream.core.nvfp4;

import java.util.Arrays;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * The kernel on the Vector API: a block is one vector of 16 floats, or two of 8.
 *
 * <p>It is the plain kernel's arithmetic, lane by lane, of {@link E2M1} too: no fused operation, and no reduction but of
 * maxima, so the order of operations is that of the specification.
 *
 * <p>Only what the API of JDK 17 and of JDK 25 have in common is used. Linked only where the module is present.
 */
final class VectorKernel implements Kernel {
    private static final VectorSpecies<Float> FLOATS =
            FloatVector.SPECIES_PREFERRED.length() > BLOCK ? FloatVector.SPECIES_512 : FloatVector.SPECIES_PREFERRED;
    private static final VectorShape SHAPE = FLOATS.vectorShape();
    private static final VectorSpecies<Integer> INTS = SHAPE.withLanes(int.class);
    private static final VectorSpecies<Long> LONGS = SHAPE.withLanes(long.class);
    /** As many bytes as there are lanes of floats. */
    private static final VectorSpecies<Byte> LANE_BYTES =
            VectorShape.forBitSize(Math.max(64, FLOATS.length() * 8)).withLanes(byte.class);

    private static final int LANES = FLOATS.length();
    private static final int LONG_LANES = LONGS.length();
    private static final int VECTORS = BLOCK / LANES;

    private static final int ABS_MASK = SmallFloat.ABS_MASK;
    private static final int INFINITY_BITS = SmallFloat.INFINITY_BITS;
    private static final int SIGN_OF_CODE = 8;

    private static final IntVector NIBBLE_SHIFTS = IntVector.fromArray(INTS, ints(i -> 4 * (i % 8)), 0);
    private static final VectorMask<Integer> UPPER_HALF = VectorMask.fromLong(INTS, 0xFF00L);

    private static final VectorShuffle<Float> XOR_1 = VectorShuffle.fromOp(FLOATS, i -> i ^ 1);
    private static final VectorShuffle<Float> XOR_2 = VectorShuffle.fromOp(FLOATS, i -> i ^ 2);
    private static final VectorShuffle<Float> XOR_4 = VectorShuffle.fromOp(FLOATS, i -> i ^ 4);
    private static final VectorShuffle<Float> XOR_8 = VectorShuffle.fromOp(FLOATS, i -> i ^ (LANES == 16 ? 8 : 0));
    private static final FloatVector SIGN_1 = butterflySigns(1);
    private static final FloatVector SIGN_2 = butterflySigns(2);
    private static final FloatVector SIGN_4 = butterflySigns(4);
    private static final FloatVector SIGN_8 = butterflySigns(8);
    private static final FloatVector RANDOM_SIGNS = FloatVector.fromArray(FLOATS, RandomHadamard.SIGNS, 0);
    private static final FloatVector UPPER_RANDOM_SIGNS =
            FloatVector.fromArray(FLOATS, RandomHadamard.SIGNS, BLOCK - LANES);

    private static final VectorShuffle<Long> DOUBLE_LOWER = VectorShuffle.fromOp(LONGS, i -> i / 2);
    private static final VectorShuffle<Long> DOUBLE_UPPER = VectorShuffle.fromOp(LONGS, i -> i / 2 + LONG_LANES / 2);
    private static final VectorMask<Long> ODD_LONGS = VectorMask.fromLong(LONGS, 0xAAAAL);
    private static final LongVector LONG_INDEX = LongVector.broadcast(LONGS, 0).addIndex(1);
    private static final long LOW_WORD = 0xFFFF_FFFFL;

    /** Whether a block is a whole number of this machine's vectors, and these are worth it. */
    static boolean fits() {
        return LANES == 8 || LANES == 16;
    }

    @Override
    public float maxAbs(float[] x, int from, int length) {
        IntVector first = IntVector.zero(INTS);
        IntVector second = first;
        int end = from + length;
        int i = from;
        for (; i <= end - 2 * LANES; i += 2 * LANES) {
            first = first.max(magnitudes(x, i));
            second = second.max(magnitudes(x, i + LANES));
        }
        int max = first.max(second).reduceLanes(VectorOperators.MAX);
        for (; i < end; i++) {
            int magnitude = Float.floatToRawIntBits(x[i]) & ABS_MASK;
            max = Math.max(max, magnitude > INFINITY_BITS ? 0 : magnitude);
        }
        return Float.intBitsToFloat(max);
    }

    @Override
    public void blockMaxima(float[] x, int from, int rows, int stride, int blocks, float[] maxima) {
        Arrays.fill(maxima, 0, blocks, 0f);
        for (int row = 0; row < rows; row++) {
            raise(maxima, x, from + row * stride, blocks);
        }
    }

    /** Raises each maximum to that of its block in one row: no vector is carried from row to row, see {@link #transform}. */
    private static void raise(float[] maxima, float[] x, int from, int blocks) {
        for (int block = 0; block < blocks; block++) {
            int max = blockMagnitudes(x, from + block * BLOCK).reduceLanes(VectorOperators.MAX);
            maxima[block] = Float.intBitsToFloat(Math.max(max, Float.floatToRawIntBits(maxima[block])));
        }
    }

    private static IntVector blockMagnitudes(float[] x, int from) {
        IntVector lower = magnitudes(x, from);
        return VECTORS == 1 ? lower : lower.max(magnitudes(x, from + LANES));
    }

    private static IntVector magnitudes(float[] x, int from) {
        IntVector magnitudes =
                FloatVector.fromArray(FLOATS, x, from).reinterpretAsInts().and(ABS_MASK);
        return magnitudes.blend(0, magnitudes.compare(VectorOperators.GT, INFINITY_BITS));
    }

    @Override
    public void encodeScales(float[] scales, int count, byte[] codes, int codesFrom) {
        int i = 0;
        for (; i <= count - LANES; i += LANES) {
            IntVector clamped =
                    FloatVector.fromArray(FLOATS, scales, i).reinterpretAsInts().min(E4M3.MAX_BITS);
            IntVector normal = clamped.add(0x7_FFFF)
                    .add(clamped.lanewise(VectorOperators.LSHR, 20).and(1))
                    .lanewise(VectorOperators.LSHR, 20)
                    .sub(E4M3.REBIAS);
            IntVector subnormal = clamped.reinterpretAsFloats()
                    .add(E4M3.SUBNORMAL_ALIGNER)
                    .reinterpretAsInts()
                    .sub(Float.floatToRawIntBits(E4M3.SUBNORMAL_ALIGNER));
            IntVector code = normal.blend(subnormal, clamped.compare(VectorOperators.LT, E4M3.SMALLEST_NORMAL_BITS));
            ((ByteVector) code.convertShape(VectorOperators.I2B, LANE_BYTES, 0)).intoArray(codes, codesFrom + i);
        }
        for (; i < count; i++) {
            codes[codesFrom + i] = (byte) E4M3.encode(scales[i]);
        }
    }

    @Override
    public void encode(float[] x, int from, int blocks, float[] factors, byte[] codes, int codesFrom) {
        for (int block = 0; block < blocks; block++) {
            for (int part = 0; part < VECTORS; part++) {
                int at = block * BLOCK + part * LANES;
                IntVector y = FloatVector.fromArray(FLOATS, x, from + at)
                        .mul(factors[block])
                        .reinterpretAsInts();
                IntVector magnitude = y.and(ABS_MASK);
                IntVector clamped = magnitude.min(E2M1.MAX_BITS);
                IntVector power = clamped.max(E2M1.ONE_BITS).and(E2M1.EXPONENT_MASK);
                IntVector code = clamped.reinterpretAsFloats()
                        .add(power.add(E2M1.TIMES_2_TO_22).reinterpretAsFloats())
                        .reinterpretAsInts()
                        .sub(power)
                        .add(power.lanewise(VectorOperators.LSHR, 22))
                        .sub(E2M1.TIMES_2_TO_22 + E2M1.TWICE_BIAS);
                store(signed(code, y, magnitude), codes, codesFrom + at / 2);
            }
        }
    }

    @Override
    public void encodeStochastic(
            float[] x,
            int from,
            int blocks,
            float[] factors,
            byte[] random,
            int randomFrom,
            byte[] codes,
            int codesFrom) {
        for (int block = 0; block < blocks; block++) {
            for (int part = 0; part < VECTORS; part++) {
                int at = block * BLOCK + part * LANES;
                IntVector y = FloatVector.fromArray(FLOATS, x, from + at)
                        .mul(factors[block])
                        .reinterpretAsInts();
                IntVector magnitude = y.and(ABS_MASK);
                IntVector clamped = magnitude.min(E2M1.MAX_BITS);
                // a grid step is half the power of two at or below the magnitude; a random byte counts 256ths of it
                FloatVector step = clamped.max(E2M1.ONE_BITS)
                        .and(E2M1.EXPONENT_MASK)
                        .sub(E2M1.HALF_A_256TH)
                        .reinterpretAsFloats();
                FloatVector bytes = (FloatVector) ((IntVector) ByteVector.fromArray(LANE_BYTES, random, randomFrom + at)
                                .convertShape(VectorOperators.B2I, INTS, 0))
                        .and(0xFF)
                        .convert(VectorOperators.I2F, 0);
                IntVector jittered = clamped.reinterpretAsFloats()
                        .add(bytes.mul(step))
                        .reinterpretAsInts()
                        .min(E2M1.MAX_BITS);
                IntVector code = jittered.lanewise(VectorOperators.LSHR, 22)
                        .sub(E2M1.PATTERN_BIAS)
                        .max(IntVector.zero(INTS).blend(1, jittered.compare(VectorOperators.GE, E2M1.HALF_BITS)));
                store(signed(code, y, magnitude), codes, codesFrom + at / 2);
            }
        }
    }

    /** {@code code} with the sign of {@code y}, which a NaN does not have. */
    private static IntVector signed(IntVector code, IntVector y, IntVector magnitude) {
        IntVector sign = y.lanewise(VectorOperators.LSHR, 28).and(SIGN_OF_CODE);
        return code.or(sign.blend(0, magnitude.compare(VectorOperators.GT, INFINITY_BITS)));
    }

    /** Stores one code of each lane, two to a byte. */
    private static void store(IntVector code, byte[] codes, int at) {
        if (LANES == 16) {
            LongVector pairs = code.reinterpretAsLongs();
            LongVector bytes = pairs.or(pairs.lanewise(VectorOperators.LSHR, 28));
            ((ByteVector) bytes.convertShape(VectorOperators.L2B, ByteVector.SPECIES_64, 0)).intoArray(codes, at);
        } else {
            int word = code.lanewise(VectorOperators.LSHL, NIBBLE_SHIFTS).reduceLanes(VectorOperators.OR);
            LittleEndian.putInt(codes, at, word);
        }
    }

    @Override
    public void randomBytes(Rounding.Stochastic source, long firstBlock, int blocks, byte[] random, int randomFrom) {
        int block = 0;
        for (; block <= blocks - LONG_LANES; block += LONG_LANES) {
            philox(source, firstBlock + block, random, randomFrom + block * BLOCK);
        }
        if (block < blocks) {
            byte[] last = new byte[LONG_LANES * BLOCK];
            philox(source, firstBlock + block, last, 0);
            System.arraycopy(last, 0, random, randomFrom + block * BLOCK, (blocks - block) * BLOCK);
        }
    }

    /** Philox4x32-10 for as many counters as there are lanes of longs, each word in a lane of its own. */
    private static void philox(Rounding.Stochastic source, long firstBlock, byte[] random, int at) {
        LongVector counter = LONG_INDEX.add(firstBlock);
        LongVector c0 = counter.and(LOW_WORD);
        LongVector c1 = counter.lanewise(VectorOperators.LSHR, 32);
        LongVector c2 = LongVector.broadcast(LONGS, source.stream() & LOW_WORD);
        LongVector c3 = LongVector.broadcast(LONGS, source.stream() >>> 32);
        int key0 = (int) source.seed();
        int key1 = (int) (source.seed() >>> 32);
        for (int round = 0; round < Philox4x32.ROUNDS; round++) {
            LongVector product0 = c0.mul(Philox4x32.MULTIPLIER_0);
            LongVector product1 = c2.mul(Philox4x32.MULTIPLIER_1);
            c0 = product1.lanewise(VectorOperators.LSHR, 32)
                    .lanewise(VectorOperators.XOR, c1)
                    .lanewise(VectorOperators.XOR, key0 & LOW_WORD);
            c1 = product1.and(LOW_WORD);
            c2 = product0.lanewise(VectorOperators.LSHR, 32)
                    .lanewise(VectorOperators.XOR, c3)
                    .lanewise(VectorOperators.XOR, key1 & LOW_WORD);
            c3 = product0.and(LOW_WORD);
            key0 += Philox4x32.KEY_INCREMENT_0;
            key1 += Philox4x32.KEY_INCREMENT_1;
        }
        LongVector words01 = c0.or(c1.lanewise(VectorOperators.LSHL, 32));
        LongVector words23 = c2.or(c3.lanewise(VectorOperators.LSHL, 32));
        interleaved(words01, words23, DOUBLE_LOWER).intoArray(random, at);
        interleaved(words01, words23, DOUBLE_UPPER).intoArray(random, at + LONG_LANES * Long.BYTES);
    }

    private static ByteVector interleaved(LongVector even, LongVector odd, VectorShuffle<Long> half) {
        return even.rearrange(half).blend(odd.rearrange(half), ODD_LONGS).reinterpretAsBytes();
    }

    @Override
    public void decode(byte[] codes, int codesFrom, int blocks, float[] multipliers, float[] values, int to) {
        for (int block = 0; block < blocks; block++) {
            for (int part = 0; part < VECTORS; part++) {
                int at = block * BLOCK + part * LANES;
                IntVector code = load(codes, codesFrom + at / 2);
                IntVector magnitude = code.and(7);
                IntVector fromOne = magnitude.add(E2M1.PATTERN_BIAS).lanewise(VectorOperators.LSHL, 22);
                IntVector belowOne = magnitude.neg().and(E2M1.HALF_BITS);
                fromOne.blend(belowOne, magnitude.compare(VectorOperators.LT, 2))
                        .or(code.and(SIGN_OF_CODE).lanewise(VectorOperators.LSHL, 28))
                        .reinterpretAsFloats()
                        .mul(multipliers[block])
                        .intoArray(values, to + at);
            }
        }
    }

    /** One code in the low four bits of each lane; what is above is anything. */
    private static IntVector load(byte[] codes, int at) {
        IntVector words = IntVector.broadcast(INTS, LittleEndian.getInt(codes, at));
        if (LANES == 16) {
            words = words.blend(LittleEndian.getInt(codes, at + Integer.BYTES), UPPER_HALF);
        }
        return words.lanewise(VectorOperators.LSHR, NIBBLE_SHIFTS);
    }

    @Override
    public void transform(float[] x, int from, int blocks, boolean bf16) {
        // a loop each: a vector that comes from either of two branches is put in an object by older compilers
        if (bf16) {
            transformBf16(x, from, blocks);
        } else {
            transformFp32(x, from, blocks);
        }
    }

    private static void transformFp32(float[] x, int from, int blocks) {
        for (int at = from; at < from + blocks * BLOCK; at += BLOCK) {
            FloatVector lower =
                    withinVector(FloatVector.fromArray(FLOATS, x, at).mul(RANDOM_SIGNS));
            if (VECTORS == 1) {
                acrossHalves(lower).mul(0.25f).intoArray(x, at);
            } else {
                FloatVector upper = withinVector(
                        FloatVector.fromArray(FLOATS, x, at + LANES).mul(UPPER_RANDOM_SIGNS));
                lower.add(upper).mul(0.25f).intoArray(x, at);
                lower.sub(upper).mul(0.25f).intoArray(x, at + LANES);
            }
        }
    }

    private static void transformBf16(float[] x, int from, int blocks) {
        for (int at = from; at < from + blocks * BLOCK; at += BLOCK) {
            FloatVector lower = withinVector(
                    roundToBf16(FloatVector.fromArray(FLOATS, x, at)).mul(RANDOM_SIGNS));
            if (VECTORS == 1) {
                roundToBf16(acrossHalves(lower).mul(0.25f)).intoArray(x, at);
            } else {
                FloatVector upper = withinVector(roundToBf16(FloatVector.fromArray(FLOATS, x, at + LANES))
                        .mul(UPPER_RANDOM_SIGNS));
                roundToBf16(lower.add(upper).mul(0.25f)).intoArray(x, at);
                roundToBf16(lower.sub(upper).mul(0.25f)).intoArray(x, at + LANES);
            }
        }
    }

    /** Stage 8, of a vector that is a whole block. */
    private static FloatVector acrossHalves(FloatVector v) {
        return v.mul(SIGN_8).add(v.rearrange(XOR_8));
    }

    /** Stages 1, 2 and 4: lower + upper in the lower lane of a pair, lower + -upper in the upper. */
    private static FloatVector withinVector(FloatVector v) {
        FloatVector v1 = v.mul(SIGN_1).add(v.rearrange(XOR_1));
        FloatVector v2 = v1.mul(SIGN_2).add(v1.rearrange(XOR_2));
        return v2.mul(SIGN_4).add(v2.rearrange(XOR_4));
    }

    private static FloatVector roundToBf16(FloatVector v) {
        IntVector bits = v.reinterpretAsInts();
        IntVector rounded =
                bits.add(0x7FFF).add(bits.lanewise(VectorOperators.LSHR, 16).and(1));
        VectorMask<Integer> nan = bits.and(ABS_MASK).compare(VectorOperators.GT, INFINITY_BITS);
        return rounded.blend(bits.or(0x40_0000), nan).and(0xFFFF_0000).reinterpretAsFloats();
    }

    private static FloatVector butterflySigns(int stride) {
        float[] signs = new float[LANES];
        for (int i = 0; i < LANES; i++) {
            signs[i] = (i & stride) == 0 ? 1f : -1f;
        }
        return FloatVector.fromArray(FLOATS, signs, 0);
    }

    private static int[] ints(IntUnaryOperator valueOfLane) {
        return IntStream.range(0, LANES).map(valueOfLane).toArray();
    }
}
