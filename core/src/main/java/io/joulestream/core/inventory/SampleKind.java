package io.joulestream.core.inventory;

/** What one value of a gauge stands for. */
public enum SampleKind {
    /** The value at its instant; neighbours are joined by a trapezoid. */
    INSTANT,
    /** The mean since the previous sample; integrated by a rectangle. */
    AVERAGED
}
