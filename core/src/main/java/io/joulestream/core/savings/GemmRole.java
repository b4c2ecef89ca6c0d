package io.joulestream.core.savings;

import java.util.Locale;

/** Which of a linear layer's three GEMMs. */
public enum GemmRole {
    FPROP(2),
    DGRAD(2),
    /** Weight gradients are accumulated in binary32. */
    WGRAD(4);

    private final double outputBytesPerElement;

    GemmRole(double outputBytesPerElement) {
        this.outputBytesPerElement = outputBytesPerElement;
    }

    double outputBytesPerElement() {
        return outputBytesPerElement;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
