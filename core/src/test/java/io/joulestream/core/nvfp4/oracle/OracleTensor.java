package io.joulestream.core.nvfp4.oracle;

/**
 * What the oracle made of a tensor. Arrays are row-major over the padded width.
 *
 * @param cols columns that hold elements, after a transform all of them
 * @param input patterns of what was quantised: the tensor, padded and transformed
 * @param scaled patterns of the elements as they were rounded, before saturation; NVFP4 only, else null
 * @param codes one code each
 * @param scales rows x blocks in a row; none for a format without blocks
 * @param tensor null for a format without a tensor scale
 * @param values patterns of the codes' values
 */
record OracleTensor(
        Recipe recipe,
        int rows,
        int cols,
        int paddedCols,
        int[] input,
        int[] scaled,
        int[] codes,
        int[] scales,
        TensorBits tensor,
        int[] values) {

    int blocksPerRow() {
        return scales.length == 0 ? 0 : paddedCols / recipe.scaling().block();
    }

    /** The codes as stored: pairs of 4 bits, the first one low, or little-endian bytes. */
    byte[] packed() {
        int bits = recipe.element().bits();
        byte[] packed = new byte[codes.length * bits / Byte.SIZE];
        for (int i = 0; i < codes.length; i++) {
            if (bits == 4) {
                packed[i / 2] |= (byte) (codes[i] << 4 * (i % 2));
            } else {
                for (int b = 0; b < bits / Byte.SIZE; b++) {
                    packed[i * bits / Byte.SIZE + b] = (byte) (codes[i] >>> Byte.SIZE * b);
                }
            }
        }
        return packed;
    }

    byte[] scaleBytes() {
        byte[] bytes = new byte[scales.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) scales[i];
        }
        return bytes;
    }

    /** Codes, scale bytes and four bytes of a tensor scale (SPEC 12). */
    long storedBytes() {
        return packed().length + scales.length + (tensor == null ? 0 : Integer.BYTES);
    }

    /** The scale bytes as 128 x 4 tiles of the hardware, what is beyond the tensor 0 (SPEC 12). */
    byte[] hardwareScaleBytes() {
        int tilesPerRow = (blocksPerRow() + 3) / 4;
        byte[] tiled = new byte[(rows + 127) / 128 * tilesPerRow * 128 * 4];
        for (int row = 0; row < rows; row++) {
            for (int block = 0; block < blocksPerRow(); block++) {
                int tile = row / 128 * tilesPerRow + block / 4;
                int inTile = row % 32 * 16 + row % 128 / 32 * 4 + block % 4;
                tiled[tile * 128 * 4 + inTile] = (byte) scales[row * blocksPerRow() + block];
            }
        }
        return tiled;
    }

    /** The values without the padding. */
    int[] unpaddedValues() {
        int[] narrow = new int[rows * cols];
        for (int row = 0; row < rows; row++) {
            System.arraycopy(values, row * paddedCols, narrow, row * cols, cols);
        }
        return narrow;
    }

    /** The scale byte of an element; a format without blocks has none. */
    int scaleOf(int row, int col) {
        return scales[row * blocksPerRow() + col / recipe.scaling().block()];
    }
}
