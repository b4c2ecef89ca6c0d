package io.joulestream.app.tensor;

import io.joulestream.core.nvfp4.ElementType;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A tensor as the header of its file describes it; its values have not been read.
 *
 * @param name as the file has it: foreign text
 * @param dtype by its name in safetensors, such as F32, BF16, F16, I64
 * @param shape outermost dimension first; empty for a scalar
 * @param columnMajor whether neighbours in the file are neighbours in a column (Fortran order); two dimensions only
 * @param offset where its first byte lies in the file
 * @param bytes how many it has
 */
public record StoredTensor(String name, String dtype, List<Long> shape, boolean columnMajor, long offset, long bytes) {
    public StoredTensor {
        shape = List.copyOf(shape);
    }

    /**
     * Columns of the matrix it is quantised as: its innermost dimension, along which blocks run. A scalar is 1 x 1, a vector one
     * row.
     */
    public long cols() {
        return shape.isEmpty() ? 1 : shape.get(shape.size() - 1);
    }

    /** Rows of the matrix it is quantised as: all dimensions but the innermost, flattened. */
    public long rows() {
        return shape.stream().limit(Math.max(0, shape.size() - 1)).reduce(1L, Math::multiplyExact);
    }

    /** As {@code [4096, 1024]}. */
    public String shapeText() {
        return shape.toString();
    }

    /** Empty for a dtype that is not quantised. */
    public Optional<ElementType> elementType() {
        return Arrays.stream(ElementType.values())
                .filter(type -> type.name().equals(dtype))
                .findFirst();
    }
}
