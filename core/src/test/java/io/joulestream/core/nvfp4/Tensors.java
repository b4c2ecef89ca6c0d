package io.joulestream.core.nvfp4;

import java.util.Random;

/** Seeded tensors for tests. */
final class Tensors {
    private Tensors() {}

    static float[] gauss(Random random, int size) {
        float[] x = new float[size];
        for (int i = 0; i < size; i++) {
            x[i] = (float) random.nextGaussian();
        }
        return x;
    }

    /** Student's t with a whole number of degrees of freedom. */
    static float[] student(Random random, int size, int degrees) {
        float[] x = new float[size];
        for (int i = 0; i < size; i++) {
            double chiSquared = 0;
            for (int d = 0; d < degrees; d++) {
                double g = random.nextGaussian();
                chiSquared += g * g;
            }
            x[i] = (float) (random.nextGaussian() / Math.sqrt(chiSquared / degrees));
        }
        return x;
    }

    /** Gaussian with a share of elements set to zero. */
    static float[] sparse(Random random, int size, double zeroShare) {
        float[] x = gauss(random, size);
        for (int i = 0; i < size; i++) {
            if (random.nextDouble() < zeroShare) {
                x[i] = 0f;
            }
        }
        return x;
    }

    static float[] logNormal(Random random, int size, double sigma) {
        float[] x = new float[size];
        for (int i = 0; i < size; i++) {
            float magnitude = (float) Math.exp(sigma * random.nextGaussian());
            x[i] = random.nextBoolean() ? magnitude : -magnitude;
        }
        return x;
    }

    /** Floats of any pattern: subnormals, huge values, infinities, NaN. */
    static float[] anyPattern(Random random, int size) {
        float[] x = new float[size];
        for (int i = 0; i < size; i++) {
            x[i] = Float.intBitsToFloat(random.nextInt());
        }
        return x;
    }

    static float[] transpose(float[] x, int rows, int cols) {
        float[] transposed = new float[x.length];
        for (int row = 0; row < rows; row++) {
            for (int col = 0; col < cols; col++) {
                transposed[col * rows + row] = x[row * cols + col];
            }
        }
        return transposed;
    }

    static int scaleCode(Quantised quantised, int row, int block) {
        return quantised.scales()[row * quantised.blocksPerRow() + block] & 0xFF;
    }

    /** What the elements of a block with that scale were multiplied by before rounding; NVFP4 only. */
    static float encodeFactor(Quantised quantised, int scaleCode) {
        return ((BlockCodec) quantised.options().mode().codec()).encodeFactor(scaleCode, quantised.tensorScale());
    }
}
