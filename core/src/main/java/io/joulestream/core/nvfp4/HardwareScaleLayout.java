package io.joulestream.core.nvfp4;

/**
 * Where the tensor-core hardware wants the scale byte of a block: the "128x4 tile" order (SPEC 12).
 *
 * <p>Same bytes as the row-major scale array, padded to 128 rows and 4 blocks, in another order.
 */
public final class HardwareScaleLayout {
    private static final int TILE_ROWS = 128;
    private static final int TILE_BLOCKS = 4;

    private HardwareScaleLayout() {}

    /** Bytes of the padded layout of a {@code rows} x {@code blocks} scale array. */
    public static int size(int rows, int blocks) {
        requireShape(rows, blocks);
        long size = roundUp(rows, TILE_ROWS) * roundUp(blocks, TILE_BLOCKS);
        if (size > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("scale layout of " + rows + " rows and " + blocks + " blocks has " + size
                    + " bytes, more than one array holds");
        }
        return (int) size;
    }

    /** The offset of the scale of block {@code block} of row {@code row}, of {@code blocks} in a row. */
    public static long offset(long row, int block, int blocks) {
        if (row < 0 || block < 0 || block >= blocks) {
            throw new IllegalArgumentException(
                    "no scale at row " + row + ", block " + block + " of " + blocks + " blocks in a row");
        }
        long tilesAcross = roundUp(blocks, TILE_BLOCKS) / TILE_BLOCKS;
        long tile = row / TILE_ROWS * tilesAcross + block / TILE_BLOCKS;
        return (tile * 32 + row % 32) * 16 + row % TILE_ROWS / 32 * 4 + block % TILE_BLOCKS;
    }

    /** A copy of the row-major {@code scales} in hardware order; padding is zero. */
    public static byte[] arrange(byte[] scales, int rows, int blocks) {
        requireShape(rows, blocks);
        if (scales.length != (long) rows * blocks) {
            throw new IllegalArgumentException(
                    "scales has " + scales.length + " bytes, rows * blocks is " + rows + " * " + blocks);
        }
        byte[] arranged = new byte[size(rows, blocks)];
        for (int row = 0; row < rows; row++) {
            for (int block = 0; block < blocks; block++) {
                arranged[(int) offset(row, block, blocks)] = scales[row * blocks + block];
            }
        }
        return arranged;
    }

    /** The row-major scales that {@link #arrange} gave {@code arranged} of; what is in its padding is left out. */
    public static byte[] restore(byte[] arranged, int rows, int blocks) {
        int size = size(rows, blocks);
        if (arranged.length != size) {
            throw new IllegalArgumentException("the layout has " + arranged.length + " bytes, that of " + rows
                    + " rows and " + blocks + " blocks has " + size);
        }
        byte[] scales = new byte[rows * blocks];
        for (int row = 0; row < rows; row++) {
            for (int block = 0; block < blocks; block++) {
                scales[row * blocks + block] = arranged[(int) offset(row, block, blocks)];
            }
        }
        return scales;
    }

    private static void requireShape(int rows, int blocks) {
        if (rows < 0 || blocks < 0) {
            throw new IllegalArgumentException("rows and blocks must be >= 0, were " + rows + " and " + blocks);
        }
    }

    private static long roundUp(long value, int multiple) {
        return (value + multiple - 1) / multiple * multiple;
    }
}
