package io.joulestream.app.tensor;

import java.util.List;

/** How many elements and bytes a shape asks for, where the numbers are foreign. */
final class Shapes {
    /** More than any array library makes. */
    static final int MAX_DIMENSIONS = 64;

    private Shapes() {}

    /**
     * The product of the dimensions.
     *
     * @throws ArithmeticException if it, or the product of some of them, is beyond a long
     */
    static long elements(List<Long> shape) {
        // a dimension of 0 must not hide others whose product overflows: rows and columns are asked for by themselves
        long product = shape.stream().filter(dimension -> dimension != 0).reduce(1L, Math::multiplyExact);
        return shape.contains(0L) ? 0 : product;
    }

    /**
     * The bytes of so many elements, or -1 where their bits do not fill whole ones.
     *
     * @throws ArithmeticException if they are beyond a long
     */
    static long bytes(List<Long> shape, int bitsEach) {
        long elements = elements(shape);
        if (bitsEach % 8 == 0) {
            return Math.multiplyExact(elements, bitsEach / 8);
        }
        long bits = Math.multiplyExact(elements, bitsEach);
        return bits % 8 == 0 ? bits / 8 : -1;
    }
}
