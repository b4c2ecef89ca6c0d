package io.joulestream.core.nvfp4;

/**
 * What a codec works on at once: whole consecutive rows of a tensor, or a part of one row, cut at whole blocks.
 *
 * @param elements what is encoded, or receives what is decoded
 * @param elementsFrom where the span's elements begin; they are {@code rows} x {@code cols} without gaps
 * @param cols columns of the span, padded to whole blocks
 * @param codes the tensor's or the span's own codes, the span's from {@code codesFrom} on
 * @param scales the tensor's or the span's own scale bytes, the span's from {@code scalesFrom} on
 * @param firstBlock index of the span's first block in the tensor, row by row: the counter of the random bits
 */
record Span(
        float[] elements,
        int elementsFrom,
        int rows,
        int cols,
        byte[] codes,
        int codesFrom,
        byte[] scales,
        int scalesFrom,
        long firstBlock) {

    int length() {
        return rows * cols;
    }
}
