package io.joulestream.core.nvfp4;

/** Plain loops: what every virtual machine can run, and what {@link VectorKernel} is held against. */
final class PlainKernel implements Kernel {
    private static final int ABS_MASK = SmallFloat.ABS_MASK;
    private static final int INFINITY_BITS = SmallFloat.INFINITY_BITS;
    private static final int PAIRS = BLOCK / 2;

    @Override
    public float maxAbs(float[] x, int from, int length) {
        int max = 0;
        for (int i = from; i < from + length; i++) {
            // magnitudes order as their patterns do; a NaN's pattern is above infinity's
            int magnitude = Float.floatToRawIntBits(x[i]) & ABS_MASK;
            max = Math.max(max, magnitude > INFINITY_BITS ? 0 : magnitude);
        }
        return Float.intBitsToFloat(max);
    }

    @Override
    public void blockMaxima(float[] x, int from, int rows, int stride, int blocks, float[] maxima) {
        for (int block = 0; block < blocks; block++) {
            float max = 0f;
            for (int row = 0; row < rows; row++) {
                max = Math.max(max, maxAbs(x, from + row * stride + block * BLOCK, BLOCK));
            }
            maxima[block] = max;
        }
    }

    @Override
    public void encodeScales(float[] scales, int count, byte[] codes, int codesFrom) {
        for (int i = 0; i < count; i++) {
            codes[codesFrom + i] = (byte) E4M3.encode(scales[i]);
        }
    }

    @Override
    public void encode(float[] x, int from, int blocks, float[] factors, byte[] codes, int codesFrom) {
        for (int block = 0; block < blocks; block++) {
            float factor = factors[block];
            int first = from + block * BLOCK;
            for (int pair = 0; pair < PAIRS; pair++) {
                int low = E2M1.encode(x[first + 2 * pair] * factor);
                int high = E2M1.encode(x[first + 2 * pair + 1] * factor);
                codes[codesFrom + block * PAIRS + pair] = (byte) (low | high << 4);
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
            float factor = factors[block];
            for (int pair = 0; pair < PAIRS; pair++) {
                int i = block * BLOCK + 2 * pair;
                int low = E2M1.encodeStochastic(x[from + i] * factor, random[randomFrom + i]);
                int high = E2M1.encodeStochastic(x[from + i + 1] * factor, random[randomFrom + i + 1]);
                codes[codesFrom + block * PAIRS + pair] = (byte) (low | high << 4);
            }
        }
    }

    @Override
    public void randomBytes(Rounding.Stochastic source, long firstBlock, int blocks, byte[] random, int randomFrom) {
        int[] words = new int[4];
        for (int block = 0; block < blocks; block++) {
            Philox4x32.generate(source.seed(), firstBlock + block, source.stream(), words);
            for (int i = 0; i < BLOCK; i++) {
                random[randomFrom + block * BLOCK + i] = (byte) Philox4x32.byteAt(words, i);
            }
        }
    }

    @Override
    public void decode(byte[] codes, int codesFrom, int blocks, float[] multipliers, float[] values, int to) {
        for (int block = 0; block < blocks; block++) {
            float multiplier = multipliers[block];
            int first = to + block * BLOCK;
            for (int pair = 0; pair < PAIRS; pair++) {
                int both = codes[codesFrom + block * PAIRS + pair];
                values[first + 2 * pair] = E2M1.decode(both) * multiplier;
                values[first + 2 * pair + 1] = E2M1.decode(both >>> 4) * multiplier;
            }
        }
    }

    @Override
    public void transform(float[] x, int from, int blocks, boolean bf16) {
        RandomHadamard form = bf16 ? RandomHadamard.BF16 : RandomHadamard.FP32;
        for (int block = 0; block < blocks; block++) {
            form.transform(x, from + block * BLOCK);
        }
    }
}
