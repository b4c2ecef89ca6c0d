package io.joulestream.core.savings;

import java.util.Locale;

/** The precisions a GEMM may run in. */
public enum Precision {
    BF16(2),
    FP8(1),
    /** Half a byte of code and a sixteenth of a byte of scale; the tensor scale is too little to count. */
    NVFP4(0.5625);

    private final double bytesPerElement;

    Precision(double bytesPerElement) {
        this.bytesPerElement = bytesPerElement;
    }

    double bytesPerElement() {
        return bytesPerElement;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
