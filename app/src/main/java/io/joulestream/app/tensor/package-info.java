/**
 * Tensors in the files of others: what a {@code .safetensors} or {@code .npy} file says it holds, checked before a byte of it is
 * believed.
 *
 * <p>A header is foreign input. Lengths are held against the size of the file before anything is allocated, offsets against each
 * other, shapes against bytes; what does not agree is refused with the tensor's name and the number
 * ({@link io.joulestream.app.tensor.RefusedTensorException}), and nothing else is ever thrown for what a file says. It lives in
 * {@code app} because reading JSON takes a library and {@code core} has none.
 */
package io.joulestream.app.tensor;
