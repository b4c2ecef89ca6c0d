/**
 * The NVFP4 reference quantiser: {@code float[]} in, 4-bit codes and scale bytes out, bit for bit.
 *
 * <p>Start with {@link io.joulestream.core.nvfp4.Quantiser}, or with {@link
 * io.joulestream.core.nvfp4.StreamingQuantiser} for a tensor that does not fit in memory. The number formats, the random Hadamard transform, the
 * Philox generator and the hardware scale layout are public because each is useful alone.
 *
 * <p>"SPEC 4" in a comment is section 4 of {@code SPEC.md}, kept beside the golden vectors in
 * {@code core/src/test/resources/golden/nvfp4}. All arithmetic is binary32, round to nearest even, subnormals kept, in
 * the order the specification writes; nothing is fused, widened or reassociated. Only the error metrics use
 * {@code double}.
 *
 * <p>Nothing here holds mutable state: every public method may be called from any thread, as long as no thread writes
 * an array that another is quantising.
 */
package io.joulestream.core.nvfp4;
