package io.joulestream.app.tensor;

/** A file of tensors that is not read, and why: one printable line that names the file, the tensor and the number. */
public final class RefusedTensorException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** @param message made printable here, since it quotes the file */
    RefusedTensorException(String message) {
        super(Printable.of(message));
    }
}
