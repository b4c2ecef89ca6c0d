package io.joulestream.core.nvfp4.oracle;

import io.joulestream.core.nvfp4.oracle.Recipe.Transform;

/** The random Hadamard transform of a block of 16, in the order of SPEC 7. */
final class Hadamard {
    private static final String SIGNS = "+++-+------+-+--";
    private static final int QUARTER = Binary32.divide(Binary32.ONE, Binary32.of(4));

    private Hadamard() {}

    static int[] of(Transform transform, int[] block) {
        return switch (transform) {
            case NONE -> block;
            case HADAMARD -> binary32(block);
            case HADAMARD_BF16 -> toBf16(binary32(toBf16(block)));
        };
    }

    static int[] binary32(int[] block) {
        int[] x = signed(block);
        butterflies(x);
        return x;
    }

    /** A block whose transform is {@code block}, up to rounding. */
    static int[] inverse(int[] block) {
        int[] x = block.clone();
        butterflies(x);
        return signed(x);
    }

    static int[] toBf16(int[] block) {
        int[] rounded = new int[block.length];
        for (int i = 0; i < block.length; i++) {
            rounded[i] = NumberFormat.BF16.decode(NumberFormat.BF16.encode(block[i]));
        }
        return rounded;
    }

    private static int[] signed(int[] block) {
        int[] x = block.clone();
        for (int i = 0; i < x.length; i++) {
            if (SIGNS.charAt(i) == '-') {
                x[i] = Binary32.negate(x[i]);
            }
        }
        return x;
    }

    private static void butterflies(int[] x) {
        for (int stride = 1; stride < x.length; stride *= 2) {
            for (int i = 0; i < x.length; i++) {
                if ((i & stride) == 0) {
                    int a = x[i];
                    int b = x[i + stride];
                    x[i] = Binary32.add(a, b);
                    x[i + stride] = Binary32.subtract(a, b);
                }
            }
        }
        for (int i = 0; i < x.length; i++) {
            x[i] = Binary32.multiply(x[i], QUARTER);
        }
    }
}
