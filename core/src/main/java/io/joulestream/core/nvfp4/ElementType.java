package io.joulestream.core.nvfp4;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What the elements of a stored tensor are. Each widens to binary32 exactly (SPEC 2); a NaN stays a NaN. */
public enum ElementType {
    /** IEEE 754 binary32. */
    F32(4) {
        @Override
        void widen(ByteBuffer from, float[] into, int at, int count) {
            from.asFloatBuffer().get(into, at, count);
        }
    },
    /** The upper half of a binary32. */
    BF16(2) {
        @Override
        void widen(ByteBuffer from, float[] into, int at, int count) {
            int position = from.position();
            for (int i = 0; i < count; i++) {
                into[at + i] = Bf16.decode(from.getShort(position + 2 * i));
            }
        }
    },
    /** IEEE 754 binary16. */
    F16(2) {
        @Override
        void widen(ByteBuffer from, float[] into, int at, int count) {
            int position = from.position();
            for (int i = 0; i < count; i++) {
                into[at + i] = Fp16.decode(from.getShort(position + 2 * i));
            }
        }
    };

    private final int bytes;

    ElementType(int bytes) {
        this.bytes = bytes;
    }

    /** The type called {@code name}: f32, bf16 or f16, in either case. */
    public static ElementType parse(String name) {
        for (ElementType type : values()) {
            if (type.toString().equals(name.toLowerCase(Locale.ROOT))) {
                return type;
            }
        }
        throw new IllegalArgumentException("element type must be one of "
                + Arrays.stream(values()).map(ElementType::toString).collect(Collectors.joining(", ")) + ", was "
                + name);
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Bytes of one element. */
    public int bytes() {
        return bytes;
    }

    /** Widens {@code count} elements at the position of {@code from}, which is little-endian and keeps its position. */
    abstract void widen(ByteBuffer from, float[] into, int at, int count);
}
